//! Certificates that `rialto certs` made, and who believes whom by them.

use std::{path::Path, process::Command};

use axum::{Router, body::Body, routing::get};
use contracts::Service;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use upstream::{
    CallError, ServiceKey, Upstream,
    tls::{Files, Identity},
};

fn certs(to: &Path, services: &[&str]) {
    let made = Command::new(env!("CARGO_BIN_EXE_rialto")).arg("certs").arg("--to").arg(to).args(services).output();
    let made = made.expect("the program runs");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}

fn identity(folder: &Path, name: &str) -> Identity {
    let file = |name: &str, kind: &str| folder.join(format!("{name}.{kind}"));
    let files = Files { ca: file("ca", "pem"), cert: file(name, "pem"), key: file(name, "key") };
    Identity::read(&files).expect("the files can be read")
}

/// Asks the process at `url`, which is taken for `service`, as `me`.
async fn ask(me: &Identity, service: Service, url: &str) -> Result<(), CallError> {
    let key = ServiceKey::new(b"a secret that all processes of this shop share");
    let upstream = Upstream::over_tls(Service::Gateway, key, me).expect("the identity can be used");
    upstream.reach_at(service, vec![url.to_owned()]);
    let request = http::Request::get("/").body(Body::empty()).expect("a request");
    upstream.send(service, request).await.map(|answer| assert!(answer.status().is_success()))
}

#[tokio::test]
async fn a_process_is_believed_to_be_what_its_certificate_names_and_nothing_else() {
    let (ours, theirs) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    certs(ours.path(), &[]);
    certs(ours.path(), &["orders", "payments"]);
    certs(theirs.path(), &[]);
    let both = identity(ours.path(), "orders-payments");
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("https://{}", listener.local_addr().expect("an address"));
    let router = Router::new().route("/", get(|| async { "hello" }));
    let stop = CancellationToken::new();
    let _ends_with_the_test = stop.clone().drop_guard();
    tokio::spawn(web::serve_over(listener, Some(both.server()), router, stop.into()));

    let gateway = identity(ours.path(), "gateway");
    ask(&gateway, Service::Orders, &url).await.expect("it is orders");
    ask(&gateway, Service::Payments, &url).await.expect("and payments");
    ask(&gateway, Service::Users, &url).await.expect_err("but not users");
    let stranger = identity(theirs.path(), "gateway");
    ask(&stranger, Service::Orders, &url).await.expect_err("who comes from another authority is not let in");
    let plain = url.replace("https", "http");
    ask(&gateway, Service::Orders, &plain).await.expect_err("a shop that speaks TLS speaks nothing else");

    #[cfg(unix)]
    for entry in std::fs::read_dir(ours.path()).expect("a folder") {
        let path = entry.expect("a file").path();
        if path.extension().is_some_and(|extension| extension == "key") {
            let mode = std::os::unix::fs::MetadataExt::mode(&path.metadata().expect("a file"));
            assert_eq!(mode & 0o077, 0, "{} can be read by others", path.display());
        }
    }
}
