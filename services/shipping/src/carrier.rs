//! The seam to the companies that carry parcels.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use contracts::{Address, order::Item};
use uuid::Uuid;

use crate::model::tracking::Sighting;

/// A carrier. An error means that nobody knows whether it acted: ask by our reference before trying again.
#[async_trait]
pub trait Carrier: Send + Sync {
    /// Its name in rates and shipments.
    fn name(&self) -> &'static str;

    /// Buys a label. The same reference always yields the same label.
    async fn buy_label(&self, parcel: &Parcel) -> Result<Purchase, Unavailable>;

    /// The label bought under our reference, if one was and it has not been voided.
    async fn find_label(&self, reference: Uuid) -> Result<Option<Label>, Unavailable>;

    /// Gives a label back. Afterwards none can be bought under the reference; repeating it changes nothing.
    async fn void_label(&self, reference: Uuid) -> Result<(), Unavailable>;

    /// All that happened to a parcel so far.
    async fn track(&self, tracking_number: &str) -> Result<Vec<Sighting>, Unavailable>;
}

/// What a carrier must know to take goods.
#[derive(Clone, Debug)]
pub struct Parcel {
    /// Our own number of the label.
    pub reference: Uuid,
    pub service: String,
    pub to: Address,
    pub items: Vec<Item>,
    pub weight_g: u64,
}

/// The answer to a purchase. A refusal is an answer, not a failure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Purchase {
    Bought(Label),
    Refused(String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    pub tracking_number: String,
    /// What is printed and glued on, in ZPL.
    pub document: String,
}

/// The carrier cannot be reached, or did not answer in time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unavailable(pub String);

/// The carriers of this shop, by name.
#[derive(Clone)]
pub struct Carriers(BTreeMap<&'static str, Arc<dyn Carrier>>);

impl Carriers {
    pub fn new(carriers: impl IntoIterator<Item = Arc<dyn Carrier>>) -> Self {
        Self(carriers.into_iter().map(|carrier| (carrier.name(), carrier)).collect())
    }

    pub fn get(&self, name: &str) -> Option<&Arc<dyn Carrier>> {
        self.0.get(name)
    }

    pub fn names(&self) -> Vec<&'static str> {
        self.0.keys().copied().collect()
    }
}
