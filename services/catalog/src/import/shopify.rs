//! Reading Shopify's product export: the rows of a product stand together, the first describes it, the others add a
//! variant, a picture, or both.

use contracts::Currency;
use serde_json::Value;

use super::{
    draft::{Cell, Draft, ImageDraft, SkusSeen, VariantColumns, VariantDraft, slug_of},
    report::Report,
    run::Error,
    sheet::{Row, Sheet},
};
use crate::model::Status;

/// The names a column has had, the usual one first.
pub type Names = &'static [&'static str];

pub const HANDLE: Names = &["Handle", "URL handle"];
pub const TITLE: Names = &["Title"];
pub const BODY: Names = &["Body (HTML)", "Body HTML", "Description"];
pub const VENDOR: Names = &["Vendor"];
pub const TYPE: Names = &["Type"];
pub const TAGS: Names = &["Tags"];
pub const PUBLISHED: Names = &["Published", "Published on online store"];
pub const STATUS: Names = &["Status"];
/// Shopify has three; the others are ours.
pub const OPTION_NAMES: [Names; 5] =
    [&["Option1 Name"], &["Option2 Name"], &["Option3 Name"], &["Option4 Name"], &["Option5 Name"]];
pub const OPTION_VALUES: [Names; 5] =
    [&["Option1 Value"], &["Option2 Value"], &["Option3 Value"], &["Option4 Value"], &["Option5 Value"]];
pub const SKU: Names = &["Variant SKU", "SKU"];
pub const GRAMS: Names = &["Variant Grams", "Weight value (grams)"];
pub const TRACKER: Names = &["Variant Inventory Tracker", "Inventory tracker"];
pub const QUANTITY: Names = &["Variant Inventory Qty", "Inventory quantity"];
pub const POLICY: Names = &["Variant Inventory Policy", "Continue selling when out of stock"];
pub const PRICE: Names = &["Variant Price", "Price"];
pub const COMPARE_AT: Names = &["Variant Compare At Price", "Compare-at price"];
pub const TAXABLE: Names = &["Variant Taxable", "Charge tax"];
pub const BARCODE: Names = &["Variant Barcode", "Barcode"];
pub const IMAGE: Names = &["Image Src", "Product image URL"];
pub const IMAGE_POSITION: Names = &["Image Position", "Image position"];
pub const IMAGE_ALT: Names = &["Image Alt Text", "Image alt text"];
pub const VARIANT_IMAGE: Names = &["Variant Image", "Variant image URL"];
const GIFT_CARD: Names = &["Gift Card", "Gift card"];
pub const SEO_TITLE: Names = &["SEO Title", "SEO title"];
pub const SEO_DESCRIPTION: Names = &["SEO Description", "SEO description"];
/// Our own additions, which only our export has.
pub const CATEGORIES: &str = "Rialto / Categories";
pub const ATTRIBUTES: &str = "Rialto / Attributes";
pub const TAX_CLASS: &str = "Rialto / Tax Class";
/// The option of a product that has none.
pub const NO_OPTION: &str = "Title";

/// All columns that are read.
pub fn columns() -> Vec<Names> {
    let mut columns = vec![HANDLE, TITLE, BODY, VENDOR, TYPE, TAGS, PUBLISHED, STATUS];
    columns.extend(OPTION_NAMES.iter().zip(OPTION_VALUES).flat_map(|(name, value)| [*name, value]));
    columns.extend([SKU, PRICE, COMPARE_AT, QUANTITY, TRACKER, POLICY, GRAMS, BARCODE, TAXABLE, VARIANT_IMAGE]);
    columns.extend([IMAGE, IMAGE_POSITION, IMAGE_ALT, GIFT_CARD, SEO_TITLE, SEO_DESCRIPTION]);
    columns.extend([&[CATEGORIES] as Names, &[ATTRIBUTES], &[TAX_CLASS]]);
    columns
}

pub const COLUMNS: VariantColumns = VariantColumns {
    sku: "Variant SKU",
    price: "Variant Price",
    stock: "Variant Inventory Qty",
    barcode: "Variant Barcode",
};

pub struct Shopify {
    sheet: Sheet,
    currency: Currency,
    skus: SkusSeen,
    /// The first row of the next product.
    ahead: Option<Row>,
}

impl Shopify {
    pub fn new(sheet: Sheet, currency: Currency) -> Result<Self, Error> {
        let has = |names: Names| names.iter().any(|name| sheet.has(name));
        if !has(HANDLE) {
            return Err(Error::NotThisFormat { format: "Shopify", column: "Handle" });
        }
        if ![PRICE, SKU, IMAGE, TITLE].into_iter().any(has) {
            return Err(Error::NotThisFormat { format: "Shopify", column: "Variant Price" });
        }
        Ok(Self { sheet, currency, skus: SkusSeen::default(), ahead: None })
    }

    pub fn sheet(&self) -> &Sheet {
        &self.sheet
    }

