//! A batch of events on its way: which of them are done, and which may be applied at the same time.

use std::{collections::HashMap, ops::Range, time::Duration};

use contracts::Envelope;
use tokio::time::Instant;

use crate::Delivery;

/// Events of one thing, by their numbers and in their order.
pub(crate) type Lane = Vec<usize>;

/// Which events of a batch are done, and how far the cursor has moved for them.
pub(crate) struct Progress {
    is_done: Vec<bool>,
    /// The number of the first event that is not done. A cursor has no way to say more.
    all_done_before: usize,
    committed: usize,
    committed_at: Instant,
}

impl Progress {
    /// Of a batch in which only events that `concern` us have to be done.
    pub fn of(deliveries: &[Delivery], concern: impl Fn(&Envelope) -> bool) -> Self {
        let is_done = deliveries.iter().map(|delivery| !concern(&delivery.envelope)).collect();
        let mut progress = Self { is_done, all_done_before: 0, committed: 0, committed_at: Instant::now() };
        progress.move_on();
        progress
    }

    pub fn note(&mut self, number: usize) {
        self.is_done[number] = true;
        self.move_on();
    }

    fn move_on(&mut self) {
        while self.is_done.get(self.all_done_before) == Some(&true) {
            self.all_done_before += 1;
        }
    }

    /// The events that the cursor can move behind.
    pub fn uncommitted(&self) -> Range<usize> {
        self.committed..self.all_done_before
    }

    pub fn uncommitted_since(&self) -> Duration {
        self.committed_at.elapsed()
    }

    pub fn note_commit(&mut self) {
        (self.committed, self.committed_at) = (self.all_done_before, Instant::now());
    }
}

/// The events of a batch that have to be done, in rounds that follow each other. What may concern everything of an account is
/// a round of its own: unless one of them is parked, it is applied behind all that was told before it, and ahead of the rest.
pub(crate) fn rounds(deliveries: &[Delivery], progress: &Progress) -> Vec<Vec<Lane>> {
    let mut rounds: Vec<Vec<Lane>> = Vec::new();
    let mut lane_of = HashMap::new();
    let mut alone = true;
    for (number, delivery) in deliveries.iter().enumerate().filter(|(number, _)| !progress.is_done[*number]) {
        let was_alone = std::mem::replace(&mut alone, delivery.envelope.shard().is_none());
        if alone || was_alone {
            rounds.push(Vec::new());
            lane_of.clear();
        }
        let Some(round) = rounds.last_mut() else { continue };
        let lane = *lane_of.entry(delivery.envelope.partitionkey).or_insert(round.len());
        match round.get_mut(lane) {
            Some(lane) => lane.push(number),
            None => round.push(vec![number]),
        }
    }
    rounds
}

#[cfg(test)]
mod tests {
    use contracts::{
        Event,
        events::{EmailVerified, StockShort, UserErased},
        ids::{OrderId, UserId},
        time,
    };

    use super::*;
    use crate::Place;

    fn delivery(event: &impl Event) -> Delivery {
        let envelope = Envelope::of(event).expect("serializable");
        Delivery { place: Place { partition: None, position: 1 }, envelope }
    }

    #[test]
    fn what_concerns_an_account_is_applied_alone() {
        let (one, other, user_id) = (OrderId::new(), OrderId::new(), UserId::new());
        let short = |order_id| delivery(&StockShort { order_id, skus: Vec::new() });
        let erased = delivery(&UserErased { user_id, erased_at: time::now() });
        let verified = delivery(&EmailVerified { user_id, email: "ada@example.test".into() });
        let deliveries = [short(one), short(other), short(one), erased, short(one), verified, short(other)];
        let all = Progress::of(&deliveries, |_| true);
        let expected = vec![vec![vec![0, 2], vec![1]], vec![vec![3]], vec![vec![4]], vec![vec![5]], vec![vec![6]]];
        assert_eq!(rounds(&deliveries, &all), expected);
        let orders_only = Progress::of(&deliveries, |envelope| envelope.shard().is_some());
        assert_eq!(rounds(&deliveries, &orders_only), [[vec![0, 2, 4], vec![1, 6]]]);
    }
}
