//! The month of sales, read and cleaned: what was sold, to whom, and what was taken back.

use std::{
    collections::{BTreeMap, HashMap},
    fs::File,
    io::Read,
    path::Path,
};

use anyhow::Context;
use contracts::{Currency, Money};
use flate2::read::GzDecoder;
use serde::Deserialize;

use crate::summary::Skipped;

/// The currency of the sales.
pub const CURRENCY: Currency = Currency::GBP;
/// A shop takes so many of one thing at most.
const QUANTITY_MAX: u32 = 9_999;

/// One line of the file.
#[derive(Debug, Deserialize)]
struct Row {
    #[serde(rename = "InvoiceNo")]
    invoice: String,
    #[serde(rename = "StockCode")]
    stock_code: String,
    #[serde(rename = "Description")]
    description: String,
    #[serde(rename = "Quantity")]
    quantity: i64,
    #[serde(rename = "UnitPrice")]
    unit_price: String,
    #[serde(rename = "CustomerID")]
    customer: String,
    #[serde(rename = "Country")]
    country: String,
}

/// A thing that was sold.
#[derive(Clone, Debug)]
pub struct Product {
    pub sku: String,
    pub title: String,
    pub price: Money,
    /// Pieces sold in the month.
    pub sold: u64,
}

/// An invoice: of a sale, or `C…` of goods taken back. Quantities are positive in both.
#[derive(Clone, Debug)]
pub struct Invoice {
    pub number: String,
    pub customer: Option<String>,
    pub country: String,
    pub items: BTreeMap<String, u32>,
}

/// The month, in the order in which it happened.
#[derive(Debug, Default)]
pub struct Month {
    pub products: Vec<Product>,
    pub sales: Vec<Invoice>,
    pub cancellations: Vec<Invoice>,
    pub lines: u64,
}

/// Reads the file, plain or compressed. What cannot be sold is counted in `skipped` with its reason.
pub fn read(file: &Path, skipped: &mut Skipped) -> anyhow::Result<Month> {
    let opened = File::open(file).with_context(|| format!("{} cannot be opened", file.display()))?;
    let reader: Box<dyn Read> = if file.extension().is_some_and(|kind| kind == "gz") {
        Box::new(GzDecoder::new(opened))
    } else {
        Box::new(opened)
    };
    let mut reading = Reading::default();
    for row in csv::Reader::from_reader(reader).into_deserialize::<Row>() {
        reading.take(&row.context("a line of the file cannot be read")?, skipped);
    }
    Ok(reading.month(skipped))
}

/// How often each price and description of a SKU stands in the file.
#[derive(Debug, Default)]
struct Seen {
    prices: HashMap<i64, u32>,
    titles: HashMap<String, u32>,
}

#[derive(Debug, Default)]
struct Reading {
    seen: HashMap<String, Seen>,
    /// In order; the index says where an invoice stands.
    invoices: Vec<(Invoice, BTreeMap<String, u64>)>,
    index: HashMap<String, usize>,
    lines: u64,
}

impl Reading {
    fn take(&mut self, row: &Row, skipped: &mut Skipped) {
        self.lines += 1;
        let sku = row.stock_code.trim().to_uppercase();
        let cancellation = row.invoice.starts_with('C');
        let at = self.invoice(row);
        if !is_product(&sku) {
            return skipped.line("not a product (postage, fees, manual entries, vouchers)");
        }
        let Ok(price) = CURRENCY.parse_amount(&row.unit_price) else {
            return skipped.line("a price that cannot be read");
        };
        if price.amount <= 0 {
            return skipped.line("price 0 (write-offs and gifts)");
        }
        let pieces = match (cancellation, row.quantity) {
            (false, 1..) => row.quantity.unsigned_abs(),
            (true, ..=-1) => row.quantity.unsigned_abs(),
            (false, _) => return skipped.line("a negative quantity outside a cancellation"),
            (true, _) => return skipped.line("a positive quantity in a cancellation"),
        };
        if !cancellation {
            let seen = self.seen.entry(sku.clone()).or_default();
            *seen.prices.entry(price.amount).or_default() += 1;
            let title = row.description.split_whitespace().collect::<Vec<_>>().join(" ");
            if title.chars().any(char::is_alphabetic) {
                *seen.titles.entry(title).or_default() += 1;
            }
        }
        *self.invoices[at].1.entry(sku).or_default() += pieces;
    }

