//! Reading WooCommerce's product export: a row is a simple product, a variable one, or a variation that names its
//! parent, which may stand before or behind it. Simple products go through at once; variable ones wait for the end of
//! the file.

use std::collections::{BTreeMap, HashMap, VecDeque};

use contracts::{Currency, time};

use super::{
    draft::{Cell, Draft, ImageDraft, SkusSeen, VariantColumns, VariantDraft, list},
    report::Report,
    run::Error,
    sheet::{Row, Sheet},
    shopify::Names,
};
use crate::model::Status;

pub const COLUMNS: VariantColumns =
    VariantColumns { sku: "SKU", price: "Regular price", stock: "Stock", barcode: "GTIN, UPC, EAN, or ISBN" };

/// All columns that are read, but for attributes behind the third.
pub const NAMES: [Names; 31] = [
    &["ID"],
    &["Type"],
    &["SKU"],
    &["GTIN, UPC, EAN, or ISBN"],
    &["Name"],
    &["Published"],
    &["Visibility in catalog"],
    &["Short description"],
    &["Description"],
    &["Regular price"],
    &["Sale price"],
    &["Date sale price starts"],
    &["Date sale price ends"],
    &["Tax status"],
    &["Tax class"],
    &["In stock?"],
    &["Stock"],
    &["Backorders allowed?"],
    &["Weight (kg)"],
    &["Categories"],
    &["Tags"],
    &["Images"],
    &["Parent"],
    &["Position"],
    &["Brands"],
    &["Attribute 1 name"],
    &["Attribute 1 value(s)"],
    &["Attribute 2 name"],
    &["Attribute 2 value(s)"],
    &["Attribute 3 name"],
    &["Attribute 3 value(s)"],
];

/// The value shoppers see where a variation stands for every value of an attribute.
const ANY: &str = "Any";
/// Attributes that one product has at most in the format.
const ATTRIBUTES_MAX: usize = 50;

pub struct Woocommerce {
    sheet: Sheet,
    currency: Currency,
    skus: SkusSeen,
    weight: Option<(String, f64)>,
    today: String,
    parents: Vec<Parent>,
    /// Parents by SKU and by `id:…`.
    by_name: HashMap<String, usize>,
    variations: Vec<Variation>,
    /// Variable products, put together once the file has ended.
    finished: Option<VecDeque<Draft>>,
}

struct Parent {
    draft: Draft,
    attributes: Vec<Attribute>,
}

struct Variation {
    parent: String,
    position: i64,
    variant: VariantDraft,
    attributes: Vec<Attribute>,
    images: Vec<ImageDraft>,
}

#[derive(Clone, Debug)]
struct Attribute {
    name: String,
    values: Vec<String>,
}

impl Woocommerce {
    pub fn new(sheet: Sheet, currency: Currency) -> Result<Self, Error> {
        for column in ["Type", "Name"] {
            if !sheet.has(column) {
                return Err(Error::NotThisFormat { format: "WooCommerce", column });
            }
        }
        let units = [("kg", 1000.0), ("g", 1.0), ("lbs", 453.592_37), ("oz", 28.349_523)];
        let weight = units.into_iter().map(|(unit, grams)| (format!("Weight ({unit})"), grams));
        let weight = weight.into_iter().find(|(column, _)| sheet.has(column));
        let today = time::now().format("%Y-%m-%d").to_string();
        Ok(Self {
            sheet,
            currency,
            skus: SkusSeen::default(),
            weight,
            today,
            parents: Vec::new(),
            by_name: HashMap::new(),
            variations: Vec::new(),
            finished: None,
        })
    }

    pub fn sheet(&self) -> &Sheet {
        &self.sheet
    }

    pub fn next_draft(&mut self, report: &mut Report) -> Result<Option<Draft>, Error> {
        while self.finished.is_none() {
            let Some(row) = self.sheet.next_row()? else {
                self.finished = Some(self.put_together(report));
                break;
            };
            report.read += 1;
            if let Some(draft) = self.take(&row, report) {
                return Ok(Some(draft));
            }
        }
        Ok(self.finished.as_mut().and_then(VecDeque::pop_front))
    }

