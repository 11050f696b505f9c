//! `/events`: how the shop's events flow and which are stuck, put together from what each service says of its own.
//! A service that does not answer is named, and the others are shown.

use std::time::Duration;

use axum::extract::State;
use contracts::{
    Call, Service,
    event_desk::{
        EventsStanding, ListParked, ListSkipped, ParkedEvent, RetryParked, ServiceEvents, SkipParked, SkipReason,
        SkippedEvent,
    },
    ids::EventId,
    permissions::Permission,
};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use tokio::task::JoinSet;
use upstream::{CallError, Context};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use web::{
    Caller, Checks, Cursor, Json, Path, Problem, ProblemBody, Query,
    answers::{Invalid, StaffOnly},
    request,
};

use crate::App;

/// How long one service may take to say something about its events.
const ANSWER_WITHIN: Duration = Duration::from_secs(3);
/// Those that have events.
const SERVICES: [Service; 6] =
    [Service::Users, Service::Catalog, Service::Orders, Service::Payments, Service::Shipping, Service::Notifications];

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_event_flows))
        .routes(routes!(list_parked_events))
        .routes(routes!(retry_parked_event))
        .routes(routes!(skip_parked_event))
        .routes(routes!(list_skipped_events))
}

/// How the shop's events flow.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "services": [{
        "service": "orders", "outbox": {"depth": 0, "oldest_at": null},
        "consumer": {"position": 812, "head": 813, "topics": [{"topic": "payments", "lag": 1}, {"topic": "shipping", "lag": 0}]},
        "parked": 0
    }],
    "silent": [{"service": "notifications", "cause": "notifications is unavailable: connection refused"}]
}))]
struct EventFlows {
    services: Vec<ServiceEvents>,
    silent: Vec<Silent>,
}

/// A service that could not be asked.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"service": "notifications", "cause": "notifications is unavailable: connection refused"}))]
struct Silent {
    service: Service,
    cause: String,
}

/// One page, service by service, and of each the oldest first.
#[derive(Serialize, ToSchema)]
struct EventsPage<T> {
    items: Vec<T>,
    /// Pass it as `cursor` to get the next page; absent on the last one.
    next_cursor: Option<String>,
    /// Services whose events are missing here.
    silent: Vec<Silent>,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct EventsQuery {
    /// Of this service only.
    service: Option<Service>,
    /// Items at most, 1 to 100; 20 if absent.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// Show how events flow
///
/// What each service has not sent yet, how far it has read, and how many events it could not apply.
#[utoipa::path(
    get, path = "/events", operation_id = "list_event_flows", tag = "events", security(("bearer" = [])),
    responses(
        (status = 200, body = EventFlows),
        StaffOnly,
    )
)]
async fn list_event_flows(State(app): State<App>, caller: Caller) -> Result<Json<EventFlows>, Problem> {
    caller.require(Permission::EventsRead)?;
    let context = request::context();
    let mut asked = JoinSet::new();
    for service in SERVICES {
        let (app, context) = (app.clone(), context.clone());
        asked.spawn(async move { (service, ask(&app, &EventsStanding { service }, &context).await) });
    }
    let mut answers = asked.join_all().await;
    answers.sort_by_key(|(service, _)| *service);
    let mut flows = EventFlows { services: Vec::new(), silent: Vec::new() };
    for (service, answer) in answers {
        match heard(service, answer)? {
            Ok(standing) => flows.services.push(standing),
            Err(silent) => flows.silent.push(silent),
        }
    }
    Ok(Json(flows))
}

/// List parked events
///
/// Events that a service could not apply, with their cause. They are tried again with growing pauses; later events of
/// the same service about the same subject wait behind them.
#[utoipa::path(
    get, path = "/events/parked", operation_id = "list_parked_events", tag = "events",
    params(EventsQuery), security(("bearer" = [])),
    responses(
        (status = 200, body = EventsPage<ParkedEvent>),
        Invalid,
        StaffOnly,
    )
)]
async fn list_parked_events(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<EventsQuery>,
) -> Result<Json<EventsPage<ParkedEvent>>, Problem> {
    caller.require(Permission::EventsRead)?;
    let call = |service, after, limit| ListParked { service, after, limit };
    Ok(Json(page(&app, &query, call, |event: &ParkedEvent| event.position).await?))
}

/// Try a parked event now
///
/// The service does so within a moment: see whether it still is in the list.
#[utoipa::path(
    post, path = "/events/parked/{service}/{id}/retry", operation_id = "retry_parked_event", tag = "events",
    params(("service" = Service, Path), ("id" = EventId, Path)), security(("bearer" = [])),
    responses(
        (status = 202, body = ParkedEvent),
        StaffOnly,
        (status = 409, description = "`event_waits` with `waits_behind`: an earlier event has to be applied first", body = ProblemBody),
    )
)]
async fn retry_parked_event(
    State(app): State<App>,
    caller: Caller,
    Path((service, id)): Path<(Service, EventId)>,
) -> Result<(StatusCode, Json<ParkedEvent>), Problem> {
    caller.require(Permission::EventsWrite)?;
    let asked = ask(&app, &RetryParked { service: with_events(service)?, id }, &request::context()).await;
    Ok((StatusCode::ACCEPTED, Json(asked.map_err(passed_on)?)))
}

