//! What a configuration can name in the place of an embedded part, and what a program says that was built without it.

use std::sync::Arc;

use bus::Log;

use crate::config::Events;

/// The event log on the brokers that `events` names.
#[cfg(feature = "cluster")]
pub fn kafka(events: &Events) -> anyhow::Result<Arc<dyn Log>> {
    Ok(Arc::new(bus::KafkaLog::new(bus::KafkaConfig {
        brokers: events.brokers.clone(),
        prefix: events.topic_prefix.clone(),
        partitions: events.partitions,
        options: events.options.clone(),
    })))
}

#[cfg(not(feature = "cluster"))]
pub fn kafka(_events: &Events) -> anyhow::Result<Arc<dyn Log>> {
    Err(built_without("events.brokers names a Kafka"))
}

#[cfg(not(feature = "cluster"))]
fn built_without(what: &str) -> anyhow::Error {
    anyhow::anyhow!("{what}, and this program was built without it: build it with `--features cluster`")
}
