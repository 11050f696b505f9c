//! The OpenAPI document of the whole shop, put together from the services' own.

use utoipa::openapi::OpenApi;

/// All public operations, as served at `/openapi.json`.
pub fn document() -> OpenApi {
    gateway::merge(vec![
        users::openapi(),
        catalog::openapi(),
        orders::openapi(),
        payments::openapi(),
        shipping::openapi(),
        notifications::openapi(),
    ])
}
