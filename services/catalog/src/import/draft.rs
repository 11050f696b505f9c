//! A product as a file states it: what is not stated stays open. Here too are the rules for single cells, which both
//! formats share.

use std::collections::{BTreeMap, HashMap};

use contracts::{Currency, Money};
use unicode_normalization::UnicodeNormalization;

use super::report::Report;
use crate::model::{Status, gtin, html};

/// A product, gathered from its rows.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// All its rows; the first stands for the whole.
    pub lines: Vec<u64>,
    pub handle: Option<String>,
    pub title: Option<String>,
    pub description: Option<String>,
    pub vendor: Option<String>,
    pub status: Option<Status>,
    pub tags: Vec<String>,
    /// Each from the root down.
    pub categories: Vec<Vec<String>>,
    pub attributes: BTreeMap<String, Vec<String>>,
    pub seo_title: Option<String>,
    pub seo_description: Option<String>,
    /// Option names by position; empty in rows that go on with a product of before.
    pub options: Vec<String>,
    pub variants: Vec<VariantDraft>,
    pub images: Vec<ImageDraft>,
}

#[derive(Clone, Debug)]
pub struct VariantDraft {
    pub line: u64,
    /// Blank: one is made.
    pub sku: Option<String>,
    /// Option values by position.
    pub values: Vec<String>,
    pub price: Option<Money>,
    pub compare_at: Option<Money>,
    pub stock: Option<u32>,
    pub weight_g: Option<u32>,
    pub barcode: Option<String>,
    pub tax_class: Option<String>,
    pub image: Option<String>,
}

#[derive(Clone, Debug)]
pub struct ImageDraft {
    pub line: u64,
    pub url: String,
    pub alt: Option<String>,
    pub position: Option<u32>,
}

impl Draft {
    pub fn line(&self) -> u64 {
        self.lines.first().copied().unwrap_or(0)
    }

    /// Refuses the product, and with it each of its rows.
    pub fn refuse(&self, report: &mut Report, column: &str, code: &str, message: impl Into<String>) {
        let first = self.line();
        report.refuse(first, column, code, message);
        for line in self.lines.iter().skip(1) {
            let refused_before =
                report.refused.iter().rev().take(self.lines.len() * 2).any(|problem| problem.line == *line);
            if !refused_before {
                report.refuse(*line, column, "product_refused", format!("its product was refused, see line {first}"));
            }
        }
    }
}

/// Names of the columns that hold a variant, for messages.
#[derive(Clone, Copy, Debug)]
pub struct VariantColumns {
    pub sku: &'static str,
    pub price: &'static str,
    pub stock: &'static str,
    pub barcode: &'static str,
}

/// SKUs seen in this file, with their lines.
#[derive(Debug, Default)]
pub struct SkusSeen(HashMap<String, u64>);

impl SkusSeen {
    /// Notes a SKU; the line where it stood before, if it did.
    pub fn note(&mut self, sku: &str, line: u64) -> Option<u64> {
        match self.0.get(sku) {
            Some(before) => Some(*before),
            None => {
                self.0.insert(sku.to_owned(), line);
                None
            }
        }
    }
}

/// One cell being read: where it stands, for what is said about it.
pub struct Cell<'a> {
    pub line: u64,
    pub column: &'a str,
    pub text: &'a str,
    pub report: &'a mut Report,
}

