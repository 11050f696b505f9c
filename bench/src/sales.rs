//! One sale as an order: delivery chosen, placed, paid, shipped, delivered.

use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use serde_json::{Value, json};

use crate::{
    countries,
    journal::Journal,
    retail::Invoice,
    shop::{As, Ask, Shop},
};

/// How long the shop may take until what was done elsewhere, such as a payment, has reached the order.
pub const ARRIVES_WITHIN: Duration = Duration::from_secs(120);

/// An order that was delivered.
#[derive(Clone, Debug)]
pub struct Sold {
    pub id: String,
    pub guest_token: String,
    /// Minor units.
    pub total: i64,
}

/// Buys what the invoice says. Doing it again goes on where it stopped.
pub async fn sell(shop: &Shop, journal: &Journal, run: &str, invoice: &Invoice) -> anyhow::Result<Sold> {
    let customer = invoice.customer.clone().unwrap_or_else(|| format!("of {}", invoice.number));
    let address = countries::address(&invoice.country, &customer).context("the country is none")?;
    let items: Vec<Value> =
        invoice.items.iter().map(|(sku, quantity)| json!({"sku": sku, "quantity": quantity})).collect();
    let option = match journal.option(&invoice.number) {
        Some(option) => option,
        None => choose_delivery(shop, journal, invoice, &address, &items).await?,
    };
    let email = match &invoice.customer {
        Some(customer) => format!("customer-{customer}@replay.example"),
        None => format!("invoice-{}@replay.example", invoice.number.to_lowercase()),
    };
    let order = json!({"items": items, "email": email, "shipping_address": address, "shipping_option": option});
    let place = Ask::post("/orders", As::Guest, order).once(format!("{run}-{}", invoice.number));
    let order = shop.ask(&place).await?.expect("order", &[201])?;
    let id = order["id"].as_str().context("an order has an id")?.to_owned();
    let guest_token = order["guest_token"].as_str().context("a guest's order has a token")?.to_owned();
    let total = order["totals"]["total"]["amount"].as_i64().context("an order has a total")?;
    pay(shop, run, invoice, &id, &guest_token).await?;
    deliver(shop, &id).await?;
    Ok(Sold { id, guest_token, total })
}

async fn choose_delivery(
    shop: &Shop,
    journal: &Journal,
    invoice: &Invoice,
    address: &Value,
    items: &[Value],
) -> anyhow::Result<String> {
    let destination = json!({"country": address["country"], "postal_code": address["postal_code"]});
    let question = json!({"destination": destination, "items": items});
    let ask = Ask::post("/shipping/calculate", As::Guest, question).harmless();
    let answer = shop.ask(&ask).await?.expect("delivery", &[200])?;
    let option = answer["options"][0]["id"].as_str();
    let option = option.with_context(|| format!("delivery: no option, reason {}", answer["reason"]))?.to_owned();
    journal.keep(&invoice.number, &option)?;
    Ok(option)
}

async fn pay(shop: &Shop, run: &str, invoice: &Invoice, order: &str, guest_token: &str) -> anyhow::Result<()> {
    let body = json!({"order_id": order, "method": {"type": "card", "token": "tok_visa"}});
    let key = format!("{run}-{}-pay", invoice.number);
    let ask = Ask::post("/payment/checkout", As::Owner(guest_token), body).once(key);
    let payment = shop.ask(&ask).await?.expect("payment", &[200, 201])?;
    match payment["status"].as_str() {
        Some("succeeded" | "processing") => Ok(()),
        other => bail!("payment: status {other:?}"),
    }
}

/// Moves the order to delivered, from wherever it stands.
async fn deliver(shop: &Shop, order: &str) -> anyhow::Result<()> {
    let begun = Instant::now();
    let mut pause = Duration::from_millis(20);
    loop {
        let seen = shop.ask(&Ask::get(format!("/orders/{order}"), As::Staff)).await?.expect("order", &[200])?;
        let next = match seen["status"].as_str().unwrap_or_default() {
            "delivered" => return Ok(()),
            "shipped" => "delivered",
            "processing" => "shipped",
            // Paid, but the news has not arrived.
            "pending" if begun.elapsed() < ARRIVES_WITHIN => {
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(Duration::from_secs(1));
                continue;
            }
            other => bail!("order: {other} after {} s", begun.elapsed().as_secs()),
        };
        let path = format!("/orders/{order}/status");
        let moved = shop.ask(&Ask::put(path, As::Staff, json!({"status": next}))).await?;
        // Moved by an event in between: look again.
        if moved.status.as_u16() == 409 && begun.elapsed() < ARRIVES_WITHIN {
            tokio::time::sleep(pause).await;
            continue;
        }
        moved.expect(next, &[200])?;
    }
}
