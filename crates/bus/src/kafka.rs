//! The log on Apache Kafka: a topic for each service that publishes, keyed by the id of the thing an event speaks of.
//!
//! Every topic has as many partitions as the others and readers are given ranges of them, so all events of one order
//! are read by one process, whichever services they come from. Effects happen once because of the inbox, not because of
//! Kafka's transactions.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::{Arc, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use contracts::{Envelope, Service, event_desk::TopicLag, ids::EventId};
use futures::{FutureExt, future};
use rdkafka::{
    ClientConfig, Message, Offset, TopicPartitionList,
    admin::{AdminClient, AdminOptions, NewTopic, TopicReplication},
    client::DefaultClientContext,
    consumer::{BaseConsumer, CommitMode, Consumer as _, DefaultConsumerContext},
    error::{KafkaError, RDKafkaErrorCode},
    message::BorrowedMessage,
    producer::{FutureProducer, FutureRecord},
};
use tokio::{
    sync::{Mutex, OnceCell, RwLock},
    time::Instant,
};
use uuid::Uuid;

use crate::log::{Delivery, KEPT_DAYS, Lag, Log, Place, Start, Unavailable};

use offsets::{GroupOffsets, ends, number, starts};
use reader::{Reader, Spot};

mod offsets;
mod reader;

/// How long a question to the brokers may take.
const ANSWER_WITHIN: Duration = Duration::from_secs(5);
/// The largest event: an order of a thousand lines, each with a title and the address of a picture, has less than half of it.
const EVENT_BYTES_MAX: &str = "8388608";
/// How long the brokers may take to write a batch down. Longer than they need to choose another leader.
const WRITTEN_WITHIN: Duration = Duration::from_secs(20);
/// How long a reader waits for an event to come.
const FETCH_WAIT: Duration = Duration::from_secs(1);
/// How often, and after which pause, one looks whether new topics have leaders.
const LEADER_TRIES: u32 = 50;
const LEADER_PAUSE: Duration = Duration::from_millis(100);
/// What those who only look are called, where they ask for no group.
const LOOKERS: &str = "lookers";
/// Events are looked for from so long before they were made, for clocks differ.
const CLOCKS_DIFFER_MS: i64 = 60_000;

/// Where the brokers are, and how topics are made that are not there yet.
#[derive(Clone, Debug)]
pub struct KafkaConfig {
    /// Such as `kafka-1:9092,kafka-2:9092`.
    pub brokers: String,
    /// Stands before the names of topics and groups, so that shops can share brokers.
    pub prefix: String,
    /// Of each topic: the most processes that can read for one service. To be changed only while the log is empty, for
    /// it decides where a key's events stand.
    pub partitions: i32,
    /// What else the client shall be told, by librdkafka's names.
    pub options: BTreeMap<String, String>,
}

/// Whose topics there are.
fn services() -> [&'static str; Service::ALL.len()] {
    Service::ALL.map(Service::name)
}

/// The log on Kafka. Connects when it is first used, and again whenever the brokers come back.
pub struct KafkaLog {
    config: KafkaConfig,
    topics_made: OnceCell<()>,
    /// Replaced after a batch was not confirmed in time, so that what is left of it does not pile up.
    producer: Mutex<Option<FutureProducer>>,
    readers: std::sync::Mutex<HashMap<String, Arc<Reader>>>,
    /// Held by whoever reads, or asks over a reader's connections, and alone by whoever moves a cursor: brokers refuse that
    /// while anyone reads.
    reading: Arc<RwLock<()>>,
}

type Looker = BaseConsumer<DefaultConsumerContext>;

impl KafkaLog {
    pub fn new(config: KafkaConfig) -> Self {
        Self {
            config,
            topics_made: OnceCell::new(),
            producer: Mutex::default(),
            readers: std::sync::Mutex::default(),
            reading: Arc::default(),
        }
    }

    fn client(&self) -> ClientConfig {
        let mut config = ClientConfig::new();
        config.set("bootstrap.servers", &self.config.brokers).set("client.id", "rialto");
        for (name, value) in &self.config.options {
            config.set(name, value);
        }
        config
    }

    fn topic(&self, service: &str) -> String {
        format!("{}{service}", self.config.prefix)
    }

    fn group(&self, group: &str) -> String {
        format!("{}{group}", self.config.prefix)
    }

    /// What looks at a group, or at topics, without reading for anyone.
    fn looker(&self, group: &str) -> Result<Looker, KafkaError> {
        self.client()
            .set("group.id", self.group(group))
            .set("enable.auto.commit", "false")
            .set("enable.partition.eof", "true")
            .set("auto.offset.reset", "earliest")
            .create()
    }

    /// Makes the topics that are not there. What waits to be read must not wait for the first event to be written.
    async fn make_topics(&self) -> Result<(), Unavailable> {
        self.topics_made.get_or_try_init(|| self.make_topics_now()).await.copied()
    }

