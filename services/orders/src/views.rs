//! Orders and returns as clients see them.

use chrono::{DateTime, Utc};
use contracts::{
    Address, Currency, Money,
    events::{Disposition, ShipmentStatus},
    ids::{OrderId, ProductId, ReturnId, UserId},
    order::{FulfillmentStatus, Item, OrderStatus, PaymentStatus, ShippingOptionSnapshot, Totals},
};
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    Error,
    entity::{history, order, order_line, return_line, return_request, shipment},
    model::ReturnStatus,
    store::{self, OrderProblem, quantity},
    totals::TaxPart,
};

/// An order with all that belongs to it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "0192f0c1-a2b3-7c4d-8e5f-60718293a4b6", "number": "R-4F7K-2M9D", "guest_token": "q83vEj…", "user_id": null,
    "email": "ada@example.org", "status": "pending", "payment_status": "not_paid", "fulfillment_status": "unfulfilled",
    "lines": [{
        "sku": "KIT-MUG-SAN", "product_id": "0192f0c1-a2b3-7c4d-8e5f-60718293a4b1", "slug": "stoneware-mug",
        "title": "Stoneware mug", "variant_title": "Sand", "image": "/media/mug.svg", "quantity": 2,
        "unit_price": {"amount": 1900, "currency": "EUR"}, "subtotal": {"amount": 3800, "currency": "EUR"},
        "discount": {"amount": 0, "currency": "EUR"}, "total": {"amount": 3800, "currency": "EUR"},
        "tax": {"amount": 607, "currency": "EUR"},
        "taxes": [{"name": "DE VAT", "rate_ppm": 190_000, "net": {"amount": 3193, "currency": "EUR"}, "amount": {"amount": 607, "currency": "EUR"}}],
        "shipped_quantity": 0, "delivered_quantity": 0, "returned_quantity": 0
    }],
    "totals": {
        "subtotal": {"amount": 3800, "currency": "EUR"}, "discount": {"amount": 0, "currency": "EUR"},
        "shipping": {"amount": 490, "currency": "EUR"}, "tax": {"amount": 685, "currency": "EUR"},
        "total": {"amount": 4290, "currency": "EUR"}, "tax_included": true
    },
    "shipping_address": {"name": "Ada Lovelace", "line1": "Torstraße 1", "city": "Berlin", "postal_code": "10119", "country": "DE"},
    "billing_address": null,
    "shipping_option": {"carrier": "sandbox", "service": "Standard", "price": {"amount": 490, "currency": "EUR"}, "min_days": 2, "max_days": 4},
    "coupon": null, "note": null, "captured": {"amount": 0, "currency": "EUR"}, "refunded": {"amount": 0, "currency": "EUR"},
    "shipments": [],
    "history": [{"at": "2026-11-22T19:03:16Z", "kind": "placed", "from": null, "to": null, "actor": "guest", "reason": null}],
    "expires_at": "2026-11-22T19:18:16Z", "created_at": "2026-11-22T19:03:16Z", "updated_at": "2026-11-22T19:03:16Z",
    "paid_at": null, "shipped_at": null, "delivered_at": null, "cancelled_at": null
}))]
pub struct OrderView {
    pub id: OrderId,
    /// For people: `R-4F7K-2M9D`.
    pub number: String,
    /// Only when it was placed by a guest, and only in that answer; send it back as header `Order-Token` or `?token=`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guest_token: Option<String>,
    pub user_id: Option<UserId>,
    pub email: String,
    pub status: OrderStatus,
    pub payment_status: PaymentStatus,
    pub fulfillment_status: FulfillmentStatus,
    pub lines: Vec<LineView>,
    pub totals: Totals,
    pub shipping_address: Address,
    /// Absent: as the shipping address.
    pub billing_address: Option<Address>,
    pub shipping_option: ShippingOptionSnapshot,
    pub coupon: Option<String>,
    pub note: Option<String>,
    pub captured: Money,
    pub refunded: Money,
    pub shipments: Vec<OrderShipmentView>,
    pub history: Vec<HistoryView>,
    /// What staff should look at; only staff see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problems: Option<Vec<OrderProblem>>,
    /// A pending order is cancelled at this time unless it is paid.
    pub expires_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub paid_at: Option<DateTime<Utc>>,
    pub shipped_at: Option<DateTime<Utc>>,
    pub delivered_at: Option<DateTime<Utc>>,
    pub cancelled_at: Option<DateTime<Utc>>,
}

