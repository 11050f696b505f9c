//! The servers of others that a large shop stands on: those the test runner started for all tests, or some of a test's
//! own, which it may stop and kill.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use tempfile::TempDir;

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
    pub servers: Servers,
}

const NAMES: [&str; 4] = ["kafka", "redis", "mongodb", "consul"];

impl OwnServers {
    /// `None` where there are none for the other tests either.
    pub fn start() -> Option<Self> {
        Servers::shared()?;
        let folder = tempfile::tempdir().expect("a folder");
        NAMES.iter().for_each(|name| run(name, "start", folder.path()));
        let address = |name: &str| {
            let port = std::fs::read_to_string(folder.path().join(name).join("port")).expect("it has a port");
            format!("127.0.0.1:{}", port.trim())
        };
        let servers = Servers {
            kafka: address("kafka"),
            redis: format!("redis://{}/", address("redis")),
            mongodb: format!("mongodb://{}/", address("mongodb")),
            consul: format!("http://{}", address("consul")),
        };
        Some(Self { folder, servers })
    }

    /// Gone without a word.
    pub fn kill(&self, name: &str) {
        run(name, "kill", self.folder.path());
    }

    /// Back at the same address, with the data it had.
    pub fn revive(&self, name: &str) {
        run(name, "start", self.folder.path());
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
        for name in NAMES {
            let _ = Command::new(script()).args([name, "kill"]).arg(self.folder.path()).status();
        }
    }
}

fn run(name: &str, action: &str, folder: &Path) {
    let done = Command::new(script()).args([name, action]).arg(folder).status();
    assert!(done.expect("the script runs").success(), "{name} does not {action}");
}

fn script() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/infra/component.sh")
}