    /// A simple product, or nothing yet.
    fn take(&mut self, row: &Row, report: &mut Report) -> Option<Draft> {
        if row.has_monster() {
            report.refuse(
                row.line,
                "",
                "cell_too_long",
                "a cell has more than a million characters: is a quote not closed?",
            );
            return None;
        }
        if row.is_too_long {
            report.refuse(row.line, "", "too_many_cells", "the row has more cells than the header has columns");
            return None;
        }
        let kinds: Vec<String> = self.text(row, "Type").split(',').map(|kind| kind.trim().to_lowercase()).collect();
        let is = |kind: &str| kinds.iter().any(|other| other == kind);
        if is("virtual") || is("downloadable") {
            report.notice(
                row.line,
                "Type",
                "not_physical",
                "virtual and downloadable goods are taken over as ordinary ones, without their files",
            );
        }
        if is("variation") {
            self.variation(row, report);
            return None;
        }
        if is("variable") {
            self.parent(row, report);
            return None;
        }
        if is("simple") {
            return self.simple(row, report);
        }
        let kind = self.text(row, "Type");
        let message = match kind {
            "grouped" => "a group has no price of its own; its products are taken over one by one".to_owned(),
            "external" => "it is sold in another shop".to_owned(),
            other => format!("{other:?} is not a kind of product this shop has"),
        };
        report.refuse(row.line, "Type", "type_not_supported", message);
        None
    }