/// One line as it was sold, and what became of its pieces.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LineView {
    pub sku: String,
    pub product_id: ProductId,
    pub slug: String,
    pub title: String,
    pub variant_title: String,
    pub image: Option<String>,
    pub quantity: u32,
    pub unit_price: Money,
    pub subtotal: Money,
    pub discount: Money,
    /// Subtotal less discount.
    pub total: Money,
    pub tax: Money,
    pub taxes: Vec<TaxPart>,
    pub shipped_quantity: u32,
    pub delivered_quantity: u32,
    pub returned_quantity: u32,
}

/// What of the order travels together.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OrderShipmentView {
    pub id: contracts::ids::ShipmentId,
    pub status: ShipmentStatus,
    pub items: Vec<Item>,
    pub carrier: String,
    pub tracking_number: Option<String>,
    pub tracking_url: Option<String>,
    pub occurred_at: DateTime<Utc>,
}

/// Something that happened to the order. A move of its status has `from` and `to`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct HistoryView {
    pub at: DateTime<Utc>,
    pub kind: String,
    pub from: Option<OrderStatus>,
    pub to: Option<OrderStatus>,
    /// `customer`, `staff`, `guest`, or the part of the shop that did it. Staff also see which person.
    pub actor: String,
    pub reason: Option<String>,
}

/// An order in a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "0192f0c1-a2b3-7c4d-8e5f-60718293a4b6", "number": "R-4F7K-2M9D", "user_id": null, "email": "ada@example.org",
    "status": "processing", "payment_status": "paid", "fulfillment_status": "unfulfilled",
    "lines": [{
        "sku": "KIT-MUG-SAN", "product_id": "0192f0c1-a2b3-7c4d-8e5f-60718293a4b1", "slug": "stoneware-mug",
        "title": "Stoneware mug", "variant_title": "Sand", "image": "/media/mug.svg", "quantity": 2,
        "unit_price": {"amount": 1900, "currency": "EUR"}, "subtotal": {"amount": 3800, "currency": "EUR"},
        "discount": {"amount": 0, "currency": "EUR"}, "total": {"amount": 3800, "currency": "EUR"},
        "tax": {"amount": 607, "currency": "EUR"},
        "taxes": [{"name": "DE VAT", "rate_ppm": 190_000, "net": {"amount": 3193, "currency": "EUR"}, "amount": {"amount": 607, "currency": "EUR"}}],
        "shipped_quantity": 0, "delivered_quantity": 0, "returned_quantity": 0
    }],
    "totals": {
        "subtotal": {"amount": 3800, "currency": "EUR"}, "discount": {"amount": 0, "currency": "EUR"},
        "shipping": {"amount": 490, "currency": "EUR"}, "tax": {"amount": 685, "currency": "EUR"},
        "total": {"amount": 4290, "currency": "EUR"}, "tax_included": true
    },
    "created_at": "2026-11-22T19:03:16Z", "expires_at": null
}))]
pub struct OrderSummary {
    pub id: OrderId,
    pub number: String,
    pub user_id: Option<UserId>,
    pub email: String,
    pub status: OrderStatus,
    pub payment_status: PaymentStatus,
    pub fulfillment_status: FulfillmentStatus,
    pub lines: Vec<LineView>,
    pub totals: Totals,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problems: Option<Vec<OrderProblem>>,
    pub created_at: DateTime<Utc>,
    pub expires_at: Option<DateTime<Utc>>,
}

