//! One's own address book.

use axum::extract::State;
use contracts::Address;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Caller, Checks, IdempotencyKey, Json, Page, Path, ProblemBody, idempotency::Answer};

use crate::{
    App,
    books::{self, Entry},
    error::Error,
    signed_in::SignedIn,
    store,
    views::AddressView,
};

#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "label": "Home", "default_shipping": true,
    "address": {"name": "Ada Lovelace", "line1": "Torstraße 1", "city": "Berlin", "postal_code": "10119", "country": "DE"}
}))]
pub struct WriteAddress {
    label: Option<String>,
    address: Address,
    #[serde(default)]
    default_shipping: bool,
    #[serde(default)]
    default_billing: bool,
}

impl WriteAddress {
    fn checked(self) -> Result<Entry, Error> {
        let mut checks = Checks::new();
        checks.address("address", &self.address);
        checks.text("label", self.label.as_deref().unwrap_or_default(), 0..=60);
        checks.done()?;
        Ok(Entry {
            label: self.label.filter(|label| !label.trim().is_empty()),
            address: self.address,
            is_default_shipping: self.default_shipping,
            is_default_billing: self.default_billing,
        })
    }
}

/// List my addresses
#[utoipa::path(
    get, path = "/users/addresses", operation_id = "list_addresses", tag = "users", security(("bearer" = [])),
    responses((status = 200, body = Page<AddressView>)),
)]
pub async fn list_addresses(State(app): State<App>, me: SignedIn) -> Result<Json<Page<AddressView>>, Error> {
    let rows = store::addresses::of_user(app.db.reader(), me.id()).await?;
    let items = rows.into_iter().map(|row| AddressView::of(row, &me.user)).collect();
    Ok(Json(Page { items, next_cursor: None }))
}

/// Add an address
#[utoipa::path(
    post, path = "/users/addresses", operation_id = "create_address", tag = "users", security(("bearer" = [])),
    params(("Idempotency-Key" = Option<String>, Header)), request_body = WriteAddress,
    responses(
        (status = 201, body = AddressView),
        (status = 409, body = ProblemBody, description = "`too_many_addresses`, `request_in_flight`"),
        (status = 422, body = ProblemBody, description = "`invalid`, `idempotency_key_reused`"),
    ),
)]
pub async fn create_address(
    State(app): State<App>,
    me: SignedIn,
    caller: Caller,
    key: IdempotencyKey,
    Json(body): Json<WriteAddress>,
) -> Result<Answer, Error> {
    let request = key.request(&caller, "POST /users/addresses", &body);
    books::add(&app, &me, body.checked()?, request).await
}

/// Get one of my addresses
#[utoipa::path(
    get, path = "/users/addresses/{id}", operation_id = "get_address", tag = "users",
    security(("bearer" = [])), params(("id" = Uuid, Path)),
    responses((status = 200, body = AddressView)),
)]
pub async fn get_address(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<Uuid>,
) -> Result<Json<AddressView>, Error> {
    let row = store::addresses::one(app.db.reader(), me.id(), id).await?.ok_or(Error::NotFound)?;
    Ok(Json(AddressView::of(row, &me.user)))
}

/// Change one of my addresses
#[utoipa::path(
    put, path = "/users/addresses/{id}", operation_id = "update_address", tag = "users",
    security(("bearer" = [])), params(("id" = Uuid, Path)), request_body = WriteAddress,
    responses((status = 200, body = AddressView)),
)]
pub async fn update_address(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<Uuid>,
    Json(body): Json<WriteAddress>,
) -> Result<Json<AddressView>, Error> {
    Ok(Json(books::change(&app, &me, id, body.checked()?).await?))
}

/// Remove one of my addresses
#[utoipa::path(
    delete, path = "/users/addresses/{id}", operation_id = "delete_address", tag = "users",
    security(("bearer" = [])), params(("id" = Uuid, Path)),
    responses((status = 204)),
)]
pub async fn delete_address(State(app): State<App>, me: SignedIn, Path(id): Path<Uuid>) -> Result<StatusCode, Error> {
    books::remove(&app, &me, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
