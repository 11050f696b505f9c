//! Cancellation invoices as returns: matched with earlier sales of the same customer, asked for, approved, received.

use std::{
    collections::{BTreeMap, HashMap},
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use serde_json::{Value, json};

use crate::{
    retail::Invoice,
    sales::{ARRIVES_WITHIN, Sold},
    shop::{As, Ask, Shop},
    summary::Skipped,
};

/// Before a return is looked at again.
const PAUSE: Duration = Duration::from_millis(20);

/// Goods of one order that one cancellation takes back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Return {
    pub cancellation: String,
    /// The invoice of the sale.
    pub sale: String,
    pub items: BTreeMap<String, u32>,
}

/// Finds for each cancellation the sales it takes back: of the same customer and SKU, the latest first. What finds
/// none, or not enough, is counted.
pub fn matched(sales: &[Invoice], cancellations: &[Invoice], skipped: &mut Skipped) -> Vec<Return> {
    let mut left: HashMap<(&str, &str), Vec<(&str, u32)>> = HashMap::new();
    for sale in sales {
        let Some(customer) = &sale.customer else { continue };
        for (sku, quantity) in &sale.items {
            left.entry((customer, sku)).or_default().push((&sale.number, *quantity));
        }
    }
    let mut returns = Vec::new();
    for cancellation in cancellations {
        let mut parts: BTreeMap<&str, BTreeMap<String, u32>> = BTreeMap::new();
        for (sku, quantity) in &cancellation.items {
            let Some(customer) = &cancellation.customer else {
                skipped.line("a cancellation without a customer");
                continue;
            };
            let mut wanted = *quantity;
            let earlier = left.get_mut(&(customer.as_str(), sku.as_str())).into_iter().flatten().rev();
            // Invoices are numbered in the order of time.
            for (sale, rest) in earlier.filter(|(sale, _)| *sale < cancellation.number.trim_start_matches('C')) {
                let taken = wanted.min(*rest);
                if taken > 0 {
                    *rest -= taken;
                    wanted -= taken;
                    *parts.entry(sale).or_default().entry(sku.clone()).or_default() += taken;
                }
            }
            match wanted {
                0 => {}
                wanted if wanted == *quantity => skipped.line("a cancellation without an earlier sale in the month"),
                _ => skipped.line("a cancellation of more than was sold in the month (the rest was returned)"),
            }
        }
        let of_sale = |(sale, items): (&str, _)| Return {
            cancellation: cancellation.number.clone(),
            sale: sale.to_owned(),
            items,
        };
        returns.extend(parts.into_iter().map(of_sale));
    }
    returns
}

/// Sends the goods back, and answers with what was refunded in minor units.
pub async fn send_back(shop: &Shop, run: &str, sold: &Sold, wanted: &Return) -> anyhow::Result<i64> {
    let lines = |with: &dyn Fn(&str, u32) -> Value| -> Vec<Value> {
        wanted.items.iter().map(|(sku, quantity)| with(sku, *quantity)).collect()
    };
    let asked = lines(&|sku, quantity| json!({"sku": sku, "quantity": quantity, "reason": "cancelled"}));
    let ask = Ask::post(format!("/orders/{}/returns", sold.id), As::Owner(&sold.guest_token), json!({"lines": asked}));
    let key = format!("{run}-{}-{}", wanted.cancellation, wanted.sale);
    let opened = shop.ask(&ask.once(key)).await?.expect("return", &[201])?;
    let id = opened["id"].as_str().context("a return has an id")?;
    let path = format!("/returns/{id}");
    let back = lines(&|sku, quantity| json!({"sku": sku, "quantity": quantity, "disposition": "restock"}));
    let begun = Instant::now();
    loop {
        let seen = shop.ask(&Ask::get(&path, As::Staff)).await?.expect("return", &[200])?;
        let next = match seen["status"].as_str().unwrap_or_default() {
            "requested" => json!({"status": "approved"}),
            "approved" => json!({"status": "received", "lines": back}),
            other => {
                let refund = seen["refund"]["amount"]["amount"].as_i64();
                return refund.with_context(|| format!("return: no refund in status {other}"));
            }
        };
        let moved = shop.ask(&Ask::put(&path, As::Staff, next)).await?;
        // A first try went through, and its answer was lost: look again.
        if moved.status.as_u16() != 409 || begun.elapsed() > ARRIVES_WITHIN {
            moved.expect("return", &[200])?;
        }
        ensure!(begun.elapsed() < 2 * ARRIVES_WITHIN, "return: still {} after a while", seen["status"]);
        tokio::time::sleep(PAUSE).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn invoice(number: &str, customer: Option<&str>, items: &[(&str, u32)]) -> Invoice {
        Invoice {
            number: number.into(),
            customer: customer.map(str::to_owned),
            country: "EIRE".into(),
            items: items.iter().map(|(sku, quantity)| ((*sku).to_owned(), *quantity)).collect(),
        }
    }

    #[test]
    fn cancellations_take_back_the_latest_sales_first_and_nothing_twice() {
        let sales = [
            invoice("1", Some("a"), &[("X", 5)]),
            invoice("3", Some("a"), &[("X", 2), ("Y", 1)]),
            invoice("9", Some("a"), &[("X", 9)]),
            invoice("4", Some("b"), &[("X", 9)]),
        ];
        let cancellations = [
            invoice("C5", Some("a"), &[("X", 4), ("Z", 1)]),
            invoice("C6", Some("a"), &[("X", 4)]),
            invoice("C7", None, &[("X", 1)]),
        ];
        let mut skipped = Skipped::default();
        let returns = matched(&sales, &cancellations, &mut skipped);
        let found: Vec<_> =
            returns.iter().map(|found| (found.cancellation.as_str(), found.sale.as_str(), found.items["X"])).collect();
        assert_eq!(found, [("C5", "1", 2), ("C5", "3", 2), ("C6", "1", 3)]);
        assert_eq!(skipped.lines_total(), 3);
    }
}
