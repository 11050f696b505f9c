//! What only other services may ask.

use axum::{Router, extract::State, routing::post};
use contracts::calls::{PriceItems, PricedItems};
use web::{Caller, Json, Problem};

use crate::{App, Error, price_items};

/// SKUs in one question.
const SKUS_MAX: usize = 500;

pub fn routes() -> Router<App> {
    Router::new().route("/internal/price-items", post(price))
}

async fn price(
    State(app): State<App>,
    caller: Caller,
    Json(asked): Json<PriceItems>,
) -> Result<Json<PricedItems>, Error> {
    caller.require_service()?;
    if asked.skus.len() > SKUS_MAX {
        return Err(Problem::invalid_field("skus", "too_many", "must be 500 at most").into());
    }
    Ok(Json(price_items::price_items(&app, &asked.skus).await?))
}
