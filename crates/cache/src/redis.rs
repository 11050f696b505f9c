//! Shared through Redis. While it is away, all but one question a second is answered at once: away.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use async_trait::async_trait;
use redis::{
    AsyncCommands, Client, RedisError, Script,
    aio::{ConnectionManager, ConnectionManagerConfig},
};

use crate::{Quota, Shared, Taken, Unavailable};

/// Whoever asks has a shopper waiting, and can go on without an answer.
const ANSWER_WITHIN: Duration = Duration::from_millis(100);
const CONNECT_WITHIN: Duration = Duration::from_millis(500);
const PAUSE: Duration = Duration::from_secs(1);

/// The generic cell rate algorithm: a bucket is one number, the time at which it is full again, by the clock of Redis.
/// In and out in microseconds.
const TAKE: &str = r"
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local every, most = tonumber(ARGV[1]), tonumber(ARGV[2])
local full = math.max(tonumber(redis.call('GET', KEYS[1]) or now), now) + every
local above = full - every * most - now
if above > 0 then
    return {0, above}
end
redis.call('SET', KEYS[1], string.format('%.0f', full), 'PX', math.ceil((full - now) / 1000))
return {1, math.floor(-above / every)}
";

/// A connection that is made when it is first used, and again when it broke.
pub struct Redis {
    connection: ConnectionManager,
    prefix: String,
    take: Script,
    away_until: Mutex<Option<Instant>>,
}

/// The URL is none that Redis could be found by.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct BadUrl(#[from] RedisError);

impl Redis {
    /// `url` such as `redis://:password@redis-1:6379/0`; `prefix` stands before all keys. Needs a running runtime.
    pub fn new(url: &str, prefix: &str) -> Result<Self, BadUrl> {
        let config = ConnectionManagerConfig::new()
            .set_response_timeout(Some(ANSWER_WITHIN))
            .set_connection_timeout(Some(CONNECT_WITHIN))
            .set_number_of_retries(1);
        Ok(Self {
            connection: ConnectionManager::new_lazy_with_config(Client::open(url)?, config)?,
            prefix: prefix.to_owned(),
            take: Script::new(TAKE),
            away_until: Mutex::default(),
        })
    }

    fn key(&self, key: &str) -> String {
        format!("{}{key}", self.prefix)
    }

    /// A connection, unless Redis has just been away.
    fn reach(&self) -> Result<ConnectionManager, Unavailable> {
        let mut away_until = self.away_until.lock().unwrap_or_else(PoisonError::into_inner);
        match *away_until {
            Some(until) if until > Instant::now() => Err(Unavailable("it was away a moment ago".to_owned())),
            None => Ok(self.connection.clone()),
            Some(_) => {
                // One asks; the others go on without until it has an answer.
                *away_until = Some(Instant::now() + PAUSE);
                Ok(self.connection.clone())
            }
        }
    }

    fn told<T>(&self, outcome: Result<T, RedisError>) -> Result<T, Unavailable> {
        let mut away_until = self.away_until.lock().unwrap_or_else(PoisonError::into_inner);
        match outcome {
            Ok(answer) => {
                if away_until.take().is_some() {
                    tracing::info!("the shared cache answers again");
                }
                Ok(answer)
            }
            Err(error) => {
                if away_until.replace(Instant::now() + PAUSE).is_none() {
                    tracing::warn!(%error, "the shared cache does not answer; the shop goes on without it");
                }
                Err(Unavailable(error.to_string()))
            }
        }
    }
}

#[async_trait]
impl Shared for Redis {
    async fn take(&self, key: &str, quota: Quota) -> Result<Taken, Unavailable> {
        let mut connection = self.reach()?;
        let mut asked = self.take.prepare_invoke();
        asked.key(self.key(key)).arg(u64::try_from(quota.every.as_micros()).unwrap_or(u64::MAX).max(1)).arg(quota.most);
        let (taken, number): (u8, u64) = self.told(asked.invoke_async(&mut connection).await)?;
        Ok(match taken {
            0 => Taken::NotBefore(Duration::from_micros(number)),
            _ => Taken::Yes { left: u32::try_from(number).unwrap_or(u32::MAX) },
        })
    }

    async fn get(&self, keys: &[String]) -> Result<Vec<Option<Vec<u8>>>, Unavailable> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let keys: Vec<String> = keys.iter().map(|key| self.key(key)).collect();
        let mut connection = self.reach()?;
        self.told(connection.mget(keys).await)
    }

    async fn put(&self, entries: &[(String, Vec<u8>)], at_most: Duration) -> Result<(), Unavailable> {
        if entries.is_empty() {
            return Ok(());
        }
        let millis = u64::try_from(at_most.as_millis()).unwrap_or(u64::MAX).max(1);
        let mut pipe = redis::pipe();
        for (key, value) in entries {
            pipe.pset_ex(self.key(key), value, millis).ignore();
        }
        let mut connection = self.reach()?;
        self.told(pipe.query_async(&mut connection).await)
    }
}
