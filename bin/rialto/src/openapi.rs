//! The OpenAPI document of the whole shop, put together from the services' own.

use utoipa::openapi::OpenApi;

/// All public operations, as served at `/openapi.json`.
pub fn document() -> OpenApi {
    gateway::merge(parts())
}

/// What each service says of itself.
pub fn parts() -> Vec<OpenApi> {
    let parts = [
        ("users", users::openapi()),
        ("catalog", catalog::openapi()),
        ("orders", orders::openapi()),
        ("payments", payments::openapi()),
        ("shipping", shipping::openapi()),
        ("notifications", notifications::openapi()),
        ("gateway", gateway::openapi()),
    ];
    let titled = parts.into_iter().map(|(service, mut part)| {
        service.clone_into(&mut part.info.title);
        part
    });
    titled.collect()
}
