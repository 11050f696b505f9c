//! What the processes of a shop share and may forget: counters, and copies of what stands elsewhere. Never the truth:
//! gone, emptied or slow, it makes the shop slower, not wrong.
//!
//! A shop in one process shares nothing and has none. Several have a Redis.

mod memory;
#[cfg(feature = "redis")]
mod redis;

use std::time::Duration;

use async_trait::async_trait;

pub use memory::Memory;
#[cfg(feature = "redis")]
pub use redis::{BadUrl, Redis};

/// It cannot be reached, or not soon enough. Whoever asked goes on without it.
#[derive(Debug, thiserror::Error)]
#[error("shared cache unavailable: {0}")]
pub struct Unavailable(pub String);

/// How much may be taken from a bucket: `most` at once, and one more each `every`.
#[derive(Clone, Copy, Debug)]
pub struct Quota {
    pub most: u32,
    pub every: Duration,
}

/// What became of a request to take one from a bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    Yes {
        /// What can be taken right after it.
        left: u32,
    },
    /// There is none before so long.
    NotBefore(Duration),
}

/// What several processes share.
#[async_trait]
pub trait Shared: Send + Sync {
    /// Takes one from the bucket `key`, which is full when nobody has asked for it for long enough.
    async fn take(&self, key: &str, quota: Quota) -> Result<Taken, Unavailable>;

    /// What is kept under each of `keys`, in their order.
    async fn get(&self, keys: &[String]) -> Result<Vec<Option<Vec<u8>>>, Unavailable>;

    /// Keeps entries, for so long at most.
    async fn put(&self, entries: &[(String, Vec<u8>)], at_most: Duration) -> Result<(), Unavailable>;
}

/// Every implementation passes this. `prefix` is one that nobody else uses.
pub async fn behaves_like_shared(shared: &dyn Shared, prefix: &str) {
    let key = |name: &str| format!("{prefix}{name}");
    let quota = Quota { most: 3, every: Duration::from_secs(3600) };
    for left in (0..3).rev() {
        assert_eq!(shared.take(&key("ada"), quota).await.expect("answers"), Taken::Yes { left });
    }
    let Taken::NotBefore(wait) = shared.take(&key("ada"), quota).await.expect("answers") else {
        panic!("the fourth is one too many")
    };
    assert!(wait <= quota.every && wait > quota.every / 2, "{wait:?}");
    assert_eq!(shared.take(&key("eve"), quota).await.expect("answers"), Taken::Yes { left: 2 }, "each has their own");
    let quick = Quota { most: 1, every: Duration::from_millis(50) };
    assert_eq!(shared.take(&key("quick"), quick).await.expect("answers"), Taken::Yes { left: 0 });
    tokio::time::sleep(Duration::from_millis(80)).await;
    assert_eq!(shared.take(&key("quick"), quick).await.expect("answers"), Taken::Yes { left: 0 }, "it fills again");

    let entry = |name: &str, value: &[u8]| (key(name), value.to_vec());
    let keys = [key("one"), key("none"), key("two")];
    assert_eq!(shared.get(&keys).await.expect("answers"), [None, None, None]);
    let entries = [entry("one", b"1"), entry("two", &[0, 255])];
    shared.put(&entries, Duration::from_secs(60)).await.expect("keeps");
    let found = shared.get(&keys).await.expect("answers");
    assert_eq!(found, [Some(b"1".to_vec()), None, Some(vec![0, 255])]);
    shared.put(&[entry("one", b"new")], Duration::from_millis(50)).await.expect("keeps");
    assert_eq!(shared.get(&keys[..1]).await.expect("answers"), [Some(b"new".to_vec())]);
    tokio::time::sleep(Duration::from_millis(80)).await;
    assert_eq!(shared.get(&keys[..1]).await.expect("answers"), [None], "its time is over");
    assert!(shared.get(&[]).await.expect("answers").is_empty());
    shared.put(&[], Duration::from_secs(60)).await.expect("keeps nothing");
}