    async fn make_topics_now(&self) -> Result<(), Unavailable> {
        let admin: AdminClient<DefaultClientContext> = self.client().create().map_err(unavailable)?;
        let names: Vec<String> = services().iter().map(|service| self.topic(service)).collect();
        let kept_ms = (KEPT_DAYS * 24 * 60 * 60 * 1000).to_string();
        let topics: Vec<NewTopic<'_>> = names
            .iter()
            // As many copies as the brokers make by default, which is for whoever runs them to say.
            .map(|name| NewTopic::new(name, self.config.partitions, TopicReplication::Fixed(-1)))
            .map(|topic| topic.set("retention.ms", &kept_ms).set("max.message.bytes", EVENT_BYTES_MAX))
            .collect();
        let options = AdminOptions::new().request_timeout(Some(ANSWER_WITHIN)).operation_timeout(Some(ANSWER_WITHIN));
        for made in admin.create_topics(&topics, &options).await.map_err(unavailable)? {
            match made {
                Ok(_) | Err((_, RDKafkaErrorCode::TopicAlreadyExists)) => {}
                Err((topic, error)) => return Err(Unavailable(format!("{topic} cannot be made: {error}"))),
            }
        }
        // A partition has no leader yet when its topic has just been made.
        let mut tries = 0;
        loop {
            let (looker, all) = (self.looker(LOOKERS).map_err(unavailable)?, self.partitions(&services()));
            match blocking(move || ends(&looker, all)).await {
                Ok(_) => return Ok(()),
                Err(error) if tries == LEADER_TRIES => return Err(error),
                Err(_) => tokio::time::sleep(LEADER_PAUSE).await,
            }
            tries += 1;
        }
    }

    /// Has one producer at a time write the events. One that has failed may never write again, and may still get some of
    /// them through: all will be sent again by another, in the same order, so that of each key's events the first comes first.
    async fn send(&self, events: &[Envelope]) -> Result<(), Unavailable> {
        let mut place = self.producer.lock().await;
        let producer = match place.take() {
            Some(producer) => producer,
            None => self.make_producer().map_err(unavailable)?,
        };
        self.send_by(&producer, events).await?;
        *place = Some(producer);
        Ok(())
    }

    async fn send_by(&self, producer: &FutureProducer, events: &[Envelope]) -> Result<(), Unavailable> {
        let mut answers = Vec::with_capacity(events.len());
        for event in events {
            let topic = self.topic(event.topic());
            let key = event.partitionkey.to_string();
            let payload = serde_json::to_vec(event).map_err(|error| Unavailable(error.to_string()))?;
            let record = FutureRecord::to(&topic).key(&key).payload(&payload).timestamp(event.time.timestamp_millis());
            answers.push(producer.send_result(record).map_err(|(error, _)| unavailable(error))?);
        }
        let written = tokio::time::timeout(WRITTEN_WITHIN, future::join_all(answers)).await;
        let late = |_| Unavailable(format!("not written within {} s", WRITTEN_WITHIN.as_secs()));
        for answer in written.map_err(late)? {
            answer.map_err(|error| Unavailable(error.to_string()))?.map_err(|(error, _)| unavailable(error))?;
        }
        Ok(())
    }

    fn make_producer(&self) -> Result<FutureProducer, KafkaError> {
        self.client()
            .set("enable.idempotence", "true")
            .set("acks", "all")
            .set("linger.ms", "1")
            // As Kafka's own clients choose partitions, so that whoever else writes agrees.
            .set("partitioner", "murmur2_random")
            .set("message.max.bytes", EVENT_BYTES_MAX)
            // A record that alone gave up would let the next of its key overtake it: they wait, and go together.
            .set("message.timeout.ms", "0")
            .create()
    }

    fn reader(&self, group: &str, topics: &[&str]) -> Result<Arc<Reader>, KafkaError> {
        let mut readers = self.readers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(reader) = readers.get(group) {
            return Ok(reader.clone());
        }
        let names: Vec<String> = topics.iter().map(|topic| self.topic(topic)).collect();
        let reader = Arc::new(Reader::join(self.client(), &self.group(group), &names)?);
        readers.insert(group.to_owned(), reader.clone());
        Ok(reader)
    }

    fn reader_of(&self, group: &str) -> Option<Arc<Reader>> {
        self.readers.lock().unwrap_or_else(PoisonError::into_inner).get(group).cloned()
    }

    fn take_reader(&self, group: &str) -> Option<Arc<Reader>> {
        self.readers.lock().unwrap_or_else(PoisonError::into_inner).remove(group)
    }

