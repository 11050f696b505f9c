//! The sample shop: what a new installation sells until its merchant has something of their own.

use std::collections::BTreeMap;

use chrono::Duration;
use contracts::{
    ids::{ProductId, ReviewId},
    time,
};
use sea_orm::{EntityTrait, Set};
use serde::Deserialize;

use crate::{
    App, Error,
    entity::{review, sample},
    model::{
        ProductOption, Status,
        input::{ImageInput, OneOrMany, ProductInput, VariantInput},
        review::ReviewStatus,
    },
    store::{self, products, reviews, revisions},
    write_category::{self, CategoryInput},
    write_product::{self, Target},
    write_review,
};

const NAME: &str = "shop";

/// `shop.json` and the pictures.
#[derive(rust_embed::RustEmbed)]
#[folder = "sample/"]
pub struct SampleFiles;

/// What loading the sample shop added.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SampleSummary {
    pub categories: usize,
    pub products: usize,
    pub reviews: usize,
}

#[derive(Deserialize)]
struct SampleShop {
    categories: Vec<SampleCategory>,
    products: Vec<SampleProduct>,
}

#[derive(Deserialize)]
struct SampleCategory {
    slug: String,
    title: String,
    description: String,
    parent: Option<String>,
}

#[derive(Deserialize)]
struct SampleProduct {
    slug: String,
    title: String,
    description: String,
    status: Status,
    categories: Vec<String>,
    tags: Vec<String>,
    vendor: Option<String>,
    attributes: BTreeMap<String, OneOrMany>,
    options: Vec<ProductOption>,
    variants: Vec<VariantInput>,
    images: Vec<SampleImage>,
    reviews: Vec<SampleReview>,
}

#[derive(Deserialize)]
struct SampleImage {
    file: String,
    alt: String,
}

#[derive(Deserialize)]
struct SampleReview {
    author: String,
    rating: i32,
    title: String,
    body: String,
    language: Option<String>,
}

/// Loads the sample shop once. What is there already, and what a merchant deleted since, is left alone.
pub async fn load_sample(app: &App) -> Result<SampleSummary, Error> {
    if sample::Entity::find_by_id(NAME.to_owned()).one(app.db.reader()).await?.is_some() {
        return Ok(SampleSummary::default());
    }
    let file = SampleFiles::get("shop.json").ok_or(Error::DocumentMissing)?;
    let shop: SampleShop = serde_json::from_slice(&file.data)?;
    let mut summary = SampleSummary::default();
    for (position, category) in (0..).zip(shop.categories) {
        summary.categories += usize::from(load_category(app, category, position).await?);
    }
    for product in shop.products {
        let (products, reviews) = load_product(app, product).await?;
        summary.products += products;
        summary.reviews += reviews;
    }
    let tx = app.db.begin().await?;
    let row = sample::ActiveModel { name: Set(NAME.to_owned()), loaded_at: Set(time::now()) };
    db::insert_absent(&*tx, [row], &["name"]).await?;
    tx.commit().await?;
    Ok(summary)
}

async fn load_category(app: &App, category: SampleCategory, position: i32) -> Result<bool, Error> {
    let tree = store::categories::tree(app.db.reader()).await?;
    if tree.find(&category.slug).is_some() {
        return Ok(false);
    }
    let input = CategoryInput {
        title: category.title,
        slug: Some(category.slug),
        description: category.description,
        parent: category.parent,
        position,
    };
    write_category::create(app, input).await?;
    Ok(true)
}

async fn load_product(app: &App, product: SampleProduct) -> Result<(usize, usize), Error> {
    let reader = app.db.reader();
    // A start that was interrupted goes on where it was.
    let (id, added) = match products::find_by_slug(reader, &product.slug).await? {
        Some(head) => (head.product_id(), 0),
        None => (write_product::write_product(app, Target::New, input(&product), None).await?.document.id, 1),
    };
    let wanted = reviews::Wanted { product: Some(id), ..reviews::Wanted::default() };
    if reviews::count(reader, &wanted).await? > 0 {
        return Ok((added, 0));
    }
    Ok((added, load_reviews(app, id, product.reviews).await?))
}

fn input(product: &SampleProduct) -> ProductInput {
    let images = product.images.iter().map(|image| ImageInput {
        url: format!("/media/sample/{}", image.file),
        alt: image.alt.clone(),
        width: None,
        height: None,
    });
    ProductInput {
        title: product.title.clone(),
        slug: Some(product.slug.clone()),
        description: product.description.clone(),
        status: product.status,
        vendor: product.vendor.clone(),
        categories: product.categories.clone(),
        tags: product.tags.clone(),
        attributes: product.attributes.clone(),
        options: product.options.clone(),
        variants: product.variants.clone(),
        images: images.collect(),
        ..ProductInput::default()
    }
}

async fn load_reviews(app: &App, product: ProductId, sample: Vec<SampleReview>) -> Result<usize, Error> {
    let count = sample.len();
    let tx = app.db.begin().await?;
    let revision = revisions::next(&tx).await?;
    let dated: Vec<(i64, SampleReview)> = (1..).zip(sample).collect();
    // The oldest first: ids sort by time.
    for (days, said) in dated.into_iter().rev() {
        // Spread over the past weeks, as reviews are.
        let written = time::now() - Duration::days(days * 9);
        let row = review::Model {
            id: ReviewId::new().uuid(),
            product_id: product.uuid(),
            user_id: None,
            author: said.author,
            rating: said.rating,
            title: said.title,
            body: said.body,
            language: said.language,
            status: ReviewStatus::Approved.word().to_owned(),
            verified_purchase: false,
            helpful: 0,
            reply: None,
            reason: None,
            created_at: written,
            updated_at: written,
        };
        reviews::insert(&tx, row).await?;
    }
    write_review::count(&tx, product, revision).await?;
    tx.commit().await?;
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_picture_of_the_sample_is_there_and_described() {
        let file = SampleFiles::get("shop.json").expect("the sample");
        let shop: SampleShop = serde_json::from_slice(&file.data).expect("readable");
        let mut uses: BTreeMap<String, usize> = BTreeMap::new();
        for image in shop.products.iter().flat_map(|product| &product.images) {
            assert!(SampleFiles::get(&format!("images/{}", image.file)).is_some(), "{} is missing", image.file);
            assert!(!image.alt.is_empty(), "{} is not described", image.file);
            *uses.entry(image.file.clone()).or_default() += 1;
        }
        assert!(uses.len() > 100);
    }
}
