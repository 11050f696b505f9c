//! An import from the first row to the last.

use std::{
    collections::{HashMap, HashSet},
    io::Read,
};

use contracts::Currency;

use super::{
    Format,
    draft::{Draft, VariantColumns},
    merge::planned_sku,
    report::Report,
    sheet::Sheet,
    shopify::{self, Shopify},
    woocommerce::{self, Woocommerce},
    write::Writer,
};
use crate::App;

/// How an import is done.
#[derive(Clone, Debug)]
pub struct Options {
    /// Reads and checks everything, and writes nothing.
    pub dry_run: bool,
    /// Stops after so many products.
    pub limit: Option<u64>,
    /// Products in one transaction.
    pub batch: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { dry_run: false, limit: None, batch: 50 }
    }
}

/// How far an import is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    pub bytes_read: u64,
    pub rows: u64,
    pub products: u64,
    pub refused: u64,
}

/// Why an import stopped. What was written before stays; importing the file again goes on from there.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the file cannot be read: {0}")]
    Io(#[from] std::io::Error),
    #[error("the file cannot be read: {0}")]
    Csv(#[from] csv::Error),
    #[error("this is not an export of {format}: the column {column} is missing")]
    NotThisFormat { format: &'static str, column: &'static str },
    #[error("the file is too large for its encoding; save it as UTF-8")]
    TooLarge,
    #[error(transparent)]
    Shop(#[from] crate::Error),
}

enum Source {
    Shopify(Box<Shopify>),
    Woocommerce(Box<Woocommerce>),
}

impl Source {
    fn open(format: Format, sheet: Sheet, currency: Currency) -> Result<Self, Error> {
        Ok(match format {
            Format::Shopify => Self::Shopify(Box::new(Shopify::new(sheet, currency)?)),
            Format::Woocommerce => Self::Woocommerce(Box::new(Woocommerce::new(sheet, currency)?)),
        })
    }

    fn columns(&self) -> VariantColumns {
        match self {
            Self::Shopify(_) => shopify::COLUMNS,
            Self::Woocommerce(_) => woocommerce::COLUMNS,
        }
    }

    fn sheet(&self) -> &Sheet {
        match self {
            Self::Shopify(source) => source.sheet(),
            Self::Woocommerce(source) => source.sheet(),
        }
    }

    fn next_draft(&mut self, report: &mut Report) -> Result<Option<Draft>, Error> {
        match self {
            Self::Shopify(source) => source.next_draft(report),
            Self::Woocommerce(source) => source.next_draft(report),
        }
    }
}

/// Reads products from `reader` into the shop. `progress` is told after each batch.
pub async fn run(
    app: &App,
    format: Format,
    reader: impl Read + Send + 'static,
    options: &Options,
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<Report, Error> {
    let mut source = Source::open(format, Sheet::open(reader)?, app.config.currency)?;
    let mut writer = Writer::new(app, source.columns(), options.dry_run).await?;
    let mut report = Report { dry_run: options.dry_run, ..Report::default() };
    let mut seen: HashSet<String> = HashSet::new();
    let mut nameless = Nameless::default();
    let mut batch: Vec<Draft> = Vec::new();
    let mut taken = 0;
    while let Some(draft) = source.next_draft(&mut report)? {
        if let Some(before) = nameless.note(&draft) {
            let message = format!("has neither a handle nor a SKU to be told from the product in line {before}");
            draft.refuse(&mut report, "Title", "product_repeated", message);
            continue;
        }
        let again = draft.handle.as_ref().is_some_and(|handle| !seen.insert(handle.clone()));
        if again {
            let message = "its product stood further up already; these rows were added to it";
            report.notice(draft.line(), "Handle", "handle_again", message);
            // What stood further up must be there before more is laid over it.
            writer.take_over(std::mem::take(&mut batch), &mut report).await?;
        }
        batch.push(draft);
        taken += 1;
        if batch.len() >= options.batch.max(1) {
            writer.take_over(std::mem::take(&mut batch), &mut report).await?;
            progress(so_far(&source, &report));
        }
        if options.limit.is_some_and(|limit| taken >= limit) {
            break;
        }
    }
    writer.take_over(batch, &mut report).await?;
    progress(so_far(&source, &report));
    report.encoding = if source.sheet().is_windows_1252 { "windows-1252" } else { "utf-8" }.to_owned();
    report.delimiter = source.sheet().delimiter;
    report.sort();
    Ok(report)
}

/// Products without a handle that are known only by the SKU made from their title, with their lines. A second one of
/// the same title would be written over the first, now and with each further import.
#[derive(Default)]
struct Nameless(HashMap<String, u64>);

impl Nameless {
    /// Notes a product; the line of the one it cannot be told from, if there is one.
    fn note(&mut self, draft: &Draft) -> Option<u64> {
        if draft.handle.is_some() {
            return None;
        }
        let made = draft.variants.iter().filter(|variant| variant.sku.is_none());
        let made: Vec<String> = made.map(|variant| planned_sku(draft, variant)).collect();
        let before = made.iter().find_map(|sku| self.0.get(sku)).copied();
        if before.is_none() {
            self.0.extend(made.into_iter().map(|sku| (sku, draft.line())));
        }
        before
    }
}

fn so_far(source: &Source, report: &Report) -> Progress {
    Progress {
        bytes_read: source.sheet().bytes_read(),
        rows: report.read,
        products: report.products(),
        refused: report.refused.len() as u64,
    }
}
