//! What other services' events mean here: each becomes at most one message, in one transaction that may run twice.

use std::collections::BTreeSet;

use bus::Received;
use chrono::{DateTime, Duration, Utc};
use contracts::{
    events::{
        AccountSecurityChanged, BackInStock, DisputeOpened, OrderCreated, OrderErased, OrderStatusChanged,
        PaymentFailed, RefundProcessed, ReturnUpdated, SecurityChange, ShipmentStatus, ShippingUpdated, UserErased,
        UserRegistered,
    },
    ids::{EventId, OrderId, UserId},
    order::{OrderSnapshot, OrderStatus},
};
use db::{Tx, inbox};
use serde_json::{Map, Value, json};

use crate::{
    App,
    compose::{self, Draft, Recipient},
    consent::{self, Decision, Person},
    contacts::{self, Contact},
    erase,
    error::Error,
    model::{self, Topic},
    queue,
};

pub const CONSUMER: &str = "notifications";

pub async fn on_user_registered(app: App, event: Received<UserRegistered>) -> Result<(), Error> {
    let draft = Draft {
        template: "welcome".into(),
        to: Recipient::mail(&event.email, Some(event.user_id)),
        locale: event.locale.clone(),
        data: object(json!({"name": event.name})),
        dedupe_key: format!("welcome:{}", event.user_id),
        order_id: None,
    };
    let letter = compose::compose(&app, draft).await?;
    if event.marketing_consent && is_news_elsewhere(&app, event.id).await? {
        let tx = app.shards.first().begin().await?;
        agree_to_marketing(&app, &tx, event.user_id).await?;
        tx.commit().await?;
    }
    let tx = app.db.begin().await?;
    if !event.first_time(&tx, CONSUMER).await? {
        return Ok(());
    }
    if event.marketing_consent && app.shard.is_first() {
        agree_to_marketing(&app, &tx, event.user_id).await?;
    }
    queue::enqueue(&tx, &letter).await?;
    tx.commit().await?;
    app.wake();
    Ok(())
}

/// Whether an event that was not applied yet has something to write in the first shard before it is applied in another.
async fn is_news_elsewhere(app: &App, event: EventId) -> Result<bool, Error> {
    Ok(!app.shard.is_first() && !inbox::has(app.db.reader(), CONSUMER, event).await?)
}

/// In the first shard, which for others may do it again: whatever was decided since stands.
async fn agree_to_marketing(app: &App, tx: &Tx, user: UserId) -> Result<(), Error> {
    // By account only: whether the address is theirs is not proven yet.
    let person = Person { user_id: Some(user.uuid()), recipient_key: None };
    if consent::latest(&**tx, &person, Topic::Marketing, "email").await?.is_some() {
        return Ok(());
    }
    let text_version = &app.config.consent_text_version;
    let decision =
        Decision { topic: Topic::Marketing, channel: "email", granted: true, source: "registration", text_version };
    consent::decide(tx, &person, &decision).await?;
    Ok(())
}

pub async fn on_account_security_changed(app: App, event: Received<AccountSecurityChanged>) -> Result<(), Error> {
    let template = match event.change {
        SecurityChange::PasswordChanged | SecurityChange::PasswordReset => "password_changed",
        SecurityChange::NewDevice => "new_device",
        _ => "security_alert",
    };
    let mut data = json!({
        "name": event.name,
        "at": event.occurred_at,
        "account_url": format!("{}{}", app.config.public_url, app.config.account_page),
    });
    if template == "security_alert" {
        data["change"] = json!(event.change);
    }
    let draft = Draft {
        template: template.into(),
        to: Recipient::mail(&event.email, Some(event.user_id)),
        locale: event.locale.clone(),
        data: object(data),
        // Each change is told of, so the event itself is the subject.
        dedupe_key: format!("{template}:{}", event.id),
        order_id: None,
    };
    tell(&app, &event, draft).await
}

/// The shard of the account sees to all shards: only there every address is known that the account was written to.
pub fn is_of_this_shard(app: &App, event: &UserErased) -> bool {
    app.shards.holding(event.user_id.uuid()) == app.shard
}

