//! Asking the catalog for what a page shows, by the same requests that a browser would send.

use std::time::Duration;

use axum::body::{Body, Bytes};
use contracts::Service;
use http::{HeaderValue, Request, StatusCode, header};
use http_body_util::{BodyExt, Limited};
use serde::de::DeserializeOwned;
use upstream::Within;
use web::request;

use crate::App;

/// The largest answer that becomes part of a page.
const ANSWER_MAX_BYTES: usize = 4 * 1024 * 1024;

/// An answer: what the page shows of it, and all of it for the browser.
#[derive(Clone, Debug)]
pub(crate) struct Piece<T> {
    pub(crate) value: T,
    pub(crate) json: Bytes,
}

/// What the catalog says of something that may be there.
#[derive(Debug)]
pub(crate) enum Told<T> {
    Here(Piece<T>),
    /// At another path.
    Moved(String),
    /// It was there once; what is said of it instead.
    Gone(Bytes),
    /// Not there, or not for the public.
    Missing,
}

/// The catalog does not say: it is away, late, or cannot be understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Silent;

/// Asks `service` for `path` and reads the answer, within `time`.
pub(crate) async fn ask<T: DeserializeOwned>(app: &App, path: &str, time: Duration) -> Result<Told<T>, Silent> {
    let outcome = match tokio::time::timeout(time, told(app, path, time)).await {
        Ok(outcome) => outcome,
        Err(_) => Err("no answer in time".to_owned()),
    };
    outcome.map_err(|cause| {
        tracing::warn!(path, cause, "a page goes without this");
        Silent
    })
}

/// As `ask`, for what is always there.
pub(crate) async fn ask_for<T: DeserializeOwned>(app: &App, path: &str, time: Duration) -> Result<Piece<T>, Silent> {
    match ask(app, path, time).await? {
        Told::Here(piece) => Ok(piece),
        Told::Moved(_) | Told::Gone(_) | Told::Missing => Err(Silent),
    }
}

async fn told<T: DeserializeOwned>(app: &App, path: &str, time: Duration) -> Result<Told<T>, String> {
    let mut request = Request::get(path).body(Body::empty()).map_err(|error| error.to_string())?;
    request.extensions_mut().insert(Within(time));
    let context = request::context();
    for (name, value) in [("x-request-id", context.request_id), ("traceparent", context.traceparent)] {
        if let Some(value) = value {
            request.headers_mut().insert(name, value);
        }
    }
    let response = app.upstream.send(Service::Catalog, request).await.map_err(|error| error.to_string())?;
    let status = response.status();
    let location = response.headers().get(header::LOCATION).and_then(|value: &HeaderValue| value.to_str().ok());
    match (status, location) {
        (StatusCode::MOVED_PERMANENTLY, Some(location)) => return Ok(Told::Moved(location.to_owned())),
        (StatusCode::NOT_FOUND | StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY, _) => {
            return Ok(Told::Missing);
        }
        _ => {}
    }
    let body = Limited::new(response.into_body(), ANSWER_MAX_BYTES).collect().await;
    let json = body.map_err(|error| error.to_string())?.to_bytes();
    match status {
        StatusCode::OK => {
            let value = serde_json::from_slice(&json).map_err(|error| error.to_string())?;
            Ok(Told::Here(Piece { value, json }))
        }
        StatusCode::GONE => Ok(Told::Gone(json)),
        status => Err(format!("answered {status}")),
    }
}
