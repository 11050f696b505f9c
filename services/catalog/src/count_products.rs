//! How many products there are, for the line a shop prints when it opens.

use sea_orm::{EntityTrait, PaginatorTrait};

use crate::{App, Error, entity::product};

/// All products, drafts and archived ones included.
pub async fn count_products(app: &App) -> Result<u64, Error> {
    Ok(product::Entity::find().count(app.db.reader()).await?)
}
