//! What the books of other services are compared with: the stock that is kept for each order.

use std::collections::HashMap;

use contracts::ids::OrderId;
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter};

use super::{
    entity::{line, reservation},
    model::Status,
};
use crate::App;

/// Orders whose lines are read in one query.
const AT_ONCE: usize = 500;

/// Pieces by SKU that are promised to each order until they are shipped.
#[derive(Clone, Debug, Default)]
pub struct HeldStock {
    pub committed: HashMap<OrderId, HashMap<String, u32>>,
}

/// The stock that is committed now.
pub async fn books(app: &App) -> Result<HeldStock, DbErr> {
    let open = reservation::Entity::find()
        .filter(reservation::Column::Status.eq(Status::Committed))
        .all(app.db.reader())
        .await?;
    let mut held = HeldStock::default();
    for some in open.chunks(AT_ONCE) {
        let orders = some.iter().map(|reservation| reservation.order_id);
        let lines = line::Entity::find().filter(line::Column::OrderId.is_in(orders)).all(app.db.reader()).await?;
        for line in lines {
            let pieces = u32::try_from(line.quantity).unwrap_or(u32::MAX);
            held.committed.entry(line.order_id.into()).or_default().insert(line.sku, pieces);
        }
    }
    Ok(held)
}
