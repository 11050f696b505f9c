//! Who may come in: requests that are too long, too many, badly signed or without the account they need are answered
//! here, before any service is bothered.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, Method, StatusCode, Uri, header, request::Parts};
use metrics::Gauge;
use web::{Problem, User};

use crate::{
    App,
    arrival::Client,
    forward,
    kept::Answer,
    limits::{Tally, TooOften, Who},
    routes::{self, Kind},
};

const URI_MAX_BYTES: usize = 8 * 1024;
const HEADERS_MAX_BYTES: usize = 16 * 1024;
/// The server sees to it for HTTP/1; over HTTP/2 it knows the bytes only.
const HEADERS_MAX: usize = 100;

/// Counts the requests being worked on, also when the client hangs up.
struct InFlight<'a>(&'a Gauge);

impl<'a> InFlight<'a> {
    fn begin(active: &'a Gauge) -> Self {
        active.increment(1);
        Self(active)
    }
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.0.decrement(1);
    }
}

/// The layer around the gateway's own routes, except those that probes ask.
pub(crate) async fn admit(State(app): State<App>, request: Request, next: Next) -> Response {
    admitted(&app, request, |request| next.run(request)).await
}

/// As the layer, for a request whose answer is known already.
pub(crate) async fn admit_to(app: &App, request: Request, kept: Arc<Answer>) -> Response {
    admitted(app, request, |_| std::future::ready(kept.again())).await
}

/// The layer around what is passed on. Its answers tell which template the path has.
pub(crate) async fn admit_labelled(State(app): State<App>, request: Request, next: Next) -> Response {
    let label = forward::template(&app, request.uri().path());
    let mut response = admitted(&app, request, |request| next.run(request)).await;
    // A page has told its own.
    response.extensions_mut().get_or_insert_with(|| label);
    response
}

async fn admitted<F>(app: &App, request: Request, answer: impl FnOnce(Request) -> F) -> Response
where
    F: Future<Output = Response>,
{
    let _in_flight = InFlight::begin(&app.active);
    let Ok(_place) = app.places.try_acquire() else { return overloaded().into_response() };
    let (parts, body) = request.into_parts();
    let address = Who::address(client(&parts));
    let kind = routes::plain(parts.uri.path()).map_or(Kind::General, |path| routes::kind(&parts.method, path));
    let mut tally = Tally::default();
    let mut response = match check(app, &parts, kind, address, &mut tally).await {
        Ok(()) => answer(Request::from_parts(parts, body)).await,
        Err(problem) => problem.into_response(),
    };
    if kind == Kind::Webhook
        && is_refusal(response.status())
        && let Err(too_often) = app.limits.count(|limits| &limits.bad_signature, address, &mut tally).await
    {
        response = Problem::from(too_often).into_response();
    }
    tally.write(response.headers_mut());
    response
}

fn client(request: &Parts) -> std::net::IpAddr {
    let unknown = Client(std::net::Ipv4Addr::UNSPECIFIED.into());
    request.extensions.get::<Client>().copied().unwrap_or(unknown).0
}

async fn check(app: &App, request: &Parts, kind: Kind, address: Who, tally: &mut Tally) -> Result<(), Problem> {
    short_enough(&request.uri, &request.headers)?;
    if kind == Kind::Webhook {
        // Signed in a way that only payments can check, and not to be held up.
        return Ok(());
    }
    let user = user(app, &request.headers, address, tally).await?;
    let who = user.as_ref().map_or(address, |user| Who::Account(user.id));
    count(app, kind, address, who, tally).await?;
    same_site(app, request)?;
    let path = routes::plain(request.uri.path()).unwrap_or_default();
    if user.is_none() && app.openapi.is_account_only(&request.method, path) {
        return Err(Problem::unauthorized());
    }
    Ok(())
}

