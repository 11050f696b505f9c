//! What people ask of an import: to be read in another way, to start, to stop, to be undone.

use std::collections::BTreeMap;

use contracts::time;
use http::StatusCode;
use sea_orm::Set;
use uuid::Uuid;
use web::Problem;

use super::{
    Format, Mode,
    columns::Column,
    entity::import,
    job,
    life::{Fact, State},
    store,
    upload::check_mapping,
};
use crate::{App, Error};

/// Reads the file in another way, again without writing anything.
pub async fn reread(
    app: &App,
    id: Uuid,
    format: Format,
    mode: Mode,
    mapping: BTreeMap<String, String>,
) -> Result<import::Model, Error> {
    let row = find(app, id).await?;
    let columns: Vec<Column> = serde_json::from_value(row.columns.clone())?;
    check_mapping(format, &columns, &mapping)?;
    let changes = import::ActiveModel {
        format: Set(format),
        mode: Set(mode),
        mapping: Set(serde_json::to_value(mapping)?),
        checked: Set(None),
        ..job::anew()?
    };
    turn(app, row, Fact::Reread, changes, Forget::Problems).await
}

/// Begins to write products, or goes on with it.
pub async fn start(app: &App, id: Uuid) -> Result<import::Model, Error> {
    let row = find(app, id).await?;
    let now = time::now();
    if row.state == State::Stopped {
        let goes_on = import::ActiveModel {
            failure: Set(None),
            undo_until: Set(None),
            updated_at: Set(now),
            ..Default::default()
        };
        return turn(app, row, Fact::Started, goes_on, Forget::Nothing).await;
    }
    let begins = import::ActiveModel { started_at: Set(Some(now)), ..job::anew()? };
    turn(app, row, Fact::Started, begins, Forget::Problems).await
}

/// Stops after the batch that is being written. What was written stays.
pub async fn stop(app: &App, id: Uuid) -> Result<import::Model, Error> {
    let row = find(app, id).await?;
    let now = time::now();
    let undo_until = now + chrono::Duration::days(i64::from(app.config.import.undo_days));
    let changes = import::ActiveModel { undo_until: Set(Some(undo_until)), updated_at: Set(now), ..Default::default() };
    turn(app, row, Fact::Stopped, changes, Forget::Nothing).await
}

/// Begins to take back what was written.
pub async fn undo(app: &App, id: Uuid) -> Result<import::Model, Error> {
    let row = find(app, id).await?;
    let is_over = row.undo_until.is_none_or(|until| until < time::now());
    if row.state.after(Fact::UndoAsked).is_some() && is_over {
        return Err(Problem::new(StatusCode::CONFLICT, "undo_over")
            .detail("What was there before the import is no longer kept.")
            .into());
    }
    let changes = import::ActiveModel { failure: Set(None), updated_at: Set(time::now()), ..Default::default() };
    turn(app, row, Fact::UndoAsked, changes, Forget::Nothing).await
}

pub async fn find(app: &App, id: Uuid) -> Result<import::Model, Error> {
    store::find(app.db.reader(), id).await?.ok_or(Error::NotFound)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Forget {
    Nothing,
    Problems,
}

/// Moves the import by `fact`. Asking for what is done already changes nothing.
async fn turn(
    app: &App,
    mut row: import::Model,
    fact: Fact,
    changes: import::ActiveModel,
    forget: Forget,
) -> Result<import::Model, Error> {
    loop {
        let Some(state) = row.state.after(fact) else { return not_now(row, fact) };
        let tx = app.db.begin().await?;
        let moved = import::ActiveModel { state: Set(state), ..changes.clone() };
        if store::update(&tx, &row, moved).await? {
            if forget == Forget::Problems {
                store::clear_problems(&tx, row.id).await?;
            }
            tx.commit().await?;
            return find(app, row.id).await;
        }
        // It went on in the meantime.
        tx.rollback().await?;
        row = find(app, row.id).await?;
    }
}

fn not_now(row: import::Model, fact: Fact) -> Result<import::Model, Error> {
    let is_so = match fact {
        Fact::Started => row.state == State::Running,
        Fact::UndoAsked => matches!(row.state, State::Undoing | State::Undone),
        _ => false,
    };
    if is_so {
        return Ok(row);
    }
    let word = serde_json::to_value(row.state)?;
    Err(Problem::new(StatusCode::CONFLICT, "import_state")
        .detail("The import is not at a point where this can be done.")
        .with("state", word)
        .into())
}
