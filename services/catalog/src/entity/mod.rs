//! The tables of the catalog, as SeaORM sees them.

pub mod category;
pub mod counter;
pub mod media;
pub mod price;
pub mod product;
pub mod product_document;
pub mod product_slug;
pub mod purchase;
pub mod review;
pub mod review_aggregate;
pub mod review_vote;
pub mod sample;
pub mod stock_wait;
pub mod variant_sku;
