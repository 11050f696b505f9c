//! Whether a database server answers: asked once a second beside the work, so that whoever needs it while it is away is told at
//! once, and no crowd waits until its time is over.

use std::{
    sync::{
        Arc, Weak,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use sea_orm::{ConnectOptions, Database, DatabaseConnection, DbErr};
use tokio::time::{sleep, timeout};

const EVERY: Duration = Duration::from_secs(1);
/// A server that says nothing for so long hangs. One that is merely busy answers a connection that asks for nothing.
const ANSWER_WITHIN: Duration = Duration::from_secs(3);

pub(crate) struct Pulse {
    is_away: AtomicBool,
    /// Whether a statement of anybody's was answered since it was asked last.
    heard: Arc<AtomicBool>,
    /// A pool that is closed: it refuses every question at once, by an error that passes.
    closed: DatabaseConnection,
}

impl Pulse {
    /// Asks on a connection of its own, for as long as anyone holds what this returns. Others set `heard` when they are
    /// answered: a server that has no connection left for the question is not away.
    pub async fn watch(mut options: ConnectOptions, heard: Arc<AtomicBool>) -> Result<Arc<Self>, DbErr> {
        options.max_connections(1).min_connections(0).acquire_timeout(ANSWER_WITHIN).connect_lazy(true);
        let closed = Database::connect(options.clone()).await?;
        closed.close_by_ref().await?;
        let asked = Database::connect(options).await?;
        let pulse = Arc::new(Self { is_away: AtomicBool::new(false), heard, closed });
        tokio::spawn(keep_asking(Arc::downgrade(&pulse), asked));
        Ok(pulse)
    }

    /// What to ask instead of the server while that is away.
    pub fn refusal(&self) -> Option<&DatabaseConnection> {
        self.is_away.load(Ordering::Relaxed).then_some(&self.closed)
    }
}

async fn keep_asking(pulse: Weak<Pulse>, asked: DatabaseConnection) {
    loop {
        sleep(EVERY).await;
        let answered = timeout(ANSWER_WITHIN, asked.ping()).await.is_ok_and(|answer| answer.is_ok());
        let Some(pulse) = pulse.upgrade() else { return };
        let answered = pulse.heard.swap(false, Ordering::Relaxed) || answered;
        if pulse.is_away.swap(!answered, Ordering::Relaxed) == answered {
            tracing::warn!(answers = answered, "database");
        }
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::TransactionTrait;
    use tokio::{net::TcpListener, time::Instant};

    use super::*;
    use crate::is_transient;

    #[tokio::test]
    async fn a_server_that_answers_others_is_not_away() {
        let silent = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = silent.local_addr().expect("an address");
        let heard = Arc::new(AtomicBool::default());
        let options = ConnectOptions::new(format!("postgres://shop@{address}/shop"));
        let pulse = Pulse::watch(options, heard.clone()).await.expect("lazy");
        let begun = Instant::now();
        while begun.elapsed() < 2 * (EVERY + ANSWER_WITHIN) {
            heard.store(true, Ordering::Relaxed);
            assert!(pulse.refusal().is_none());
            sleep(Duration::from_millis(20)).await;
        }
    }

    #[tokio::test]
    async fn a_server_that_says_nothing_is_noticed_and_refused_at_once() {
        // It takes connections, and that is all.
        let silent = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = silent.local_addr().expect("an address");
        let options = ConnectOptions::new(format!("postgres://shop@{address}/shop"));
        let pulse = Pulse::watch(options, Arc::default()).await.expect("lazy");
        assert!(pulse.refusal().is_none(), "nobody has asked yet");
        let begun = Instant::now();
        while pulse.refusal().is_none() {
            assert!(begun.elapsed() < 2 * (EVERY + ANSWER_WITHIN), "it was never noticed");
            sleep(Duration::from_millis(20)).await;
        }
        let refused = timeout(Duration::from_millis(100), pulse.refusal().expect("it is away").begin()).await;
        let error = refused.expect("at once").map(drop).expect_err("there is nobody");
        assert!(is_transient(&error), "{error:?}");
    }
}
