//! What buyers do: pay an order, and ask how that went.

use axum::extract::State;
use contracts::{
    calls::OrderAccess,
    ids::{OrderId, PaymentId},
    permissions::Permission,
};
use http::{HeaderValue, Uri};
use serde::{Deserialize, Serialize};
use upstream::Context;
use utoipa::{IntoParams, ToSchema};
use web::{
    Caller, Checks, IdempotencyKey, Json, Problem, ProblemBody, Query,
    answers::{Invalid, NotFound},
    idempotency::Answer,
    request,
};

use crate::{
    App, Config, Error,
    card::CardFree,
    checkout::{self, Checkout},
    collect::Which,
    model::CaptureMethod,
    views::PaymentState,
};

/// How to pay. The amount is the order's, and nothing that can be sent.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "order_id": "0192f0c1-a2b3-7c4d-8e5f-60718293a4b6", "method": {"type": "card", "token": "tok_visa"},
    "return_url": "/checkout/return"
}))]
pub struct CheckoutRequest {
    pub order_id: OrderId,
    /// Not needed for an order that costs nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<Method>,
    /// Where to come back to after a step elsewhere: a path of the shop, or a URL on one of its origins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 2000)]
    pub return_url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capture_method: Option<CaptureMethod>,
}

/// What to pay with.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Method {
    Card {
        /// What the provider's form gave for the card. Never the card's number.
        #[schema(max_length = 255)]
        token: String,
    },
}

// A token is as good as a card, once.
impl std::fmt::Debug for Method {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Card")
    }
}

impl CheckoutRequest {
    fn check(&self, config: &Config) -> Result<(), Problem> {
        let mut checks = Checks::new();
        if let Some(Method::Card { token }) = &self.method {
            checks.text("method.token", token, 1..=255);
        }
        if let Some(url) = &self.return_url {
            checks.text("return_url", url, 1..=2000);
            checks.require(leads_back(url, config), "return_url", "foreign_url", "must lead back to the shop");
        }
        checks.done()
    }

    fn checkout(self) -> Checkout {
        let token = self.method.map(|Method::Card { token }| token);
        Checkout { order_id: self.order_id, token, return_url: self.return_url, capture_method: self.capture_method }
    }
}

/// Whether a URL is a path of the shop, or stands on one of its origins.
fn leads_back(url: &str, config: &Config) -> bool {
    // Browsers read a backslash as a slash, and drop tabs and line breaks.
    if url.chars().any(|c| c.is_control() || c.is_whitespace() || c == '\\') {
        return false;
    }
    if url.starts_with('/') {
        return !url.starts_with("//");
    }
    let Ok(uri) = url.parse::<Uri>() else { return false };
    let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else { return false };
    let origin = format!("{scheme}://{authority}");
    config.return_origins.iter().chain([&config.public_url]).any(|ours| !ours.is_empty() && *ours == origin)
}

/// How one can pay here.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({"provider": "sandbox", "publishable_key": null, "methods": ["card"]}))]
pub struct PaymentMethods {
    /// Whose form takes the card.
    pub provider: String,
    /// What the provider's own code in the browser needs, if it needs anything.
    pub publishable_key: Option<String>,
    /// What `method.type` may be.
    pub methods: Vec<MethodKind>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = PaymentMethodKind)]
pub enum MethodKind {
    Card,
}

/// List payment methods
///
/// What the payment step shows: whose form, and what that needs.
#[utoipa::path(
    get, path = "/payment/methods", operation_id = "list_payment_methods", tag = "payment",
    responses((status = 200, body = PaymentMethods))
)]
pub async fn list_payment_methods(State(app): State<App>) -> Json<PaymentMethods> {
    Json(PaymentMethods {
        provider: app.provider.name().to_owned(),
        publishable_key: app.provider.publishable_key(),
        methods: vec![MethodKind::Card],
    })
}

