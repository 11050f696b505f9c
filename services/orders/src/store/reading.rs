//! Rows read as what they mean.

use contracts::{
    Address, Currency, Money,
    order::{FulfillmentStatus, OrderSnapshot, OrderStatus, PaymentStatus, ShippingOptionSnapshot, SoldLine, Totals},
    time,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{quantity, read_json, read_word, word};
use crate::{
    Error,
    entity::{order, order_line, return_request},
    model::{self, Goods, Paid, ReturnStatus},
    totals::TaxPart,
};

/// Something staff should look at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({"code": "amount_mismatch", "detail": "10.00 EUR arrived, 20.00 EUR are due", "at": "2026-11-22T10:00:00Z", "resolved_at": null}))]
pub struct OrderProblem {
    pub code: String,
    pub detail: String,
    pub at: chrono::DateTime<chrono::Utc>,
    /// When staff said that it is settled.
    #[serde(default)]
    pub resolved_at: Option<chrono::DateTime<chrono::Utc>>,
}

impl order::Model {
    pub fn status(&self) -> Result<OrderStatus, Error> {
        read_word(&self.status)
    }

    pub fn payment_status(&self) -> Result<PaymentStatus, Error> {
        read_word(&self.payment_status)
    }

    pub fn fulfillment_status(&self) -> Result<FulfillmentStatus, Error> {
        read_word(&self.fulfillment_status)
    }

    pub fn currency(&self) -> Result<Currency, Error> {
        Ok(self.currency.parse()?)
    }

    pub fn paid(&self) -> Paid {
        Paid {
            total: self.total_minor,
            authorized: self.authorized_minor,
            captured: self.captured_minor,
            refunded: self.refunded_minor,
            disputed: self.disputed,
        }
    }

    pub fn shipping_address(&self) -> Result<Address, Error> {
        read_json(&self.shipping_address)
    }

    pub fn billing_address(&self) -> Result<Option<Address>, Error> {
        self.billing_address.as_ref().map(read_json).transpose()
    }

    pub fn shipping_option(&self) -> Result<ShippingOptionSnapshot, Error> {
        read_json(&self.shipping_option)
    }

    pub fn shipping_taxes(&self) -> Result<Vec<TaxPart>, Error> {
        read_json(&self.shipping_taxes)
    }

    pub fn problems(&self) -> Result<Vec<OrderProblem>, Error> {
        read_json(&self.problems)
    }

    /// Notes something for staff, once for each code and detail until it is settled.
    pub fn note_problem(&mut self, code: &str, detail: String) -> Result<(), Error> {
        let mut problems = self.problems()?;
        let is_known =
            |problem: &OrderProblem| problem.code == code && problem.detail == detail && problem.resolved_at.is_none();
        if !problems.iter().any(is_known) {
            problems.push(OrderProblem { code: code.to_owned(), detail, at: time::now(), resolved_at: None });
        }
        self.set_problems(&problems)
    }

    /// Settles whatever staff should look at. Answers whether there was anything.
    pub fn resolve_problems(&mut self) -> Result<bool, Error> {
        let mut problems = self.problems()?;
        let open = problems.iter_mut().filter(|problem| problem.resolved_at.is_none());
        let settled = open.map(|problem| problem.resolved_at = Some(time::now())).count();
        self.set_problems(&problems)?;
        Ok(settled > 0)
    }

    fn set_problems(&mut self, problems: &[OrderProblem]) -> Result<(), Error> {
        let open = problems.iter().filter(|problem| problem.resolved_at.is_none()).count();
        self.open_problems = i32::try_from(open).unwrap_or(i32::MAX);
        self.problems = super::json(&problems)?;
        Ok(())
    }

    pub fn totals(&self) -> Result<Totals, Error> {
        let currency = self.currency()?;
        let money = |minor| Money::new(minor, currency);
        Ok(Totals {
            subtotal: money(self.subtotal_minor),
            discount: money(self.discount_minor),
            shipping: money(self.shipping_minor),
            tax: money(self.tax_minor),
            total: money(self.total_minor),
            tax_included: self.tax_included,
        })
    }

    /// Derives the payment's and the goods' status anew from what is stored.
    pub fn derive_statuses(&mut self, lines: &[order_line::Model]) -> Result<(), Error> {
        let status = self.status()?;
        self.payment_status = word(&model::payment_status(status, self.paid()));
        self.fulfillment_status = word(&model::fulfillment_status(status, goods(lines)));
        Ok(())
    }

    /// The order as events carry it.
    pub fn snapshot(&self, lines: &[order_line::Model]) -> Result<OrderSnapshot, Error> {
        let currency = self.currency()?;
        Ok(OrderSnapshot {
            id: self.id.into(),
            number: self.number.clone(),
            user_id: self.user_id.map(Into::into),
            email: self.email.clone(),
            locale: self.locale.clone(),
            status: self.status()?,
            lines: lines.iter().map(|line| line.sold(currency)).collect(),
            totals: self.totals()?,
            shipping_address: self.shipping_address()?,
            shipping_option: self.shipping_option()?,
            placed_at: self.created_at,
        })
    }
}

impl order_line::Model {
    pub fn sold(&self, currency: Currency) -> SoldLine {
        SoldLine {
            sku: self.sku.clone(),
            product_id: self.product_id.into(),
            title: self.title.clone(),
            variant_title: self.variant_title.clone(),
            quantity: quantity(self.quantity),
            unit_price: Money::new(self.unit_price_minor, currency),
            total: Money::new(self.total_minor, currency),
            weight_g: u32::try_from(self.weight_g).unwrap_or(u32::MAX),
            image: self.image.clone(),
        }
    }

    pub fn taxes(&self) -> Result<Vec<TaxPart>, Error> {
        read_json(&self.taxes)
    }

    /// What the buyer paid for the line, tax in any case.
    pub fn paid_minor(&self, tax_included: bool) -> i64 {
        if tax_included { self.total_minor } else { self.total_minor + self.tax_minor }
    }
}

impl return_request::Model {
    pub fn status(&self) -> Result<ReturnStatus, Error> {
        read_word(&self.status)
    }
}

/// The pieces of an order's lines, added up.
pub fn goods(lines: &[order_line::Model]) -> Goods {
    let sum = |of: fn(&order_line::Model) -> i32| lines.iter().map(|line| u64::from(quantity(of(line)))).sum();
    Goods {
        ordered: sum(|line| line.quantity),
        shipped: sum(|line| line.shipped_quantity),
        delivered: sum(|line| line.delivered_quantity),
        returned: sum(|line| line.returned_quantity),
    }
}
