//! Lists come in pages: a limit and an opaque cursor that says where the next page begins.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use utoipa::{IntoParams, ToSchema};

use crate::problem::Problem;

pub const LIMIT_DEFAULT: u64 = 20;
pub const LIMIT_MAX: u64 = 100;

/// One page of a list.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// Pass it as `cursor` to get the next page; absent on the last one.
    pub next_cursor: Option<String>,
}

/// The paging part of a list's query, to be flattened into the list's own.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct PageQuery {
    /// Items at most, 1 to 100; 20 if absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

impl PageQuery {
    pub fn limit(&self) -> Result<u64, Problem> {
        limit(self.limit)
    }

    /// Where the page begins, as the list's own kind of place.
    pub fn after<C: DeserializeOwned>(&self) -> Result<Option<C>, Problem> {
        self.cursor.as_deref().map(Cursor::read).transpose()
    }
}

/// The limit asked for, or the default.
pub fn limit(asked: Option<u64>) -> Result<u64, Problem> {
    match asked {
        None => Ok(LIMIT_DEFAULT),
        Some(limit) if (1..=LIMIT_MAX).contains(&limit) => Ok(limit),
        Some(_) => Err(Problem::invalid_field("limit", "out_of_range", format!("must be between 1 and {LIMIT_MAX}"))),
    }
}

/// Cursors are JSON in base64: opaque to clients, readable in a debugger.
#[derive(Debug)]
pub struct Cursor;

impl Cursor {
    pub fn write(place: &impl Serialize) -> String {
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(place).unwrap_or_default())
    }

    pub fn read<C: DeserializeOwned>(cursor: &str) -> Result<C, Problem> {
        let bytes = URL_SAFE_NO_PAD.decode(cursor).ok();
        bytes
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .ok_or_else(|| Problem::invalid_field("cursor", "invalid", "must be a next_cursor that this list gave out"))
    }
}

impl<T> Page<T> {
    /// Makes a page of `rows`, of which one more than `limit` was asked for; `place` is where a row stands.
    pub fn of<R, C: Serialize>(
        mut rows: Vec<R>,
        limit: u64,
        place: impl Fn(&R) -> C,
        view: impl FnMut(R) -> T,
    ) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next_cursor = rows.last().filter(|_| more).map(|last| Cursor::write(&place(last)));
        Self { items: rows.into_iter().map(view).collect(), next_cursor }
    }
}
