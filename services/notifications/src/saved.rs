//! Texts that staff saved in place of the built-in ones: versions are added, never changed, and the highest counts.

use contracts::{ids::UserId, time};
use db::{Db, Tx};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set,
    SqlErr,
};

use crate::{
    App, compose,
    entity::template::{self, Column, Entity},
    error::Error,
    render::RenderError,
    templates::{Source, Template},
};

/// The text that counts, if one was saved and not taken back.
pub async fn active(db: &Db, name: &str, language: &str) -> Result<Option<Source>, DbErr> {
    let latest = latest(db.reader(), name, language).await?;
    Ok(latest.filter(|row| !row.built_in).map(source))
}

pub async fn latest(
    connection: &impl ConnectionTrait,
    name: &str,
    language: &str,
) -> Result<Option<template::Model>, DbErr> {
    Entity::find()
        .filter(Column::Name.eq(name))
        .filter(Column::Language.eq(language))
        .order_by_desc(Column::Version)
        .one(connection)
        .await
}

/// All versions of a text, newest first, at most `limit`.
pub async fn versions(db: &Db, name: &str, language: &str, limit: u64) -> Result<Vec<template::Model>, DbErr> {
    Entity::find()
        .filter(Column::Name.eq(name))
        .filter(Column::Language.eq(language))
        .order_by_desc(Column::Version)
        .limit(limit)
        .all(db.reader())
        .await
}

/// What is saved of every template, without the old versions.
pub async fn all_latest(db: &Db) -> Result<Vec<template::Model>, DbErr> {
    let rows = Entity::find()
        .order_by_asc(Column::Name)
        .order_by_asc(Column::Language)
        .order_by_desc(Column::Version)
        .all(db.reader())
        .await?;
    let mut latest: Vec<template::Model> = Vec::new();
    for row in rows {
        if latest.last().is_none_or(|last| (&last.name, &last.language) != (&row.name, &row.language)) {
            latest.push(row);
        }
    }
    Ok(latest)
}

pub fn source(row: template::Model) -> Source {
    Source { subject: row.subject, heading: row.heading, preview: row.preview, body: row.body }
}

/// Whether a text may be saved: it renders with the sample, and shows no one-time link where it would be kept.
pub fn check(app: &App, template: &Template, source: &Source, language: &str) -> Result<(), RenderError> {
    let rendered = compose::sample(app, template, source, language)?;
    let link = template.sample.get("link").and_then(serde_json::Value::as_str);
    let code = template.sample.get("code").and_then(serde_json::Value::as_str);
    let leaks = [link, code].into_iter().flatten().any(|secret| rendered.subject.contains(secret));
    if template.sensitive && leaks {
        let cause = "must not contain the link or the code: subjects are kept and shown in lists".to_owned();
        return Err(RenderError { part: "subject", line: None, cause });
    }
    Ok(())
}

/// Saves a new version: `text`, or the built-in one again. `expected` is the version the editor started from.
pub async fn save(
    app: &App,
    name: &str,
    language: &str,
    text: Option<Source>,
    expected: Option<i32>,
    by: UserId,
) -> Result<i32, Error> {
    let tx = app.db.begin().await?;
    let current = latest(&*tx, name, language).await?.map_or(0, |row| row.version);
    if expected.is_some_and(|expected| expected != current) {
        return Err(Error::Stale { current });
    }
    let version = current + 1;
    insert(&tx, name, language, version, text, by).await.map_err(|error| match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => Error::Stale { current: version },
        _ => Error::Db(error),
    })?;
    tx.commit().await?;
    Ok(version)
}

async fn insert(
    tx: &Tx,
    name: &str,
    language: &str,
    version: i32,
    text: Option<Source>,
    by: UserId,
) -> Result<(), DbErr> {
    let built_in = text.is_none();
    let empty =
        || Source { subject: String::new(), heading: String::new(), preview: String::new(), body: String::new() };
    let text = text.unwrap_or_else(empty);
    let row = template::ActiveModel {
        name: Set(name.to_owned()),
        language: Set(language.to_owned()),
        version: Set(version),
        built_in: Set(built_in),
        subject: Set(text.subject),
        heading: Set(text.heading),
        preview: Set(text.preview),
        body: Set(text.body),
        saved_by: Set(by.uuid()),
        saved_at: Set(time::now()),
    };
    row.insert(&**tx).await?;
    Ok(())
}
