//! Packing: which boxes a shipment is in, and putting what is left of an order into a new shipment.

use std::collections::BTreeMap;

use contracts::{order::Item, time};
use sea_orm::Set;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use web::Problem;

use crate::{
    App, Error,
    entity::shipment,
    model::shipment::{self as life, Fact},
    prepare, step, store,
};

/// A box, weighed and measured.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"weight_g": 1850, "length_mm": 300, "width_mm": 200, "height_mm": 150}))]
pub struct Box {
    #[schema(minimum = 1, maximum = 2_000_000)]
    pub weight_g: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub length_mm: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width_mm: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height_mm: Option<u32>,
}

/// Notes the boxes of a shipment that waits to be sent. `version`: the one the client has seen, if it says so.
pub async fn pack(app: &App, shipment: Uuid, boxes: &[Box], version: Option<i64>) -> Result<(), Error> {
    let tx = app.db.begin().await?;
    let read = store::shipments::find(&*tx, shipment).await?.ok_or(Error::NotFound)?;
    if version.is_some_and(|seen| seen != read.version) {
        return Err(Error::Stale);
    }
    // What can still be packed is what a label can still be bought for.
    life::after(step::status_of(&read)?, Fact::LabelRequested)?;
    let boxes = serde_json::to_value(boxes).map_err(|error| Error::Unreadable(error.to_string()))?;
    let change =
        shipment::ActiveModel { parcels: Set(Some(boxes)), updated_at: Set(time::now()), ..Default::default() };
    step::write(&tx, read, change).await?;
    tx.commit().await?;
    Ok(())
}

/// Makes a shipment of goods that are in none: all that is left, or `items` of it.
pub async fn add(app: &App, order: Uuid, items: Option<&[Item]>) -> Result<Uuid, Error> {
    let tx = app.db.begin().await?;
    let order = store::orders::find(&*tx, order).await?.ok_or(Error::NotFound)?;
    if order.status == "cancelled" {
        return Err(Problem::new(http::StatusCode::CONFLICT, "order_cancelled")
            .detail("The order was cancelled.")
            .into());
    }
    let left = prepare::unassigned(&tx, order.id).await?;
    let wanted = match items {
        None => left,
        Some(items) => part_of(&left, items)?,
    };
    if wanted.is_empty() {
        return Err(Problem::new(http::StatusCode::CONFLICT, "nothing_left")
            .detail("Everything is in a shipment already.")
            .into());
    }
    if !store::orders::spread_anew(&*tx, &order).await? {
        return Err(Error::Raced);
    }
    let id = prepare::add_shipment(&tx, &order, &wanted.into_iter().collect::<Vec<_>>()).await?;
    tx.commit().await?;
    Ok(id)
}

fn part_of(left: &BTreeMap<String, i64>, items: &[Item]) -> Result<BTreeMap<String, i64>, Error> {
    let mut part: BTreeMap<String, i64> = BTreeMap::new();
    for item in items {
        let taken = part.entry(item.sku.clone()).or_default();
        *taken += i64::from(item.quantity);
        let most = left.get(&item.sku).copied().unwrap_or_default();
        if *taken > most {
            return Err(Error::TooMany { sku: item.sku.clone(), left: u32::try_from(most).unwrap_or_default() });
        }
    }
    Ok(part)
}