impl Cell<'_> {
    fn notice(&mut self, code: &str, message: impl Into<String>) {
        self.report.notice(self.line, self.column, code, message);
    }

    fn refuse(&mut self, code: &str, message: impl Into<String>) {
        self.report.refuse(self.line, self.column, code, message);
    }

    /// An amount in the shop's currency. `Err`: the row is refused.
    pub fn price(&mut self, currency: Currency) -> Result<Option<Money>, ()> {
        if self.text.is_empty() {
            return Ok(None);
        }
        match amount(self.text, currency) {
            Some(price) if price.amount < 0 => {
                self.refuse("price_negative", format!("{} is below zero", self.text));
                Err(())
            }
            Some(price) => Ok(Some(price)),
            None => {
                self.refuse("price_unreadable", format!("{:?} is not an amount in {currency}", self.text));
                Err(())
            }
        }
    }

    /// The price before a reduction; dropped with a notice when it is none.
    pub fn compare_at(&mut self, price: Option<Money>, currency: Currency) -> Option<Money> {
        if self.text.is_empty() {
            return None;
        }
        let Some(before) = amount(self.text, currency) else {
            self.notice("compare_at_unreadable", format!("{:?} is not an amount in {currency}; left out", self.text));
            return None;
        };
        let price = price?;
        if before.amount > price.amount {
            return Some(before);
        }
        // Zero is how some spreadsheets write "none".
        if before.amount != 0 {
            self.notice("compare_at_not_above_price", format!("{before} is not above the price {price}; left out"));
        }
        None
    }

    /// Pieces on hand.
    pub fn stock(&mut self) -> Option<u32> {
        if self.text.is_empty() {
            return None;
        }
        let whole = self
            .text
            .split_once('.')
            .map_or(self.text, |(whole, rest)| if rest.bytes().all(|byte| byte == b'0') { whole } else { self.text });
        match whole.replace(',', "").parse::<i64>() {
            Ok(pieces) if pieces < 0 => {
                self.notice("stock_negative", format!("{pieces} pieces are taken as none"));
                Some(0)
            }
            Ok(pieces) if pieces <= crate::inventory::PIECES_MAX => u32::try_from(pieces).ok(),
            _ => {
                self.notice(
                    "stock_unreadable",
                    format!("{:?} is not a number of pieces; stock stays as it is", self.text),
                );
                None
            }
        }
    }

    /// A weight of `grams` grams a unit.
    pub fn weight(&mut self, grams: f64) -> Option<u32> {
        if self.text.is_empty() {
            return None;
        }
        let weight = self.text.replace(',', ".").parse::<f64>().map(|weight| (weight * grams).round());
        match weight {
            Ok(weight) if (0.0..=10_000_000.0).contains(&weight) => Some(weight as u32),
            _ => {
                self.notice("weight_unreadable", format!("{:?} is not a weight; left out", self.text));
                None
            }
        }
    }

    pub fn barcode(&mut self) -> Option<String> {
        // Spreadsheets protect long numbers from becoming floats by an apostrophe.
        let barcode = self.text.trim_start_matches('\'').to_owned();
        if barcode.is_empty() {
            return None;
        }
        if gtin::is_valid(&barcode) {
            return Some(barcode);
        }
        self.notice("barcode_invalid", format!("{barcode:?} is not a GTIN with a right check digit; left out"));
        None
    }

    /// Text of `most` characters at most, on one line.
    pub fn short_text(&mut self, most: usize) -> Option<String> {
        let one_line = self.text.split_whitespace().collect::<Vec<_>>().join(" ");
        if one_line.is_empty() {
            return None;
        }
        if one_line.chars().count() <= most {
            return Some(one_line);
        }
        self.notice("shortened", format!("is longer than {most} characters and was cut"));
        let cut: String = one_line.chars().take(most).collect();
        let at_word = cut.rfind(' ').filter(|at| *at > most / 2).map_or(cut.as_str(), |at| &cut[..at]);
        Some(at_word.to_owned())
    }

    /// HTML, cleaned; what a writer of harm would notice is said.
    pub fn html(&mut self) -> Option<String> {
        if self.text.is_empty() {
            return None;
        }
        let lower = self.text.to_lowercase();
        let harmful = ["<script", "<style", "<iframe", "<object", "<embed", "javascript:"];
        let found: Vec<&str> = harmful.into_iter().filter(|trace| lower.contains(trace)).collect();
        if !found.is_empty() {
            self.notice("html_cleaned", format!("{} was removed", found.join(", ").replace('<', "")));
        }
        Some(html::clean(self.text).trim().to_owned())
    }

    /// The address of a picture, if it can be one.
    pub fn image(&mut self) -> Option<String> {
        if self.text.is_empty() {
            return None;
        }
        let url = self.text.replace(' ', "%20");
        let known = ["https://", "http://", "/media/"].iter().any(|start| url.starts_with(start));
        let plain = !url.chars().any(|c| c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>' | '\\'));
        if known && plain && url.len() <= 2048 {
            return Some(url);
        }
        self.notice("image_invalid", format!("{:?} is not the address of a picture; left out", self.text));
        None
    }

    /// Words between commas, without repeats.
    pub fn words(&mut self, longest: usize) -> Vec<String> {
        let mut words: Vec<String> = Vec::new();
        for word in list(self.text) {
            let word: String = word.to_lowercase().nfc().collect();
            if word.chars().count() > longest {
                self.notice("tag_too_long", format!("{word:?} is longer than {longest} characters; left out"));
            } else if !words.contains(&word) {
                words.push(word);
            }
        }
        words
    }
}

/// Values between commas; a comma inside a value is written `\,`.
pub fn list(text: &str) -> Vec<String> {
    let mut values = vec![String::new()];
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' if chars.peek() == Some(&',') => {
                chars.next();
                push(&mut values, ',');
            }
            ',' => values.push(String::new()),
            c => push(&mut values, c),
        }
    }
    values.iter().map(|value| value.trim().to_owned()).filter(|value| !value.is_empty()).collect()
}

fn push(values: &mut [String], c: char) {
    if let Some(last) = values.last_mut() {
        last.push(c);
    }
}

