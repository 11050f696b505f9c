//! What a replay did, and what it left out: counted while it runs, shown as a table at its end.

use std::{
    collections::BTreeMap,
    fmt::Write,
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// Unexpected answers that are shown in full; the rest is only counted.
const SHOWN: usize = 20;

/// Lines and invoices that are not replayed, by reason.
#[derive(Debug, Default)]
pub struct Skipped {
    lines: BTreeMap<&'static str, u64>,
    invoices: BTreeMap<&'static str, u64>,
}

impl Skipped {
    pub fn line(&mut self, reason: &'static str) {
        *self.lines.entry(reason).or_default() += 1;
    }

    pub fn invoice(&mut self, reason: &'static str) {
        *self.invoices.entry(reason).or_default() += 1;
    }

    #[cfg(test)]
    pub fn lines_total(&self) -> u64 {
        self.lines.values().sum()
    }

    #[cfg(test)]
    pub fn invoices_total(&self) -> u64 {
        self.invoices.values().sum()
    }
}

/// What many tasks count together.
#[derive(Debug, Default)]
pub struct Tally(Mutex<Counts>);

#[derive(Clone, Debug, Default)]
pub struct Counts {
    pub products_made: u64,
    pub products_known: u64,
    pub orders: u64,
    pub order_lines: u64,
    pub pieces: u64,
    pub revenue: i64,
    pub returns: u64,
    pub returned_pieces: u64,
    pub refunded: i64,
    /// Requests that were sent again, for their answers never came.
    pub lost: u64,
    pub unexpected: Vec<String>,
}

impl Tally {
    pub fn count(&self, with: impl FnOnce(&mut Counts)) {
        with(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }

    pub fn unexpected(&self, what: impl Into<String>) {
        self.count(|counts| counts.unexpected.push(what.into()));
    }

    pub fn counts(&self) -> Counts {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// The table at the end.
pub fn table(counts: &Counts, skipped: &Skipped, lines_read: u64, selling: Duration, total: Duration) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let mut row = |name: &str, value: String| writeln!(text, "  {name:<76} {value:>16}").unwrap_or_default();
    row("lines in the file", lines_read.to_string());
    row("products made", counts.products_made.to_string());
    row("products that were there already", counts.products_known.to_string());
    row("orders placed, paid and delivered", counts.orders.to_string());
    row("order lines", counts.order_lines.to_string());
    row("pieces", counts.pieces.to_string());
    row("revenue", money(counts.revenue));
    row("requests that were sent again, for their answers got lost", counts.lost.to_string());
    row("returns", counts.returns.to_string());
    row("pieces returned", counts.returned_pieces.to_string());
    row("refunded", money(counts.refunded));
    for (reason, count) in &skipped.lines {
        row(&format!("lines skipped: {reason}"), count.to_string());
    }
    for (reason, count) in &skipped.invoices {
        row(&format!("invoices skipped: {reason}"), count.to_string());
    }
    let secs = selling.as_secs_f64();
    row("orders per second", format!("{:.1}", if secs > 0.0 { counts.orders as f64 / secs } else { 0.0 }));
    row("seconds", format!("{:.1}", total.as_secs_f64()));
    row("unexpected answers", counts.unexpected.len().to_string());
    for what in counts.unexpected.iter().take(SHOWN) {
        let _ = writeln!(text, "    {what}");
    }
    if counts.unexpected.len() > SHOWN {
        let _ = writeln!(text, "    and {} more", counts.unexpected.len() - SHOWN);
    }
    text
}

fn money(amount: i64) -> String {
    format!("{}.{:02} {}", amount / 100, amount % 100, crate::retail::CURRENCY)
}
