//! Writing a product: document, slugs, SKUs, prices, stock records and the event are one transaction.

use std::collections::{BTreeSet, HashMap, HashSet};

use contracts::{
    Money,
    events::ProductChanged,
    ids::{ProductId, VariantId},
    time,
};
use db::{Tx, idempotency, outbox};
use uuid::Uuid;
use web::Problem;

use crate::{
    App, Error,
    entity::{media, product},
    inventory::{self, Corrected},
    items,
    model::{
        Document, Image, ImageSize, Status, Variant,
        check::{Checked, check},
        input::{ImageInput, ProductInput},
    },
    store::{
        self,
        products::{self, NewPrice},
        revisions,
    },
};

/// How often a write that lost against another one is tried again.
const TRIES: u32 = 3;
const REASON: &str = "product_written";

/// What is written over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    New,
    /// All of an existing product.
    Existing(ProductId),
}

/// A written product. `created` tells a new one from a replaced one.
#[derive(Clone, Debug)]
pub struct Written {
    pub document: Document,
    pub revision: i64,
    pub created: bool,
}

/// The product an import means: the one with the slug given, else the one that has one of the SKUs.
pub async fn target_of(app: &App, input: &ProductInput) -> Result<Target, Error> {
    let reader = app.db.reader();
    if let Some(slug) = input.slug.as_deref()
        && let Some(head) = products::find_by_slug(reader, slug).await?
    {
        return Ok(Target::Existing(head.product_id()));
    }
    let skus: Vec<String> = input.variants.iter().map(|variant| variant.sku.clone()).collect();
    let owners = products::sku_owners(reader, &skus).await?;
    Ok(skus.iter().find_map(|sku| owners.get(sku)).map_or(Target::New, |id| Target::Existing(*id)))
}

/// Writes `input` over `target`. With `only_from`, only if that version is still in force.
pub async fn write_product(
    app: &App,
    target: Target,
    input: ProductInput,
    only_from: Option<Uuid>,
) -> Result<Written, Error> {
    let written = write(app, target, input, only_from, None).await?;
    written.ok_or_else(|| Error::Index("a write without an idempotency key was taken for a repeat".to_owned()))
}

/// Writes a new product under an idempotency key. `answer` is what the request is answered with, and what a repeat
/// gets; the repeat comes back as the kept answer.
pub async fn create_once(
    app: &App,
    input: ProductInput,
    once: Option<idempotency::Request>,
    answer: impl Fn(&Written) -> (u16, serde_json::Value) + Send + Sync,
) -> Result<Created, Error> {
    let Some(request) = once else {
        return Ok(Created::Now(write_product(app, Target::New, input, None).await?));
    };
    let keep = Once { request: &request, answer: &answer };
    match write(app, Target::New, input, None, Some(&keep)).await? {
        Some(written) => Ok(Created::Now(written)),
        None => {
            let tx = app.db.begin().await?;
            let begun = idempotency::begin(&tx, &request).await?;
            tx.rollback().await?;
            Ok(Created::Before(begun))
        }
    }
}

/// Whether a product was made by this request or by the one it repeats.
#[expect(clippy::large_enum_variant, reason = "there is one a request, and it is taken apart at once")]
pub enum Created {
    Now(Written),
    Before(idempotency::Begun),
}

struct Once<'a> {
    request: &'a idempotency::Request,
    answer: &'a (dyn Fn(&Written) -> (u16, serde_json::Value) + Send + Sync),
}

/// `None`: the request was made before under the same key.
async fn write(
    app: &App,
    target: Target,
    input: ProductInput,
    only_from: Option<Uuid>,
    once: Option<&Once<'_>>,
) -> Result<Option<Written>, Error> {
    let tree = store::categories::tree(app.db.reader()).await?;
    let checked = check(input, &tree)?;
    for _ in 0..TRIES {
        match app.db.retried(|| attempt(app, target, &checked, only_from, once)).await {
            // Someone else wrote in between. Whoever named no version means: over whatever there is.
            Err(Error::Stale) if only_from.is_none() => {}
            // Nor has anyone asked for the slug that was made of the title: the next one does as well.
            Err(Error::Taken { what: "slug", .. }) if checked.slug_is_made => {}
            outcome => return outcome.map_err(|error| at_its_variant(error, &checked)),
        }
    }
    Err(Error::Stale)
}

