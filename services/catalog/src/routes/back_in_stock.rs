//! Asking to be told when something can be had again.

use axum::extract::State;
use http::{HeaderMap, StatusCode, header};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use web::{Caller, Checks, Json, Path, ProblemBody};

use super::products;
use crate::{
    App, Error,
    back_in_stock::{self, Asker},
};

const LOCALE_MAX_LEN: usize = 35;
const SKU_MAX_LEN: usize = 100;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(ask_for_restock))
}

/// Whom to tell of what.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"email": "ada@example.test", "sku": "KIT-MUG-SAN", "locale": "de"}))]
pub struct RestockWish {
    pub email: String,
    pub sku: String,
    /// The language of the mail, BCP 47; if absent, as `Accept-Language` says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
}

/// Ask to be told when it is back
///
/// One mail when the sold-out variant can be had again. Asking again changes nothing.
#[utoipa::path(
    post, path = "/products/{id}/back-in-stock", operation_id = "ask_for_restock", tag = "products",
    request_body = RestockWish, params(("id" = String, Path, description = "Id or slug")),
    security((), ("bearer" = [])),
    responses(
        (status = 204),
        (status = 409, description = "`in_stock`, `too_many_waits`", body = ProblemBody),
    )
)]
async fn ask_for_restock(
    State(app): State<App>,
    caller: Caller,
    Path(name): Path<String>,
    headers: HeaderMap,
    Json(wish): Json<RestockWish>,
) -> Result<StatusCode, Error> {
    let locale = wish.locale.unwrap_or_else(|| preferred_language(&headers));
    Checks::new()
        .email("email", &wish.email)
        .text("sku", &wish.sku, 1..=SKU_MAX_LEN)
        .text("locale", &locale, 0..=LOCALE_MAX_LEN)
        .done()?;
    let head = products::published(&app, &name).await?;
    let asker = Asker { email: wish.email, user_id: caller.user().map(|user| user.id), locale };
    back_in_stock::wait(&app, &head, &wish.sku, asker).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The first language that the browser names.
fn preferred_language(headers: &HeaderMap) -> String {
    let value = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let first = value.split([',', ';']).next().unwrap_or_default().trim();
    if first.len() <= LOCALE_MAX_LEN { first.to_owned() } else { String::new() }
}
