//! A client that speaks to a router without a socket, and answers that are easy to assert on.

use axum::{Router, body::Body};
use http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt;
use serde::Serialize;
use serde_json::Value;
use tower::ServiceExt;

/// Speaks to a router, with the same headers each time.
#[derive(Clone)]
pub struct Client {
    router: Router,
    headers: Vec<(String, String)>,
}

/// An answer, read to its end.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
    /// The body as JSON; null if it is none.
    pub body: Value,
}

impl Answer {
    /// The body, if the status is `status`; otherwise the test fails and shows what came instead.
    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "unexpected answer: {}", String::from_utf8_lossy(&self.bytes));
        self.body
    }

    /// The problem's `code`, if the status is `status`.
    #[track_caller]
    pub fn problem(self, status: u16) -> String {
        let body = self.expect(status);
        body["code"].as_str().unwrap_or_else(|| panic!("no problem code in {body}")).to_owned()
    }
}

impl Client {
    pub fn new(router: Router) -> Self {
        Self { router, headers: Vec::new() }
    }

    /// The same client with one more header.
    pub fn with(&self, name: &str, value: &str) -> Self {
        let mut client = self.clone();
        client.headers.push((name.to_owned(), value.to_owned()));
        client
    }

    /// The same client with an `Authorization` header, as `Tokens` makes them.
    pub fn bearing(&self, authorization: &str) -> Self {
        self.with("authorization", authorization)
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, Body::empty(), None).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.send("DELETE", path, Body::empty(), None).await
    }

    pub async fn post(&self, path: &str, body: &impl Serialize) -> Answer {
        self.send_json("POST", path, body).await
    }

    pub async fn put(&self, path: &str, body: &impl Serialize) -> Answer {
        self.send_json("PUT", path, body).await
    }

    pub async fn send_json(&self, method: &str, path: &str, body: &impl Serialize) -> Answer {
        let body = serde_json::to_vec(body).expect("the body is JSON");
        self.send(method, path, Body::from(body), Some("application/json")).await
    }

    pub async fn send(&self, method: &str, path: &str, body: Body, content_type: Option<&str>) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(kind) = content_type {
            request = request.header("content-type", kind);
        }
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let request = request.body(body).expect("a request");
        let response = self.router.clone().oneshot(request).await.expect("a router always answers");
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("the body ends").to_bytes().to_vec();
        let body = serde_json::from_slice(&bytes).unwrap_or_default();
        Answer { status: parts.status, headers: parts.headers, bytes, body }
    }
}
