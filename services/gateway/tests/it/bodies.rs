//! How large a body may be, with its length told or not, and how slowly it may come.

use std::{
    convert::Infallible,
    time::{Duration, Instant},
};

use axum::body::{Body, Bytes};
use contracts::ids::UserId;
use futures::StreamExt;
use gateway::Config;
use http::StatusCode;
use test_support::Answer;

use crate::Stand;

/// The body in one piece, so that its length is told.
async fn whole(stand: &Stand, method: &str, path: &str, bytes: usize) -> Answer {
    let client =
        stand.client().bearing(&stand.tokens.customer(UserId::new())).with("content-length", &bytes.to_string());
    client.send(method, path, Body::from(vec![b'x'; bytes]), None).await
}

/// The body in pieces of unknown number.
async fn chunked(stand: &Stand, method: &str, path: &str, bytes: usize) -> Answer {
    let piece = Bytes::from(vec![b'x'; 8192]);
    let pieces = (0..bytes.div_ceil(8192)).map(move |n| Ok::<_, Infallible>(piece.slice(..8192.min(bytes - n * 8192))));
    let client = stand.client().bearing(&stand.tokens.customer(UserId::new()));
    client.send(method, path, Body::from_stream(futures::stream::iter(pieces)), None).await
}

#[tokio::test]
async fn each_path_has_its_limit_to_the_byte() {
    let stand = Stand::new();
    // What the services' own extractors allow is for them to say; these fakes read everything.
    let unlimited = axum::Router::new().fallback(|body: Body| async move {
        let mut pieces = body.into_data_stream();
        let mut bytes = 0;
        while let Some(piece) = pieces.next().await {
            match piece {
                Ok(piece) => bytes += piece.len(),
                Err(_) => return (StatusCode::BAD_REQUEST, "broken off".to_owned()),
            }
        }
        (StatusCode::OK, bytes.to_string())
    });
    for service in [
        contracts::Service::Catalog,
        contracts::Service::Orders,
        contracts::Service::Payments,
        contracts::Service::Shipping,
    ] {
        stand.mount(service, unlimited.clone());
    }
    const KIB: usize = 1024;
    for (path, max) in [
        ("/shipping/calculate", 64 * KIB),
        ("/cart/items", 256 * KIB),
        ("/orders", 256 * KIB),
        ("/v1/orders", 256 * KIB),
        ("/payment/webhooks/stripe", 512 * KIB),
        ("/media", 10 * KIB * KIB + 64 * KIB),
        ("/imports", 50 * KIB * KIB + 64 * KIB),
    ] {
        let fits = whole(&stand, "POST", path, max).await;
        assert_eq!((fits.status, fits.bytes), (StatusCode::OK, max.to_string().into_bytes()), "{path}");
        assert_eq!(chunked(&stand, "POST", path, max).await.status, StatusCode::OK, "{path}");
        for refused in [whole(&stand, "POST", path, max + 1).await, chunked(&stand, "POST", path, max + 1).await] {
            assert_eq!(refused.headers["connection"], "close", "{path}");
            assert_eq!(refused.problem(413), "body_too_large", "{path}");
        }
    }
}

#[tokio::test]
async fn a_gigabyte_is_refused_by_its_length_without_reading_any() {
    let stand = Stand::new();
    let untouched = futures::stream::poll_fn(|_| -> std::task::Poll<Option<Result<Bytes, Infallible>>> {
        panic!("the body was read");
    });
    let client = stand.client().with("content-length", "1073741824");
    let answer = client.send("POST", "/orders", Body::from_stream(untouched), None).await;
    assert_eq!(answer.problem(413), "body_too_large");
}

#[tokio::test]
async fn an_endless_body_ends_at_the_limit() {
    let stand = Stand::new();
    let endless = futures::stream::repeat_with(|| Ok::<_, Infallible>(Bytes::from_static(&[b'x'; 4096])));
    let answer = stand.client().send("POST", "/orders", Body::from_stream(endless), None).await;
    assert_eq!(answer.problem(413), "body_too_large");
}

fn drip(bytes: usize, every: Duration) -> Body {
    let drops = futures::stream::unfold((), move |()| async move {
        tokio::time::sleep(every).await;
        Some((Ok::<_, Infallible>(Bytes::from(vec![b'x'; bytes])), ()))
    });
    Body::from_stream(drops)
}

/// An ordinary request has one second for everything here; an upload has two before its rate is asked for.
fn impatient() -> Stand {
    Stand::with(Config { timeout_secs: 1, long_timeout_secs: 20, body_secs: 2, ..Config::default() })
}

#[tokio::test]
async fn a_body_that_drips_is_given_up() {
    let stand = impatient();
    let took = async |path: &str, body: Body| {
        let before = Instant::now();
        let answer = stand.client().bearing(&stand.tokens.admin()).send("POST", path, body, None).await;
        assert_eq!(answer.headers["connection"], "close");
        assert_eq!(answer.problem(408), "request_timeout");
        before.elapsed().as_secs()
    };
    let often = Duration::from_millis(100);
    assert_eq!(took("/orders", drip(1, often)).await, 1);
    assert_eq!(took("/media", drip(50, often)).await, 2);
    // Fast at first, then hardly at all: four kilobytes are enough for four seconds.
    let mut first = true;
    let fading = drip(1, often).into_data_stream().map(move |drop| {
        let fast = std::mem::replace(&mut first, false);
        drop.map(|drop| if fast { Bytes::from(vec![b'x'; 4 * 1024]) } else { drop })
    });
    let secs = took("/media", Body::from_stream(fading)).await;
    assert!((4..=6).contains(&secs), "{secs}");
}

#[tokio::test]
async fn a_slow_but_steady_upload_is_taken() {
    let stand = impatient();
    let steady = futures::stream::unfold(0, |sent| async move {
        tokio::time::sleep(Duration::from_millis(500)).await;
        (sent < 9).then(|| (Ok::<_, Infallible>(Bytes::from(vec![b'x'; 1500])), sent + 1))
    });
    let answer =
        stand.client().bearing(&stand.tokens.admin()).send("POST", "/media", Body::from_stream(steady), None).await;
    assert_eq!(answer.expect(200)["body_bytes"], 9 * 1500);
}
