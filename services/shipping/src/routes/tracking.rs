//! Tracking, for buyers, for whoever has the link, and for staff.

use axum::extract::State;
use contracts::ids::OrderId;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use web::{Caller, Json, Problem, ProblemBody, Query};

use crate::{
    App, Error,
    track::{self, Asked},
    view::Tracking,
};

#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"tracking_number": "RLT01234567890128"}))]
pub struct TrackShipment {
    /// Either this or `tracking_number`.
    pub order_id: Option<OrderId>,
    pub tracking_number: Option<String>,
}

#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct TrackQuery {
    /// The token of a tracking link, or of a guest's order.
    #[serde(rename = "token")]
    #[param(rename = "token")]
    pub _token: Option<String>,
}

/// Track an order
///
/// For the order's owner, for staff, and for whoever has the signed link of a parcel.
#[utoipa::path(
    post, path = "/shipping/track", operation_id = "track_shipment", tag = "shipping",
    params(TrackQuery),
    request_body = TrackShipment,
    responses(
        (status = 200, description = "Where it is, and all that was seen of it", body = Tracking),
        (status = 404, description = "`not_found`: there is none, or it is not yours", body = ProblemBody),
        (status = 422, description = "`invalid`: neither or both named, or a mistyped number", body = ProblemBody),
    ),
    security((), ("bearer" = []))
)]
pub async fn track_shipment(
    State(app): State<App>,
    caller: Caller,
    query: Query<TrackQuery>,
    Json(body): Json<TrackShipment>,
) -> Result<Json<Tracking>, Error> {
    // The token itself is the caller's; naming it here refuses parameters that mean nothing.
    drop(query);
    let asked = match (body.order_id, body.tracking_number) {
        (Some(order), None) => Asked::Order(order),
        (None, Some(number)) if number.len() <= 64 && !number.contains(char::is_control) => {
            Asked::TrackingNumber(number)
        }
        // What no carrier gives out is not there, like any other that is not.
        (None, Some(_)) => return Err(Error::NotFound),
        (None, None) => {
            return Err(Problem::invalid_field("order_id", "required", "or tracking_number is required").into());
        }
        (Some(_), Some(_)) => {
            return Err(
                Problem::invalid_field("tracking_number", "conflicting", "must not stand beside order_id").into()
            );
        }
    };
    Ok(Json(track::track(&app, &caller, asked).await?))
}