/// A return and where it stands.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "0192f0c1-a2b3-7c4d-8e5f-60718293a4b8", "order_id": "0192f0c1-a2b3-7c4d-8e5f-60718293a4b6",
    "order_number": "R-4F7K-2M9D", "status": "received",
    "lines": [{
        "sku": "KIT-MUG-SAN", "quantity": 1, "reason": "too small", "received_quantity": 1,
        "dispositions": [{"quantity": 1, "disposition": "restock"}], "refund": {"amount": 1900, "currency": "EUR"}
    }],
    "note": null, "reason": "welcome",
    "refund": {"amount": {"amount": 1900, "currency": "EUR"}, "tax": {"amount": 303, "currency": "EUR"}, "shipping": {"amount": 0, "currency": "EUR"}},
    "refunded": {"amount": 0, "currency": "EUR"}, "allowed": ["inspected", "refunded", "rejected", "closed"],
    "created_at": "2026-11-22T19:03:16Z", "updated_at": "2026-11-22T19:03:16Z"
}))]
pub struct ReturnView {
    pub id: ReturnId,
    pub order_id: OrderId,
    pub order_number: String,
    pub status: ReturnStatus,
    pub lines: Vec<ReturnLineView>,
    pub note: Option<String>,
    /// What the shop said last.
    pub reason: Option<String>,
    /// What goes back to the buyer: known once the goods are back.
    pub refund: Option<ReturnRefundView>,
    pub refunded: Money,
    /// The statuses that may follow.
    pub allowed: Vec<ReturnStatus>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReturnRefundView {
    pub amount: Money,
    /// How much of it is tax.
    pub tax: Money,
    /// How much of it is the cost of delivery.
    pub shipping: Money,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReturnLineView {
    pub sku: String,
    pub quantity: u32,
    pub reason: Option<String>,
    pub received_quantity: u32,
    pub dispositions: Vec<Kept>,
    pub refund: Money,
}

/// How many of the pieces that came back went where.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Kept {
    pub quantity: u32,
    pub disposition: Disposition,
}

/// Reads all that belongs to an order. `for_staff` also shows who did what, and what is wrong.
pub async fn show(
    connection: &impl ConnectionTrait,
    order: &order::Model,
    for_staff: bool,
) -> Result<OrderView, Error> {
    let lines = store::orders::lines(connection, order.id).await?;
    let shipments = store::orders::shipments(connection, order.id).await?;
    let history = store::orders::history(connection, order.id).await?;
    of(order, &lines, shipments, history, for_staff)
}

/// An order with what belongs to it, as read before.
pub fn of(
    order: &order::Model,
    lines: &[order_line::Model],
    shipments: Vec<shipment::Model>,
    history: Vec<history::Model>,
    for_staff: bool,
) -> Result<OrderView, Error> {
    let currency = order.currency()?;
    Ok(OrderView {
        id: order.id.into(),
        number: order.number.clone(),
        guest_token: None,
        user_id: order.user_id.map(Into::into),
        email: order.email.clone(),
        status: order.status()?,
        payment_status: order.payment_status()?,
        fulfillment_status: order.fulfillment_status()?,
        lines: lines.iter().map(|line| LineView::of(line, currency)).collect::<Result<_, _>>()?,
        totals: order.totals()?,
        shipping_address: order.shipping_address()?,
        billing_address: order.billing_address()?,
        shipping_option: order.shipping_option()?,
        coupon: order.coupon.clone(),
        note: order.note.clone(),
        captured: Money::new(order.captured_minor, currency),
        refunded: Money::new(order.refunded_minor, currency),
        shipments: shipments.into_iter().map(OrderShipmentView::of).collect::<Result<_, _>>()?,
        history: history
            .into_iter()
            .filter(|entry| for_staff || entry.kind != store::orders::NOTE)
            .map(|entry| HistoryView::of(entry, for_staff))
            .collect::<Result<_, _>>()?,
        problems: for_staff.then(|| order.problems()).transpose()?,
        expires_at: order.expires_at,
        created_at: order.created_at,
        updated_at: order.updated_at,
        paid_at: order.paid_at,
        shipped_at: order.shipped_at,
        delivered_at: order.delivered_at,
        cancelled_at: order.cancelled_at,
    })
}

/// The orders of a page, with their lines.
pub async fn summaries(
    connection: &impl ConnectionTrait,
    orders: Vec<order::Model>,
    for_staff: bool,
) -> Result<Vec<OrderSummary>, Error> {
    let ids: Vec<_> = orders.iter().map(|order| order.id).collect();
    let lines = store::orders::lines_of(connection, &ids).await?;
    let summary = |order: order::Model| {
        let currency = order.currency()?;
        let own = lines.iter().filter(|line| line.order_id == order.id);
        Ok(OrderSummary {
            id: order.id.into(),
            number: order.number.clone(),
            user_id: order.user_id.map(Into::into),
            email: order.email.clone(),
            status: order.status()?,
            payment_status: order.payment_status()?,
            fulfillment_status: order.fulfillment_status()?,
            lines: own.map(|line| LineView::of(line, currency)).collect::<Result<_, _>>()?,
            totals: order.totals()?,
            problems: for_staff.then(|| order.problems()).transpose()?,
            created_at: order.created_at,
            expires_at: order.expires_at,
        })
    };
    orders.into_iter().map(summary).collect()
}

/// Returns with their lines.
pub async fn returns(
    connection: &impl ConnectionTrait,
    rows: Vec<return_request::Model>,
) -> Result<Vec<ReturnView>, Error> {
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let lines = store::returns::lines_of(connection, &ids).await?;
    let numbers = store::orders::numbers(connection, rows.iter().map(|row| row.order_id)).await?;
    let view = |row: return_request::Model| {
        let own = lines.iter().filter(|line| line.return_id == row.id);
        ReturnView::of(&row, numbers.get(&row.order_id).map_or("", String::as_str), own)
    };
    rows.into_iter().map(view).collect()
}

impl LineView {
    fn of(line: &order_line::Model, currency: Currency) -> Result<Self, Error> {
        let money = |minor| Money::new(minor, currency);
        Ok(Self {
            sku: line.sku.clone(),
            product_id: line.product_id.into(),
            slug: line.slug.clone(),
            title: line.title.clone(),
            variant_title: line.variant_title.clone(),
            image: line.image.clone(),
            quantity: quantity(line.quantity),
            unit_price: money(line.unit_price_minor),
            subtotal: money(line.subtotal_minor),
            discount: money(line.discount_minor),
            total: money(line.total_minor),
            tax: money(line.tax_minor),
            taxes: line.taxes()?,
            shipped_quantity: quantity(line.shipped_quantity),
            delivered_quantity: quantity(line.delivered_quantity),
            returned_quantity: quantity(line.returned_quantity),
        })
    }
}

impl OrderShipmentView {
    fn of(row: shipment::Model) -> Result<Self, Error> {
        Ok(Self {
            id: row.shipment_id.into(),
            status: store::read_word(&row.status)?,
            items: store::read_json(&row.items)?,
            carrier: row.carrier,
            tracking_number: row.tracking_number,
            tracking_url: row.tracking_url,
            occurred_at: row.occurred_at,
        })
    }
}

impl HistoryView {
    fn of(row: history::Model, for_staff: bool) -> Result<Self, Error> {
        let kind_of_actor = row.actor.split(':').next().unwrap_or_default().to_owned();
        Ok(Self {
            at: row.at,
            kind: row.kind,
            from: row.from_status.as_deref().map(store::read_word).transpose()?,
            to: row.to_status.as_deref().map(store::read_word).transpose()?,
            actor: if for_staff { row.actor } else { kind_of_actor },
            reason: row.reason,
        })
    }
}

impl ReturnView {
    pub fn of<'a>(
        row: &return_request::Model,
        order_number: &str,
        lines: impl Iterator<Item = &'a return_line::Model>,
    ) -> Result<Self, Error> {
        let currency: Currency = row.currency.parse()?;
        let money = |minor| Money::new(minor, currency);
        let line = |line: &return_line::Model| {
            Ok(ReturnLineView {
                sku: line.sku.clone(),
                quantity: quantity(line.quantity),
                reason: line.reason.clone(),
                received_quantity: quantity(line.received_quantity),
                dispositions: store::read_json(&line.dispositions)?,
                refund: money(line.refund_minor),
            })
        };
        let status = row.status()?;
        Ok(Self {
            id: row.id.into(),
            order_id: row.order_id.into(),
            order_number: order_number.to_owned(),
            status,
            lines: lines.map(line).collect::<Result<_, Error>>()?,
            note: row.note.clone(),
            reason: row.reason.clone(),
            refund: row.refund_minor.map(|amount| ReturnRefundView {
                amount: money(amount),
                tax: money(row.refund_tax_minor),
                shipping: money(row.refund_shipping_minor),
            }),
            refunded: money(row.refunded_minor),
            allowed: status.allowed(),
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}
