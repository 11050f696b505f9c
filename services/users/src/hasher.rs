//! Password hashing: Argon2id off the async threads, a few at a time, with a bounded queue in front.

use std::sync::Arc;

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use tokio::sync::Semaphore;

use crate::{config::PasswordConfig, error::Error};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Wrong,
    Right,
    /// Right, but hashed with other parameters than today's.
    Outdated,
}

/// Cheap to clone.
#[derive(Clone)]
pub struct Hasher {
    argon2: Argon2<'static>,
    /// Those who compute and those who wait: more are turned away at once.
    tickets: Arc<Semaphore>,
    slots: Arc<Semaphore>,
    /// Stands in for the hash of whoever does not exist, so that they cost the same time.
    nobody: Arc<str>,
}

impl Hasher {
    pub fn new(config: &PasswordConfig) -> Result<Self, Error> {
        let params = Params::new(config.memory_kib, config.passes, config.lanes, None);
        let params = params.map_err(|error| Error::Crypto(error.to_string()))?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let cores = || std::thread::available_parallelism().map_or(2, usize::from);
        let slots = if config.parallel == 0 { cores() } else { config.parallel };
        let nobody = hash(&argon2, "nobody's password")?;
        Ok(Self {
            argon2,
            tickets: Arc::new(Semaphore::new(slots + config.queue)),
            slots: Arc::new(Semaphore::new(slots)),
            nobody: nobody.into(),
        })
    }

    pub async fn hash(&self, password: String) -> Result<String, Error> {
        let argon2 = self.argon2.clone();
        self.run(move || hash(&argon2, &password)).await?
    }

    /// Compares with a stored hash. Without one it takes as long, and the verdict is `Wrong`.
    pub async fn verify(&self, password: String, stored: Option<String>) -> Result<Verdict, Error> {
        let argon2 = self.argon2.clone();
        let nobody = self.nobody.clone();
        self.run(move || match stored {
            Some(stored) => verify(&argon2, &password, &stored),
            None => verify(&argon2, &password, &nobody).map(|_| Verdict::Wrong),
        })
        .await?
    }

    /// Does `work`, which takes the processor for a while, when it is its turn.
    pub async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
        let ticket = self.tickets.clone().try_acquire_owned().map_err(|_| Error::Busy)?;
        let slot = self.slots.clone().acquire_owned().await.map_err(|_| Error::Busy)?;
        // Both are held by the work, not by the request: a client that hangs up does not free the processor.
        let done = tokio::task::spawn_blocking(move || {
            let done = work();
            drop((ticket, slot));
            done
        });
        done.await.map_err(|error| Error::Crypto(error.to_string()))
    }
}

fn hash(argon2: &Argon2<'_>, password: &str) -> Result<String, Error> {
    let hash: PasswordHash =
        argon2.hash_password(password.as_bytes()).map_err(|error| Error::Crypto(error.to_string()))?;
    Ok(hash.to_string())
}

fn verify(argon2: &Argon2<'_>, password: &str, stored: &str) -> Result<Verdict, Error> {
    let unreadable = |error: &dyn std::fmt::Display| Error::Crypto(format!("a stored hash cannot be read: {error}"));
    let parsed = PasswordHash::new(stored).map_err(|error| unreadable(&error))?;
    let used = Params::try_from(&parsed).map_err(|error| unreadable(&error))?;
    if argon2.verify_password(password.as_bytes(), &parsed).is_err() {
        return Ok(Verdict::Wrong);
    }
    let costs = |params: &Params| (params.m_cost(), params.t_cost(), params.p_cost());
    let current = costs(&used) == costs(argon2.params())
        && parsed.algorithm == Algorithm::Argon2id.ident()
        && parsed.version == Some(Version::V0x13.into());
    Ok(if current { Verdict::Right } else { Verdict::Outdated })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hasher(memory_kib: u32, parallel: usize, queue: usize) -> Hasher {
        let config = PasswordConfig { memory_kib, passes: 1, lanes: 1, parallel, queue, ..PasswordConfig::default() };
        Hasher::new(&config).expect("valid parameters")
    }

    #[tokio::test]
    async fn a_hash_is_argon2id_and_tells_right_from_wrong() {
        let weak = hasher(64, 1, 1);
        let stored = weak.hash("kelp-radio-lamp-47".into()).await.expect("hashes");
        assert!(stored.starts_with("$argon2id$v=19$m=64,t=1,p=1$"), "{stored}");
        let verdict = |hasher: Hasher, password: &str, stored: Option<String>| {
            let password = password.to_owned();
            async move { hasher.verify(password, stored).await.expect("a verdict") }
        };
        assert_eq!(verdict(weak.clone(), "kelp-radio-lamp-47", Some(stored.clone())).await, Verdict::Right);
        assert_eq!(verdict(weak.clone(), "kelp-radio-lamp-48", Some(stored.clone())).await, Verdict::Wrong);
        assert_eq!(verdict(weak.clone(), "nobody's password", None).await, Verdict::Wrong);
        assert_eq!(verdict(hasher(128, 1, 1), "kelp-radio-lamp-47", Some(stored)).await, Verdict::Outdated);
    }

    #[tokio::test]
    async fn a_full_queue_turns_away() {
        let hasher = hasher(64, 1, 1);
        let (release, hold) = std::sync::mpsc::channel::<()>();
        let first = tokio::spawn({
            let hasher = hasher.clone();
            async move { hasher.run(move || hold.recv()).await.is_ok() }
        });
        while hasher.slots.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        let second = tokio::spawn({
            let hasher = hasher.clone();
            async move { hasher.run(|| ()).await.is_ok() }
        });
        while hasher.tickets.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        assert!(matches!(hasher.run(|| ()).await, Err(Error::Busy)));
        release.send(()).expect("the first still waits");
        assert!(first.await.expect("ran") && second.await.expect("ran"));
    }
}