/// Its own shard comes last, for as long as that has not forgotten, it can begin again.
pub async fn on_user_erased(app: App, event: Received<UserErased>) -> Result<(), Error> {
    let user = event.user_id;
    let others: Vec<App> = app.everywhere().into_iter().filter(|other| other.shard != app.shard).collect();
    let mut known = BTreeSet::new();
    if !others.is_empty() {
        let asked = |app: App| async move { erase::addresses(app.db.reader(), user.uuid()).await };
        known = db::everywhere(app.everywhere(), asked).await?.into_iter().flatten().collect();
    }
    for other in others {
        let tx = other.db.begin().await?;
        erase::forget(&tx, user, &known).await?;
        tx.commit().await?;
    }
    let tx = app.db.begin().await?;
    if !event.first_time(&tx, CONSUMER).await? {
        return Ok(());
    }
    erase::forget(&tx, user, &known).await?;
    tx.commit().await?;
    Ok(())
}

pub async fn on_order_created(app: App, event: Received<OrderCreated>) -> Result<(), Error> {
    let tx = app.db.begin().await?;
    if !event.first_time(&tx, CONSUMER).await? {
        return Ok(());
    }
    contacts::keep(&tx, &Contact::of(&event.order)).await?;
    tx.commit().await?;
    Ok(())
}

pub async fn on_order_status_changed(app: App, event: Received<OrderStatusChanged>) -> Result<(), Error> {
    let contact = Contact::of(&event.order);
    let draft = match event.to {
        OrderStatus::Processing => Some(confirmation(&app, &contact, &event.order, event.occurred_at)),
        OrderStatus::Cancelled => {
            let data = json!({"reason": event.reason, "paid": event.from != OrderStatus::Pending});
            Some(about(&app, "order_cancelled", &contact, &contact.order_id, data))
        }
        OrderStatus::Pending | OrderStatus::Shipped | OrderStatus::Delivered => None,
    };
    let letter = match draft {
        Some(draft) => Some(compose::compose(&app, draft).await?),
        None => None,
    };
    let tx = app.db.begin().await?;
    if !event.first_time(&tx, CONSUMER).await? {
        return Ok(());
    }
    contacts::keep(&tx, &contact).await?;
    if event.to == OrderStatus::Processing {
        contacts::note_confirmed(&tx, contact.order_id).await?;
    }
    if let Some(letter) = &letter {
        queue::enqueue(&tx, letter).await?;
    }
    tx.commit().await?;
    app.wake();
    Ok(())
}

/// The order's buyer is forgotten: also one who was a guest when it was placed, and in spite of an earlier event of the
/// order that came after the account's own.
pub async fn on_order_erased(app: App, event: Received<OrderErased>) -> Result<(), Error> {
    let tx = app.db.begin().await?;
    if !event.first_time(&tx, CONSUMER).await? {
        return Ok(());
    }
    erase::forget_order(&tx, event.order_id).await?;
    tx.commit().await?;
    Ok(())
}

pub async fn on_payment_failed(app: App, event: Received<PaymentFailed>) -> Result<(), Error> {
    let contact = contacts::find(&app.db, event.order_id).await?;
    // One message a payment, however often the buyer tries it again.
    let draft = about(&app, "payment_failed", &contact, &event.payment_id, json!({"code": event.code}));
    tell(&app, &event, draft).await
}

pub async fn on_refund_processed(app: App, event: Received<RefundProcessed>) -> Result<(), Error> {
    let contact = contacts::find(&app.db, event.order_id).await?;
    let partial = event.refunded_total.amount < event.captured_total.amount;
    let data = json!({"amount": event.amount, "partial": partial});
    tell(&app, &event, about(&app, "refund", &contact, &event.refund_id, data)).await
}

/// Of the steps of a parcel, those that a buyer is told of.
pub fn is_told_to_buyers(_: &App, event: &ShippingUpdated) -> bool {
    step_template(event).is_some()
}

