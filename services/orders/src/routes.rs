//! The routes, by resource. Handlers take a request apart, call, and put the answer together.

mod carts;
mod internal;
mod orders;
mod promotions;
mod reports;
mod returns;

use axum::body::Bytes;
use serde::de::DeserializeOwned;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use web::Problem;

pub use internal::internal;

use crate::App;

#[derive(OpenApi)]
#[openapi(
    info(title = "Rialto orders", version = "1"),
    tags(
        (name = "carts", description = "The cart, kept by the shop: for guests by a token, for customers by their account."),
        (name = "orders", description = "Orders: placing, reading, moving along, cancelling."),
        (name = "returns", description = "Returns: asked for, approved, received, refunded."),
        (name = "promotions", description = "Coupon codes."),
        (name = "reports", description = "What was sold, and what waits for a person."),
    )
)]
struct Document;

/// The public routes and their document.
pub fn public() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(Document::openapi())
        .merge(carts::routes())
        .merge(orders::routes())
        .merge(returns::routes())
        .merge(promotions::routes())
        .merge(reports::routes())
}

/// A body that may be left out altogether.
fn optional_body<T: DeserializeOwned + Default>(body: &Bytes) -> Result<T, Problem> {
    if body.iter().all(u8::is_ascii_whitespace) { Ok(T::default()) } else { web::extract::read_json(body) }
}
