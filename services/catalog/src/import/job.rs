//! Working on imports: one at a time in the whole shop, in steps whose outcome is kept, so that another process goes on
//! where one was ended.

use std::{collections::BTreeMap, io::Cursor, time::Duration};

use chrono::Duration as Days;
use contracts::time;
use db::leases;
use sea_orm::Set;
use serde_json::json;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{
    entity::import,
    life::{Fact, State},
    report::{Counts, Report, RowProblem, Weight},
    run::{self, Import, Options},
    store, undo,
};
use crate::{App, Error};

const LEASE: &str = "imports";
/// How long one process keeps imports to itself without saying so again.
const LEASE_SECS: i64 = 30;
/// How often is looked for something to do.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// Between steps, so that whoever shops meanwhile hardly waits.
const PAUSE: Duration = Duration::from_millis(10);
/// Rows of which is kept what was said of them; beyond that they are only counted.
const PROBLEMS_MAX: usize = 100_000;

/// Looks for imports to work on until `stop`.
pub async fn jobs(app: App, stop: CancellationToken) {
    let holder = Uuid::now_v7();
    loop {
        tokio::select! {
            () = tokio::time::sleep(LOOK_EVERY) => {}
            () = stop.cancelled() => return,
        }
        if let Err(error) = work(&app, holder, &stop).await {
            tracing::warn!(%error, "an import: will try again");
        }
    }
}

/// Works on the import that has waited longest, to its end or until `stop`. `false`: none waits, or another process
/// works on it.
pub async fn work(app: &App, holder: Uuid, stop: &CancellationToken) -> Result<bool, Error> {
    let Some(row) = store::next(app.db.reader()).await? else { return Ok(false) };
    if !leases::take(&app.db, LEASE, holder, LEASE_SECS).await? {
        return Ok(false);
    }
    let turn = Turn { app, holder, stop };
    let worked = match row.state {
        State::Undoing => undo::undo(app, row, &turn).await,
        _ => read(app, row, &turn).await,
    };
    leases::release(&app.db, LEASE, holder).await?;
    worked.map(|()| true)
}

/// Forgets old imports, and how to undo those whose time for it is over.
pub async fn forget(app: &App) -> Result<(), Error> {
    let now = time::now();
    let tx = app.db.begin().await?;
    store::forget(&tx, now - Days::days(i64::from(app.config.import.kept_days)), now).await?;
    Ok(tx.commit().await?)
}

/// A process's right to work on imports.
pub(super) struct Turn<'a> {
    app: &'a App,
    holder: Uuid,
    stop: &'a CancellationToken,
}

impl Turn<'_> {
    /// Whether to stop between two steps. Otherwise it takes a breath.
    pub async fn is_over(&self) -> Result<bool, Error> {
        if self.stop.is_cancelled() || !leases::take(&self.app.db, LEASE, self.holder, LEASE_SECS).await? {
            return Ok(true);
        }
        tokio::time::sleep(PAUSE).await;
        Ok(false)
    }
}

/// Reads a file, with or without writing products.
async fn read(app: &App, row: import::Model, turn: &Turn<'_>) -> Result<(), Error> {
    let id = row.id;
    match take_over(app, row, turn).await {
        Ok(()) => Ok(()),
        Err(run::Error::Shop(Error::Db(error))) if db::is_transient(&error) => Err(error.into()),
        Err(error) => fail(app, id, &error).await,
    }
}

async fn take_over(app: &App, row: import::Model, turn: &Turn<'_>) -> Result<(), run::Error> {
    let file = store::file(app.db.reader(), row.id).await.map_err(Error::from)?;
    let is_dry = row.state == State::Checking;
    let mapping: BTreeMap<String, String> = serde_json::from_value(row.mapping.clone()).map_err(Error::from)?;
    let options = Options { dry_run: is_dry, mode: row.mode, mapping, ..Options::default() };
    let job = (!is_dry).then_some(row.id);
    let mut import = Import::open(app, row.format, Cursor::new(file), options, job).await?;
    let mut kept = Kept::new(app, row).await?;
    if !is_dry {
        import.skip(kept.row.taken.unsigned_abs()).await?;
    }
    kept.known = (import.report.refused.len(), import.report.notices.len());
    loop {
        let more = import.step().await?;
        let seen = Seen::of(&import, more);
        if !kept.note(app, seen, &import.report).await? || !more || turn.is_over().await? {
            return Ok(());
        }
    }
}

/// How far an import has read its file.
struct Seen {
    taken: i64,
    bytes_read: i64,
    encoding: &'static str,
    /// Whether the file goes on.
    more: bool,
}

impl Seen {
    fn of(import: &Import<'_>, more: bool) -> Self {
        let number = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
        let (taken, bytes_read) = (number(import.taken()), number(import.progress().bytes_read));
        Self { taken, bytes_read, encoding: import.encoding(), more }
    }
}

