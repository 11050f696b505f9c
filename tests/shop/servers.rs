//! The servers of others that a large shop stands on: those the test runner started for all tests, or some of a test's
//! own, which it may stop and kill.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use tempfile::TempDir;

use crate::running::kinds;

/// Where they are.
#[derive(Clone)]
pub struct Servers {
    pub kafka: String,
    pub redis: String,
    pub mongodb: String,
    pub consul: String,
}

impl Servers {
    /// Those of all tests, if there are any.
    pub fn shared() -> Option<Self> {
        Some(Self {
            kafka: test_support::component("KAFKA")?,
            redis: test_support::component("REDIS")?,
            mongodb: test_support::component("MONGODB")?,
            consul: test_support::component("CONSUL")?,
        })
    }
}

/// Servers that end with the test.
pub struct OwnServers {
    folder: TempDir,
    names: &'static [&'static str],
    /// Whether PostgreSQL waits with each commit for its standby.
    synchronous: bool,
}

impl OwnServers {
    /// Kafka, Redis, MongoDB and Consul. `None` where there are none for the other tests either.
    pub fn for_a_cluster() -> Option<Self> {
        Servers::shared()?;
        Some(Self::start(&["kafka", "redis", "mongodb", "consul"], false))
    }

    /// A PostgreSQL and a standby without which it commits nothing. `None` where there is none for the other tests.
    pub async fn postgres_with_standby() -> Option<Self> {
        if !kinds().await.contains(&"postgres") {
            return None;
        }
        Some(Self::start(&["postgres", "standby"], true))
    }

    /// A PostgreSQL, and a standby that follows it and may be away. `None` where there is none for the other tests.
    pub async fn postgres_with_replica() -> Option<Self> {
        if !kinds().await.contains(&"postgres") {
            return None;
        }
        Some(Self::start(&["postgres", "standby"], false))
    }

    fn start(names: &'static [&'static str], synchronous: bool) -> Self {
        let own = Self { folder: tempfile::tempdir().expect("a folder"), names, synchronous };
        // A temporary folder is its owner's, and PostgreSQL runs as somebody else.
        #[cfg(unix)]
        std::fs::set_permissions(own.folder.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755))
            .expect("its permissions can be set");
        names.iter().for_each(|name| own.run(name, "start"));
        own
    }

    pub fn address(&self, name: &str) -> String {
        let port = std::fs::read_to_string(self.folder.path().join(name).join("port")).expect("it has a port");
        format!("127.0.0.1:{}", port.trim())
    }

    pub fn servers(&self) -> Servers {
        Servers {
            kafka: self.address("kafka"),
            redis: format!("redis://{}/", self.address("redis")),
            mongodb: format!("mongodb://{}/", self.address("mongodb")),
            consul: format!("http://{}", self.address("consul")),
        }
    }

    fn run(&self, name: &str, action: &str) {
        let mut command = Command::new(script());
        let standby = if self.synchronous { "on" } else { "off" };
        let done = command.env("SYNCHRONOUS_STANDBY", standby).args([name, action]).arg(self.folder.path()).status();
        assert!(done.expect("the script runs").success(), "{name} does not {action}");
    }

    /// Gone without a word.
    pub fn kill(&self, name: &str) {
        self.run(name, "kill");
    }

    /// From now on the standby is what the other was.
    pub fn promote(&self) {
        self.run("standby", "promote");
    }

    /// Back at the same address, with the data it had.
    pub fn revive(&self, name: &str) {
        self.run(name, "start");
    }

    /// Takes connections and answers nothing, until `resume`.
    pub fn pause(&self, name: &str) {
        self.signal(name, "-STOP");
    }

    pub fn resume(&self, name: &str) {
        self.signal(name, "-CONT");
    }

    fn signal(&self, name: &str, signal: &str) {
        let pid = std::fs::read_to_string(self.folder.path().join(name).join("pid")).expect("it has a process");
        let sent = Command::new("kill").args([signal, pid.trim()]).status();
        assert!(sent.expect("there is a kill").success());
    }
}

impl Drop for OwnServers {
    fn drop(&mut self) {
        for name in self.names {
            let _ = Command::new(script()).args([*name, "kill"]).arg(self.folder.path()).status();
        }
    }
}

fn script() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/infra/component.sh")
}
