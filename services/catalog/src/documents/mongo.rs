//! Product documents in MongoDB: one for each version, written by a majority before any head names it.

use std::{
    collections::HashSet,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use async_trait::async_trait;
use contracts::time;
use db::Tx;
use futures::{StreamExt, TryStreamExt, stream};
use mongodb::{
    Client, Collection,
    bson::{self, Bson, doc},
    error::{Error as MongoError, ErrorKind},
    options::{Acknowledgment, ClientOptions, WriteConcern},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{DocumentName, ProductDocuments};
use crate::{Error, model::Document};

const COLLECTION: &str = "product_documents";
/// Where a URL names no database.
const DATABASE: &str = "rialto";
/// Documents that are written with one command, of which each may be large.
const ROWS_MAX: usize = 200;
/// Documents that are asked for at one time, each by its own key: FerretDB reads the whole collection for a list of keys.
const AT_ONCE: usize = 16;
/// A server that is not found, or does not answer, in this time is away, and shoppers are not kept waiting for it.
const FOUND_WITHIN: Duration = Duration::from_secs(1);
const ANSWER_WITHIN: Duration = Duration::from_secs(3);
/// Once it was away, whoever asks within this time is told at once.
const PAUSE: Duration = Duration::from_secs(1);
/// A version that is younger may belong to a change that is still under way.
const UNDER_WAY_HOURS: i64 = 1;
const DUPLICATE_KEY: i32 = 11000;

/// The adapter for a MongoDB, or a server that speaks its protocol.
pub struct MongoDocuments {
    rows: Collection<Row>,
    away_until: Mutex<Option<Instant>>,
}

/// A version of a product, as people find it in the collection.
#[derive(Serialize, Deserialize)]
struct Row {
    /// The version, which is a UUID and so no other product's.
    #[serde(rename = "_id")]
    version: String,
    product_id: String,
    document: Bson,
}

#[derive(Deserialize)]
struct Named {
    #[serde(rename = "_id")]
    version: String,
}

impl MongoDocuments {
    /// `url` such as `mongodb://mongo-1,mongo-2/catalog?replicaSet=shop`. Nobody is asked yet.
    pub async fn new(url: &str) -> Result<Self, Error> {
        let mut options = ClientOptions::parse(url).await?;
        options.app_name.get_or_insert_with(|| "rialto catalog".to_owned());
        options.server_selection_timeout.get_or_insert(FOUND_WITHIN);
        options.connect_timeout.get_or_insert(FOUND_WITHIN);
        let majority = WriteConcern::builder().w(Acknowledgment::Majority).journal(true).build();
        options.write_concern.get_or_insert(majority);
        let database = options.default_database.clone().unwrap_or_else(|| DATABASE.to_owned());
        let rows = Client::with_options(options)?.database(&database).collection(COLLECTION);
        Ok(Self { rows, away_until: Mutex::default() })
    }

    /// What `work` answers, or that the server is away.
    async fn ask<T>(&self, work: impl Future<Output = Result<T, MongoError>>) -> Result<T, Error> {
        self.is_worth_asking()?;
        let outcome = tokio::time::timeout(ANSWER_WITHIN, work).await;
        let mut away_until = self.away_until.lock().unwrap_or_else(PoisonError::into_inner);
        match outcome {
            Ok(Ok(answer)) => {
                *away_until = None;
                Ok(answer)
            }
            Ok(Err(error)) if is_there(&error) => Err(error.into()),
            Ok(Err(error)) => {
                *away_until = Some(Instant::now() + PAUSE);
                Err(error.into())
            }
            Err(_) => {
                *away_until = Some(Instant::now() + PAUSE);
                Err(Error::Documents(format!("no answer within {} s", ANSWER_WITHIN.as_secs())))
            }
        }
    }

    async fn find(&self, version: String) -> Result<Option<Row>, Error> {
        self.ask(async { self.rows.find_one(doc! {"_id": version}).await }).await
    }

    fn is_worth_asking(&self) -> Result<(), Error> {
        let away_until = *self.away_until.lock().unwrap_or_else(PoisonError::into_inner);
        match away_until {
            Some(until) if until > Instant::now() => Err(Error::Documents("it was away a moment ago".to_owned())),
            _ => Ok(()),
        }
    }
}

#[async_trait]
impl ProductDocuments for MongoDocuments {
    async fn stage(&self, documents: &[&Document]) -> Result<(), Error> {
        for some in documents.chunks(ROWS_MAX) {
            let rows: Vec<Row> = some.iter().map(|document| Row::of(document)).collect::<Result<_, Error>>()?;
            let write = async {
                match self.rows.insert_many(rows).ordered(false).await {
                    // A version never changes, so the one that is there is this one.
                    Err(error) if !is_there_already(&error) => Err(error),
                    _ => Ok(()),
                }
            };
            self.ask(write).await?;
        }
        Ok(())
    }

    async fn put(&self, _tx: &Tx, _documents: &[&Document]) -> Result<(), Error> {
        Ok(())
    }

    async fn load(&self, names: &[DocumentName]) -> Result<Vec<Document>, Error> {
        let versions: Vec<String> = names.iter().map(|name| name.version.to_string()).collect();
        let reads = versions.into_iter().map(|version| self.find(version));
        let rows: Vec<Option<Row>> = stream::iter(reads).buffered(AT_ONCE).try_collect().await?;
        rows.into_iter().flatten().map(Row::document).collect()
    }

    fn stand_apart(&self) -> bool {
        true
    }

    async fn sweep(&self, in_force: &[DocumentName]) -> Result<u64, Error> {
        let in_force: HashSet<String> = in_force.iter().map(|name| name.version.to_string()).collect();
        let young = time::now() - chrono::Duration::hours(UNDER_WAY_HOURS);
        let mut rows = self.rows.clone_with_type::<Named>().find(doc! {}).projection(doc! {"_id": 1}).await?;
        let mut left_over = Vec::new();
        while let Some(Named { version }) = rows.try_next().await? {
            if !in_force.contains(&version) && made_at(&version).is_some_and(|made| made < young) {
                left_over.push(version);
            }
        }
        let mut removed = 0;
        for some in left_over.chunks(ROWS_MAX) {
            removed += self.rows.delete_many(doc! {"_id": {"$in": some}}).await?.deleted_count;
        }
        Ok(removed)
    }
}

impl Row {
    fn of(document: &Document) -> Result<Self, Error> {
        let value = rename_keys(serde_json::to_value(document)?, &escape);
        Ok(Self {
            version: document.version.to_string(),
            product_id: document.id.to_string(),
            document: bson::serialize_to_bson(&value).map_err(|error| Error::Documents(error.to_string()))?,
        })
    }

    fn document(self) -> Result<Document, Error> {
        let value = bson::deserialize_from_bson(self.document).map_err(|error| Error::Documents(error.to_string()))?;
        Ok(serde_json::from_value(rename_keys(value, &unescape))?)
    }
}

/// When a version was made (UUID v7).
fn made_at(version: &str) -> Option<chrono::DateTime<chrono::Utc>> {
    let (secs, nanos) = Uuid::parse_str(version).ok()?.get_timestamp()?.to_unix();
    chrono::DateTime::from_timestamp(i64::try_from(secs).ok()?, nanos)
}

/// The value with every key of every object renamed. Attributes are named by merchants, and MongoDB takes no dot and no
/// dollar in a field's name everywhere.
fn rename_keys(value: Value, rename: &impl Fn(&str) -> String) -> Value {
    match value {
        Value::Object(fields) => {
            let renamed = fields.into_iter().map(|(key, value)| (rename(&key), rename_keys(value, rename)));
            Value::Object(renamed.collect::<Map<_, _>>())
        }
        Value::Array(items) => items.into_iter().map(|item| rename_keys(item, rename)).collect(),
        other => other,
    }
}

/// As in URLs, so that it can be undone.
fn escape(key: &str) -> String {
    key.replace('%', "%25").replace('.', "%2E").replace('$', "%24")
}

fn unescape(key: &str) -> String {
    key.replace("%24", "$").replace("%2E", ".").replace("%25", "%")
}

/// Whether the server said that itself.
fn is_there(error: &MongoError) -> bool {
    matches!(error.kind.as_ref(), ErrorKind::Command(_) | ErrorKind::InsertMany(_) | ErrorKind::Write(_))
}

fn is_there_already(error: &MongoError) -> bool {
    let ErrorKind::InsertMany(failed) = error.kind.as_ref() else { return false };
    let writes = failed.write_errors.as_deref().unwrap_or_default();
    failed.write_concern_error.is_none() && !writes.is_empty() && writes.iter().all(|write| write.code == DUPLICATE_KEY)
}

impl From<MongoError> for Error {
    fn from(error: MongoError) -> Self {
        Self::Documents(error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_that_mongodb_would_not_take_come_back_as_they_were() {
        let value = json!({"attributes": {"a.b": ["x.y"], "$price": [1], "100%": [], "%2E": [{"c.d%": null}]}});
        let stored = rename_keys(value.clone(), &escape);
        assert!(!stored["attributes"].as_object().expect("an object").keys().any(|key| key.contains(['.', '$'])));
        assert_eq!(rename_keys(stored, &unescape), value);
    }

    #[test]
    fn a_version_tells_when_it_was_made() {
        let made = made_at(&Uuid::now_v7().to_string()).expect("it tells");
        assert!((time::now() - made).num_seconds().abs() < 5);
        assert_eq!(made_at("no version"), None);
    }
}
