//! Imports and exports over HTTP.

use std::collections::BTreeMap;

use axum::{
    body::Body,
    extract::{
        DefaultBodyLimit, FromRequest, Multipart, RawQuery, Request, State as Handles, multipart::MultipartError,
    },
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use contracts::{ids::UserId, permissions::Permission, time};
use http::{HeaderName, StatusCode, header};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;
use web::{
    Caller, Json, Page, Path, Problem, ProblemBody, Query,
    answers::{Invalid, StaffOnly},
    page::PageQuery,
};

use super::{
    Format, Mode,
    columns::{Column, Field},
    entity::import,
    errors::refused_rows,
    export,
    life::State,
    report::{Counts, RowProblem, Weight},
    run, steer, store,
    upload::{self, FILE_BYTES_MAX, Upload},
};
use crate::{App, Error, listing};

/// Room for the other fields of the form.
const ENVELOPE_BYTES: usize = 256 * 1024;
/// So much of what was said of rows is shown with an import; the file of refused rows has all of it.
const SHOWN: u64 = 100;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(create_import, list_imports))
        .layer(DefaultBodyLimit::max(FILE_BYTES_MAX + ENVELOPE_BYTES))
        .routes(routes!(get_import, update_import))
        .routes(routes!(start_import))
        .routes(routes!(stop_import))
        .routes(routes!(undo_import))
        .routes(routes!(get_import_errors))
        .routes(routes!(export_products))
}

/// A file of products on its way into the shop.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "0192f0c1-a2b3-7c4d-8e5f-60718293a4b5", "state": "checked", "format": "shopify", "mode": "all",
    "file_name": "spring.csv", "bytes": 240113, "encoding": "utf-8", "delimiter": ";",
    "columns": [{"name": "Handle", "cells": ["stoneware-mug"]}, {"name": "Preis", "cells": ["19,90"]}],
    "fields": [{"name": "Handle", "column": "Handle"}, {"name": "Variant Price", "column": "Preis"}],
    "bytes_read": 240113,
    "counts": {"rows": 120, "created": 8, "updated": 30, "unchanged": 4, "skipped": 0, "stock_changed": 55,
        "refused": 2, "notices": 1},
    "checked": {"rows": 120, "created": 8, "updated": 30, "unchanged": 4, "skipped": 0, "stock_changed": 55,
        "refused": 2, "notices": 1},
    "failure": null, "undone": 0, "kept": 0, "created_by": "0192f0c1-0000-7c4d-8e5f-60718293a4b5",
    "created_at": "2026-03-01T10:00:00Z", "updated_at": "2026-03-01T10:00:02Z", "started_at": null,
    "finished_at": null, "undo_until": null
}))]
pub struct ImportView {
    pub id: Uuid,
    pub state: State,
    pub format: Format,
    pub mode: Mode,
    pub file_name: String,
    pub bytes: i64,
    /// `utf-8` or `windows-1252`, as far as the file was read.
    pub encoding: String,
    pub delimiter: String,
    /// The columns of the file.
    pub columns: Vec<Column>,
    /// The columns of the format, with the column of the file that stands for each.
    pub fields: Vec<Field>,
    /// How much of the file has been read.
    pub bytes_read: i64,
    /// What it has come to so far: before the start without, then with writing.
    pub counts: Counts,
    /// What the reading without writing came to.
    pub checked: Option<Counts>,
    /// Why the file cannot be read, or the import stopped by itself.
    pub failure: Option<Failure>,
    /// Products taken back.
    pub undone: i64,
    /// Products that an undo left as they are, since somebody changed them after the import.
    pub kept: i64,
    pub created_by: UserId,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub started_at: Option<DateTime<Utc>>,
    pub finished_at: Option<DateTime<Utc>>,
    /// Until when it can be undone.
    pub undo_until: Option<DateTime<Utc>>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = ImportFailure, example = json!({
    "code": "not_this_format", "message": "this is not an export of Shopify: the column Handle is missing"
}))]
pub struct Failure {
    pub code: String,
    pub message: String,
}

/// An import with the first of what was said of its rows.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ImportDetail {
    #[serde(flatten)]
    pub import: ImportView,
    /// Rows that are not taken over, the first 100.
    pub refused_rows: Vec<RowProblem>,
    /// What is taken over in another way than it stands there, the first 100.
    pub noticed_rows: Vec<RowProblem>,
    /// Products that an undo left as they are, the first 100; `column` is the slug.
    pub kept_products: Vec<RowProblem>,
}

