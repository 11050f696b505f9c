//! Transactions that the database ended so that others could go on: they are run again from their beginning.

use std::{error::Error, future::Future, time::Duration};

use sea_orm::{RuntimeErr, sqlx};

use crate::Db;

/// Who loses so often has met more than bad luck.
const TRIES: u32 = 4;
/// The longest pause before the second try. Before each later one it may be twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(40);

impl Db {
    /// Runs `attempt`, and runs it again while it fails because its transaction stood in another's way: a deadlock, or a
    /// serialization failure. Of such a transaction nothing is left, and the other one has gone on.
    ///
    /// `attempt` begins its transaction itself. It must be all that depends on what it reads, and talk to nobody else.
    pub async fn retried<T, E, A>(&self, attempt: impl Fn() -> A) -> Result<T, E>
    where
        E: Error + 'static,
        A: Future<Output = Result<T, E>>,
    {
        let mut longest = FIRST_PAUSE;
        for _ in 1..TRIES {
            let conflict = match attempt().await {
                Ok(done) => return Ok(done),
                Err(error) => conflict(&error).ok_or(error)?,
            };
            tracing::debug!(store = self.name(), conflict, "transaction will be run again");
            metrics::counter!("rialto_db_retries_total", "store" => self.name().to_owned(), "conflict" => conflict)
                .increment(1);
            // Those who met once must not meet again.
            tokio::time::sleep(longest.mul_f64(rand::random())).await;
            longest *= 2;
        }
        attempt().await
    }
}

/// How the transaction that `error` tells of stood in another's way, if it did. MySQL calls a deadlock a serialization
/// failure, too.
fn conflict(error: &(dyn Error + 'static)) -> Option<&'static str> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(RuntimeErr::SqlxError(cause)) = error.downcast_ref()
            && let sqlx::Error::Database(refusal) = &**cause
        {
            return match refusal.code().as_deref() {
                Some("40P01") => Some("deadlock"),
                Some("40001") => Some("serialization"),
                _ => None,
            };
        }
        next = error.source();
    }
    None
}
