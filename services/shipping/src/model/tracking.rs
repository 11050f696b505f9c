//! The normalised timeline of a parcel: one vocabulary for all carriers, in the order of the carrier's clock.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use super::shipment::Fact;

/// Where a parcel is, in the words the field uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TrackingStatus {
    Unknown,
    /// The carrier knows of it and does not have it yet.
    PreTransit,
    InTransit,
    OutForDelivery,
    AttemptedDelivery,
    AvailableForPickup,
    Delivered,
    Delayed,
    Exception,
    ReturnToSender,
    /// No news for a long time.
    Expired,
    Cancelled,
}

impl TrackingStatus {
    pub const ALL: [Self; 12] = [
        Self::Unknown,
        Self::PreTransit,
        Self::InTransit,
        Self::OutForDelivery,
        Self::AttemptedDelivery,
        Self::AvailableForPickup,
        Self::Delivered,
        Self::Delayed,
        Self::Exception,
        Self::ReturnToSender,
        Self::Expired,
        Self::Cancelled,
    ];

    pub const fn word(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::PreTransit => "pre_transit",
            Self::InTransit => "in_transit",
            Self::OutForDelivery => "out_for_delivery",
            Self::AttemptedDelivery => "attempted_delivery",
            Self::AvailableForPickup => "available_for_pickup",
            Self::Delivered => "delivered",
            Self::Delayed => "delayed",
            Self::Exception => "exception",
            Self::ReturnToSender => "return_to_sender",
            Self::Expired => "expired",
            Self::Cancelled => "cancelled",
        }
    }

    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.word() == word)
    }

    /// What it means for the shipment; `None` where nothing changes.
    pub const fn fact(self) -> Option<Fact> {
        match self {
            Self::InTransit | Self::Delayed => Some(Fact::InTransit),
            Self::OutForDelivery | Self::AvailableForPickup => Some(Fact::OutForDelivery),
            Self::Delivered => Some(Fact::Delivered),
            Self::AttemptedDelivery | Self::Exception | Self::Expired => Some(Fact::Problem),
            Self::ReturnToSender => Some(Fact::Returned),
            Self::Unknown | Self::PreTransit | Self::Cancelled => None,
        }
    }

    /// Where the parcel is once `next` has been seen, too. What was delivered stays so unless it comes back.
    pub fn then(self, next: Self) -> Self {
        match (self, next) {
            (Self::ReturnToSender | Self::Cancelled, _) => self,
            (Self::Delivered, Self::ReturnToSender) => next,
            (Self::Delivered, _) | (_, Self::Unknown) => self,
            _ => next,
        }
    }
}

/// Something a carrier, or the shop itself, says of a parcel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sighting {
    pub status: TrackingStatus,
    pub description: String,
    pub location: String,
    /// By the carrier's clock.
    pub occurred_at: DateTime<Utc>,
    /// The carrier's name, or `shop`.
    pub source: String,
}

impl Sighting {
    /// The same for the same sighting, however often it is told.
    pub fn fingerprint(&self) -> String {
        let mut digest = Sha256::new();
        let moment = self.occurred_at.timestamp_micros().to_string();
        for part in [self.status.word(), &moment, &self.location, &self.source] {
            digest.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            digest.update(part);
        }
        hex::encode(&digest.finalize()[..16])
    }
}

/// Where a parcel is, after all sightings in the order of the carrier's clock.
pub fn standing<'a>(in_order: impl IntoIterator<Item = &'a Sighting>) -> TrackingStatus {
    in_order.into_iter().fold(TrackingStatus::Unknown, |status, sighting| status.then(sighting.status))
}

/// Sightings in the order of the carrier's clock; of the same moment, as they were told.
pub fn in_order(mut sightings: Vec<Sighting>) -> Vec<Sighting> {
    sightings.sort_by_key(|sighting| sighting.occurred_at);
    sightings
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use proptest::prelude::*;

    use super::*;

    fn seen(minute: i64, status: TrackingStatus) -> Sighting {
        Sighting {
            status,
            description: String::new(),
            location: "Leipzig".into(),
            occurred_at: DateTime::UNIX_EPOCH + TimeDelta::minutes(minute),
            source: "sandbox".into(),
        }
    }

    fn any_status() -> impl Strategy<Value = TrackingStatus> {
        prop::sample::select(TrackingStatus::ALL.to_vec())
    }

    #[test]
    fn delivered_ends_it_unless_it_comes_back() {
        use TrackingStatus as T;
        let after = |statuses: &[T]| {
            let sightings: Vec<_> = (0..).zip(statuses).map(|(minute, status)| seen(minute, *status)).collect();
            standing(&in_order(sightings))
        };
        assert_eq!(after(&[]), T::Unknown);
        assert_eq!(after(&[T::PreTransit, T::InTransit, T::Delivered, T::InTransit]), T::Delivered);
        assert_eq!(after(&[T::InTransit, T::Delivered, T::ReturnToSender, T::Delivered]), T::ReturnToSender);
        assert_eq!(after(&[T::InTransit, T::Expired, T::InTransit]), T::InTransit);
        assert_eq!(after(&[T::InTransit, T::Unknown]), T::InTransit);
    }

    #[test]
    fn words_read_back() {
        for status in TrackingStatus::ALL {
            assert_eq!(TrackingStatus::read(status.word()), Some(status));
            assert_eq!(serde_json::to_value(status).expect("a word"), status.word());
        }
    }

    proptest! {
        #[test]
        fn the_order_of_telling_does_not_matter(
            statuses in prop::collection::vec(any_status(), 0..12),
            seed in any::<u64>(),
        ) {
            let told: Vec<_> = (0..).zip(&statuses).map(|(minute, status)| seen(minute, *status)).collect();
            let mut shuffled = told.clone();
            let len = shuffled.len().max(1);
            for index in 0..shuffled.len() {
                shuffled.swap(index, (seed as usize).wrapping_mul(index + 7) % len);
            }
            prop_assert_eq!(standing(&in_order(told)), standing(&in_order(shuffled)));
        }

        #[test]
        fn nothing_but_a_return_follows_a_delivery(statuses in prop::collection::vec(any_status(), 0..12)) {
            let status = statuses.into_iter().fold(TrackingStatus::Delivered, TrackingStatus::then);
            prop_assert!(matches!(status, TrackingStatus::Delivered | TrackingStatus::ReturnToSender));
        }
    }
}