/// Names the variant whose SKU is taken.
fn at_its_variant(error: Error, checked: &Checked) -> Error {
    let Error::Taken { what: "sku", value } = &error else { return error };
    let Some(index) = checked.input.variants.iter().position(|variant| variant.sku == *value) else { return error };
    let message = error.to_string();
    error.problem().field(format!("variants[{index}].sku"), "sku_taken", message).into()
}

async fn attempt(
    app: &App,
    target: Target,
    checked: &Checked,
    only_from: Option<Uuid>,
    once: Option<&Once<'_>>,
) -> Result<Option<Written>, Error> {
    let old = match target {
        Target::New => None,
        Target::Existing(id) => Some(in_force(app, id).await?),
    };
    if let (Some(old), Some(version)) = (&old, only_from)
        && old.version != version
    {
        return Err(Error::Stale);
    }
    let known = known_pictures(app, &checked.input.images).await?;
    let mut document = drafted(checked, old.as_ref(), &known);
    if checked.slug_is_made {
        document.slug = match &old {
            Some(old) => old.slug.clone(),
            None => free_slug(app, &checked.slug).await?,
        };
    }
    lowest_prices(app, &mut document, old.as_ref()).await?;
    app.documents.stage(&[&document]).await?;
    let tx = app.db.begin().await?;
    if let Some(once) = once
        && idempotency::begin(&tx, once.request).await? != idempotency::Begun::First
    {
        tx.rollback().await?;
        return Ok(None);
    }
    let revision = put(app, &tx, &[Change { document: &document, old: old.as_ref() }]).await?;
    stock(&tx, checked, &document, old.as_ref()).await?;
    outbox::publish(&tx, &changed(&document)).await?;
    let written = Written { document, revision, created: old.is_none() };
    if let Some(once) = once {
        let (status, body) = (once.answer)(&written);
        idempotency::finish(&tx, once.request, status, &body).await?;
    }
    tx.commit().await?;
    Ok(Some(written))
}

/// The document in force of a product.
pub async fn in_force(app: &App, id: ProductId) -> Result<Document, Error> {
    let head = products::find(app.db.reader(), id).await?.ok_or(Error::NotFound)?;
    Ok(Document::clone(&*items::document(app, head.name()).await?))
}

/// Withdraws a product from sale. It stays for staff and for the orders that name it.
pub async fn archive_product(app: &App, head: &product::Model, only_from: Option<Uuid>) -> Result<(), Error> {
    for _ in 0..TRIES {
        let old = in_force(app, head.product_id()).await?;
        if only_from.is_some_and(|version| version != old.version) {
            return Err(Error::Stale);
        }
        if old.status == Status::Archived {
            return Ok(());
        }
        let document =
            Document { version: Uuid::now_v7(), status: Status::Archived, updated_at: time::now(), ..old.clone() };
        app.documents.stage(&[&document]).await?;
        let tx = app.db.begin().await?;
        match put(app, &tx, &[Change { document: &document, old: Some(&old) }]).await {
            Err(Error::Stale) if only_from.is_none() => continue,
            outcome => outcome?,
        };
        outbox::publish(&tx, &changed(&document)).await?;
        tx.commit().await?;
        return Ok(());
    }
    Err(Error::Stale)
}

pub(crate) fn changed(document: &Document) -> ProductChanged {
    ProductChanged {
        product_id: document.id,
        slug: document.slug.clone(),
        status: document.status.word().to_owned(),
        skus: document.skus(),
    }
}