impl ImportView {
    fn of(row: import::Model) -> Result<Self, Error> {
        let columns: Vec<Column> = serde_json::from_value(row.columns)?;
        let mapping: BTreeMap<String, String> = serde_json::from_value(row.mapping)?;
        Ok(Self {
            id: row.id,
            state: row.state,
            format: row.format,
            mode: row.mode,
            file_name: row.file_name,
            bytes: row.bytes,
            encoding: row.encoding,
            delimiter: row.delimiter,
            fields: row.format.fields(&columns, &mapping),
            columns,
            bytes_read: row.bytes_read,
            counts: serde_json::from_value(row.counts)?,
            checked: row.checked.map(serde_json::from_value).transpose()?,
            failure: row.failure.map(serde_json::from_value).transpose()?,
            undone: row.undone,
            kept: row.kept,
            created_by: row.created_by.into(),
            created_at: row.created_at,
            updated_at: row.updated_at,
            started_at: row.started_at,
            finished_at: row.finished_at,
            undo_until: row.undo_until,
        })
    }
}

#[derive(ToSchema)]
#[expect(dead_code, reason = "documents the form")]
struct ImportForm {
    /// At most 50 MiB; comma, semicolon, tab or bar between cells; UTF-8, UTF-16 or windows-1252.
    #[schema(
        value_type = String, format = Binary, content_media_type = "application/octet-stream", example = "spring.csv"
    )]
    file: Vec<u8>,
    /// Told by the columns if absent.
    format: Option<Format>,
    /// `all` if absent.
    mode: Option<Mode>,
    /// Columns of the file by the column of the format, as JSON. If absent, as a file with the same columns was mapped
    /// before, else by name.
    #[schema(example = "{\"Variant Price\": \"Preis\"}")]
    mapping: Option<String>,
}

/// Upload a file of products
///
/// It is read once without writing anything: `checking`, then `checked` with what it would change, or `unreadable`.
#[utoipa::path(
    post, path = "/imports", operation_id = "create_import", tag = "imports",
    request_body(content = ImportForm, content_type = "multipart/form-data"),
    security(("bearer" = [])),
    responses(
        (status = 201, body = ImportView),
        (status = 400, description = "`unreadable_body`", body = ProblemBody),
        StaffOnly,
        (status = 422, description = "`invalid`, `unreadable_file`", body = ProblemBody),
    )
)]
async fn create_import(Handles(app): Handles<App>, caller: Caller, request: Request) -> Result<Response, Error> {
    let by = caller.require(Permission::CatalogWrite)?.id;
    let form = <Multipart as FromRequest<App>>::from_request(request, &app).await;
    let form = form.map_err(|_| {
        Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type")
            .detail("The file must be sent as multipart/form-data, in the field file.")
    })?;
    let row = upload::upload(&app, read_form(form).await?, by).await?;
    let location = [(header::LOCATION, format!("/imports/{}", row.id))];
    Ok((StatusCode::CREATED, location, Json(ImportView::of(row)?)).into_response())
}

async fn read_form(mut form: Multipart) -> Result<Upload, Problem> {
    let mut upload = Upload::default();
    let mut has_file = false;
    while let Some(field) = form.next_field().await.map_err(|error| unreadable(&error))? {
        let name = field.name().unwrap_or_default().to_owned();
        let file_name = field.file_name().map(str::to_owned);
        let bytes = field.bytes().await.map_err(|error| unreadable(&error))?;
        match name.as_str() {
            "file" => {
                if bytes.len() > FILE_BYTES_MAX {
                    return Err(too_large());
                }
                has_file = true;
                upload.file_name = file_name.unwrap_or_default();
                upload.bytes = bytes.into();
            }
            "format" => upload.format = Some(word(&name, &bytes)?),
            "mode" => upload.mode = word(&name, &bytes)?,
            "mapping" => {
                let mapping = serde_json::from_slice(&bytes);
                upload.mapping = Some(mapping.map_err(|_| {
                    Problem::invalid_field("mapping", "invalid", "must be a JSON object of columns by column")
                })?);
            }
            _ => return Err(Problem::invalid_field(name, "unknown_field", "is not a field of this form")),
        }
    }
    if has_file { Ok(upload) } else { Err(Problem::invalid_field("file", "required", "is required")) }
}

