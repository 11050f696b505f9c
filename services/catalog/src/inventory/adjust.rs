//! Corrections by hand, by an import, and by a product being written: what is on hand becomes another number, for a
//! stated reason, and never less than what is promised.

use std::collections::{BTreeMap, BTreeSet};

use contracts::time;
use db::{Db, Tx, idempotency};
use http::StatusCode;
use sea_orm::DbErr;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{
    Problem,
    idempotency::{Answer, replay},
};

use super::{
    entity::item,
    model::{Delta, Kind, Levels},
    routes::StockView,
    store::{self, Because, Changes},
};
use crate::Error;

/// What is to become of a SKU's stock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// So many are on hand.
    OnHand(i64),
    /// So many came or went, and this is what happened.
    By(i64, Cause),
    /// So many damaged pieces are kept.
    Damaged(i64),
}

/// What happened to pieces that came or went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// The count was wrong.
    #[default]
    Adjusted,
    /// A delivery arrived.
    Received,
    /// Pieces broke: they leave what is on hand and are counted as damaged.
    Damaged,
    /// Pieces are gone.
    WrittenOff,
}

/// The movement that makes `levels` what `change` asks for. Pure.
fn movement(levels: Levels, change: Change) -> (Kind, Delta) {
    match change {
        Change::OnHand(pieces) => (Kind::Adjusted, Delta::on_hand(pieces - levels.on_hand)),
        Change::By(pieces, Cause::Adjusted) => (Kind::Adjusted, Delta::on_hand(pieces)),
        Change::By(pieces, Cause::Received) => (Kind::Received, Delta::on_hand(pieces)),
        Change::By(pieces, Cause::Damaged) => {
            (Kind::Damaged, Delta { on_hand: pieces, damaged: -pieces, ..Delta::default() })
        }
        Change::By(pieces, Cause::WrittenOff) => (Kind::WrittenOff, Delta::on_hand(pieces)),
        Change::Damaged(pieces) => {
            let kind = if pieces < levels.damaged { Kind::WrittenOff } else { Kind::Damaged };
            (kind, Delta::damaged(pieces - levels.damaged))
        }
    }
}

/// Changes the stock of one SKU. With an idempotency record, repeating it changes nothing and answers the same.
pub async fn adjust(
    db: &Db,
    sku: &str,
    change: Change,
    because: &Because,
    request: Option<idempotency::Request>,
) -> Result<Answer, Error> {
    db.retried(|| try_to_adjust(db, sku, change, because, request.as_ref())).await
}

async fn try_to_adjust(
    db: &Db,
    sku: &str,
    change: Change,
    because: &Because,
    request: Option<&idempotency::Request>,
) -> Result<Answer, Error> {
    let tx = db.begin().await?;
    if let Some(request) = request
        && let Some(answer) = replay(idempotency::begin(&tx, request).await?)?
    {
        return Ok(answer);
    }
    let item = store::lock_items(&tx, &BTreeSet::from([sku.to_owned()])).await?.remove(sku).ok_or(Error::NotFound)?;
    let (kind, delta) = movement(item.levels(), change);
    let next = item.levels().after(delta).ok_or_else(|| not_allowed(&item, delta))?;
    if delta != Delta::default() {
        let mut changes = Changes::default();
        changes.add(sku, kind, delta, because);
        store::write(&tx, changes).await?;
    }
    let updated_at = if delta == Delta::default() { item.updated_at } else { time::now() };
    let answer = Answer::new(StatusCode::OK, &StockView::of(sku, next, updated_at));
    if let Some(request) = request {
        idempotency::finish(&tx, request, answer.status.as_u16(), &answer.body).await?;
    }
    tx.commit().await?;
    Ok(answer)
}

/// What one correction of many came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Corrected {
    Changed,
    Unchanged,
    /// More is promised than the new number, so nothing was changed.
    Promised {
        least: i64,
    },
    Unknown,
}

/// Takes over what was counted, all of it or nothing: one SKU that cannot be corrected leaves the others alone too.
pub async fn take_count(
    db: &Db,
    wanted: &BTreeMap<String, i64>,
    because: &Because,
) -> Result<BTreeMap<String, Corrected>, DbErr> {
    db.retried(|| try_to_take(db, wanted, because)).await
}

async fn try_to_take(
    db: &Db,
    wanted: &BTreeMap<String, i64>,
    because: &Because,
) -> Result<BTreeMap<String, Corrected>, DbErr> {
    let tx = db.begin().await?;
    let corrected = set_on_hand(&tx, wanted, Kind::Adjusted, because).await?;
    if corrected.values().all(|outcome| matches!(outcome, Corrected::Changed | Corrected::Unchanged)) {
        tx.commit().await?;
    } else {
        tx.rollback().await?;
    }
    Ok(corrected)
}

/// Makes what is on hand of each SKU the given number, where it is not already. SKUs whose promises do not allow it
/// are left as they are, and named.
pub async fn set_on_hand(
    tx: &Tx,
    wanted: &BTreeMap<String, i64>,
    kind: Kind,
    because: &Because,
) -> Result<BTreeMap<String, Corrected>, DbErr> {
    let items = store::lock_items(tx, &wanted.keys().cloned().collect()).await?;
    let mut changes = Changes::default();
    let mut corrected = BTreeMap::new();
    for (sku, pieces) in wanted {
        let outcome = match items.get(sku) {
            None => Corrected::Unknown,
            Some(item) if item.on_hand == *pieces => Corrected::Unchanged,
            Some(item) => {
                let delta = Delta::on_hand(pieces - item.on_hand);
                if item.levels().after(delta).is_some() {
                    changes.add(sku, kind, delta, because);
                    Corrected::Changed
                } else {
                    Corrected::Promised { least: item.reserved + item.committed }
                }
            }
        };
        corrected.insert(sku.clone(), outcome);
    }
    store::write(tx, changes).await?;
    Ok(corrected)
}

fn not_allowed(item: &item::Model, delta: Delta) -> Error {
    let (held, committed) = (item.reserved, item.committed);
    let least = held + committed;
    let problem = Problem::new(StatusCode::CONFLICT, "stock_promised");
    if item.on_hand + delta.on_hand >= least {
        return problem
            .detail(format!("Only {} damaged pieces are kept.", item.damaged))
            .with("damaged", item.damaged)
            .into();
    }
    problem
        .detail(format!(
            "{held} pieces are held and {committed} are promised to paid orders, so at least {least} must stay on hand."
        ))
        .with("on_hand", item.on_hand)
        .with("held", held)
        .with("committed", committed)
        .with("minimum", least)
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broken_pieces_are_counted_apart() {
        let levels = Levels { on_hand: 5, ..Levels::default() };
        let (kind, delta) = movement(levels, Change::By(-2, Cause::Damaged));
        assert_eq!(kind, Kind::Damaged);
        assert_eq!(levels.after(delta), Some(Levels { on_hand: 3, damaged: 2, ..Levels::default() }));
    }

    #[test]
    fn a_number_that_is_already_right_moves_nothing() {
        let levels = Levels { on_hand: 5, damaged: 1, ..Levels::default() };
        assert_eq!(movement(levels, Change::OnHand(5)).1, Delta::default());
        assert_eq!(movement(levels, Change::Damaged(1)).1, Delta::default());
        assert_eq!(movement(levels, Change::Damaged(0)).0, Kind::WrittenOff);
    }
}
