//! What a configuration can name in the place of an embedded part, and what a program says that was built without it.

use std::sync::Arc;

#[cfg(feature = "cluster")]
use anyhow::Context;
use bus::Log;
use cache::Shared;

use crate::config::{Cache, Events};

/// The event log on the brokers that `events` names.
#[cfg_attr(not(feature = "cluster"), expect(unused_variables, reason = "without the adapter there is nothing to tell"))]
pub fn kafka(events: &Events) -> anyhow::Result<Arc<dyn Log>> {
    #[cfg(feature = "cluster")]
    return Ok(Arc::new(bus::KafkaLog::new(bus::KafkaConfig {
        brokers: events.brokers.clone(),
        prefix: events.topic_prefix.clone(),
        partitions: events.partitions,
        options: events.options.clone(),
    })));
    #[cfg(not(feature = "cluster"))]
    Err(built_without("events.brokers names a Kafka"))
}

/// What the processes of the shop share, if `cache` names it.
pub fn shared(cache: &Cache) -> anyhow::Result<Option<Arc<dyn Shared>>> {
    if cache.redis_url.is_empty() {
        return Ok(None);
    }
    #[cfg(feature = "cluster")]
    return Ok(Some(Arc::new(cache::Redis::new(cache.redis_url.expose(), &cache.prefix).context("cache.redis_url")?)));
    #[cfg(not(feature = "cluster"))]
    Err(built_without("cache.redis_url names a Redis"))
}

#[cfg(not(feature = "cluster"))]
fn built_without(what: &str) -> anyhow::Error {
    anyhow::anyhow!("{what}, and this program was built without it: build it with `--features cluster`")
}