    /// Every partition of `topics`, at no offset yet.
    fn partitions(&self, topics: &[&str]) -> TopicPartitionList {
        let mut all = TopicPartitionList::new();
        for topic in topics {
            all.add_partition_range(&self.topic(topic), 0, self.config.partitions - 1);
        }
        all
    }

    /// Shows `seen` every event of `topics` from `from` to the end, partition by partition, until `go_on` says no.
    async fn scan<T: Send + 'static>(
        &self,
        topics: &[&str],
        from: impl FnOnce(&Looker, TopicPartitionList) -> Result<TopicPartitionList, KafkaError> + Send + 'static,
        mut seen: T,
        mut go_on: impl FnMut(&mut T, Delivery) -> bool + Send + 'static,
    ) -> Result<T, Unavailable> {
        self.make_topics().await?;
        let (looker, partitions) = (self.looker(LOOKERS).map_err(unavailable)?, self.partitions(topics));
        blocking(move || {
            let starts = from(&looker, partitions)?;
            let mut left = starts.count();
            looker.assign(&starts)?;
            while left > 0 {
                match looker.poll(ANSWER_WITHIN) {
                    Some(Ok(message)) => {
                        if let Some(delivery) = delivery(&message)
                            && !go_on(&mut seen, delivery)
                        {
                            break;
                        }
                    }
                    Some(Err(KafkaError::PartitionEOF(_))) => left -= 1,
                    Some(Err(error)) => return Err(error),
                    None => return Err(KafkaError::MessageConsumption(RDKafkaErrorCode::OperationTimedOut)),
                }
            }
            Ok(seen)
        })
        .await
    }
}

#[async_trait]
impl Log for KafkaLog {
    async fn publish(&self, events: &[Envelope]) -> Result<(), Unavailable> {
        if events.is_empty() {
            return Ok(());
        }
        self.make_topics().await?;
        self.send(events).await
    }

    async fn fetch(&self, group: &str, topics: &[&str], limit: u64) -> Result<Vec<Delivery>, Unavailable> {
        self.make_topics().await?;
        let _reading = self.reading.read().await;
        let reader = self.reader(group, topics).map_err(unavailable)?;
        reader.back_to_what_is_not_done().await?;
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let (mut found, mut trouble) = (Vec::new(), None);
        let until = Instant::now() + FETCH_WAIT;
        while found.len() < limit {
            let next = match reader.next().now_or_never() {
                Some(next) => next,
                None if !found.is_empty() => break,
                None => match tokio::time::timeout_at(until, reader.next()).await {
                    Ok(next) => next,
                    Err(_) => break,
                },
            };
            match next {
                Ok(message) => {
                    if let Some(delivery) = delivery(&message) {
                        reader.hand_out(&message);
                        found.push(delivery);
                    }
                }
                // While brokers are away the client says so again and again, and all of it waits here to be heard.
                Err(error) if Instant::now() < until => trouble = Some(error),
                Err(error) => return Err(unavailable(error)),
            }
        }
        match trouble {
            Some(error) if found.is_empty() => Err(unavailable(error)),
            _ => Ok(found),
        }
    }

    async fn commit(&self, group: &str, done: &[Delivery]) -> Result<(), Unavailable> {
        let _reading = self.reading.read().await;
        // Who has left moves no cursor.
        let Some(reader) = self.reader_of(group) else { return Ok(()) };
        let spots = done.iter().map(|delivery| Spot {
            topic: self.topic(delivery.envelope.topic()),
            partition: delivery.place.partition.unwrap_or_default(),
            offset: delivery.place.position,
        });
        reader.commit(spots)
    }

    async fn leave(&self, group: &str) -> Result<(), Unavailable> {
        match self.take_reader(group) {
            // Leaving asks the brokers, which holds a thread up.
            Some(reader) => {
                let left = tokio::task::spawn_blocking(move || drop(reader)).await;
                left.map_err(|error| Unavailable(error.to_string()))
            }
            None => Ok(()),
        }
    }

    async fn seek(&self, group: &str, start: Start) -> Result<(), Unavailable> {
        self.make_topics().await?;
        let _nobody_reads = self.reading.write().await;
        self.leave(group).await?;
        let (looker, partitions) = (self.looker(group).map_err(unavailable)?, self.partitions(&services()));
        let moved = blocking(move || {
            let starts = starts(&looker, partitions, start)?;
            Ok(looker.commit(&starts, CommitMode::Sync).err())
        });
        match moved.await? {
            None => Ok(()),
            Some(error) if is_of_others(&error) => Err(Unavailable(format!(
                "a process reads for {group}, and Kafka moves the cursor of a group only while nobody does: stop the \
                 processes of {group} first"
            ))),
            Some(error) => Err(unavailable(error)),
        }
    }

