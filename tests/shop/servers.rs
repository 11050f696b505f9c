//! The servers of others that a large shop stands on: those the test runner started for all tests, or some of a test's
//! own, which it may stop and kill.

use std::{
    io::Write,
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
    host: String,
    /// What PostgreSQL's data stands on, if it is a disk of its own.
    disk: Option<PathBuf>,
    /// Whether PostgreSQL waits with each commit for its standby.
    synchronous: bool,
}

const LOOPBACK: &str = "127.0.0.1";

impl OwnServers {
    /// All that a cluster stands on. `None` where there is no such thing for the other tests either.
    pub async fn for_a_cluster() -> Option<Self> {
        Self::for_a_cluster_at(LOOPBACK).await
    }

    /// The same, and a standby without which PostgreSQL commits nothing.
    pub async fn for_a_cluster_with_standby() -> Option<Self> {
        Servers::shared()?;
        if !kinds().await.contains(&"postgres") {
            return None;
        }
        Some(Self::start(&["kafka", "redis", "mongodb", "consul", "postgres", "standby"], LOOPBACK))
    }

    /// The same, at `host`, an address of this machine.
    pub async fn for_a_cluster_at(host: &str) -> Option<Self> {
        Servers::shared()?;
        if !kinds().await.contains(&"postgres") {
            return None;
        }
        Some(Self::start(&["kafka", "redis", "mongodb", "consul", "postgres"], host))
    }

    /// A PostgreSQL. `None` where there is none for the other tests.
    pub async fn postgres() -> Option<Self> {
        if !kinds().await.contains(&"postgres") {
            return None;
        }
        Some(Self::start(&["postgres"], LOOPBACK))
    }

    /// A PostgreSQL and a standby without which it commits nothing. `None` where there is none for the other tests.
    pub async fn postgres_with_standby() -> Option<Self> {
        if !kinds().await.contains(&"postgres") {
            return None;
        }
        Some(Self::start(&["postgres", "standby"], LOOPBACK))
    }

    /// A PostgreSQL, and a standby that follows it and may be away. `None` where there is none for the other tests.
    pub async fn postgres_with_replica() -> Option<Self> {
        if !kinds().await.contains(&"postgres") {
            return None;
        }
        let mut own = Self::nothing_yet(&["postgres", "standby"], LOOPBACK);
        own.synchronous = false;
        own.start_all();
        Some(own)
    }

    /// As `for_a_cluster`, with the data of PostgreSQL on a disk of so many megabytes. `None`, said aloud, also where no
    /// disk can be made: that takes Linux and its administrator.
    pub async fn for_a_cluster_on_a_small_disk(megabytes: u32) -> Option<Self> {
        Servers::shared()?;
        if !kinds().await.contains(&"postgres") {
            return None;
        }
        let mut own = Self::nothing_yet(&["kafka", "redis", "mongodb", "consul", "postgres"], LOOPBACK);
        let disk = own.folder.path().join("postgres");
        std::fs::create_dir(&disk).expect("a folder");
        let size = format!("size={megabytes}m,mode=755");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "rialto-test"]).arg(&disk).output();
        if !mounted.is_ok_and(|mounted| mounted.status.success()) {
            test_support::leave_out("what a full disk does to PostgreSQL", "no file system of its own can be mounted");
            return None;
        }
        own.disk = Some(disk);
        own.start_all();
        Some(own)
    }

    fn start(names: &'static [&'static str], host: &str) -> Self {
        let own = Self::nothing_yet(names, host);
        own.start_all();
        own
    }

    fn nothing_yet(names: &'static [&'static str], host: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let own = Self { folder, names, host: host.to_owned(), disk: None, synchronous: true };
        // A temporary folder is its owner's, and PostgreSQL runs as somebody else.
        #[cfg(unix)]
        std::fs::set_permissions(own.folder.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755))
            .expect("its permissions can be set");
        own
    }

    fn start_all(&self) {
        // Kafka takes as long as all others together, and the standby waits for what it follows.
        std::thread::scope(|scope| {
            for name in self.names {
                scope.spawn(|| self.run(name, "start"));
            }
        });
    }

    pub fn address(&self, name: &str) -> String {
        let port = std::fs::read_to_string(self.folder.path().join(name).join("port")).expect("it has a port");
        format!("{}:{}", self.host, port.trim())
    }

    /// An empty database of each of these names on its PostgreSQL. Answers their URLs.
    pub fn databases<const N: usize>(&self, names: [&str; N]) -> [String; N] {
        let address = self.address("postgres");
        let (host, port) = address.split_once(':').expect("an address");
        names.map(|name| {
            let made = Command::new("createdb").args(["-h", host, "-p", port, "-U", "postgres", name]).status();
            assert!(made.expect("there is a createdb").success());
            format!("postgres://postgres@{address}/{name}")
        })
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
        let done = command
            .envs([("SYNCHRONOUS_STANDBY", standby), ("HOST", &self.host)])
            .args([name, action])
            .arg(self.folder.path())
            .status();
        assert!(done.expect("the script runs").success(), "{name} does not {action}");
    }

    /// Gone without a word.
    pub fn kill(&self, name: &str) {
        self.run(name, "kill");
    }

    /// Leaves no room on PostgreSQL's disk, until `make_room`.
    pub fn fill_the_disk(&self) {
        let mut ballast = std::fs::File::create(self.ballast()).expect("a file");
        while ballast.write_all(&[0; 64 * 1024]).is_ok() {}
        while ballast.write_all(&[0]).is_ok() {}
    }

    pub fn make_room(&self) {
        std::fs::remove_file(self.ballast()).expect("it is there");
    }

    fn ballast(&self) -> PathBuf {
        self.disk.as_ref().expect("a disk of its own").join("ballast")
    }

    /// Waits until the standby has all that its PostgreSQL has written by now.
    pub async fn standby_follows(&self) {
        let written = self.ask_postgres("SELECT pg_current_wal_lsn()");
        let question = format!("SELECT coalesce(bool_and(replay_lsn >= '{written}'), false) FROM pg_stat_replication");
        let mut tries = 0;
        while self.ask_postgres(&question) != "t" {
            tries += 1;
            assert!(tries < 300, "the standby does not follow");
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
    }

    /// What its PostgreSQL answers.
    fn ask_postgres(&self, question: &str) -> String {
        let url = format!("postgres://postgres@{}/postgres", self.address("postgres"));
        let said =
            Command::new("psql").args(["--no-psqlrc", "-Atc", question, &url]).output().expect("there is a psql");
        String::from_utf8_lossy(&said.stdout).trim().to_owned()
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
        self.run(name, "pause");
    }

    /// Has it do in a second what it did in a quarter of one, until `resume`.
    pub fn slow(&self, name: &str) {
        self.run(name, "slow");
    }

    pub fn resume(&self, name: &str) {
        self.run(name, "resume");
    }
}

impl Drop for OwnServers {
    fn drop(&mut self) {
        for name in self.names {
            let _ = Command::new(script()).args([*name, "kill"]).arg(self.folder.path()).status();
        }
        if let Some(disk) = &self.disk {
            let _ = Command::new("umount").arg(disk).status();
        }
    }
}

fn script() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/infra/component.sh")
}