/// What of an import is in the database.
struct Kept {
    row: import::Model,
    /// What it had come to when this process took it up.
    base: Counts,
    /// How much of what is said of rows was kept before.
    known: (usize, usize),
}

impl Kept {
    /// A reading without writing begins anew, whoever did how much of it before.
    async fn new(app: &App, mut row: import::Model) -> Result<Self, Error> {
        if row.state == State::Checking {
            let tx = app.db.begin().await?;
            store::update(&tx, &row, anew()?).await?;
            store::clear_problems(&tx, row.id).await?;
            tx.commit().await?;
            row.taken = 0;
            row.counts = serde_json::to_value(Counts::default())?;
        }
        let base = serde_json::from_value(row.counts.clone())?;
        Ok(Self { row, base, known: (0, 0) })
    }

    /// Keeps how far the import is. `false`: somebody stopped it, or works on it too.
    async fn note(&mut self, app: &App, seen: Seen, report: &Report) -> Result<bool, Error> {
        let counts = serde_json::to_value(self.counts(report))?;
        let (taken, now) = (seen.taken, time::now());
        let mut changes = import::ActiveModel {
            taken: Set(taken),
            bytes_read: Set(seen.bytes_read),
            counts: Set(counts.clone()),
            updated_at: Set(now),
            ..Default::default()
        };
        if !seen.more {
            let fact = if report.dry_run { Fact::WasRead } else { Fact::Finished };
            changes.state = Set(self.row.state.after(fact).unwrap_or(self.row.state));
            changes.bytes_read = Set(self.row.bytes);
            changes.encoding = Set(seen.encoding.to_owned());
            if report.dry_run {
                changes.checked = Set(Some(counts));
            } else {
                changes.finished_at = Set(Some(now));
                changes.undo_until = Set(Some(now + Days::days(i64::from(app.config.import.undo_days))));
            }
        }
        let tx = app.db.begin().await?;
        if !store::update(&tx, &self.row, changes).await? {
            tx.rollback().await?;
            return Ok(false);
        }
        let refused = new_of(&report.refused, self.known.0);
        let notices = new_of(&report.notices, self.known.1);
        store::add_problems(&tx, self.row.id, Weight::Refused, refused).await?;
        store::add_problems(&tx, self.row.id, Weight::Notice, notices).await?;
        tx.commit().await?;
        self.base.refused += (report.refused.len() - self.known.0) as u64;
        self.base.notices += (report.notices.len() - self.known.1) as u64;
        self.known = (report.refused.len(), report.notices.len());
        self.row.taken = taken;
        Ok(true)
    }

    fn counts(&self, report: &Report) -> Counts {
        Counts {
            rows: report.read,
            created: self.base.created + report.created,
            updated: self.base.updated + report.updated,
            unchanged: self.base.unchanged + report.unchanged,
            skipped: self.base.skipped + report.skipped,
            stock_changed: self.base.stock_changed + report.stock_changed,
            refused: self.base.refused + (report.refused.len() - self.known.0) as u64,
            notices: self.base.notices + (report.notices.len() - self.known.1) as u64,
        }
    }
}

/// An import of which nothing has been read yet.
pub(super) fn anew() -> Result<import::ActiveModel, Error> {
    Ok(import::ActiveModel {
        taken: Set(0),
        bytes_read: Set(0),
        counts: Set(serde_json::to_value(Counts::default())?),
        failure: Set(None),
        updated_at: Set(time::now()),
        ..Default::default()
    })
}

/// What was said since, as far as there is room to keep it.
fn new_of(problems: &[RowProblem], known: usize) -> &[RowProblem] {
    let end = problems.len().min(PROBLEMS_MAX);
    &problems[known.min(end)..end]
}

/// The file, or the shop, does not allow the import to go on.
async fn fail(app: &App, id: Uuid, error: &run::Error) -> Result<(), Error> {
    let Some(row) = store::find(app.db.reader(), id).await? else { return Ok(()) };
    let fact = if row.state == State::Checking { Fact::WasUnreadable } else { Fact::Stopped };
    let Some(state) = row.state.after(fact) else { return Ok(()) };
    let (code, message) = match error {
        run::Error::NotThisFormat { .. } => ("not_this_format", error.to_string()),
        run::Error::Io(_) | run::Error::Csv(_) => ("unreadable", error.to_string()),
        run::Error::TooLarge => ("too_large", error.to_string()),
        run::Error::Shop(error) => {
            tracing::error!(%error, import = %id, "an import stopped");
            ("internal", "something went wrong in the shop; what was written stays".to_owned())
        }
    };
    let now = time::now();
    let mut changes = import::ActiveModel {
        state: Set(state),
        failure: Set(Some(json!({"code": code, "message": message}))),
        updated_at: Set(now),
        ..Default::default()
    };
    if state == State::Stopped {
        changes.undo_until = Set(Some(now + Days::days(i64::from(app.config.import.undo_days))));
    }
    let tx = app.db.begin().await?;
    store::update(&tx, &row, changes).await?;
    Ok(tx.commit().await?)
}