    async fn lag(&self, group: &str, topics: &[&str]) -> Result<Lag, Unavailable> {
        self.make_topics().await?;
        let partitions = self.partitions(topics);
        // Who reads for the group here asks over the connections it has.
        let reading = self.reading.clone().read_owned().await;
        let GroupOffsets { committed, first, ends } = match self.reader_of(group) {
            Some(reader) => {
                let ask = move || {
                    let offsets = reader.offsets(partitions);
                    // Held until the answer is there, also if nobody waits for it any more; and longer than the reader.
                    drop(reader);
                    drop(reading);
                    offsets
                };
                blocking(ask).await?
            }
            None => {
                drop(reading);
                let looker = self.looker(group).map_err(unavailable)?;
                blocking(move || GroupOffsets::ask(&looker, partitions)).await?
            }
        };
        let mut lag = Lag::default();
        for topic in topics {
            let mut behind = 0;
            let name = self.topic(topic);
            for end in ends.elements_for_topic(&name) {
                let at = |list: &TopicPartitionList| {
                    list.find_partition(&name, end.partition()).and_then(|found| number(found.offset()))
                };
                let head = number(end.offset()).unwrap_or_default();
                // Without a cursor, a group reads from the first event that is kept.
                let position = at(&committed).max(at(&first)).unwrap_or_default();
                behind += (head - position).max(0);
                lag.position += position;
                lag.head += head;
            }
            lag.topics.push(TopicLag { topic: (*topic).to_owned(), lag: behind.unsigned_abs() });
        }
        Ok(lag)
    }

    async fn recent(&self, limit: u64) -> Result<Vec<Delivery>, Unavailable> {
        let last = Offset::OffsetTail(i64::try_from(limit).unwrap_or(i64::MAX));
        let from = move |_: &Looker, mut of: TopicPartitionList| of.set_all_offsets(last).map(|()| of);
        let mut found = self
            .scan(&services(), from, Vec::new(), |found, delivery| {
                found.push(delivery);
                true
            })
            .await?;
        found.sort_by_key(|delivery| std::cmp::Reverse((delivery.envelope.time, delivery.place.position)));
        found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(found)
    }

    async fn find(&self, id: EventId) -> Result<Option<Delivery>, Unavailable> {
        let made = around(&[id.uuid()]);
        let from = move |looker: &Looker, of| starts(looker, of, made);
        self.scan(&services(), from, None, move |found, delivery| {
            if delivery.envelope.id == id {
                *found = Some(delivery);
            }
            found.is_none()
        })
        .await
    }

    async fn missing(&self, topic: &str, ids: &[Uuid]) -> Result<Vec<Uuid>, Unavailable> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let made = around(ids);
        let from = move |looker: &Looker, of| starts(looker, of, made);
        let all: HashSet<Uuid> = ids.iter().copied().collect();
        let missing = self
            .scan(&[topic], from, all, |missing, delivery| {
                missing.remove(&delivery.envelope.id.uuid());
                !missing.is_empty()
            })
            .await?;
        Ok(ids.iter().filter(|id| missing.contains(id)).copied().collect())
    }
}

fn delivery(message: &BorrowedMessage<'_>) -> Option<Delivery> {
    if let Some(Ok(envelope)) = message.payload().map(serde_json::from_slice::<Envelope>) {
        let place = Place { partition: Some(message.partition()), position: message.offset() };
        return Some(Delivery { place, envelope });
    }
    // No relay wrote that, so no service waits for it.
    let (topic, partition, offset) = (message.topic(), message.partition(), message.offset());
    tracing::error!(topic, partition, offset, "what stands there is none of our events and is left out");
    None
}

/// From where events with these ids can stand. An id (UUID v7) tells when it was made, and a record has its event's
/// time.
fn around(ids: &[Uuid]) -> Start {
    let made = ids.iter().map(|id| {
        let made = id.get_timestamp().map_or(0, |time| time.to_unix().0);
        i64::try_from(made).unwrap_or(i64::MAX).saturating_mul(1000)
    });
    let earliest = made.min().unwrap_or_default() - CLOCKS_DIFFER_MS;
    chrono::DateTime::from_timestamp_millis(earliest).map_or(Start::Beginning, Start::Time)
}

/// Whether the brokers refused because the group is, or now is, read for by others.
fn is_of_others(error: &KafkaError) -> bool {
    matches!(
        error.rdkafka_error_code(),
        Some(
            RDKafkaErrorCode::UnknownMemberId
                | RDKafkaErrorCode::IllegalGeneration
                | RDKafkaErrorCode::RebalanceInProgress
        )
    )
}

/// The client's questions hold up a thread until they are answered.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, KafkaError> + Send + 'static,
) -> Result<T, Unavailable> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| Unavailable(error.to_string()))?.map_err(unavailable)
}

#[expect(clippy::needless_pass_by_value, reason = "handed to map_err")]
fn unavailable(error: KafkaError) -> Unavailable {
    Unavailable(error.to_string())
}
