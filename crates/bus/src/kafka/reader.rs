//! One process's place in a group: what it was given to read, and what of that is not done yet.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use rdkafka::{
    ClientConfig, ClientContext, Message, Offset, TopicPartitionList,
    consumer::{BaseConsumer, Consumer, ConsumerContext, Rebalance, StreamConsumer},
    error::{KafkaError, RDKafkaErrorCode},
    message::BorrowedMessage,
};

use super::{ANSWER_WITHIN, blocking, is_of_others, offsets::GroupOffsets};
use crate::log::Unavailable;

/// A process that says nothing for so long has died, and others read on for it.
const SILENT_MS: &str = "10000";
/// Brokers that say nothing for so long are given up. A process that ends tells them first how far it has come, and they must not
/// keep it from ending.
const HANGS_MS: &str = "10000";
const SOCKET_TIMEOUT: &str = "socket.timeout.ms";
/// How often the brokers are told how far this process has come, while they answer. Waiting for them after each batch would
/// hold up the next.
const COMMIT_EVERY_MS: &str = "200";

pub(super) struct Reader {
    consumer: Arc<StreamConsumer<Given>>,
}

/// Where a record stands.
pub(super) struct Spot {
    pub topic: String,
    pub partition: i32,
    pub offset: i64,
}

/// What this process was given, by topic and partition.
#[derive(Default)]
struct Given {
    ranges: Mutex<HashMap<(String, i32), Range>>,
    /// Whether the brokers refused the last time to note how far this process has come.
    is_refused: AtomicBool,
}

#[derive(Clone, Copy)]
struct Range {
    /// The first that is not done.
    first: i64,
    last: i64,
}

impl Given {
    fn lock(&self) -> MutexGuard<'_, HashMap<(String, i32), Range>> {
        self.ranges.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ClientContext for Given {}

impl ConsumerContext for Given {
    /// What is given to others from now on is theirs to do. They begin where this process last committed.
    fn pre_rebalance(&self, _consumer: &BaseConsumer<Self>, _change: &Rebalance<'_>) {
        self.lock().clear();
    }

    fn commit_callback(&self, result: Result<(), KafkaError>, _places: &TopicPartitionList) {
        if let Err(error) = &result
            && is_of_others(error)
        {
            tracing::info!(%error, "another process reads on from where this one had come");
            return;
        }
        let was_refused = self.is_refused.swap(result.is_err(), Ordering::Relaxed);
        match result {
            Err(error) if !was_refused => {
                tracing::warn!(%error, "the brokers do not note how far this process has come; after a crash more comes again");
            }
            Ok(()) if was_refused => tracing::info!("the brokers note again how far this process has come"),
            _ => {}
        }
    }
}

impl Reader {
    /// Joins `group`, which shares the partitions of `topics` among its processes.
    pub fn join(mut config: ClientConfig, group: &str, topics: &[String]) -> Result<Self, KafkaError> {
        config
            .set("group.id", group)
            .set("enable.auto.commit", "true")
            .set("auto.commit.interval.ms", COMMIT_EVERY_MS)
            // Only what is done, and that is for us to say.
            .set("enable.auto.offset.store", "false")
            .set("auto.offset.reset", "earliest")
            // Partition 3 of every topic goes to the same process, and with it all that is said of one order.
            .set("partition.assignment.strategy", "range")
            .set("session.timeout.ms", SILENT_MS);
        if config.get(SOCKET_TIMEOUT).is_none() {
            config.set(SOCKET_TIMEOUT, HANGS_MS);
        }
        let consumer: StreamConsumer<Given> = config.create_with_context(Given::default())?;
        let topics: Vec<&str> = topics.iter().map(String::as_str).collect();
        consumer.subscribe(&topics)?;
        Ok(Self { consumer: Arc::new(consumer) })
    }

    /// How far the group has come in these partitions. Holds a thread up until the brokers answer.
    pub fn offsets(&self, partitions: TopicPartitionList) -> Result<GroupOffsets, KafkaError> {
        GroupOffsets::ask(&*self.consumer, partitions)
    }

    /// The next record, whenever it comes. May be dropped while it waits.
    pub async fn next(&self) -> Result<BorrowedMessage<'_>, KafkaError> {
        self.consumer.recv().await
    }

    /// Notes that an event is handed out. A record that is none of ours is not, so nobody goes back to it.
    pub fn hand_out(&self, message: &BorrowedMessage<'_>) {
        let (place, offset) = ((message.topic().to_owned(), message.partition()), message.offset());
        let mut given = self.consumer.context().lock();
        given.entry(place).or_insert(Range { first: offset, last: offset }).last = offset;
    }

    /// Has what was given and not done given again.
    pub async fn back_to_what_is_not_done(&self) -> Result<(), Unavailable> {
        let mut places = TopicPartitionList::new();
        for ((topic, partition), range) in &*self.consumer.context().lock() {
            places
                .add_partition_offset(topic, *partition, Offset::Offset(range.first))
                .map_err(|error| Unavailable(error.to_string()))?;
        }
        if places.count() == 0 {
            return Ok(());
        }
        let consumer = self.consumer.clone();
        let places = blocking(move || consumer.seek_partitions(places, ANSWER_WITHIN)).await?;
        for place in places.elements() {
            // Reading on behind events that nobody has applied would lose them.
            place.error().map_err(|error| Unavailable(error.to_string()))?;
        }
        self.consumer.context().lock().clear();
        Ok(())
    }

    /// Moves the group's cursors behind `done`: the brokers are told within `COMMIT_EVERY_MS`, or before this process leaves,
    /// if they answer. What is another's by now is left to that.
    pub fn commit(&self, done: impl Iterator<Item = Spot>) -> Result<(), Unavailable> {
        let mut behind: BTreeMap<(String, i32), i64> = BTreeMap::new();
        for Spot { topic, partition, offset } in done {
            let next = behind.entry((topic, partition)).or_default();
            *next = (*next).max(offset + 1);
        }
        let mut places = TopicPartitionList::new();
        {
            let given = self.consumer.context().lock();
            behind.retain(|place, next| given.get(place).is_some_and(|range| range.first < *next));
        }
        for ((topic, partition), next) in &behind {
            places
                .add_partition_offset(topic, *partition, Offset::Offset(*next))
                .map_err(|error| Unavailable(error.to_string()))?;
        }
        if behind.is_empty() {
            return Ok(());
        }
        match self.consumer.store_offsets(&places) {
            // Told for what this process was not given any more.
            Err(error) if error.rdkafka_error_code() == Some(RDKafkaErrorCode::State) => {
                tracing::info!(%error, "another process reads on from where this one had come");
            }
            stored => stored.map_err(|error| Unavailable(error.to_string()))?,
        }
        let mut given = self.consumer.context().lock();
        for (place, next) in behind {
            match given.get_mut(&place) {
                Some(range) if range.last >= next => range.first = next,
                _ => {
                    given.remove(&place);
                }
            }
        }
        Ok(())
    }
}
