//! Stock as numbers and rules: what a movement does to the buckets of a SKU, and what becomes of a reservation when
//! its order moves. Pure.

use std::collections::BTreeMap;

use contracts::order::Item;
use sea_orm::{DeriveActiveEnum, EnumIter};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Pieces of one SKU at most, in any bucket.
pub const PIECES_MAX: i64 = 1_000_000_000;

/// The buckets of one SKU. `damaged` pieces are counted apart and are not on hand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Levels {
    pub on_hand: i64,
    /// Held for orders that are not paid yet.
    pub reserved: i64,
    /// Promised to paid orders that are not shipped yet.
    pub committed: i64,
    pub damaged: i64,
}

/// What one movement adds to each bucket.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Delta {
    pub on_hand: i64,
    pub reserved: i64,
    pub committed: i64,
    pub damaged: i64,
}

impl Levels {
    /// Pieces that can be sold now.
    pub fn available(self) -> i64 {
        self.on_hand - self.reserved - self.committed
    }

    /// The levels behind `delta`, unless a bucket would go below zero or more would be promised than there is.
    pub fn after(self, delta: Delta) -> Option<Self> {
        let next = Self {
            on_hand: self.on_hand + delta.on_hand,
            reserved: self.reserved + delta.reserved,
            committed: self.committed + delta.committed,
            damaged: self.damaged + delta.damaged,
        };
        let sound = next.reserved >= 0 && next.committed >= 0 && next.damaged >= 0 && next.available() >= 0;
        let bounded = next.on_hand <= PIECES_MAX && next.damaged <= PIECES_MAX;
        (sound && bounded).then_some(next)
    }
}

impl Delta {
    pub fn on_hand(pieces: i64) -> Self {
        Self { on_hand: pieces, ..Self::default() }
    }

    pub fn hold(pieces: i64) -> Self {
        Self { reserved: pieces, ..Self::default() }
    }

    /// Promises pieces to a paid order that were not held for it.
    pub fn promise(pieces: i64) -> Self {
        Self { committed: pieces, ..Self::default() }
    }

    pub fn damaged(pieces: i64) -> Self {
        Self { damaged: pieces, ..Self::default() }
    }

    /// A hold becomes a promise.
    pub fn commit(pieces: i64) -> Self {
        Self { reserved: -pieces, committed: pieces, ..Self::default() }
    }

    /// Promised pieces leave the house.
    pub fn fulfil(pieces: i64) -> Self {
        Self { on_hand: -pieces, committed: -pieces, ..Self::default() }
    }

    /// Held pieces leave the house.
    pub fn fulfil_held(pieces: i64) -> Self {
        Self { on_hand: -pieces, reserved: -pieces, ..Self::default() }
    }

    pub fn plus(self, other: Self) -> Self {
        Self {
            on_hand: self.on_hand + other.on_hand,
            reserved: self.reserved + other.reserved,
            committed: self.committed + other.committed,
            damaged: self.damaged + other.damaged,
        }
    }

    /// What it adds to the pieces that can be sold.
    pub fn available(self) -> i64 {
        self.on_hand - self.reserved - self.committed
    }

    /// Whether shoppers can tell.
    pub fn is_visible(&self) -> bool {
        self.available() != 0
    }
}

/// What a line of the ledger tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize, ToSchema)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Received,
    Adjusted,
    Reserved,
    Released,
    Expired,
    Committed,
    Fulfilled,
    Returned,
    Damaged,
    WrittenOff,
}

/// Where an order's reservation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
pub enum Status {
    /// Stock is held until it expires.
    Held,
    /// The order is paid: stock is promised without end.
    Committed,
    /// The goods are gone.
    Fulfilled,
    /// The order was cancelled. Without lines it is a tombstone that refuses a reservation arriving late.
    Released,
    /// The hold ran out, or there was none when the order was paid and nothing could be taken.
    Expired,
}

/// What is heard of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fact {
    Paid,
    Cancelled,
    /// Shipped, or delivered without our hearing of the shipment.
    Left,
}

/// What to do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Nothing,
    /// The hold becomes a promise.
    Commit,
    /// The hold is gone: promise what is there, or say that stock is short.
    Take,
    ReleaseHeld,
    ReleaseCommitted,
    /// Nothing is held: only note that the order is over.
    Close,
    FulfilCommitted,
    FulfilHeld,
    /// The goods left although nothing was promised: book what the books allow.
    FulfilLoose,
}

/// What `fact` means for a reservation in `status`; `None` when the order never held anything.
pub fn step(status: Option<Status>, fact: Fact) -> Step {
    match (status, fact) {
        (Some(Status::Held), Fact::Paid) => Step::Commit,
        (Some(Status::Held), Fact::Cancelled) => Step::ReleaseHeld,
        (Some(Status::Held), Fact::Left) => Step::FulfilHeld,
        (Some(Status::Committed), Fact::Paid) => Step::Nothing,
        (Some(Status::Committed), Fact::Cancelled) => Step::ReleaseCommitted,
        (Some(Status::Committed), Fact::Left) => Step::FulfilCommitted,
        (Some(Status::Fulfilled), Fact::Paid | Fact::Cancelled | Fact::Left) => Step::Nothing,
        // Cancelled is the end of an order: whatever comes later was on its way before.
        (Some(Status::Released), Fact::Paid | Fact::Cancelled | Fact::Left) => Step::Nothing,
        (Some(Status::Expired) | None, Fact::Paid) => Step::Take,
        (Some(Status::Expired) | None, Fact::Cancelled) => Step::Close,
        (Some(Status::Expired) | None, Fact::Left) => Step::FulfilLoose,
    }
}

