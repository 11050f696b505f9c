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
    /// A pool that is closed: it refuses every question at once, by an error that passes.
    closed: DatabaseConnection,
}

impl Pulse {
    /// Asks on a connection of its own, for as long as anyone holds what this returns.
    pub async fn watch(mut options: ConnectOptions) -> Result<Arc<Self>, DbErr> {
        options.max_connections(1).min_connections(0).acquire_timeout(ANSWER_WITHIN).connect_lazy(true);
        let closed = Database::connect(options.clone()).await?;
        closed.close_by_ref().await?;
        let asked = Database::connect(options).await?;
        let pulse = Arc::new(Self { is_away: AtomicBool::new(false), closed });
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
        if pulse.is_away.swap(!answered, Ordering::Relaxed) == answered {
            tracing::warn!(answers = answered, "database");
        }
    }
}
