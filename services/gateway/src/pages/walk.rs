//! Going through all products that are for sale, page by page, for those who want the whole list: sitemaps and feeds.

use std::{fmt::Write, marker::PhantomData, sync::Arc, time::Duration};

use axum::{body::Body, response::Response};
use futures::{Stream, TryStreamExt};
use http::{HeaderValue, header};
use serde::{Deserialize, de::DeserializeOwned};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::Instant,
};
use web::Problem;

use super::fetch::{Silent, ask_for};
use crate::App;

/// Products on a page, the most that the catalog gives.
pub(crate) const PAGE: usize = 100;
/// Walks at one time.
const WALKS_MAX: usize = 4;

/// Keeps those who want everything from being too many.
pub(crate) struct Walks(Arc<Semaphore>);

impl Default for Walks {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(WALKS_MAX)))
    }
}

/// One who goes through the products, newest first. That order stays when something is added on the way.
pub(crate) struct Walk<T> {
    app: App,
    /// Where the next page begins; `None` at the start.
    cursor: Option<String>,
    ended: bool,
    until: Instant,
    _permit: OwnedSemaphorePermit,
    items: PhantomData<fn() -> T>,
}

/// A page, and where it began.
pub(crate) struct Stretch<T> {
    pub(crate) start: Option<String>,
    pub(crate) items: Vec<T>,
}

#[derive(Deserialize)]
struct List<T> {
    items: Vec<T>,
    next_cursor: Option<String>,
}

impl<T: DeserializeOwned> Walk<T> {
    /// From the beginning, or from where a page began before.
    pub(crate) fn begin(app: &App, cursor: Option<String>) -> Result<Self, Problem> {
        let permit = app.pages.walks.0.clone().try_acquire_owned();
        let permit = permit.map_err(|_| Problem::unavailable("all products are being listed for others"))?;
        let until = Instant::now() + Duration::from_secs(app.config.long_timeout_secs);
        Ok(Self { app: app.clone(), cursor, ended: false, until, _permit: permit, items: PhantomData })
    }

    /// The next page; `None` after the last.
    pub(crate) async fn next(&mut self) -> Result<Option<Stretch<T>>, Silent> {
        if self.ended {
            return Ok(None);
        }
        if Instant::now() > self.until {
            return Err(Silent);
        }
        let path = self.path();
        let time = Duration::from_secs(self.app.config.timeout_secs);
        let list: List<T> = ask_for(&self.app, &path, time).await?.value;
        let start = std::mem::replace(&mut self.cursor, list.next_cursor);
        self.ended = self.cursor.is_none();
        Ok(Some(Stretch { start, items: list.items }))
    }

    fn path(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("limit", &PAGE.to_string()).append_pair("sort", "newest");
        if let Some(cursor) = &self.cursor {
            query.append_pair("cursor", cursor);
        }
        format!("/products?{}", query.finish())
    }
}

/// A document that is sent while it is written. One that breaks off in the middle ends the connection with it, so that
/// nobody takes a part for the whole.
pub(crate) fn streamed(
    kind: &'static str,
    parts: impl Stream<Item = Result<String, Silent>> + Send + 'static,
) -> Response {
    let mut response = Response::new(Body::from_stream(parts.map_err(|Silent| "a part is missing")));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=600"));
    response
}

/// `<name>text</name>`
pub(crate) fn element(name: &str, text: &str) -> String {
    let mut xml = format!("<{name}>");
    // What XML 1.0 has no letters for is left out.
    let known = |letter: &char| !letter.is_control() || matches!(letter, '\t' | '\n' | '\r');
    for letter in text.chars().filter(known).filter(|letter| !matches!(letter, '\u{fffe}' | '\u{ffff}')) {
        match letter {
            '&' => xml.push_str("&amp;"),
            '<' => xml.push_str("&lt;"),
            '>' => xml.push_str("&gt;"),
            letter => xml.push(letter),
        }
    }
    let _ = write!(xml, "</{name}>");
    xml
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn xml_holds_any_text() {
        assert_eq!(element("g:title", "Tea & <toast>\u{0}\u{b}\u{ffff}"), "<g:title>Tea &amp; &lt;toast&gt;</g:title>");
    }
}