/// The document that `checked` asks for. Variants keep their ids by id or SKU.
pub(crate) fn drafted(checked: &Checked, old: Option<&Document>, known: &HashMap<String, media::Model>) -> Document {
    let now = time::now();
    let input = &checked.input;
    let old_variants = old.map_or(&[][..], |old| &old.variants);
    let mut used: HashSet<VariantId> = HashSet::new();
    let variants = input.variants.iter().map(|variant| {
        let same = old_variants
            .iter()
            .find(|old| variant.id == Some(old.id))
            .or_else(|| old_variants.iter().find(|old| variant.id.is_none() && old.sku == variant.sku));
        // An id that is not one of this product's is not taken over: it may be another product's.
        let id = same.map(|old| old.id).filter(|id| used.insert(*id)).unwrap_or_default();
        Variant {
            id,
            sku: variant.sku.clone(),
            options: variant.options.clone(),
            price: variant.price,
            compare_at_price: variant.compare_at_price,
            lowest_price_30d: None,
            weight_g: variant.weight_g,
            barcode: variant.barcode.clone(),
            tax_class: variant.tax_class.clone(),
            image: variant.image.clone(),
        }
    });
    Document {
        id: old.map_or_else(ProductId::new, |old| old.id),
        version: Uuid::now_v7(),
        slug: checked.slug.clone(),
        title: input.title.clone(),
        description: input.description.clone(),
        status: input.status,
        vendor: input.vendor.clone(),
        categories: checked.categories.clone(),
        tags: checked.tags.clone(),
        attributes: checked.attributes.clone(),
        options: input.options.clone(),
        variants: variants.collect(),
        images: input.images.iter().map(|image| pictured(image, known)).collect(),
        seo: input.seo.clone(),
        metadata: input.metadata.clone(),
        created_at: old.map_or(now, |old| old.created_at),
        updated_at: now,
    }
}

/// Our own pictures bring their size and their smaller versions along.
fn pictured(image: &ImageInput, known: &HashMap<String, media::Model>) -> Image {
    let row = known.get(&image.url);
    let sizes: Vec<ImageSize> = row.and_then(|row| serde_json::from_value(row.sizes.clone()).ok()).unwrap_or_default();
    Image {
        url: image.url.clone(),
        alt: image.alt.clone(),
        width: row.map(|row| row.width.unsigned_abs()).or(image.width),
        height: row.map(|row| row.height.unsigned_abs()).or(image.height),
        sizes,
    }
}

pub(crate) async fn known_pictures(app: &App, images: &[ImageInput]) -> Result<HashMap<String, media::Model>, Error> {
    let files: Vec<String> =
        images.iter().filter_map(|image| image.url.strip_prefix("/media/")).map(str::to_owned).collect();
    let rows = store::media::find(app.db.reader(), &files).await?;
    Ok(rows.into_iter().map(|row| (format!("/media/{}", row.file), row)).collect())
}

/// `wanted`, or the first of `wanted-2`, `wanted-3`, … that no product has or had.
pub(crate) async fn free_slug(app: &App, wanted: &str) -> Result<String, Error> {
    let mut candidates = vec![wanted.to_owned()];
    candidates.extend((2..=50).map(|number| format!("{wanted}-{number}")));
    let taken = products::slug_owners(app.db.reader(), &candidates).await?;
    let free = candidates.into_iter().find(|slug| !taken.contains_key(slug));
    Ok(free.unwrap_or_else(|| format!("{wanted}-{}", Uuid::now_v7().simple())))
}

/// A reduced price is shown with the lowest one of the 30 days before the reduction.
pub(crate) async fn lowest_prices(app: &App, document: &mut Document, old: Option<&Document>) -> Result<(), Error> {
    let Some(old) = old else { return Ok(()) };
    if document.variants.iter().all(|variant| variant.compare_at_price.is_none()) {
        return Ok(());
    }
    let lowest = products::lowest_prices(app.db.reader(), document.id, document.updated_at).await?;
    for variant in document.variants.iter_mut().filter(|variant| variant.compare_at_price.is_some()) {
        let before = old.variants.iter().find(|old| old.sku == variant.sku);
        let same_reduction = before.is_some_and(|old| old.compare_at_price.is_some() && old.price == variant.price);
        variant.lowest_price_30d = if same_reduction {
            before.and_then(|old| old.lowest_price_30d)
        } else {
            let found = lowest.get(&variant.sku).filter(|(_, code)| code == variant.price.currency.code());
            found.map(|(amount, _)| Money::new(*amount, variant.price.currency))
        };
    }
    Ok(())
}