/// One of the words that a field knows.
fn word<T: DeserializeOwned>(field: &str, bytes: &[u8]) -> Result<T, Problem> {
    let text = String::from_utf8_lossy(bytes).into_owned();
    serde_json::from_value(text.into()).map_err(|error| Problem::invalid_field(field, "invalid", error.to_string()))
}

fn unreadable(error: &MultipartError) -> Problem {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return too_large();
    }
    Problem::new(StatusCode::BAD_REQUEST, "unreadable_body").detail("The form could not be read to its end.")
}

fn too_large() -> Problem {
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large").detail("A file may have 50 MiB.")
}

/// List imports
///
/// Newest first.
#[utoipa::path(
    get, path = "/imports", operation_id = "list_imports", tag = "imports", params(PageQuery),
    security(("bearer" = [])),
    responses(
        (status = 200, body = Page<ImportView>),
        StaffOnly,
        Invalid,
    )
)]
async fn list_imports(
    Handles(app): Handles<App>,
    caller: Caller,
    Query(query): Query<PageQuery>,
) -> Result<Json<Page<ImportView>>, Error> {
    caller.require(Permission::CatalogRead)?;
    let limit = query.limit()?;
    let rows = store::list(app.db.reader(), query.after()?, limit + 1).await?;
    let page = Page::of(rows, limit, |row| row.id, ImportView::of);
    let items = page.items.into_iter().collect::<Result<_, Error>>()?;
    Ok(Json(Page { items, next_cursor: page.next_cursor }))
}

/// Get an import
///
/// How far it is, and the first of what was said of its rows.
#[utoipa::path(
    get, path = "/imports/{id}", operation_id = "get_import", tag = "imports", params(("id" = Uuid, Path)),
    security(("bearer" = [])),
    responses(
        (status = 200, body = ImportDetail),
        StaffOnly,
    )
)]
async fn get_import(
    Handles(app): Handles<App>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<Json<ImportDetail>, Error> {
    caller.require(Permission::CatalogRead)?;
    let row = steer::find(&app, id).await?;
    let said = async |weight| store::problems(app.db.reader(), id, weight, Some(SHOWN)).await;
    Ok(Json(ImportDetail {
        import: ImportView::of(row)?,
        refused_rows: said(Weight::Refused).await?,
        noticed_rows: said(Weight::Notice).await?,
        kept_products: said(Weight::Kept).await?,
    }))
}

/// How a file is to be read.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"format": "shopify", "mode": "all", "mapping": {"Variant Price": "Preis", "Tags": ""}}))]
pub struct ImportReading {
    pub format: Format,
    #[serde(default)]
    pub mode: Mode,
    /// Columns of the file by the column of the format; empty: the file does not say it. What is not named here is
    /// found by its name.
    #[serde(default)]
    pub mapping: BTreeMap<String, String>,
}

/// Read a file in another way
///
/// It is checked anew, without writing anything.
#[utoipa::path(
    put, path = "/imports/{id}", operation_id = "update_import", tag = "imports", params(("id" = Uuid, Path)),
    request_body = ImportReading,
    security(("bearer" = [])),
    responses(
        (status = 200, body = ImportView),
        StaffOnly,
        (status = 409, description = "`import_state`: it was started before", body = ProblemBody),
    )
)]
async fn update_import(
    Handles(app): Handles<App>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Json(reading): Json<ImportReading>,
) -> Result<Json<ImportView>, Error> {
    caller.require(Permission::CatalogWrite)?;
    let row = steer::reread(&app, id, reading.format, reading.mode, reading.mapping).await?;
    Ok(Json(ImportView::of(row)?))
}

/// Start an import
///
/// What was checked is written, a batch at a time, whoever looks on; one that was stopped goes on where it was.
#[utoipa::path(
    post, path = "/imports/{id}/start", operation_id = "start_import", tag = "imports", params(("id" = Uuid, Path)),
    security(("bearer" = [])),
    responses(
        (status = 202, body = ImportView),
        StaffOnly,
        (status = 409, description = "`import_state`: it is not checked yet, or over", body = ProblemBody),
    )
)]
async fn start_import(Handles(app): Handles<App>, caller: Caller, Path(id): Path<Uuid>) -> Result<Response, Error> {
    caller.require(Permission::CatalogWrite)?;
    let row = steer::start(&app, id).await?;
    Ok((StatusCode::ACCEPTED, Json(ImportView::of(row)?)).into_response())
}