fn step_template(event: &ShippingUpdated) -> Option<&'static str> {
    match event.status {
        _ if !event.notify => None,
        ShipmentStatus::Shipped => Some("shipped"),
        ShipmentStatus::OutForDelivery => Some("out_for_delivery"),
        ShipmentStatus::Delivered => Some("delivered"),
        ShipmentStatus::Pending
        | ShipmentStatus::LabelCreated
        | ShipmentStatus::Exception
        | ShipmentStatus::Returned
        | ShipmentStatus::Cancelled => None,
    }
}

pub async fn on_shipping_updated(app: App, event: Received<ShippingUpdated>) -> Result<(), Error> {
    let Some(template) = step_template(&event) else { return Ok(()) };
    let contact = contacts::find(&app.db, event.order_id).await?;
    let mut data = json!({});
    if template != "delivered" {
        data = json!({
            "carrier": event.carrier,
            "tracking_number": event.tracking_number,
            "tracking_url": event.tracking_url.as_deref().map(|url| absolute(&app, url)),
        });
    }
    if template == "shipped" {
        data["goods"] = contact.goods(&event.items);
    }
    tell(&app, &event, about(&app, template, &contact, &event.shipment_id, data)).await
}

/// Of the steps of a return, those that a buyer is told of.
pub fn is_news_of_a_return(_: &App, event: &ReturnUpdated) -> bool {
    return_template(&event.status).is_some()
}

fn return_template(status: &str) -> Option<&'static str> {
    match status {
        "requested" => Some("return_requested"),
        "approved" => Some("return_approved"),
        "declined" | "rejected" => Some("return_declined"),
        "received" => Some("return_received"),
        _ => None,
    }
}

pub async fn on_return_updated(app: App, event: Received<ReturnUpdated>) -> Result<(), Error> {
    let Some(template) = return_template(&event.status) else { return Ok(()) };
    let data = match template {
        "return_requested" => json!({"at": event.occurred_at, "refund": event.refund}),
        "return_declined" => json!({"reason": event.reason}),
        _ => json!({"refund": event.refund}),
    };
    // The order's own row knows the buyer's name; the event knows everything else and may come first.
    let known = contacts::find(&app.db, event.order_id).await.ok();
    let mut draft = Draft {
        template: template.into(),
        to: Recipient::mail(&event.email, event.user_id),
        locale: event.locale.clone(),
        data: object(data),
        dedupe_key: format!("{template}:{}", event.return_id),
        order_id: Some(event.order_id),
    };
    draft.data.insert("number".into(), json!(event.order_number));
    draft.data.insert("name".into(), json!(known.as_ref().map(|contact| &contact.name)));
    draft.data.insert("order_url".into(), json!(return_page(&app, &event, known.as_ref())));
    tell(&app, &event, draft).await
}

pub async fn on_dispute_opened(app: App, event: Received<DisputeOpened>) -> Result<(), Error> {
    let Some(admin) = app.config.admin_email.clone() else {
        tracing::warn!(dispute = %event.dispute_id, "a dispute was opened, and no admin_email is set to tell");
        let tx = app.db.begin().await?;
        event.first_time(&tx, CONSUMER).await?;
        return Ok(tx.commit().await?);
    };
    let contact = contacts::find(&app.db, event.order_id).await?;
    let page = app.config.admin_order_page.replace("{id}", &event.order_id.to_string());
    let data = json!({
        "number": contact.number,
        "amount": event.amount,
        "reason": event.reason,
        "due_by": event.evidence_due_by,
        "admin_url": format!("{}{page}", app.config.public_url),
    });
    let draft = Draft {
        template: "dispute_opened".into(),
        to: Recipient::mail(&admin, None),
        locale: app.config.default_locale.clone(),
        data: object(data),
        dedupe_key: format!("dispute_opened:{}", event.dispute_id),
        order_id: Some(event.order_id),
    };
    tell(&app, &event, draft).await
}