    fn text<'a>(&self, row: &'a Row, column: &str) -> &'a str {
        self.sheet.cell(row, column).unwrap_or("")
    }

    fn read<'a>(&self, row: &'a Row, column: &'a str, report: &'a mut Report) -> Cell<'a> {
        Cell { line: row.line, column, text: self.text(row, column), report }
    }

    fn simple(&mut self, row: &Row, report: &mut Report) -> Option<Draft> {
        let mut draft = self.describe(row, report);
        let variant = self.variant(row, report)?;
        for attribute in self.attributes(row, report) {
            draft.attributes.insert(attribute.name, attribute.values);
        }
        draft.images = self.images(row, report);
        draft.variants = vec![variant];
        Some(draft)
    }

    fn parent(&mut self, row: &Row, report: &mut Report) {
        let mut draft = self.describe(row, report);
        draft.images = self.images(row, report);
        let parent = Parent { draft, attributes: self.attributes(row, report) };
        let sku = self.text(row, "SKU");
        if !sku.is_empty() {
            self.by_name.entry(sku.to_owned()).or_insert(self.parents.len());
        }
        let id = self.text(row, "ID");
        if !id.is_empty() {
            self.by_name.entry(format!("id:{id}")).or_insert(self.parents.len());
        }
        self.parents.push(parent);
    }

    fn variation(&mut self, row: &Row, report: &mut Report) {
        let parent = self.text(row, "Parent").to_owned();
        if parent.is_empty() {
            report.refuse(row.line, "Parent", "parent_required", "a variation must name its product");
            return;
        }
        let Some(mut variant) = self.variant(row, report) else { return };
        let images = self.images(row, report);
        variant.image = images.first().map(|image| image.url.clone());
        let position = self.text(row, "Position").parse().unwrap_or(i64::MAX);
        let attributes = self.attributes(row, report);
        self.variations.push(Variation { parent, position, variant, attributes, images });
    }

    /// What a row says of the product as a whole.
    fn describe(&self, row: &Row, report: &mut Report) -> Draft {
        let short = self.text(row, "Short description").replace("\\n", "\n");
        let long = self.text(row, "Description").replace("\\n", "\n");
        let both = match (short.is_empty(), long.is_empty()) {
            (false, false) => format!("<p>{short}</p>\n{long}"),
            (true, _) => long,
            (false, true) => short,
        };
        let mut body = Cell { line: row.line, column: "Description", text: &both, report: &mut *report };
        let description = body.html();
        if self.text(row, "Visibility in catalog") == "hidden" {
            report.notice(row.line, "Visibility in catalog", "visibility_not_kept", "is shown in lists here");
        }
        Draft {
            lines: vec![row.line],
            title: self.read(row, "Name", report).short_text(200),
            description,
            vendor: self.read(row, "Brands", report).short_text(100),
            status: self.status(row, report),
            tags: self.read(row, "Tags", report).words(50),
            categories: self.categories(row),
            ..Draft::default()
        }
    }

    fn status(&self, row: &Row, report: &mut Report) -> Option<Status> {
        match self.text(row, "Published") {
            "" => None,
            "1" => Some(Status::Published),
            "-1" => Some(Status::Draft),
            "0" => {
                report.notice(row.line, "Published", "private", "private products are drafts here");
                Some(Status::Draft)
            }
            other => {
                report.notice(row.line, "Published", "status_unknown", format!("{other:?} is taken as draft"));
                Some(Status::Draft)
            }
        }
    }

    fn categories(&self, row: &Row) -> Vec<Vec<String>> {
        let titles = |path: String| -> Vec<String> {
            path.split('>').map(str::trim).filter(|title| !title.is_empty()).map(str::to_owned).collect()
        };
        list(self.text(row, "Categories")).into_iter().map(titles).filter(|path| !path.is_empty()).collect()
    }

    fn images(&self, row: &Row, report: &mut Report) -> Vec<ImageDraft> {
        let mut images: Vec<ImageDraft> = Vec::new();
        for address in list(self.text(row, "Images")) {
            let url = Cell { line: row.line, column: "Images", text: &address, report: &mut *report }.image();
            if let Some(url) = url.filter(|url| images.iter().all(|image| image.url != *url)) {
                images.push(ImageDraft { line: row.line, url, alt: None, position: None });
            }
        }
        images
    }

    fn attributes(&self, row: &Row, report: &mut Report) -> Vec<Attribute> {
        let mut attributes: Vec<Attribute> = Vec::new();
        for number in 1..=ATTRIBUTES_MAX {
            let (names, values) = (format!("Attribute {number} name"), format!("Attribute {number} value(s)"));
            if !self.sheet.has(&names) {
                break;
            }
            let Some(name) = self.read(row, &names, report).short_text(50) else { continue };
            let mut kept = Vec::new();
            for value in list(self.text(row, &values)) {
                let cut = Cell { line: row.line, column: &values, text: &value, report: &mut *report }.short_text(100);
                kept.extend(cut.filter(|value| !kept.contains(value)));
            }
            if attributes.iter().all(|other| other.name != name) {
                attributes.push(Attribute { name, values: kept });
            }
        }
        attributes
    }

    /// `None`: the row is refused.
    fn variant(&mut self, row: &Row, report: &mut Report) -> Option<VariantDraft> {
        let regular = self.read(row, "Regular price", report).price(self.currency).ok()?;
        let sale = self.read(row, "Sale price", report).price(self.currency).ok()?;
        let sale = sale.filter(|_| self.sale_is_on(row, report));
        let (price, compare_at) = match (sale, regular) {
            (Some(sale), Some(regular)) if sale.amount < regular.amount => (Some(sale), Some(regular)),
            (Some(sale), Some(regular)) => {
                let message = format!("{sale} is not below the regular price {regular}; left out");
                report.notice(row.line, "Sale price", "compare_at_not_above_price", message);
                (Some(regular), None)
            }
            (sale, regular) => (regular.or(sale), None),
        };
        let sku = Some(self.text(row, "SKU")).filter(|sku| !sku.is_empty()).map(str::to_owned);
        if let Some(sku) = &sku
            && let Some(before) = self.skus.note(sku, row.line)
        {
            report.refuse(row.line, "SKU", "sku_repeated", format!("{sku} stands in line {before} already"));
            return None;
        }
        let weight = self.weight.as_ref();
        Some(VariantDraft {
            line: row.line,
            sku,
            values: Vec::new(),
            price,
            compare_at,
            stock: self.stock(row, report),
            weight_g: weight.and_then(|(column, grams)| self.read(row, column, report).weight(*grams)),
            barcode: self.read(row, COLUMNS.barcode, report).barcode(),
            tax_class: self.tax_class(row, report),
            image: None,
        })
    }

    fn sale_is_on(&self, row: &Row, report: &mut Report) -> bool {
        let day = |column: &str| self.text(row, column).get(..10).unwrap_or("").to_owned();
        let (starts, ends) = (day("Date sale price starts"), day("Date sale price ends"));
        let is_on = (starts.is_empty() || starts <= self.today) && (ends.is_empty() || ends >= self.today);
        if !is_on {
            report.notice(
                row.line,
                "Sale price",
                "sale_not_on",
                "its sale is not on today; the regular price was taken",
            );
        } else if !ends.is_empty() {
            report.notice(
                row.line,
                "Date sale price ends",
                "sale_end_not_kept",
                format!("the sale must be ended by hand on {ends}"),
            );
        }
        is_on
    }

    fn stock(&self, row: &Row, report: &mut Report) -> Option<u32> {
        if !matches!(self.text(row, "Backorders allowed?"), "" | "0") {
            report.notice(row.line, "Backorders allowed?", "oversell_not_kept", "is sold here only while stock lasts");
        }
        let counted = self.text(row, "Stock");
        if !counted.is_empty() && counted != "parent" {
            return self.read(row, "Stock", report).stock();
        }
        if self.text(row, "In stock?") == "0" {
            return Some(0);
        }
        report.notice(
            row.line,
            "Stock",
            "stock_not_tracked",
            "stock is not counted in the file; here it stays as it is, none for a new product",
        );
        None
    }

    fn tax_class(&self, row: &Row, report: &mut Report) -> Option<String> {
        if self.text(row, "Tax status") == "none" {
            return Some("zero".to_owned());
        }
        match self.text(row, "Tax class") {
            "" | "parent" => None,
            "reduced-rate" => Some("reduced".to_owned()),
            "zero-rate" => Some("zero".to_owned()),
            other => {
                let word: String = slug::slugify(other).chars().take(50).collect();
                report.notice(
                    row.line,
                    "Tax class",
                    "tax_class_unknown",
                    format!("{word} must be given a rate, else it is taxed as standard"),
                );
                Some(word).filter(|word| !word.is_empty())
            }
        }
    }

    /// Gives the variations to their parents.
    fn put_together(&mut self, report: &mut Report) -> VecDeque<Draft> {
        let mut families: BTreeMap<usize, Vec<Variation>> = BTreeMap::new();
        for variation in std::mem::take(&mut self.variations) {
            match self.by_name.get(&variation.parent) {
                Some(parent) => families.entry(*parent).or_default().push(variation),
                None => {
                    let message = format!("{} is not a variable product of this file", variation.parent);
                    report.refuse(variation.variant.line, "Parent", "parent_unknown", message);
                }
            }
        }
        let mut drafts = VecDeque::new();
        for (index, parent) in std::mem::take(&mut self.parents).into_iter().enumerate() {
            match families.remove(&index) {
                Some(variations) => drafts.push_back(family(parent, variations, report)),
                None => parent.draft.refuse(
                    report,
                    "Type",
                    "no_variations",
                    "a variable product without variations has nothing to sell",
                ),
            }
        }
        drafts
    }
}

