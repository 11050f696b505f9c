//! Offsets that are asked of the brokers: where partitions begin and end, where they were at a time, and how far a group has come.

use rdkafka::{
    Offset, TopicPartitionList,
    consumer::{Consumer, ConsumerContext},
    error::KafkaError,
};

use super::{ANSWER_WITHIN, Looker};
use crate::log::Start;

/// How far a group has come in each partition, and what there is.
pub struct GroupOffsets {
    pub committed: TopicPartitionList,
    pub first: TopicPartitionList,
    pub ends: TopicPartitionList,
}

impl GroupOffsets {
    /// Of the group of `consumer`, which need not read.
    pub fn ask<C: ConsumerContext>(consumer: &impl Consumer<C>, of: TopicPartitionList) -> Result<Self, KafkaError> {
        Ok(Self {
            committed: consumer.committed_offsets(of.clone(), ANSWER_WITHIN)?,
            first: times(consumer, of.clone(), Offset::Beginning)?,
            ends: ends(consumer, of)?,
        })
    }
}

/// The offset of each partition that `start` means.
pub fn starts(looker: &Looker, mut of: TopicPartitionList, start: Start) -> Result<TopicPartitionList, KafkaError> {
    match start {
        Start::Beginning => times(looker, of, Offset::Beginning),
        Start::Position(position) => {
            let ends = ends(looker, of.clone())?;
            for end in ends.elements() {
                // A cursor behind the end would be taken for one that was lost, and read from the beginning.
                let place = Ord::min(position, number(end.offset()).unwrap_or_default());
                of.set_partition_offset(end.topic(), end.partition(), Offset::Offset(place))?;
            }
            Ok(of)
        }
        Start::Time(from) => {
            let ends = ends(looker, of.clone())?;
            let mut found = times(looker, of, Offset::Offset(from.timestamp_millis().max(0)))?;
            // Where nothing is as young, a group reads on with what comes.
            for end in ends.elements() {
                let place = found.find_partition(end.topic(), end.partition());
                if place.is_none_or(|place| number(place.offset()).is_none()) {
                    found.set_partition_offset(end.topic(), end.partition(), end.offset())?;
                }
            }
            Ok(found)
        }
    }
}

/// Where each partition ends now.
pub fn ends<C: ConsumerContext>(
    consumer: &impl Consumer<C>,
    of: TopicPartitionList,
) -> Result<TopicPartitionList, KafkaError> {
    times(consumer, of, Offset::End)
}

/// Asks for offsets by time, all in one request. Kafka's protocol has two times that are none, for the first and the
/// next offset (`ListOffsets`), and the client's names for these two have the same numbers.
fn times<C: ConsumerContext>(
    consumer: &impl Consumer<C>,
    mut of: TopicPartitionList,
    time: Offset,
) -> Result<TopicPartitionList, KafkaError> {
    of.set_all_offsets(time)?;
    consumer.offsets_for_times(of, ANSWER_WITHIN)
}

/// The offset itself, if it is none of the client's names for places.
pub fn number(offset: Offset) -> Option<i64> {
    match offset {
        Offset::Offset(number) => Some(number),
        _ => None,
    }
}
