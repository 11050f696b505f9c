//! A stand-in for tests: shared by the parts of one process, and away on demand.

use std::{
    collections::HashMap,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use async_trait::async_trait;

use crate::{Quota, Shared, Taken, Unavailable};

#[derive(Default)]
pub struct Memory {
    /// When each bucket is full again.
    buckets: Mutex<HashMap<String, Instant>>,
    entries: Mutex<HashMap<String, (Vec<u8>, Instant)>>,
    away: AtomicBool,
}

impl Memory {
    /// From now on it cannot be reached, or can again.
    pub fn set_away(&self, away: bool) {
        self.away.store(away, Ordering::SeqCst);
    }

    fn is_there(&self) -> Result<(), Unavailable> {
        if self.away.load(Ordering::SeqCst) { Err(Unavailable("away, as it was told".to_owned())) } else { Ok(()) }
    }
}

#[async_trait]
impl Shared for Memory {
    async fn take(&self, key: &str, quota: Quota) -> Result<Taken, Unavailable> {
        self.is_there()?;
        let now = Instant::now();
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let full = buckets.get(key).copied().filter(|full| *full > now).unwrap_or(now) + quota.every;
        let all = quota.every * quota.most;
        let above = (full - now).saturating_sub(all);
        if !above.is_zero() {
            return Ok(Taken::NotBefore(above));
        }
        buckets.insert(key.to_owned(), full);
        let left = (all - (full - now)).as_nanos() / quota.every.as_nanos().max(1);
        Ok(Taken::Yes { left: u32::try_from(left).unwrap_or(u32::MAX) })
    }

    async fn get(&self, keys: &[String]) -> Result<Vec<Option<Vec<u8>>>, Unavailable> {
        self.is_there()?;
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let found = |key: &String| entries.get(key).filter(|(_, until)| *until > now).map(|(value, _)| value.clone());
        Ok(keys.iter().map(found).collect())
    }

    async fn put(&self, entries: &[(String, Vec<u8>)], at_most: Duration) -> Result<(), Unavailable> {
        self.is_there()?;
        let until = Instant::now() + at_most;
        let mut kept = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        kept.extend(entries.iter().map(|(key, value)| (key.clone(), (value.clone(), until))));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn it_behaves_like_the_real_one_and_can_be_away() {
        let memory = Memory::default();
        crate::behaves_like_shared(&memory, "").await;
        memory.set_away(true);
        assert!(memory.get(&["one".to_owned()]).await.is_err());
    }
}