/// Give a parked event up
///
/// It is never applied, also not when events are read again, and those behind it go on. It is kept, with the reason and
/// with who said so.
#[utoipa::path(
    post, path = "/events/parked/{service}/{id}/skip", operation_id = "skip_parked_event", tag = "events",
    params(("service" = Service, Path), ("id" = EventId, Path)), security(("bearer" = [])), request_body = SkipReason,
    responses(
        (status = 200, body = SkippedEvent),
        StaffOnly,
    )
)]
async fn skip_parked_event(
    State(app): State<App>,
    caller: Caller,
    Path((service, id)): Path<(Service, EventId)>,
    Json(body): Json<SkipReason>,
) -> Result<Json<SkippedEvent>, Problem> {
    caller.require(Permission::EventsWrite)?;
    Checks::new().text("reason", &body.reason, 1..=500).done()?;
    let call = SkipParked { service: with_events(service)?, id, reason: body.reason };
    Ok(Json(ask(&app, &call, &request::context()).await.map_err(passed_on)?))
}

/// List skipped events
///
/// Events that somebody gave up, with the reason.
#[utoipa::path(
    get, path = "/events/skipped", operation_id = "list_skipped_events", tag = "events",
    params(EventsQuery), security(("bearer" = [])),
    responses(
        (status = 200, body = EventsPage<SkippedEvent>),
        Invalid,
        StaffOnly,
    )
)]
async fn list_skipped_events(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<EventsQuery>,
) -> Result<Json<EventsPage<SkippedEvent>>, Problem> {
    caller.require(Permission::EventsRead)?;
    let call = |service, after, limit| ListSkipped { service, after, limit };
    Ok(Json(page(&app, &query, call, |event: &SkippedEvent| event.position).await?))
}

/// Fills a page from one service after the other. A cursor names the service and the position it got to.
async fn page<C, T>(
    app: &App,
    query: &EventsQuery,
    call: impl Fn(Service, Option<i64>, u64) -> C,
    position: impl Fn(&T) -> i64,
) -> Result<EventsPage<T>, Problem>
where
    C: Call<Answer = Vec<T>>,
{
    let limit = web::page::limit(query.limit)?;
    let begin: Option<(Service, i64)> = query.cursor.as_deref().map(Cursor::read).transpose()?;
    let context = request::context();
    let mut page = EventsPage { items: Vec::new(), next_cursor: None, silent: Vec::new() };
    let wanted = SERVICES.into_iter().filter(|service| query.service.is_none_or(|only| only == *service));
    for service in wanted.skip_while(|service| begin.is_some_and(|(first, _)| first != *service)) {
        let after = begin.filter(|(first, _)| *first == service).map(|(_, after)| after);
        let room = limit - page.items.len() as u64;
        let answer = ask(app, &call(service, after, room), &context).await;
        match heard(service, answer)? {
            Ok(items) => page.items.extend(items),
            Err(silent) => page.silent.push(silent),
        }
        if page.items.len() as u64 >= limit {
            page.next_cursor = page.items.last().map(|last| Cursor::write(&(service, position(last))));
            break;
        }
    }
    Ok(page)
}

/// Asks one service, and does not wait for ever.
async fn ask<C: Call>(app: &App, call: &C, context: &Context) -> Result<C::Answer, CallError> {
    let late = |_| CallError::Unavailable { service: call.service(), cause: "no answer in time".to_owned() };
    tokio::time::timeout(ANSWER_WITHIN, app.upstream.call(call, context))
        .await
        .unwrap_or_else(|late_by| Err(late(late_by)))
}

/// What a service said, or that it said nothing. That the caller may not know is for all of them to say.
fn heard<T>(service: Service, answer: Result<T, CallError>) -> Result<Result<T, Silent>, Problem> {
    match answer {
        Ok(answer) => Ok(Ok(answer)),
        Err(error) if matches!(error.code(), Some("unauthorized" | "forbidden")) => Err(passed_on(error)),
        Err(error) => {
            tracing::warn!(%service, %error, "events: a service did not answer");
            Ok(Err(Silent { service, cause: error.to_string() }))
        }
    }
}

/// A service's refusal as the client gets it.
fn passed_on(error: CallError) -> Problem {
    match (error.code(), &error) {
        (Some("not_found"), _) => Problem::not_found(),
        (Some("unauthorized"), _) => Problem::unauthorized(),
        (Some("forbidden"), _) => Problem::forbidden(),
        (Some("event_waits"), CallError::Problem { body, .. }) => {
            let problem = Problem::new(StatusCode::CONFLICT, "event_waits");
            problem.detail(body["detail"].as_str().unwrap_or_default()).with("waits_behind", &body["waits_behind"])
        }
        _ => Problem::from(error),
    }
}

/// The gateway itself has no events.
fn with_events(service: Service) -> Result<Service, Problem> {
    if SERVICES.contains(&service) { Ok(service) } else { Err(Problem::not_found()) }
}
