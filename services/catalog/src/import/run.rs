//! An import from the first row to the last.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    io::Read,
};

use contracts::Currency;
use uuid::Uuid;

use super::{
    Format, Mode,
    draft::{Draft, VariantColumns},
    merge::planned_sku,
    report::Report,
    sheet::Sheet,
    shopify::{self, Shopify},
    woocommerce::{self, Woocommerce},
    write::{Aim, Writer},
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
    pub mode: Mode,
    /// Columns of the file, by the column of the format that they stand for.
    pub mapping: BTreeMap<String, String>,
}

impl Default for Options {
    fn default() -> Self {
        Self { dry_run: false, limit: None, batch: 50, mode: Mode::All, mapping: BTreeMap::new() }
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
    let mut import = Import::open(app, format, reader, options.clone(), None).await?;
    while import.step().await? {
        progress(import.progress());
    }
    progress(import.progress());
    Ok(import.finish())
}

/// An import under way, a batch at a time.
pub struct Import<'a> {
    source: Source,
    writer: Writer<'a>,
    options: Options,
    seen: HashSet<String>,
    nameless: Nameless,
    /// Products read so far, refused ones included.
    taken: u64,
    pub report: Report,
}

impl<'a> Import<'a> {
    /// Opens a file. With a job, what it changes is kept so that it can be undone.
    pub async fn open(
        app: &'a App,
        format: Format,
        reader: impl Read + Send + 'static,
        options: Options,
        job: Option<Uuid>,
    ) -> Result<Self, Error> {
        let mut sheet = Sheet::open(reader)?;
        sheet.rename(&options.mapping);
        let source = Source::open(format, sheet, app.config.currency)?;
        let aim = Aim { columns: source.columns(), mode: options.mode, is_dry: options.dry_run, job };
        let writer = Writer::new(app, aim).await?;
        let report = Report { dry_run: options.dry_run, ..Report::default() };
        let (seen, nameless) = (HashSet::new(), Nameless::default());
        Ok(Self { source, writer, options, seen, nameless, taken: 0, report })
    }

    /// Reads the `taken` products again that an import of before has taken, without writing them.
    pub async fn skip(&mut self, taken: u64) -> Result<(), Error> {
        while self.taken < taken
            && let Some(draft) = self.source.next_draft(&mut self.report)?
        {
            self.taken += 1;
            if self.nameless.note(&draft).is_none() {
                self.seen.extend(draft.handle);
            }
            // As often as with writing, others get their turn.
            if self.taken.is_multiple_of(self.options.batch.max(1) as u64) {
                tokio::task::yield_now().await;
            }
        }
        self.writer.goes_on();
        Ok(())
    }

    /// Takes over the next batch. `false`: that was the last.
    pub async fn step(&mut self) -> Result<bool, Error> {
        let mut batch: Vec<Draft> = Vec::new();
        while batch.len() < self.options.batch.max(1) {
            if self.options.limit.is_some_and(|limit| self.taken >= limit) {
                return self.take_over(batch).await.map(|()| false);
            }
            let Some(draft) = self.source.next_draft(&mut self.report)? else {
                return self.take_over(batch).await.map(|()| false);
            };
            self.taken += 1;
            if let Some(before) = self.nameless.note(&draft) {
                let message = format!("has neither a handle nor a SKU to be told from the product in line {before}");
                draft.refuse(&mut self.report, "Title", "product_repeated", message);
                continue;
            }
            let again = draft.handle.as_ref().is_some_and(|handle| !self.seen.insert(handle.clone()));
            if again {
                let message = "its product stood further up already; these rows were added to it";
                self.report.notice(draft.line(), "Handle", "handle_again", message);
                // What stood further up must be there before more is laid over it.
                self.take_over(std::mem::take(&mut batch)).await?;
            }
            batch.push(draft);
        }
        self.take_over(batch).await.map(|()| true)
    }

    async fn take_over(&mut self, batch: Vec<Draft>) -> Result<(), Error> {
        Ok(self.writer.take_over(batch, &mut self.report).await?)
    }

    /// Products read so far, refused ones included.
    pub fn taken(&self) -> u64 {
        self.taken
    }

    pub fn progress(&self) -> Progress {
        Progress {
            bytes_read: self.source.sheet().bytes_read(),
            rows: self.report.read,
            products: self.report.products(),
            refused: self.report.refused.len() as u64,
        }
    }

    pub fn encoding(&self) -> &'static str {
        self.source.sheet().encoding()
    }

    pub fn finish(mut self) -> Report {
        self.report.encoding = self.encoding().to_owned();
        self.report.delimiter = self.source.sheet().delimiter;
        self.report.sort();
        self.report
    }
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
