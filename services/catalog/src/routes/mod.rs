//! The catalog over HTTP, one file a resource.

pub mod back_in_stock;
pub mod categories;
pub mod internal;
pub mod media;
pub mod products;
pub mod reviews;

use axum::extract::DefaultBodyLimit;
use utoipa_axum::router::OpenApiRouter;

use crate::{App, import, inventory};

/// A product with 2,048 variants is larger than other bodies.
const PRODUCT_MAX_BYTES: usize = 4 * 1024 * 1024;

/// The public operations.
pub fn public() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(products::routes().layer(DefaultBodyLimit::max(PRODUCT_MAX_BYTES)))
        .merge(reviews::routes())
        .merge(back_in_stock::routes())
        .merge(categories::routes())
        .merge(media::routes())
        .merge(inventory::routes())
        .merge(import::routes())
}