    /// The next product, from all rows that stand together under its handle.
    pub fn next_draft(&mut self, report: &mut Report) -> Result<Option<Draft>, Error> {
        let Some(first) = self.next_row(report)? else { return Ok(None) };
        let key = self.handle(&first).to_owned();
        let mut draft = Draft::default();
        self.describe(&first, &mut draft, report);
        self.add(&first, &mut draft, report);
        while let Some(row) = self.next_row(report)? {
            if self.handle(&row) != key || self.begins_anew(&row) {
                self.ahead = Some(row);
                break;
            }
            self.add(&row, &mut draft, report);
        }
        settle(&mut draft);
        Ok(Some(draft))
    }

    /// Without a handle, each title is a product of its own.
    fn begins_anew(&self, row: &Row) -> bool {
        self.handle(row).is_empty() && !self.text(row, TITLE).is_empty()
    }

    fn next_row(&mut self, report: &mut Report) -> Result<Option<Row>, Error> {
        if let Some(row) = self.ahead.take() {
            return Ok(Some(row));
        }
        while let Some(row) = self.sheet.next_row()? {
            report.read += 1;
            if row.has_monster() {
                report.refuse(
                    row.line,
                    "",
                    "cell_too_long",
                    "a cell has more than a million characters: is a quote not closed?",
                );
            } else if row.is_too_long {
                report.refuse(row.line, "", "too_many_cells", "the row has more cells than the header has columns");
            } else if self.handle(&row).is_empty() && self.text(&row, TITLE).is_empty() {
                report.refuse(
                    row.line,
                    HANDLE[0],
                    "handle_required",
                    "the row has neither a handle nor a title, so it belongs to no product",
                );
            } else {
                return Ok(Some(row));
            }
        }
        Ok(None)
    }