/// One product of a variable row and its variations.
fn family(parent: Parent, mut variations: Vec<Variation>, report: &mut Report) -> Draft {
    let Parent { mut draft, attributes } = parent;
    variations.sort_by_key(|variation| (variation.position, variation.variant.line));
    let chosen = |name: &str, variation: &Variation| -> Option<String> {
        variation
            .attributes
            .iter()
            .find(|attribute| attribute.name == name)
            .and_then(|attribute| attribute.values.first().cloned())
    };
    for attribute in attributes {
        let is_choice = variations.iter().any(|variation| chosen(&attribute.name, variation).is_some());
        if is_choice {
            draft.options.push(attribute.name);
            continue;
        }
        if variations.iter().any(|variation| variation.attributes.iter().any(|other| other.name == attribute.name)) {
            let message = format!("all variations stand for any {}, so it became an attribute", attribute.name);
            report.notice(draft.line(), "Attributes", "any_value", message);
        }
        draft.attributes.insert(attribute.name, attribute.values);
    }
    for variation in variations {
        let values = draft.options.iter().map(|name| {
            chosen(name, &variation).unwrap_or_else(|| {
                report.notice(
                    variation.variant.line,
                    name,
                    "any_value",
                    format!("stands for every value; shoppers see {ANY:?}"),
                );
                ANY.to_owned()
            })
        });
        let values = values.collect();
        draft.lines.push(variation.variant.line);
        for image in variation.images {
            if draft.images.iter().all(|other| other.url != image.url) {
                draft.images.push(image);
            }
        }
        draft.variants.push(VariantDraft { values, ..variation.variant });
    }
    draft
}
