//! Carrying a whole request to another service and its answer back: what the gateway does, and what calls stand on.

use axum::{body::Body, response::Response};
use contracts::Service;
use http::{HeaderName, Request, header};
use tower::ServiceExt;

use crate::{CallError, Route, SERVICE_TOKEN, Upstream, Within};

const TOKEN: HeaderName = HeaderName::from_static(SERVICE_TOKEN);

impl Upstream {
    /// Sends `request` to `service` with this service's token. The path stays as it is. Headers that speak of one
    /// connection only are for whoever passes requests on to take off, both ways.
    pub async fn send(&self, service: Service, mut request: Request<Body>) -> Result<Response, CallError> {
        let unavailable = |cause: String| CallError::Unavailable { service, cause };
        let token = self.key.token(self.me, service).map_err(|error| unavailable(error.to_string()))?;
        request.headers_mut().insert(TOKEN, token);
        match self.route(service) {
            Some(Route::InProcess(router)) => match router.oneshot(request).await {
                Ok(response) => Ok(response),
                Err(never) => match never {},
            },
            Some(Route::Static(addresses)) => {
                let base = addresses.pick().ok_or_else(|| unavailable("no address is configured".into()))?;
                self.send_over_http(base, request).await.map_err(|error| unavailable(error.to_string()))
            }
            None => Err(unavailable("no route is configured".into())),
        }
    }

    async fn send_over_http(&self, base: &str, request: Request<Body>) -> Result<Response, reqwest::Error> {
        let (mut parts, body) = request.into_parts();
        parts.headers.remove(header::HOST);
        let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
        let mut sent = self
            .http
            .request(parts.method, format!("{}{path}", base.trim_end_matches('/')))
            .headers(parts.headers)
            .body(reqwest::Body::wrap_stream(body.into_data_stream()));
        if let Some(Within(time)) = parts.extensions.get() {
            sent = sent.timeout(*time);
        }
        let sent = sent.send().await?;
        let mut response = Response::new(Body::empty());
        *response.status_mut() = sent.status();
        *response.headers_mut() = sent.headers().clone();
        *response.body_mut() = Body::from_stream(sent.bytes_stream());
        Ok(response)
    }
}