    fn invoice(&mut self, row: &Row) -> usize {
        *self.index.entry(row.invoice.clone()).or_insert_with(|| {
            // Customers are numbered with a fraction, as in "17850.0".
            let customer = row.customer.split('.').next().unwrap_or_default().trim();
            let invoice = Invoice {
                number: row.invoice.clone(),
                customer: Some(customer.to_owned()).filter(|customer| !customer.is_empty()),
                country: row.country.trim().to_owned(),
                items: BTreeMap::new(),
            };
            self.invoices.push((invoice, BTreeMap::new()));
            self.invoices.len() - 1
        })
    }

    fn month(self, skipped: &mut Skipped) -> Month {
        let mut month = Month { lines: self.lines, ..Month::default() };
        let mut sold: HashMap<String, u64> = HashMap::new();
        for (mut invoice, items) in self.invoices {
            for (sku, pieces) in items {
                match u32::try_from(pieces) {
                    Ok(pieces) if pieces <= QUANTITY_MAX => drop(invoice.items.insert(sku, pieces)),
                    _ => skipped.line("more than 9,999 of one thing on an invoice"),
                }
            }
            let cancellation = invoice.number.starts_with('C');
            if invoice.items.is_empty() {
                skipped.invoice(if cancellation { "cancellations without goods" } else { "sales without goods" });
            } else if cancellation {
                month.cancellations.push(invoice);
            } else {
                for (sku, pieces) in &invoice.items {
                    *sold.entry(sku.clone()).or_default() += u64::from(*pieces);
                }
                month.sales.push(invoice);
            }
        }
        month.products = self.seen.into_iter().map(|(sku, seen)| product(sku, &seen, &sold)).collect();
        month.products.sort_by(|a, b| a.sku.cmp(&b.sku));
        month
    }
}

fn product(sku: String, seen: &Seen, sold: &HashMap<String, u64>) -> Product {
    let amount = most_common(&seen.prices).copied().unwrap_or(1);
    let title = most_common(&seen.titles).cloned().unwrap_or_else(|| sku.clone());
    let title = title.chars().take(200).collect();
    let sold = sold.get(&sku).copied().unwrap_or_default();
    Product { sku, title, price: Money::new(amount, CURRENCY), sold }
}

/// Of equally common ones the smallest, so that every run agrees.
fn most_common<T: Ord + std::hash::Hash>(counts: &HashMap<T, u32>) -> Option<&T> {
    counts.iter().max_by(|a, b| a.1.cmp(b.1).then_with(|| b.0.cmp(a.0))).map(|(value, _)| value)
}

/// Stock codes of goods begin with five digits, or name one of the two gift sets; the rest books postage and the like.
fn is_product(sku: &str) -> bool {
    sku.starts_with("DCGS") || (sku.len() >= 5 && sku.bytes().take(5).all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(invoice: &str, code: &str, quantity: i64, price: &str) -> Row {
        Row {
            invoice: invoice.into(),
            stock_code: code.into(),
            description: " RED  MUG ".into(),
            quantity,
            unit_price: price.into(),
            customer: "17850.0".into(),
            country: "EIRE".into(),
        }
    }

    #[test]
    fn lines_are_merged_and_what_is_no_sale_is_counted() {
        let mut skipped = Skipped::default();
        let mut reading = Reading::default();
        for row in [
            row("536365", "85123a", 6, "2.55"),
            row("536365", "85123A", 2, "2.55"),
            row("536365", "POST", 1, "18.0"),
            row("536366", "85123A", 1, "2.95"),
            row("536367", "22633", -5, "0.0"),
            row("536368", "22633", -5, "1.85"),
            row("C536369", "85123A", -3, "2.55"),
            row("C536370", "M", -1, "5.0"),
        ] {
            reading.take(&row, &mut skipped);
        }
        let month = reading.month(&mut skipped);
        assert_eq!(month.sales.len(), 2);
        assert_eq!(month.sales[0].items, BTreeMap::from([("85123A".to_owned(), 8)]));
        assert_eq!(month.sales[0].customer.as_deref(), Some("17850"));
        assert_eq!(month.cancellations[0].items["85123A"], 3);
        let product = &month.products[0];
        assert_eq!((product.title.as_str(), product.price.amount, product.sold), ("RED MUG", 255, 9));
        assert_eq!(skipped.lines_total(), 4);
        assert_eq!(skipped.invoices_total(), 3);
    }
}
