//! Writing all products as Shopify exports them, with columns of our own for what Shopify has no word for. Read in
//! again, the file changes nothing.

use std::{collections::HashMap, io::Write, sync::Arc};

use axum::body::Bytes;
use contracts::Money;
use futures::Stream;

use super::{
    run::Error,
    shopify::{
        ATTRIBUTES, BARCODE, BODY, CATEGORIES, COMPARE_AT, GRAMS, HANDLE, IMAGE, IMAGE_ALT, IMAGE_POSITION, NO_OPTION,
        OPTION_NAMES, OPTION_VALUES, POLICY, PRICE, PUBLISHED, QUANTITY, SEO_DESCRIPTION, SEO_TITLE, SKU, STATUS, TAGS,
        TAX_CLASS, TAXABLE, TITLE, TRACKER, TYPE, VARIANT_IMAGE, VENDOR,
    },
};
use crate::{
    App,
    documents::DocumentName,
    entity::product,
    index::View,
    inventory, items,
    listing::{self, Listing},
    model::{Document, Status, Variant, category::CategoryTree},
    store::{self, products},
};

/// Products read at once.
const PAGE: u64 = 200;
/// The same of a list, which is sorted anew for each page.
const LIST_PAGE: usize = 500;

/// Writes every product, whatever its status. Answers how many there were.
pub async fn export(app: &App, writer: impl Write) -> Result<u64, Error> {
    let mut csv = csv::Writer::from_writer(writer);
    csv.write_record(columns())?;
    let mut after = None;
    let mut written = 0;
    loop {
        let heads = products::page(app.db.reader(), after, PAGE).await.map_err(crate::Error::from)?;
        let Some(last) = heads.last() else { break };
        after = Some(last.product_id());
        let names: Vec<DocumentName> = heads.iter().map(product::Model::name).collect();
        written += write(app, &names, &mut csv).await?;
    }
    csv.flush()?;
    Ok(written)
}

/// What a listing finds, as pieces of a file.
pub fn stream(app: App, view: Arc<View>, listing: Listing) -> impl Stream<Item = Result<Bytes, Error>> {
    let listing = Listing { limit: LIST_PAGE, after: None, ..listing };
    let first = Some((listing, true));
    futures::stream::try_unfold(first, move |state| {
        let (app, view) = (app.clone(), view.clone());
        async move {
            let Some((listing, is_first)) = state else { return Ok(None) };
            let (rows, next) = listing::rows_aside(view, listing.clone()).await?;
            let mut csv = csv::Writer::from_writer(Vec::new());
            if is_first {
                csv.write_record(columns())?;
            }
            let names: Vec<DocumentName> = rows.iter().map(|row| row.entry.name()).collect();
            write(&app, &names, &mut csv).await?;
            let bytes = csv.into_inner().map_err(|error| Error::Io(error.into_error()))?;
            let rest = next.map(|place| (Listing { after: Some(place), ..listing }, false));
            Ok(Some((bytes.into(), rest)))
        }
    })
}

/// Writes some products in their order. Answers how many of them there are.
async fn write(app: &App, names: &[DocumentName], csv: &mut csv::Writer<impl Write>) -> Result<u64, Error> {
    let documents = items::documents(app, names).await?;
    let skus: Vec<String> = documents.values().flat_map(|document| document.skus()).collect();
    let stock = inventory::on_hand(app.db.reader(), &skus).await?;
    let tree = store::categories::tree(app.db.reader()).await.map_err(crate::Error::from)?;
    let mut written = 0;
    for document in names.iter().filter_map(|name| documents.get(&name.id)) {
        for row in rows(document, &tree, &stock) {
            csv.write_record(&row)?;
        }
        written += 1;
    }
    Ok(written)
}

fn columns() -> Vec<&'static str> {
    let mut columns = vec![HANDLE[0], TITLE[0], BODY[0], VENDOR[0], TYPE[0], TAGS[0], PUBLISHED[0]];
    for (name, value) in OPTION_NAMES.iter().zip(&OPTION_VALUES) {
        columns.extend([name[0], value[0]]);
    }
    columns.extend([
        SKU[0],
        GRAMS[0],
        TRACKER[0],
        QUANTITY[0],
        POLICY[0],
        "Variant Fulfillment Service",
        PRICE[0],
        COMPARE_AT[0],
        "Variant Requires Shipping",
        TAXABLE[0],
        BARCODE[0],
        IMAGE[0],
        IMAGE_POSITION[0],
        IMAGE_ALT[0],
        "Gift Card",
        SEO_TITLE[0],
        SEO_DESCRIPTION[0],
        VARIANT_IMAGE[0],
        "Variant Weight Unit",
        STATUS[0],
        CATEGORIES,
        ATTRIBUTES,
        TAX_CLASS,
    ]);
    columns
}

