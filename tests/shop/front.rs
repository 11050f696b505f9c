//! nginx in front of a cluster's gateways, by the configuration of `deploy/`: the one door that shoppers know.

use std::{
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use tempfile::TempDir;

use crate::{cluster::Cluster, many_processes::free_address};

/// Ends with the test.
pub struct Front {
    pub url: String,
    nginx: Child,
    #[expect(dead_code, reason = "kept, not read")]
    folder: TempDir,
}

impl Front {
    /// `None`, said aloud, where there is no nginx.
    pub async fn of(cluster: &Cluster) -> Option<Self> {
        // Debian keeps it where only root looks for programs.
        let path = format!("{}:/usr/sbin", test_support::variable("PATH").unwrap_or_default());
        if Command::new("nginx").env("PATH", &path).arg("-v").stderr(Stdio::null()).status().is_err() {
            test_support::leave_out("the shop behind nginx", "there is no nginx");
            return None;
        }
        let folder = tempfile::tempdir().expect("a folder");
        // Its workers are somebody else than root.
        #[cfg(unix)]
        std::fs::set_permissions(folder.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755))
            .expect("its permissions can be set");
        let (http, https) = (free_address(), free_address());
        let gateways = cluster.gateways();
        let ports = [http, https.clone()].into_iter().chain(gateways);
        let ports = ports.map(|address| address.rsplit(':').next().expect("a port").to_owned());
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/local/nginx.sh");
        let laid_out = Command::new(script).env("PATH", &path).arg(folder.path()).args(ports).status();
        assert!(laid_out.expect("the script runs").success(), "nginx has no configuration");
        let mut nginx = Command::new("nginx");
        nginx.env("PATH", &path).arg("-p").arg(folder.path()).args(["-c", "nginx.conf", "-e", "error.log"]);
        let nginx = nginx.args(["-g", "daemon off;"]).spawn().expect("nginx starts");
        let front = Self { url: format!("https://{https}"), nginx, folder };
        front.until_open().await;
        Some(front)
    }

    async fn until_open(&self) {
        let http = reqwest::Client::builder().tls_danger_accept_invalid_certs(true).build().expect("a client");
        let begun = Instant::now();
        while !http.get(format!("{}/readyz", self.url)).send().await.is_ok_and(|answer| answer.status().is_success()) {
            assert!(begun.elapsed() < Duration::from_secs(20), "nginx does not open");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        // Killed, it would leave its workers behind.
        let _ = Command::new("kill").arg(self.nginx.id().to_string()).status();
        let _ = self.nginx.wait();
    }
}