    /// The column as this file names it, and the row's cell in it.
    fn cell<'a>(&self, row: &'a Row, names: Names) -> (&'static str, &'a str) {
        let found = names.iter().find_map(|name| Some((*name, self.sheet.cell(row, name)?)));
        found.unwrap_or((names[0], ""))
    }

    fn text<'a>(&self, row: &'a Row, names: Names) -> &'a str {
        self.cell(row, names).1
    }

    fn handle<'a>(&self, row: &'a Row) -> &'a str {
        self.text(row, HANDLE)
    }

    fn read<'a>(&self, row: &'a Row, names: Names, report: &'a mut Report) -> Cell<'a> {
        let (column, text) = self.cell(row, names);
        Cell { line: row.line, column, text, report }
    }

    /// What the first row says of the product.
    fn describe(&self, row: &Row, draft: &mut Draft, report: &mut Report) {
        draft.title = self.read(row, TITLE, report).short_text(200);
        draft.handle = self.slug(row, report);
        draft.description = self.read(row, BODY, report).html();
        draft.vendor = self.read(row, VENDOR, report).short_text(100);
        draft.tags = self.read(row, TAGS, report).words(50);
        draft.status = self.status(row, report);
        draft.seo_title = self.read(row, SEO_TITLE, report).short_text(200);
        draft.seo_description = self.read(row, SEO_DESCRIPTION, report).short_text(500);
        draft.categories = self.categories(row, report);
        if let Some(text) = self.sheet.cell(row, ATTRIBUTES).filter(|text| !text.is_empty()) {
            match serde_json::from_str::<Value>(text).ok().and_then(|value| serde_json::from_value(value).ok()) {
                Some(attributes) => draft.attributes = attributes,
                None => report.notice(
                    row.line,
                    ATTRIBUTES,
                    "attributes_unreadable",
                    "is not a JSON object of lists; left out",
                ),
            }
        }
        draft.options = OPTION_NAMES.iter().map(|names| self.text(row, names).to_owned()).collect();
        if self.text(row, GIFT_CARD).eq_ignore_ascii_case("true") {
            report.notice(row.line, GIFT_CARD[0], "gift_card", "is taken over as an ordinary product");
        }
    }

    fn slug(&self, row: &Row, report: &mut Report) -> Option<String> {
        let handle = self.handle(row);
        let slug = slug_of(handle);
        if handle.is_empty() {
            report.notice(
                row.line,
                HANDLE[0],
                "handle_made",
                "there is none; a new product gets one made from its title",
            );
        } else if slug != handle {
            report.notice(row.line, HANDLE[0], "handle_changed", format!("{handle:?} was taken over as {slug}"));
        }
        Some(slug).filter(|slug| !slug.is_empty())
    }

    fn status(&self, row: &Row, report: &mut Report) -> Option<Status> {
        let published = match self.text(row, PUBLISHED).to_lowercase().as_str() {
            "true" | "yes" | "1" => Some(Status::Published),
            "false" | "no" | "0" => Some(Status::Draft),
            _ => None,
        };
        match self.text(row, STATUS).to_lowercase().as_str() {
            "" => published,
            "active" => Some(published.unwrap_or(Status::Published)),
            "draft" => Some(Status::Draft),
            "archived" => Some(Status::Archived),
            other => {
                report.notice(row.line, STATUS[0], "status_unknown", format!("{other:?} is taken as draft"));
                Some(Status::Draft)
            }
        }
    }

    fn categories(&self, row: &Row, report: &mut Report) -> Vec<Vec<String>> {
        if let Some(text) = self.sheet.cell(row, CATEGORIES).filter(|text| !text.is_empty()) {
            return text.split('|').map(path).filter(|path| !path.is_empty()).collect();
        }
        let kind = self.read(row, TYPE, report).short_text(100);
        kind.map(|kind| path(&kind)).filter(|path| !path.is_empty()).into_iter().collect()
    }

    /// What a row adds: a variant, a picture, or both.
    fn add(&mut self, row: &Row, draft: &mut Draft, report: &mut Report) {
        draft.lines.push(row.line);
        if let Some(url) = self.read(row, IMAGE, report).image() {
            let alt = self.read(row, IMAGE_ALT, report).short_text(500);
            let position = self.text(row, IMAGE_POSITION).parse().ok();
            draft.images.push(ImageDraft { line: row.line, url, alt, position });
        }
        let values: Vec<String> = OPTION_VALUES.iter().map(|names| self.text(row, names).to_owned()).collect();
        let says_nothing =
            values.iter().all(String::is_empty) && self.text(row, SKU).is_empty() && self.text(row, PRICE).is_empty();
        let is_first_of_product = draft.lines.len() == 1 && draft.title.is_some();
        if says_nothing && !is_first_of_product {
            if self.text(row, IMAGE).is_empty() {
                report.refuse(row.line, "", "row_empty", "the row has no variant and no picture");
            }
            return;
        }
        if let Some(variant) = self.variant(row, values, report) {
            draft.variants.push(variant);
        }
    }

    /// `None`: the row is refused.
    fn variant(&mut self, row: &Row, values: Vec<String>, report: &mut Report) -> Option<VariantDraft> {
        let price = self.read(row, PRICE, report).price(self.currency).ok()?;
        let sku = Some(self.text(row, SKU)).filter(|sku| !sku.is_empty()).map(str::to_owned);
        if let Some(sku) = &sku
            && let Some(before) = self.skus.note(sku, row.line)
        {
            report.refuse(row.line, SKU[0], "sku_repeated", format!("{sku} stands in line {before} already"));
            return None;
        }
        let compare_at = self.read(row, COMPARE_AT, report).compare_at(price, self.currency);
        let image = self.read(row, VARIANT_IMAGE, report).image();
        Some(VariantDraft {
            line: row.line,
            sku,
            values,
            price,
            compare_at,
            stock: self.stock(row, report),
            weight_g: self.read(row, GRAMS, report).weight(1.0),
            barcode: self.read(row, BARCODE, report).barcode(),
            tax_class: self.tax_class(row, report),
            image,
        })
    }

    fn stock(&self, row: &Row, report: &mut Report) -> Option<u32> {
        let oversells = matches!(self.text(row, POLICY).to_lowercase().as_str(), "continue" | "true");
        if oversells {
            report.notice(row.line, POLICY[0], "oversell_not_kept", "is sold here only while stock lasts");
        }
        let (column, tracker) = self.cell(row, TRACKER);
        let is_tracked = !self.sheet.has(column) || !tracker.is_empty();
        if !is_tracked {
            report.notice(
                row.line,
                column,
                "stock_not_tracked",
                "stock is not counted in the file; here it stays as it is, none for a new product",
            );
            return None;
        }
        self.read(row, QUANTITY, report).stock()
    }

    fn tax_class(&self, row: &Row, report: &mut Report) -> Option<String> {
        if let Some(class) = self.sheet.cell(row, TAX_CLASS).filter(|class| !class.is_empty()) {
            return Some(class.to_owned());
        }
        let (column, taxable) = self.cell(row, TAXABLE);
        match taxable.to_lowercase().as_str() {
            "false" | "no" => {
                report.notice(row.line, column, "not_taxed", "got the tax class zero");
                Some("zero".to_owned())
            }
            _ => None,
        }
    }
}

/// `Clothing > T-shirts`, from the root down.
fn path(text: &str) -> Vec<String> {
    text.split('>').map(str::trim).filter(|title| !title.is_empty()).map(str::to_owned).collect()
}

/// What only shows when all rows are there.
fn settle(draft: &mut Draft) {
    let is_plain = draft.variants.len() <= 1
        && draft.options.first().is_some_and(|name| name.eq_ignore_ascii_case(NO_OPTION))
        && draft.options.iter().skip(1).all(String::is_empty);
    if is_plain {
        draft.options.clear();
        draft.variants.iter_mut().for_each(|variant| variant.values.clear());
    }
    // Pictures stand in the order of their numbers, those without one behind.
    draft.images.sort_by_key(|image| image.position.unwrap_or(u32::MAX));
}
