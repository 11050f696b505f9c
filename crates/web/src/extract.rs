//! Extractors that answer with a problem naming the field, where axum's own answer with a line of plain text.

use axum::{
    extract::{FromRequest, FromRequestParts, Request, rejection::BytesRejection},
    response::{IntoResponse, Response},
};
use http::{HeaderMap, StatusCode, header, request::Parts};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::error::Category;

use crate::problem::Problem;

/// A JSON body; as an answer, JSON with `200 OK`.
#[derive(Clone, Copy, Debug)]
pub struct Json<T>(pub T);

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(Problem::unsupported_media_type());
        }
        let bytes = axum::body::Bytes::from_request(request, state).await.map_err(unreadable_body)?;
        read_json(&bytes).map(Self)
    }
}

/// Reads a JSON body; on failure the problem names the field.
pub fn read_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let path = error.path().to_string();
        json_problem(&path, error.inner())
    })?;
    deserializer.end().map_err(|error| json_problem("", &error))?;
    Ok(value)
}

fn json_problem(path: &str, error: &serde_json::Error) -> Problem {
    let message = without_position(&error.to_string());
    if error.classify() != Category::Data {
        return Problem::new(StatusCode::BAD_REQUEST, "malformed_json")
            .detail(format!("The body is not JSON: {error}."));
    }
    let field = match (path, quoted(&message)) {
        // The path of a missing or unknown field stops at the object that lacks or has it.
        ("" | ".", Some(name)) if message.contains(" field `") => name.to_owned(),
        (path, Some(name)) if message.starts_with("missing field") => format!("{path}.{name}"),
        ("" | ".", _) => "body".to_owned(),
        (path, _) => path.to_owned(),
    };
    if message.starts_with("missing field") {
        return Problem::invalid_field(field, "required", "is required");
    }
    if message.starts_with("unknown field") {
        return Problem::invalid_field(field, "unknown_field", "is not a field of this request");
    }
    if message.starts_with("invalid type") {
        return Problem::new(StatusCode::BAD_REQUEST, "wrong_type")
            .detail(format!("{field} has the wrong type: {message}."))
            .field(field, "wrong_type", message);
    }
    Problem::invalid_field(field, "invalid", message)
}

/// serde_json ends its messages with "at line 1 column 20", which helps nobody who sent one line.
fn without_position(message: &str) -> String {
    message.split(" at line ").next().unwrap_or(message).to_owned()
}

fn quoted(message: &str) -> Option<&str> {
    message.split('`').nth(1)
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/json") || kind.to_ascii_lowercase().ends_with("+json")
}

/// A body that could not be taken in: too large, or broken off.
pub fn unreadable_body(rejection: BytesRejection) -> Problem {
    let rejection = rejection.into_response();
    if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return Problem::too_large();
    }
    Problem::new(StatusCode::BAD_REQUEST, "unreadable_body").detail("The body could not be read to its end.")
}

/// The query string. Unknown parameters are refused when `T` denies them.
#[derive(Clone, Copy, Debug)]
pub struct Query<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let query = parts.uri.query().unwrap_or_default();
        let deserializer = serde_urlencoded::Deserializer::new(form_urlencoded::parse(query.as_bytes()));
        serde_path_to_error::deserialize(deserializer).map(Self).map_err(|error| {
            let message = error.inner().to_string();
            let field = match error.path().to_string() {
                path if path == "." || path == "?" || path.is_empty() => quoted(&message).unwrap_or("query").to_owned(),
                path => path,
            };
            Problem::new(StatusCode::BAD_REQUEST, "invalid_query")
                .detail(format!("The parameter {field} is not as it should be: {message}."))
                .field(field, "invalid", message)
        })
    }
}

/// The path's parameters. One that cannot be read names nothing: 404.
#[derive(Clone, Copy, Debug)]
pub struct Path<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match axum::extract::Path::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(value)) => Ok(Self(value)),
            Err(_) => Err(Problem::not_found()),
        }
    }
}

#[cfg(test)]
mod tests {
    use contracts::{Money, order::Item};

    use super::*;

    fn refused<T: DeserializeOwned + std::fmt::Debug>(body: &str) -> (u16, String) {
        let problem = read_json::<T>(body.as_bytes()).expect_err("should be refused");
        let status = problem.status().as_u16();
        (status, format!("{problem:?}"))
    }

    #[test]
    fn the_field_is_named() {
        for (body, status, field) in [
            (r#"{"sku":"A"}"#, 422, "quantity"),
            (r#"{"sku":"A","quantity":1,"price":3}"#, 422, "price"),
            (r#"{"sku":"A","quantity":"1"}"#, 400, "quantity"),
            (r#"{"sku":"A","quantity":1"#, 400, "malformed_json"),
            (r#"{"sku":"A","quantity":1} trailing"#, 400, "malformed_json"),
        ] {
            let (answered, text) = refused::<Item>(body);
            assert_eq!(answered, status, "{body}: {text}");
            assert!(text.contains(field), "{body} does not name {field}: {text}");
        }
        let (status, text) = refused::<Vec<Money>>(r#"[{"amount":1,"currency":"EURO"}]"#);
        assert_eq!(status, 422);
        assert!(text.contains("[0].currency"), "{text}");
    }
}