/// An amount with a point or, as spreadsheets of half of Europe write it, a comma before the cents.
fn amount(text: &str, currency: Currency) -> Option<Money> {
    let text = text.trim();
    if let Ok(money) = currency.parse_amount(text) {
        return Some(money);
    }
    let places = currency.exponent() as usize;
    let (whole, fraction) = text.rsplit_once(',')?;
    let is_decimal = places > 0 && (1..=places).contains(&fraction.len()) && !whole.contains(',');
    let plain = if is_decimal {
        // "1.234,50"
        format!("{}.{fraction}", whole.replace('.', ""))
    } else {
        // "1,234.50"
        let groups: Vec<&str> = text.split(',').collect();
        let grouped =
            groups.iter().skip(1).all(|group| group.split('.').next().is_some_and(|digits| digits.len() == 3));
        if !grouped {
            return None;
        }
        text.replace(',', "")
    };
    currency.parse_amount(&plain).ok()
}

/// A handle as slugs are written.
pub fn slug_of(handle: &str) -> String {
    let made: String = slug::slugify(handle).chars().take(100).collect();
    made.trim_matches('-').to_owned()
}

/// The SKU of a variant that has none: the product's handle and its option values.
pub fn made_sku(handle: &str, values: &[String]) -> String {
    let mut made = slug_of(handle);
    for value in values.iter().filter(|value| !value.is_empty()) {
        made.push('-');
        made.push_str(&slug::slugify(value));
    }
    made.to_uppercase().chars().take(100).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell<'a>(text: &'a str, report: &'a mut Report) -> Cell<'a> {
        Cell { line: 2, column: "X", text, report }
    }

    fn eur(amount: i64) -> Money {
        Money::new(amount, Currency::EUR)
    }

    #[test]
    fn amounts_are_read_exactly_as_spreadsheets_write_them() {
        for (text, minor) in [
            ("10.99", Some(1099)),
            ("25", Some(2500)),
            ("10,99", Some(1099)),
            ("1.234,50", Some(123_450)),
            ("1,234.50", Some(123_450)),
            ("1,234", Some(123_400)),
            ("10,999", Some(1_099_900)),
            ("1,2,3", None),
            ("12.345", None),
            ("abc", None),
            ("1e3", None),
        ] {
            assert_eq!(amount(text, Currency::EUR).map(|money| money.amount), minor, "{text}");
        }
        assert_eq!(amount("1,200", Currency::JPY), Some(Money::new(1200, Currency::JPY)));
        assert_eq!(amount("1,234", Currency::KWD), Some(Money::new(1234, Currency::KWD)));
    }

    #[test]
    fn a_price_before_that_is_not_above_is_left_out_with_a_notice() {
        let mut report = Report::default();
        assert_eq!(cell("20.00", &mut report).compare_at(Some(eur(2400)), Currency::EUR), None);
        assert_eq!(report.notices[0].code, "compare_at_not_above_price");
        assert_eq!(cell("24.01", &mut report).compare_at(Some(eur(2400)), Currency::EUR), Some(eur(2401)));
        assert_eq!(cell("0", &mut report).compare_at(Some(eur(2400)), Currency::EUR), None);
        assert_eq!(report.notices.len(), 1);
    }

    #[test]
    fn stock_is_never_below_zero() {
        let mut report = Report::default();
        assert_eq!(cell("-8961", &mut report).stock(), Some(0));
        assert_eq!(cell("45", &mut report).stock(), Some(45));
        assert_eq!(cell("45.0", &mut report).stock(), Some(45));
        assert_eq!(cell("1,045", &mut report).stock(), Some(1045));
        assert_eq!(cell("lots", &mut report).stock(), None);
        assert_eq!(cell("99999999999", &mut report).stock(), None);
        let codes: Vec<&str> = report.notices.iter().map(|notice| notice.code.as_str()).collect();
        assert_eq!(codes, ["stock_negative", "stock_unreadable", "stock_unreadable"]);
    }

    #[test]
    fn long_titles_are_cut_at_a_word() {
        let mut report = Report::default();
        assert_eq!(cell("one two three", &mut report).short_text(10).as_deref(), Some("one two"));
        assert_eq!(cell("one\n two", &mut report).short_text(10).as_deref(), Some("one two"));
        assert_eq!(report.notices.len(), 1);
    }

    #[test]
    fn commas_inside_values_are_escaped() {
        assert_eq!(list(r"Blue, Green\, dark , ,Red"), ["Blue", "Green, dark", "Red"]);
        assert!(list(" ").is_empty());
    }

    #[test]
    fn made_skus_name_product_and_choice() {
        assert_eq!(
            made_sku("classic-varsity-top", &["Small".into(), "Rosé / Gold".into()]),
            "CLASSIC-VARSITY-TOP-SMALL-ROSE-GOLD"
        );
        assert_eq!(made_sku("lamp", &[]), "LAMP");
    }
}