/// Pieces by SKU, in SKU order.
pub type Demand = BTreeMap<String, i64>;

/// What a list of items asks for: a SKU that stands there twice is summed.
pub fn demand<'a>(items: impl IntoIterator<Item = (&'a str, u32)>) -> Demand {
    let mut demand = Demand::new();
    for (sku, quantity) in items {
        if quantity > 0 {
            *demand.entry(sku.to_owned()).or_default() += i64::from(quantity);
        }
    }
    demand
}

pub fn demand_of(items: &[Item]) -> Demand {
    demand(items.iter().map(|item| (item.sku.as_str(), item.quantity)))
}

/// A line that cannot be had in full.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ShortLine {
    pub sku: String,
    pub requested: i64,
    pub available: i64,
}

/// The lines of `wanted` that `available` does not cover.
pub fn short_lines(wanted: &Demand, available: impl Fn(&str) -> i64) -> Vec<ShortLine> {
    let line = |(sku, requested): (&String, &i64)| ShortLine {
        sku: sku.clone(),
        requested: *requested,
        available: available(sku).max(0),
    };
    wanted.iter().map(line).filter(|line| line.requested > line.available).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ALL: [Option<Status>; 6] = [
        None,
        Some(Status::Held),
        Some(Status::Committed),
        Some(Status::Fulfilled),
        Some(Status::Released),
        Some(Status::Expired),
    ];

    /// The status a step leads to, as `follow_order` writes it when stock suffices.
    fn next(status: Option<Status>, step: Step) -> Option<Status> {
        match step {
            Step::Nothing => status,
            Step::Commit | Step::Take => Some(Status::Committed),
            Step::ReleaseHeld | Step::ReleaseCommitted | Step::Close => Some(Status::Released),
            Step::FulfilCommitted | Step::FulfilHeld | Step::FulfilLoose => Some(Status::Fulfilled),
        }
    }

    #[test]
    fn a_fact_heard_twice_does_nothing_the_second_time() {
        for status in ALL {
            for fact in [Fact::Paid, Fact::Cancelled, Fact::Left] {
                let once = next(status, step(status, fact));
                assert_eq!(step(once, fact), Step::Nothing, "{status:?} and twice {fact:?}");
            }
        }
    }

    #[test]
    fn nothing_leaves_the_ends_of_life() {
        for end in [Status::Released, Status::Fulfilled] {
            for fact in [Fact::Paid, Fact::Cancelled, Fact::Left] {
                assert_eq!(step(Some(end), fact), Step::Nothing);
            }
        }
    }

    #[test]
    fn demand_is_summed_by_sku() {
        let items = [("B", 1), ("A", 2), ("B", 3), ("C", 0)];
        assert_eq!(demand(items), Demand::from([("A".to_owned(), 2), ("B".to_owned(), 4)]));
    }

    #[test]
    fn every_short_line_is_named() {
        let wanted = demand([("A", 2), ("B", 3), ("C", 1)]);
        let short = short_lines(&wanted, |sku| if sku == "A" { 2 } else { 0 });
        assert_eq!(short.iter().map(|line| line.sku.as_str()).collect::<Vec<_>>(), ["B", "C"]);
    }

    #[test]
    fn no_more_is_promised_than_there_is() {
        let levels = Levels { on_hand: 3, reserved: 1, committed: 1, damaged: 0 };
        assert!(levels.after(Delta::hold(1)).is_some());
        assert!(levels.after(Delta::hold(2)).is_none());
        assert!(levels.after(Delta::on_hand(-2)).is_none());
        assert!(levels.after(Delta::fulfil(1)).is_some());
        assert!(levels.after(Delta::fulfil(2)).is_none());
        assert!(levels.after(Delta::damaged(-1)).is_none());
    }

    proptest! {
        #[test]
        fn hold_commit_fulfil_takes_the_pieces_once(on_hand in 0_i64..100, pieces in 0_i64..100) {
            let levels = Levels { on_hand, ..Levels::default() };
            if let Some(held) = levels.after(Delta::hold(pieces)) {
                let gone = held.after(Delta::commit(pieces)).and_then(|levels| levels.after(Delta::fulfil(pieces)));
                prop_assert_eq!(gone, Some(Levels { on_hand: on_hand - pieces, ..Levels::default() }));
                prop_assert_eq!(held.after(Delta::hold(-pieces)), Some(levels));
            } else {
                prop_assert!(pieces > on_hand);
            }
        }
    }
}