/// Whoever asked for it has agreed to it, unless they took that back since.
pub async fn on_back_in_stock(app: App, event: Received<BackInStock>) -> Result<(), Error> {
    let sku: String = form_urlencoded::byte_serialize(event.sku.as_bytes()).collect();
    let page = app.config.product_page.replace("{slug}", &event.slug).replace("{sku}", &sku);
    let draft = Draft {
        template: "back_in_stock".into(),
        to: Recipient::mail(&event.email, event.user_id),
        locale: event.locale.clone(),
        data: object(json!({"title": event.title, "product_url": format!("{}{page}", app.config.public_url)})),
        dedupe_key: format!("back_in_stock:{}", event.id),
        order_id: None,
    };
    let letter = compose::compose(&app, draft).await?;
    if is_news_elsewhere(&app, event.id).await? {
        let tx = app.shards.first().begin().await?;
        agree_to_be_told(&app, &tx, &event).await?;
        tx.commit().await?;
    }
    let tx = app.db.begin().await?;
    if !event.first_time(&tx, CONSUMER).await? {
        return Ok(());
    }
    if app.shard.is_first() {
        agree_to_be_told(&app, &tx, &event).await?;
    }
    queue::enqueue(&tx, &letter).await?;
    tx.commit().await?;
    app.wake();
    Ok(())
}

/// In the first shard, which for others may do it again.
async fn agree_to_be_told(app: &App, tx: &Tx, event: &BackInStock) -> Result<(), Error> {
    let person = Person {
        user_id: event.user_id.map(contracts::Id::uuid),
        recipient_key: Some(model::recipient_key(&event.email)),
    };
    let decided = consent::latest(&**tx, &person, Topic::Stock, "email").await?;
    if decided.is_none_or(|decided| decided.given_at < event.asked_at) {
        let text_version = &app.config.consent_text_version;
        let decision =
            Decision { topic: Topic::Stock, channel: "email", granted: true, source: "back_in_stock", text_version };
        consent::decide(tx, &person, &decision).await?;
    }
    Ok(())
}

/// The usual handler: inbox, message, commit.
async fn tell<E>(app: &App, event: &Received<E>, draft: Draft) -> Result<(), Error> {
    let letter = compose::compose(app, draft).await?;
    let tx = app.db.begin().await?;
    if !event.first_time(&tx, CONSUMER).await? {
        return Ok(());
    }
    queue::enqueue(&tx, &letter).await?;
    tx.commit().await?;
    app.wake();
    Ok(())
}

/// A message to the buyer of an order. `subject` is what it is about: the same subject is told of once.
fn about(app: &App, template: &str, contact: &Contact, subject: &impl std::fmt::Display, data: Value) -> Draft {
    let mut data = object(data);
    data.insert("name".into(), json!(contact.name));
    data.insert("number".into(), json!(contact.number));
    data.insert("order_url".into(), json!(contact.page(app)));
    Draft {
        template: template.to_owned(),
        to: Recipient::mail(&contact.email, contact.user_id),
        locale: contact.locale.clone(),
        data,
        dedupe_key: format!("{template}:{subject}"),
        order_id: Some(contact.order_id),
    }
}

fn confirmation(app: &App, contact: &Contact, order: &OrderSnapshot, paid_at: DateTime<Utc>) -> Draft {
    let option = &order.shipping_option;
    let day = |days: u32| (paid_at + Duration::days(i64::from(days))).date_naive().to_string();
    let carrier = [option.carrier.as_str(), option.service.as_str()].join(" ").trim().to_owned();
    let data = json!({
        "order": order,
        "carrier": carrier,
        "delivery": (option.max_days > 0).then(|| json!({"from": day(option.min_days), "to": day(option.max_days)})),
    });
    let mut draft = about(app, "order_confirmation", contact, &contact.order_id, data);
    draft.data.remove("number");
    draft
}

fn return_page(app: &App, event: &ReturnUpdated, known: Option<&Contact>) -> String {
    known.map_or_else(|| order_page(app, event.order_id, event), |contact| contact.page(app))
}

fn order_page(app: &App, order: OrderId, event: &ReturnUpdated) -> String {
    let path = match event.user_id {
        Some(_) => app.config.order_page.replace("{id}", &order.to_string()),
        None => app.config.lookup_page.replace("{number}", &event.order_number),
    };
    format!("{}{path}", app.config.public_url)
}

/// A carrier's own page, or a page of the shop given by its path.
fn absolute(app: &App, url: &str) -> String {
    if url.starts_with('/') { format!("{}{url}", app.config.public_url) } else { url.to_owned() }
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(object) => object,
        _ => Map::new(),
    }
}
