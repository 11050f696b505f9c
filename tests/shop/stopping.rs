//! How a running shop ends when it is told to.

use std::{
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use tokio::time::{Instant, sleep};

use crate::{
    many_processes::free_address,
    running::{ADMIN, ADMIN_PASSWORD},
};

/// A process that ends with the test, whichever way it ends.
pub struct Running(pub Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A command of the program for the shop in `data`, as tests run it beside themselves.
pub fn rialto(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rialto"));
    command
        .env("RIALTO_ADMIN_EMAIL", ADMIN)
        .env("RIALTO_ADMIN_PASSWORD", ADMIN_PASSWORD)
        .env("RIALTO__METRICS_LISTEN", "")
        .env("RIALTO__GATEWAY__RATE_LIMIT", "off")
        .arg("--data")
        .arg(data)
        .stdin(Stdio::null());
    command
}

async fn status(address: &str, path: &str) -> Option<u16> {
    let answer = reqwest::get(format!("http://{address}{path}")).await.ok()?;
    Some(answer.status().as_u16())
}

#[tokio::test]
async fn a_shop_that_is_told_to_stop_says_so_goes_on_for_a_while_and_ends_in_order() {
    let data = tempfile::tempdir().expect("a folder");
    let (shop, operators) = (free_address(), free_address());
    let process = Command::new(env!("CARGO_BIN_EXE_rialto"))
        .args(["up", "--sample", "none", "--listen", &shop, "--data"])
        .arg(data.path())
        .env("RIALTO__METRICS_LISTEN", &operators)
        .env("RIALTO__STOP__UP_WAIT_SECS", "2")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let mut process = Running(process.expect("the program starts"));
    let begun = Instant::now();
    while status(&shop, "/readyz").await != Some(200) {
        assert!(begun.elapsed() < Duration::from_secs(30), "the shop never became ready");
        sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(status(&operators, "/readyz").await, Some(200));

    let told = Command::new("kill").args(["-TERM", &process.0.id().to_string()]).status();
    assert!(told.expect("there is a kill").success());
    let begun = Instant::now();
    while status(&shop, "/readyz").await != Some(503) {
        assert!(begun.elapsed() < Duration::from_secs(1), "it never said that it is stopping");
    }
    assert_eq!(status(&operators, "/readyz").await, Some(503));
    assert_eq!(status(&shop, "/products").await, Some(200), "it still serves");
    while status(&shop, "/readyz").await.is_some() {
        assert!(begun.elapsed() < Duration::from_secs(5), "the door stays open");
        sleep(Duration::from_millis(50)).await;
    }
    assert!(begun.elapsed() > Duration::from_secs(1), "the door was shut at once");
    let ended = loop {
        if let Some(ended) = process.0.try_wait().expect("the process can be asked") {
            break ended;
        }
        assert!(begun.elapsed() < Duration::from_secs(20), "it never ended");
        sleep(Duration::from_millis(50)).await;
    };
    assert!(ended.success(), "{ended}");
}
