//! The desks of a service with several shards, as one: for whoever looks after its events without knowing of shards.

use std::sync::Arc;

use contracts::{
    event_desk::{ConsumerStanding, ParkedEvent, ServiceEvents, SkippedEvent},
    ids::EventId,
};

use crate::{Desk, DeskError};

/// All desks of one service, the first shard's first. Cheap to clone.
#[derive(Clone)]
pub struct Desks(Arc<[Desk]>);

impl From<Desk> for Desks {
    fn from(only: Desk) -> Self {
        Self(Arc::new([only]))
    }
}

impl From<Vec<Desk>> for Desks {
    fn from(desks: Vec<Desk>) -> Self {
        Self(desks.into())
    }
}

impl Desks {
    /// How the service's events flow, all shards together: what is to be sent adds up, and who reads is as far as the last.
    pub async fn standing(&self) -> Result<ServiceEvents, DeskError> {
        let mut together: Option<ServiceEvents> = None;
        for desk in self.0.iter() {
            let one = desk.standing().await?;
            together = Some(match together {
                None => one,
                Some(all) => plus(all, one),
            });
        }
        together.ok_or(DeskError::NotParked)
    }

    /// Parked events behind a place, oldest first.
    pub async fn parked(&self, after: Option<i64>, limit: u64) -> Result<Vec<ParkedEvent>, DeskError> {
        let mut all = Vec::new();
        for (place, desk) in self.places() {
            for mut event in desk.parked(after.map(|after| place.before(after)), limit).await? {
                event.position = place.of(event.position);
                all.push(event);
            }
        }
        all.sort_by_key(|event| event.position);
        all.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(all)
    }

    /// Asks for an attempt now, wherever the event is parked: one that concerns all shards may be so in several.
    pub async fn retry(&self, id: EventId) -> Result<ParkedEvent, DeskError> {
        let mut asked = Err(DeskError::NotParked);
        for (place, desk) in self.places() {
            match desk.retry(id).await {
                Err(DeskError::NotParked) => {}
                Err(error) => return Err(error),
                Ok(mut event) => {
                    event.position = place.of(event.position);
                    asked = Ok(event);
                }
            }
        }
        asked
    }

    /// Gives an event up for good, wherever it is parked.
    pub async fn skip(&self, id: EventId, by: &str, reason: &str) -> Result<SkippedEvent, DeskError> {
        let mut given_up = Err(DeskError::NotParked);
        for (place, desk) in self.places() {
            match desk.skip(id, by, reason).await {
                Err(DeskError::NotParked) => {}
                Err(error) => return Err(error),
                Ok(mut event) => {
                    event.position = place.of(event.position);
                    given_up = Ok(event);
                }
            }
        }
        given_up
    }

    /// Events that were given up, behind a place, oldest first.
    pub async fn skipped(&self, after: Option<i64>, limit: u64) -> Result<Vec<SkippedEvent>, DeskError> {
        let mut all = Vec::new();
        for (place, desk) in self.places() {
            for mut event in desk.skipped(after.map(|after| place.before(after)), limit).await? {
                event.position = place.of(event.position);
                all.push(event);
            }
        }
        all.sort_by_key(|event| event.position);
        all.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(all)
    }

    fn places(&self) -> impl Iterator<Item = (Place, &Desk)> {
        let count = i64::try_from(self.0.len()).unwrap_or(i64::MAX);
        (0..count).zip(self.0.iter()).map(move |(shard, desk)| (Place { shard, count }, desk))
    }
}

/// Each shard numbers its parked events by itself. In a list of all, a number carries its shard as well; of one shard all
/// numbers stay what they are.
#[derive(Clone, Copy)]
struct Place {
    shard: i64,
    count: i64,
}

impl Place {
    fn of(self, position: i64) -> i64 {
        position.saturating_mul(self.count).saturating_add(self.shard)
    }

    /// The last position of this shard that does not lie behind `place`.
    fn before(self, place: i64) -> i64 {
        place.saturating_sub(self.shard).div_euclid(self.count)
    }
}

fn plus(mut all: ServiceEvents, one: ServiceEvents) -> ServiceEvents {
    all.outbox.depth += one.outbox.depth;
    all.outbox.oldest_at = [all.outbox.oldest_at, one.outbox.oldest_at].into_iter().flatten().min();
    all.parked += one.parked;
    all.consumer = match (all.consumer, one.consumer) {
        (Some(all), Some(one)) => Some(slower(all, one)),
        (some, other) => some.or(other),
    };
    all
}

/// All shards read the same topics; what counts is how far the last has come.
fn slower(mut all: ConsumerStanding, one: ConsumerStanding) -> ConsumerStanding {
    all.position = all.position.min(one.position);
    all.head = all.head.max(one.head);
    for (all, one) in all.topics.iter_mut().zip(one.topics) {
        all.lag = all.lag.max(one.lag);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_among_all_leads_back_to_each_shard() {
        let shards: Vec<Place> = (0..3).map(|shard| Place { shard, count: 3 }).collect();
        for place in shards.iter().flat_map(|shard| [17, 18, 19].map(|position| shard.of(position))) {
            for shard in &shards {
                let shown = |position: i64| shard.of(position) <= place;
                let before = shard.before(place);
                assert!(shown(before) && !shown(before + 1), "{place}: {before} of {}", shard.shard);
            }
        }
        let only = Place { shard: 0, count: 1 };
        assert_eq!((only.of(812), only.before(812)), (812, 812));
    }
}
