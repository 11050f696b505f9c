//! Queries on the tables of imports. Every write is guarded by the state that was read.

use db::Tx;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect, Set,
};
use uuid::Uuid;

use super::{
    entity::{change, import, part, problem},
    life::State,
    report::{RowProblem, Weight},
};

/// A file is kept in pieces of this size.
const PART_BYTES: usize = 1024 * 1024;
/// Rows in one statement: SQLite takes 32,766 values.
const ROWS_MAX: usize = 1_000;

pub async fn insert(tx: &Tx, row: import::Model, bytes: &[u8]) -> Result<(), DbErr> {
    let id = row.id;
    row.into_active_model().insert(&**tx).await?;
    for (number, bytes) in (0..).zip(bytes.chunks(PART_BYTES)) {
        let part = part::ActiveModel { import_id: Set(id), number: Set(number), bytes: Set(bytes.to_vec()) };
        part::Entity::insert(part).exec_without_returning(&**tx).await?;
    }
    Ok(())
}

pub async fn find(connection: &impl ConnectionTrait, id: Uuid) -> Result<Option<import::Model>, DbErr> {
    import::Entity::find_by_id(id).one(connection).await
}

/// Imports, newest first.
pub async fn list(
    connection: &impl ConnectionTrait,
    before: Option<Uuid>,
    limit: u64,
) -> Result<Vec<import::Model>, DbErr> {
    let mut query = import::Entity::find().order_by_desc(import::Column::Id).limit(limit);
    if let Some(before) = before {
        query = query.filter(import::COLUMN.id.lt(before));
    }
    query.all(connection).await
}

/// The newest import of a file with the same columns.
pub async fn newest_of(connection: &impl ConnectionTrait, header: &str) -> Result<Option<import::Model>, DbErr> {
    let same = import::Entity::find().filter(import::COLUMN.header.eq(header));
    same.order_by_desc(import::Column::Id).one(connection).await
}

/// The import that has waited longest for the shop to work on it.
pub async fn next(connection: &impl ConnectionTrait) -> Result<Option<import::Model>, DbErr> {
    let worked_on = [State::Checking, State::Running, State::Undoing];
    let open = import::Entity::find().filter(import::Column::State.is_in(worked_on));
    open.order_by_asc(import::Column::Id).one(connection).await
}

/// The file.
pub async fn file(connection: &impl ConnectionTrait, id: Uuid) -> Result<Vec<u8>, DbErr> {
    let parts = part::Entity::find().filter(part::COLUMN.import_id.eq(id));
    let parts = parts.order_by_asc(part::Column::Number).all(connection).await?;
    Ok(parts.into_iter().map(|part| part.bytes).collect::<Vec<_>>().concat())
}

/// Writes `changes` over `row`, unless somebody moved it or worked on it since it was read.
pub async fn update(tx: &Tx, row: &import::Model, changes: import::ActiveModel) -> Result<bool, DbErr> {
    let done = import::Entity::update_many()
        .set(changes)
        .filter(import::COLUMN.id.eq(row.id))
        .filter(import::Column::State.eq(row.state))
        .filter(import::COLUMN.taken.eq(row.taken))
        .filter(import::COLUMN.undone.eq(row.undone))
        .filter(import::COLUMN.kept.eq(row.kept))
        .exec(&**tx)
        .await?;
    Ok(done.rows_affected == 1)
}

pub async fn add_problems(tx: &Tx, id: Uuid, weight: Weight, problems: &[RowProblem]) -> Result<(), DbErr> {
    for some in problems.chunks(ROWS_MAX) {
        let rows = some.iter().map(|said| problem::ActiveModel {
            import_id: Set(id),
            weight: Set(weight),
            line: Set(i64::try_from(said.line).unwrap_or(i64::MAX)),
            column: Set(said.column.clone()),
            code: Set(said.code.clone()),
            message: Set(said.message.clone()),
            ..Default::default()
        });
        problem::Entity::insert_many(rows).exec_without_returning(&**tx).await?;
    }
    Ok(())
}

/// Forgets what was said of an import's rows.
pub async fn clear_problems(tx: &Tx, id: Uuid) -> Result<(), DbErr> {
    problem::Entity::delete_many().filter(problem::COLUMN.import_id.eq(id)).exec(&**tx).await?;
    Ok(())
}

/// What was said, in the order of the file.
pub async fn problems(
    connection: &impl ConnectionTrait,
    id: Uuid,
    weight: Weight,
    limit: Option<u64>,
) -> Result<Vec<RowProblem>, DbErr> {
    let said =
        problem::Entity::find().filter(problem::COLUMN.import_id.eq(id)).filter(problem::Column::Weight.eq(weight));
    let said = said.order_by_asc(problem::Column::Line).order_by_asc(problem::Column::Id).limit(limit);
    let rows = said.all(connection).await?;
    Ok(rows
        .into_iter()
        .map(|row| RowProblem {
            line: row.line.unsigned_abs(),
            column: row.column,
            code: row.code,
            message: row.message,
        })
        .collect())
}

/// Some of the changes that an import made and that are not taken back yet.
pub async fn changes(connection: &impl ConnectionTrait, id: Uuid, limit: u64) -> Result<Vec<change::Model>, DbErr> {
    let left = change::Entity::find().filter(change::COLUMN.import_id.eq(id));
    left.order_by_asc(change::Column::ProductId).limit(limit).all(connection).await
}

/// Forgets imports from before `oldest`, and how to undo those whose time for it is over.
pub async fn forget(
    tx: &Tx,
    oldest: chrono::DateTime<chrono::Utc>,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<(), DbErr> {
    import::Entity::delete_many()
        .filter(import::COLUMN.created_at.lt(oldest))
        .filter(import::Column::State.is_not_in([State::Checking, State::Running, State::Undoing]))
        .exec(&**tx)
        .await?;
    let over = sea_orm::sea_query::Query::select()
        .column(import::Column::Id)
        .from(import::Entity)
        .and_where(import::Column::UndoUntil.lt(now))
        .and_where(import::Column::State.ne(State::Undoing))
        .to_owned();
    change::Entity::delete_many().filter(change::Column::ImportId.in_subquery(over)).exec(&**tx).await?;
    Ok(())
}