/// Pay an order
///
/// Answers with the payment in Stripe's words. `requires_action` comes with what the buyer has to do; `processing`
/// (202) means that the outcome is not known yet. An order is charged at most once, however often it is asked for.
#[utoipa::path(
    post, path = "/payment/checkout", operation_id = "create_checkout", tag = "payment",
    params(
        ("Idempotency-Key" = Option<String>, Header, description = "The same key and body always get the same answer"),
        ("Order-Token" = Option<String>, Header, description = "A guest's proof that the order is theirs"),
    ),
    request_body = CheckoutRequest,
    responses(
        (status = 200, description = "Paid, held, or waiting for the buyer", body = PaymentState),
        (status = 202, description = "The outcome is not known yet: ask `/payment/status`", body = PaymentState),
        (status = 402, description = "Declined: `card_declined`, `insufficient_funds`, `expired_card`, `incorrect_cvc`, `authentication_required`, `processing_error`; with `payment_id`", body = ProblemBody),
        NotFound,
        (status = 409, description = "`order_cancelled`, `order_expired`, `order_not_payable`, `payment_conflicted`, `request_in_flight`", body = ProblemBody),
        (status = 422, description = "`invalid`, `card_number_refused`, `idempotency_key_reused`", body = ProblemBody),
        (status = 429, description = "`too_many_payment_attempts`", body = ProblemBody),
    ),
    security(("bearer" = []), ()),
)]
pub async fn create_checkout(
    State(app): State<App>,
    caller: Caller,
    key: IdempotencyKey,
    CardFree(body): CardFree<CheckoutRequest>,
) -> Result<Answer, Error> {
    known(&caller)?;
    body.check(&app.config)?;
    let app = app.holding(body.order_id);
    let request = key.request(&caller, "POST /payment/checkout", &body);
    checkout::pay(&app, on_behalf_of(&caller), &body.checkout(), request).await
}

/// What orders needs to tell whose order it is. A guest's token may stand in the query, which goes no further.
fn on_behalf_of(caller: &Caller) -> Context {
    let mut context = request::context();
    if context.order_token.is_none() {
        context.order_token = caller.order_token().and_then(|token| HeaderValue::from_str(token).ok());
    }
    context
}

/// Nobody at all cannot own an order; whether it exists is not for them to learn.
fn known(caller: &Caller) -> Result<(), Problem> {
    match (caller.user(), caller.order_token()) {
        (None, None) => Err(Problem::unauthorized()),
        _ => Ok(()),
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct StatusQuery {
    /// Either this or `payment_id`.
    pub order_id: Option<OrderId>,
    pub payment_id: Option<PaymentId>,
    /// A guest's proof that the order is theirs, if not in the `Order-Token` header.
    #[param(value_type = Option<String>)]
    #[serde(rename = "token")]
    pub _token: Option<String>,
}

/// Ask how a payment stands
///
/// By its own id or by its order's. Of several payments of one order, the one that counts.
#[utoipa::path(
    get, path = "/payment/status", operation_id = "get_payment_status", tag = "payment",
    params(StatusQuery, ("Order-Token" = Option<String>, Header, description = "A guest's proof that the order is theirs")),
    responses(
        (status = 200, description = "The payment", body = PaymentState),
        NotFound,
        Invalid,
    ),
    security(("bearer" = []), ()),
)]
pub async fn get_payment_status(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<StatusQuery>,
) -> Result<Json<PaymentState>, Error> {
    known(&caller)?;
    let which = Which::of(query.payment_id, query.order_id)?;
    let app = which.home(app);
    let payment = which.find(&app).await?;
    if !caller.can(Permission::PaymentsRead) {
        let access = OrderAccess { order_id: payment.order_id.into() };
        app.upstream.call(&access, &on_behalf_of(&caller)).await.map_err(Error::of_orders)?;
    }
    Ok(Json(PaymentState::of(&payment)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payment_leads_back_to_the_shop_and_nowhere_else() {
        let config = Config {
            public_url: "https://shop.example".into(),
            return_origins: vec!["https://m.shop.example".into()],
            ..Config::default()
        };
        for good in ["/checkout/return?x=1#y", "https://shop.example/a", "https://m.shop.example/"] {
            assert!(leads_back(good, &config), "{good}");
        }
        for bad in [
            "//evil.example",
            "/\\evil.example",
            "https://evil.example/",
            "https://shop.example.evil.example/",
            "https://shop.example@evil.example/",
            "http://shop.example/",
            "javascript:alert(1)",
            "checkout",
            "/a\nb",
            "",
        ] {
            assert!(!leads_back(bad, &config), "{bad}");
        }
        assert!(!leads_back("https://shop.example/", &Config::default()));
    }
}