/// A product as it shall be, and as it is.
#[derive(Clone, Copy)]
pub(crate) struct Change<'a> {
    pub document: &'a Document,
    /// `None`: it is new.
    pub old: Option<&'a Document>,
}

/// Moves heads to their documents, with slugs, SKUs and prices: a handful of statements, however many new products
/// there are. Returns the revision of the first; the others follow it.
pub(crate) async fn put(app: &App, tx: &Tx, changes: &[Change<'_>]) -> Result<i64, Error> {
    let first = revisions::next_many(tx, changes.len()).await?;
    refuse_taken(tx, changes).await?;
    let mut new = Vec::new();
    for (change, revision) in changes.iter().zip(first..) {
        match change.old {
            None => new.push((change.document, revision)),
            Some(old) => {
                if !products::update(tx, change.document, old.version, revision).await? {
                    return Err(Error::Stale);
                }
            }
        }
    }
    products::insert(tx, &new).await?;
    let documents: Vec<&Document> = changes.iter().map(|change| change.document).collect();
    products::keep_slugs(tx, &documents).await?;
    products::replace_skus(tx, &documents).await?;
    let prices: Vec<NewPrice<'_>> = changes.iter().flat_map(new_prices).collect();
    products::keep_prices(tx, &prices).await?;
    app.documents.put(tx, &documents).await?;
    Ok(first)
}

/// A slug or SKU belongs to one product: neither one in the shop nor another of `changes` may have it.
async fn refuse_taken(tx: &Tx, changes: &[Change<'_>]) -> Result<(), Error> {
    let slugs: Vec<String> = changes.iter().map(|change| change.document.slug.clone()).collect();
    let mut slug_owners = products::slug_owners(&**tx, &slugs).await?;
    let skus: Vec<String> = changes.iter().flat_map(|change| change.document.skus()).collect();
    let mut sku_owners = products::sku_owners(&**tx, &skus).await?;
    for Change { document, .. } in changes {
        if *slug_owners.entry(document.slug.clone()).or_insert(document.id) != document.id {
            return Err(Error::Taken { what: "slug", value: document.slug.clone() });
        }
        for sku in document.skus() {
            if *sku_owners.entry(sku.clone()).or_insert(document.id) != document.id {
                return Err(Error::Taken { what: "sku", value: sku });
            }
        }
    }
    Ok(())
}

fn new_prices<'a>(change: &Change<'a>) -> impl Iterator<Item = NewPrice<'a>> {
    let Change { document, old } = *change;
    let before = move |sku: &str| old.and_then(|old| old.variants.iter().find(|variant| variant.sku == sku));
    let changed = document
        .variants
        .iter()
        .filter(move |variant| before(&variant.sku).is_none_or(|before| before.price != variant.price));
    changed.map(|variant| NewPrice { product: document, sku: &variant.sku, price: variant.price })
}

/// Stock records follow the SKUs.
async fn stock(tx: &Tx, checked: &Checked, document: &Document, old: Option<&Document>) -> Result<(), Error> {
    let kept: BTreeSet<String> = document.skus().into_iter().collect();
    let before: BTreeSet<String> = old.map(Document::skus).unwrap_or_default().into_iter().collect();
    inventory::lock(tx, &kept.union(&before).cloned().collect()).await?;
    inventory::ensure_items(tx, &kept).await?;
    let stated = checked.input.variants.iter();
    let stated = stated.filter_map(|variant| Some((variant.sku.clone(), i64::from(variant.stock?))));
    for (sku, outcome) in inventory::set_stock(tx, &stated.collect(), REASON, "catalog").await? {
        if let Corrected::Promised { least } = outcome {
            let message = format!("of {sku} must be at least {least}, which is promised to orders");
            return Err(Problem::invalid_field("variants.stock", "stock_promised", message).into());
        }
    }
    for sku in before.difference(&kept) {
        inventory::retire_item(tx, sku).await?;
    }
    Ok(())
}