/// Stop an import
///
/// After the batch that is being written. What was written stays; it can go on or be undone.
#[utoipa::path(
    post, path = "/imports/{id}/stop", operation_id = "stop_import", tag = "imports", params(("id" = Uuid, Path)),
    security(("bearer" = [])),
    responses(
        (status = 200, body = ImportView),
        StaffOnly,
        (status = 409, description = "`import_state`: it is not running", body = ProblemBody),
    )
)]
async fn stop_import(
    Handles(app): Handles<App>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<Json<ImportView>, Error> {
    caller.require(Permission::CatalogWrite)?;
    Ok(Json(ImportView::of(steer::stop(&app, id).await?)?))
}

/// Undo an import
///
/// Products get back what they were before it, new ones are archived, and stock loses what the import added. What
/// somebody changed since stays as it is and is named. Categories that the import made stay.
#[utoipa::path(
    post, path = "/imports/{id}/undo", operation_id = "undo_import", tag = "imports", params(("id" = Uuid, Path)),
    security(("bearer" = [])),
    responses(
        (status = 202, body = ImportView),
        StaffOnly,
        (status = 409, description = "`import_state`, `undo_over`", body = ProblemBody),
    )
)]
async fn undo_import(Handles(app): Handles<App>, caller: Caller, Path(id): Path<Uuid>) -> Result<Response, Error> {
    caller.require(Permission::CatalogWrite)?;
    let row = steer::undo(&app, id).await?;
    Ok((StatusCode::ACCEPTED, Json(ImportView::of(row)?)).into_response())
}

/// Get the refused rows of an import
///
/// The rows as they stood in the file, with their lines and reasons before them: mended, the file can be sent again.
#[utoipa::path(
    get, path = "/imports/{id}/errors", operation_id = "get_import_errors", tag = "imports",
    params(("id" = Uuid, Path)),
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The rows", content_type = "text/csv", body = String,
            example = "Rialto / Line,Rialto / Reason,Handle,Variant Price\n9,Variant Price: \"free\" is not an amount in EUR,mug,free\n"),
        StaffOnly,
    )
)]
async fn get_import_errors(
    Handles(app): Handles<App>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<Response, Error> {
    caller.require(Permission::CatalogRead)?;
    let row = steer::find(&app, id).await?;
    let refused = store::problems(app.db.reader(), id, Weight::Refused, None).await?;
    let file = store::file(app.db.reader(), id).await?;
    let rows = tokio::task::spawn_blocking(move || refused_rows(file, &refused)).await.map_err(Problem::internal)?;
    let rows = rows.map_err(|error| match error {
        run::Error::Shop(error) => error,
        error => Problem::internal(error).into(),
    })?;
    let stem = row.file_name.rsplit_once('.').map_or(row.file_name.as_str(), |(stem, _)| stem);
    Ok((csv_headers(&format!("{stem}-refused")), Body::from(rows)).into_response())
}

/// Export products
///
/// As Shopify writes them, with columns of ours; read in again, the file changes nothing. With the parameters of the
/// list only what that shows, whatever its status if `status` is absent.
#[utoipa::path(
    get, path = "/products/export", operation_id = "export_products", tag = "products",
    params(crate::routes::products::Chosen),
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The products", content_type = "text/csv", body = String,
            example = "Handle,Title,Variant SKU,Variant Price\nstoneware-mug,Stoneware Mug,KIT-MUG-SAN,19.90\n"),
        Invalid,
        StaffOnly,
    )
)]
async fn export_products(
    Handles(app): Handles<App>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    caller.require(Permission::CatalogRead)?;
    let query = query.unwrap_or_default();
    let view = app.index.view();
    let mut listing = listing::read(&query, &caller, &view.tree)?;
    if !form_urlencoded::parse(query.as_bytes()).any(|(name, _)| name == "status") {
        listing.filters.status = None;
    }
    let name = format!("products-{}", time::now().format("%Y-%m-%d"));
    Ok((csv_headers(&name), Body::from_stream(export::stream(app, view, listing))).into_response())
}

/// A name of a file as a header may carry it: what is not plain is left out.
fn csv_headers(stem: &str) -> [(HeaderName, String); 3] {
    let plain: String =
        stem.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, ' ' | '-' | '_' | '.')).take(100).collect();
    [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{}.csv\"", plain.trim())),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ]
}
