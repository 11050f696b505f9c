//! `/internal/events`: a service's desk over HTTP. The gateway asks, on behalf of whoever looks after the shop.

use axum::{
    Router,
    extract::State,
    routing::{get, post},
};
use contracts::{
    event_desk::{ParkedEvent, ServiceEvents, SkipReason, SkippedEvent},
    ids::EventId,
    permissions::Permission,
};
use http::StatusCode;
use serde::Deserialize;
use web::{Caller, Checks, Json, Path, Problem, Query};

use crate::{DeskError, Desks};

/// The desk's routes, without the layers that stand around a service's own.
pub fn routes(desks: impl Into<Desks>) -> Router {
    Router::new()
        .route("/internal/events", get(standing))
        .route("/internal/events/parked", get(parked))
        .route("/internal/events/parked/{id}/retry", post(retry))
        .route("/internal/events/parked/{id}/skip", post(skip))
        .route("/internal/events/skipped", get(skipped))
        .with_state(desks.into())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Place {
    after: Option<i64>,
    limit: Option<u64>,
}

async fn standing(State(desks): State<Desks>, caller: Caller) -> Result<Json<ServiceEvents>, Problem> {
    caller.require(Permission::EventsRead)?;
    Ok(Json(desks.standing().await?))
}

async fn parked(
    State(desks): State<Desks>,
    caller: Caller,
    Query(place): Query<Place>,
) -> Result<Json<Vec<ParkedEvent>>, Problem> {
    caller.require(Permission::EventsRead)?;
    Ok(Json(desks.parked(place.after, web::page::limit(place.limit)?).await?))
}

async fn retry(
    State(desks): State<Desks>,
    caller: Caller,
    Path(id): Path<EventId>,
) -> Result<Json<ParkedEvent>, Problem> {
    caller.require(Permission::EventsWrite)?;
    Ok(Json(desks.retry(id).await?))
}

async fn skip(
    State(desks): State<Desks>,
    caller: Caller,
    Path(id): Path<EventId>,
    Json(body): Json<SkipReason>,
) -> Result<Json<SkippedEvent>, Problem> {
    let user = caller.require(Permission::EventsWrite)?;
    Checks::new().text("reason", &body.reason, 1..=500).done()?;
    Ok(Json(desks.skip(id, &format!("staff:{}", user.id), body.reason.trim()).await?))
}

async fn skipped(
    State(desks): State<Desks>,
    caller: Caller,
    Query(place): Query<Place>,
) -> Result<Json<Vec<SkippedEvent>>, Problem> {
    caller.require(Permission::EventsRead)?;
    Ok(Json(desks.skipped(place.after, web::page::limit(place.limit)?).await?))
}

impl From<DeskError> for Problem {
    fn from(error: DeskError) -> Self {
        match error {
            DeskError::NotParked => Self::not_found(),
            DeskError::Waits(head) => Self::new(StatusCode::CONFLICT, "event_waits")
                .detail(format!("It waits behind {head}, which has to be applied first."))
                .with("waits_behind", head),
            DeskError::Db(error) => Self::store(&error),
            DeskError::Log(error) => Self::unavailable(error),
        }
    }
}
