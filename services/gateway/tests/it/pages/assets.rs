//! Files of the built apps.

use std::io::Read;

use flate2::read::GzDecoder;
use http::StatusCode;

use super::Shop;
use crate::Stand;

const SCRIPT: &str = "/assets/index-11111111.js";

#[tokio::test]
async fn hashed_files_are_kept_for_ever_and_asked_for_once() {
    let client = Shop::new().client();
    for (path, kind) in [
        (SCRIPT, "text/javascript; charset=utf-8"),
        ("/assets/index-33333333.css", "text/css; charset=utf-8"),
        ("/assets/sans-latin-wght-normal-44444444.woff2", "font/woff2"),
        ("/admin/assets/index-88888888.js", "text/javascript; charset=utf-8"),
    ] {
        let answer = client.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert_eq!(answer.headers["content-type"], kind);
        assert_eq!(answer.headers["cache-control"], "public, max-age=31536000, immutable");
        assert_eq!(answer.headers["x-content-type-options"], "nosniff");
        let etag = answer.headers["etag"].to_str().expect("text").to_owned();
        let again = client.with("if-none-match", &etag).get(path).await;
        assert_eq!((again.status, again.bytes.len()), (StatusCode::NOT_MODIFIED, 0));
    }
}

#[tokio::test]
async fn packed_files_go_out_as_they_were_packed() {
    let client = Shop::new().client();
    let plain = client.get(SCRIPT).await;
    assert!(!plain.headers.contains_key("content-encoding"));
    let gzip = client.with("accept-encoding", "gzip").get(SCRIPT).await;
    let mut text = Vec::new();
    GzDecoder::new(gzip.bytes.as_slice()).read_to_end(&mut text).expect("gzip");
    assert_eq!(text, plain.bytes);
    let brotli = client.with("accept-encoding", "gzip, deflate, br, zstd").get(SCRIPT).await;
    assert_eq!(brotli.headers["content-encoding"], "br");
    assert_eq!(brotli.headers["vary"], "accept-encoding");
    assert!(brotli.bytes.len() < gzip.bytes.len(), "the build packs harder than a server in a hurry would");
    assert_ne!(brotli.headers["etag"], gzip.headers["etag"], "each form is a thing of its own");
    assert_ne!(brotli.headers["etag"], plain.headers["etag"]);
    let unpacked = client.with("accept-encoding", "br;q=0").get(SCRIPT).await;
    assert_eq!(unpacked.bytes, plain.bytes);
}

#[tokio::test]
async fn nothing_but_files_for_browsers_leaves_the_folder() {
    let client = Shop::new().browser();
    for path in [
        "/assets/index-00000000.js",
        "/assets/index-11111111.js.br",
        "/assets/../.vite/manifest.json",
        "/assets/%2e%2e/.vite/manifest.json",
        "/assets/..%2f.vite%2fmanifest.json",
        "/assets/.%2e/sw.js",
        "/assets//index-11111111.js",
        "/assets/",
        "/admin/assets/index-11111111.js",
    ] {
        let answer = client.get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert_ne!(answer.headers["cache-control"], "public, max-age=31536000, immutable", "{path}");
    }
    for path in ["/.vite/manifest.json", "/index-11111111.js"] {
        assert_eq!(client.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(client.get("/index.html").await.status, StatusCode::MOVED_PERMANENTLY);
}

#[tokio::test]
async fn files_beside_the_hashed_ones_are_looked_at_again() {
    let client = Shop::new().client();
    let worker = client.get("/sw.js").await;
    assert_eq!(worker.status, StatusCode::OK);
    assert_eq!(worker.headers["cache-control"], "public, max-age=3600");
    assert!(worker.headers["content-security-policy"].to_str().expect("text").contains("default-src 'self'"));
    assert_eq!(Stand::new().client().get("/sw.js").await.problem(404), "not_found");
}