/// Whom the access token speaks for, if there is one. A bad one is refused at once, and counted against the address.
async fn user(app: &App, headers: &HeaderMap, address: Who, tally: &mut Tally) -> Result<Option<User>, Problem> {
    let Some(authorization) = headers.get(header::AUTHORIZATION) else { return Ok(None) };
    let outcome = match authorization.to_str() {
        // Boxed: large, and most requests come without a token.
        Ok(authorization) => Box::pin(app.verifier.user(authorization)).await,
        Err(_) => Err(Problem::unauthorized()),
    };
    match outcome {
        Ok(user) => Ok(Some(user)),
        Err(problem) => {
            app.limits.count(|limits| &limits.address, address, tally).await?;
            Err(problem)
        }
    }
}

async fn count(app: &App, kind: Kind, address: Who, who: Who, tally: &mut Tally) -> Result<(), Problem> {
    let limits = &app.limits;
    let signed_in = matches!(who, Who::Account(_));
    match signed_in {
        true => limits.count(|limits| &limits.account, who, tally).await?,
        false => limits.count(|limits| &limits.address, address, tally).await?,
    }
    match kind {
        Kind::General | Kind::Webhook => {}
        Kind::Login => limits.count(|limits| &limits.login, address, tally).await?,
        Kind::Register => limits.count(|limits| &limits.register, address, tally).await?,
        Kind::Recover => limits.count(|limits| &limits.recover, address, tally).await?,
        Kind::Guess => limits.count(|limits| &limits.guess, who, tally).await?,
        Kind::Report => limits.count(|limits| &limits.report, address, tally).await?,
        Kind::PlaceOrder => {
            if signed_in {
                limits.count(|limits| &limits.order_by_account, who, tally).await?;
            }
            limits.count(|limits| &limits.order_by_address, address, tally).await?;
        }
        Kind::Pay => {
            if signed_in {
                limits.count(|limits| &limits.payment_by_account, who, tally).await?;
            }
            limits.count(|limits| &limits.payment_by_address, address, tally).await?;
        }
    }
    Ok(())
}

impl From<TooOften> for Problem {
    fn from(too_often: TooOften) -> Self {
        Self::too_many_requests(too_often.retry_after_secs)
    }
}

pub(crate) fn overloaded() -> Problem {
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "overloaded")
        .detail("The shop is very busy. Please try again in a moment.")
        .retry_after_secs(1)
}

fn short_enough(uri: &Uri, headers: &HeaderMap) -> Result<(), Problem> {
    let uri_bytes = uri.path_and_query().map_or(0, |path| path.as_str().len());
    if uri_bytes > URI_MAX_BYTES {
        let problem = Problem::new(StatusCode::URI_TOO_LONG, "uri_too_long");
        return Err(problem.detail(format!("The address may have {URI_MAX_BYTES} bytes at most.")));
    }
    let header_bytes: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
    if header_bytes > HEADERS_MAX_BYTES || headers.len() > HEADERS_MAX {
        let problem = Problem::new(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "headers_too_large");
        return Err(problem.detail(format!("There may be {HEADERS_MAX} headers of {HEADERS_MAX_BYTES} bytes at most.")));
    }
    Ok(())
}

/// A page of a stranger's may not act with our cookies. Browsers say where a request comes from.
fn same_site(app: &App, request: &Parts) -> Result<(), Problem> {
    let text = |name: &str| request.headers.get(name).and_then(|value| value.to_str().ok());
    let changes = !matches!(request.method, Method::GET | Method::HEAD | Method::OPTIONS);
    let listed =
        text("origin").is_some_and(|origin| app.config.allowed_origins.iter().any(|allowed| allowed == origin));
    let foreign = text("sec-fetch-site") == Some("cross-site");
    if changes && foreign && !listed && request.headers.contains_key(header::COOKIE) {
        return Err(Problem::new(StatusCode::FORBIDDEN, "cross_site").detail("Pages of other sites may not do that."));
    }
    Ok(())
}

/// The answers that a bad signature gets.
fn is_refusal(status: StatusCode) -> bool {
    matches!(status, StatusCode::BAD_REQUEST | StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN)
}