/// One row a variant, and as many more as there are pictures left.
fn rows(document: &Document, tree: &CategoryTree, stock: &HashMap<String, i64>) -> Vec<Vec<String>> {
    let count = document.variants.len().max(document.images.len());
    let row = |index: usize| {
        let mut cells: HashMap<&str, String> = HashMap::from([(HANDLE[0], document.slug.clone())]);
        if index == 0 {
            product_cells(document, tree, &mut cells);
        }
        if let Some(variant) = document.variants.get(index) {
            variant_cells(document, variant, stock, &mut cells);
        }
        if let Some(image) = document.images.get(index) {
            cells.insert(IMAGE[0], image.url.clone());
            cells.insert(IMAGE_POSITION[0], (index + 1).to_string());
            cells.insert(IMAGE_ALT[0], image.alt.clone());
        }
        columns().into_iter().map(|column| cells.remove(column).unwrap_or_default()).collect()
    };
    (0..count).map(row).collect()
}

fn product_cells(document: &Document, tree: &CategoryTree, cells: &mut HashMap<&str, String>) {
    let path = |id| -> String { tree.line(id).iter().map(|row| row.title.as_str()).collect::<Vec<_>>().join(" > ") };
    let paths: Vec<String> = document.categories.iter().map(|id| path(*id)).filter(|path| !path.is_empty()).collect();
    let tags: Vec<String> = document.tags.iter().map(|tag| tag.replace(',', "\\,")).collect();
    cells.insert(TITLE[0], document.title.clone());
    cells.insert(BODY[0], document.description.clone());
    cells.insert(VENDOR[0], document.vendor.clone().unwrap_or_default());
    cells.insert(TYPE[0], paths.first().cloned().unwrap_or_default());
    cells.insert(TAGS[0], tags.join(", "));
    cells.insert(PUBLISHED[0], truth(document.status == Status::Published));
    cells.insert("Gift Card", truth(false));
    cells.insert(SEO_TITLE[0], document.seo.title.clone().unwrap_or_default());
    cells.insert(SEO_DESCRIPTION[0], document.seo.description.clone().unwrap_or_default());
    let status = match document.status {
        Status::Published => "active",
        Status::Draft => "draft",
        Status::Archived => "archived",
    };
    cells.insert(STATUS[0], status.to_owned());
    cells.insert(CATEGORIES, paths.join(" | "));
    if !document.attributes.is_empty() {
        cells.insert(ATTRIBUTES, serde_json::to_string(&document.attributes).unwrap_or_default());
    }
    if document.options.is_empty() {
        cells.insert(OPTION_NAMES[0][0], NO_OPTION.to_owned());
    }
    for (option, names) in document.options.iter().zip(&OPTION_NAMES) {
        cells.insert(names[0], option.name.clone());
    }
}

fn variant_cells(
    document: &Document,
    variant: &Variant,
    stock: &HashMap<String, i64>,
    cells: &mut HashMap<&str, String>,
) {
    if document.options.is_empty() {
        cells.insert(OPTION_VALUES[0][0], "Default Title".to_owned());
    }
    for (option, values) in document.options.iter().zip(&OPTION_VALUES) {
        cells.insert(values[0], variant.options.get(&option.name).cloned().unwrap_or_default());
    }
    cells.insert(SKU[0], variant.sku.clone());
    cells.insert(GRAMS[0], variant.weight_g.to_string());
    cells.insert(TRACKER[0], "shopify".to_owned());
    cells.insert(QUANTITY[0], stock.get(&variant.sku).map(ToString::to_string).unwrap_or_default());
    cells.insert(POLICY[0], "deny".to_owned());
    cells.insert("Variant Fulfillment Service", "manual".to_owned());
    cells.insert(PRICE[0], amount(variant.price));
    cells.insert(COMPARE_AT[0], variant.compare_at_price.map(amount).unwrap_or_default());
    cells.insert("Variant Requires Shipping", truth(true));
    cells.insert(TAXABLE[0], truth(!matches!(variant.tax_class.as_str(), "zero" | "exempt")));
    cells.insert(BARCODE[0], variant.barcode.clone().unwrap_or_default());
    cells.insert(VARIANT_IMAGE[0], variant.image.clone().unwrap_or_default());
    cells.insert("Variant Weight Unit", "g".to_owned());
    cells.insert(TAX_CLASS, variant.tax_class.clone());
}

fn truth(is_so: bool) -> String {
    if is_so { "TRUE" } else { "FALSE" }.to_owned()
}

/// `19.99`
fn amount(money: Money) -> String {
    let text = money.to_string();
    text.split(' ').next().unwrap_or_default().to_owned()
}
