//! Taking in a file: kept whole, looked at, and put in line to be read without writing anything.

use std::collections::BTreeMap;

use contracts::{ids::UserId, time};
use http::StatusCode;
use uuid::Uuid;
use web::Problem;

use super::{
    Format, Mode,
    columns::{Column, Look},
    entity::import,
    life::State,
    report::Counts,
    run, store,
};
use crate::{App, Error};

/// The largest file.
pub const FILE_BYTES_MAX: usize = 50 * 1024 * 1024;
const FILE_NAME_MAX: usize = 200;

/// A file as somebody sends it.
#[derive(Debug, Default)]
pub struct Upload {
    pub file_name: String,
    pub bytes: Vec<u8>,
    /// Told by the columns where it is absent.
    pub format: Option<Format>,
    pub mode: Mode,
    /// As a file with the same columns was mapped before, where it is absent.
    pub mapping: Option<BTreeMap<String, String>>,
}

/// Keeps the file as an import that begins to be checked.
pub async fn upload(app: &App, upload: Upload, by: UserId) -> Result<import::Model, Error> {
    if upload.bytes.is_empty() {
        return Err(Problem::invalid_field("file", "required", "must not be empty").into());
    }
    let bytes = upload.bytes.clone();
    let look = tokio::task::spawn_blocking(move || Look::at(bytes)).await.map_err(Problem::internal)?;
    let look = look.map_err(unreadable)?;
    let before = match upload.mapping {
        None => store::newest_of(app.db.reader(), &look.header).await?,
        Some(_) => None,
    };
    let format = upload.format.or(before.as_ref().map(|before| before.format)).unwrap_or(look.format);
    let mapping = match (upload.mapping, before) {
        (Some(mapping), _) => mapping,
        (None, Some(before)) if before.format == format => serde_json::from_value(before.mapping)?,
        (None, _) => BTreeMap::new(),
    };
    check_mapping(format, &look.columns, &mapping)?;
    let now = time::now();
    let row = import::Model {
        id: Uuid::now_v7(),
        state: State::Checking,
        format,
        mode: upload.mode,
        file_name: upload.file_name.chars().filter(|c| !c.is_control()).take(FILE_NAME_MAX).collect(),
        bytes: i64::try_from(upload.bytes.len()).unwrap_or(i64::MAX),
        columns: serde_json::to_value(&look.columns)?,
        header: look.header,
        mapping: serde_json::to_value(mapping)?,
        encoding: look.encoding,
        delimiter: look.delimiter.to_string(),
        taken: 0,
        bytes_read: 0,
        counts: serde_json::to_value(Counts::default())?,
        checked: None,
        failure: None,
        undone: 0,
        kept: 0,
        created_by: by.uuid(),
        created_at: now,
        updated_at: now,
        started_at: None,
        finished_at: None,
        undo_until: None,
    };
    let tx = app.db.begin().await?;
    store::insert(&tx, row.clone(), &upload.bytes).await?;
    tx.commit().await?;
    Ok(row)
}

/// Each column of the format once, from a column that the file has.
pub fn check_mapping(format: Format, columns: &[Column], mapping: &BTreeMap<String, String>) -> Result<(), Problem> {
    for (field, column) in mapping {
        if !format.has(field) {
            let message = "is not a column of the format";
            return Err(Problem::invalid_field(format!("mapping.{field}"), "unknown_field", message));
        }
        let is_there = columns.iter().any(|known| known.name.eq_ignore_ascii_case(column));
        if !column.is_empty() && !is_there {
            let message = "is not a column of the file";
            return Err(Problem::invalid_field(format!("mapping.{field}"), "unknown_column", message));
        }
    }
    Ok(())
}

fn unreadable(error: run::Error) -> Error {
    match error {
        run::Error::Shop(error) => error,
        error => Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "unreadable_file").detail(error).into(),
    }
}
