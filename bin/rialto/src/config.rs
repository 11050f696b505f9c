//! The program's configuration: flags over `RIALTO__…` over `rialto.toml` over the defaults beside this file.
//!
//! Everything is read and checked before anything starts, and every problem is told at once.

mod shards;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use chrono_tz::Tz;
use config::{Config as Raw, Environment, File, FileFormat, Map, Value};
use contracts::{Currency, Secret, Service};
use serde::{Deserialize, de::DeserializeOwned};
use upstream::{Consul, tls};

use crate::wiring;

/// The embedded defaults, which are the reference page too.
pub const DEFAULTS: &str = include_str!("defaults.toml");
/// Environment variables that are not configuration keys: who the first administrator is.
const VARIABLES: [&str; 2] = ["RIALTO_ADMIN_EMAIL", "RIALTO_ADMIN_PASSWORD"];

/// Keys, beside the services' `urls`, that are lists: in a variable they are written with commas.
const LISTS: [&str; 10] = [
    "gateway.trusted_proxies",
    "gateway.allowed_origins",
    "gateway.countries",
    "payments.return_origins",
    "payments.webhook_secrets",
    "users.allowed_origins",
    "shop.open_shards",
    "orders.shards",
    "payments.shards",
    "notifications.shards",
];

/// Everything the program can be told.
#[derive(Clone)]
pub struct Config {
    pub listen: String,
    pub metrics_listen: String,
    pub public_url: String,
    pub data: PathBuf,
    pub secret: Secret,
    pub stop: Stop,
    pub discovery: Discovery,
    pub tls: Tls,
    pub cache: Cache,
    pub shop: Shop,
    pub log: telemetry::Config,
    pub events: Section<Events>,
    pub gateway: Section<gateway::Config>,
    pub users: Section<users::Config>,
    pub catalog: Section<catalog::Config>,
    pub orders: Section<orders::Config>,
    pub payments: Section<payments::Config>,
    pub shipping: Section<shipping::Config>,
    pub notifications: Section<notifications::Config>,
}

impl Config {
    /// Every database, by the name that its section has, with the number of a shard that is not the first.
    pub fn databases(&self) -> Vec<(String, db::Config)> {
        let data = &self.data;
        let sections = [
            self.events.databases(data, "events"),
            self.users.databases(data, "users"),
            self.catalog.databases(data, "catalog"),
            self.orders.databases(data, "orders"),
            self.payments.databases(data, "payments"),
            self.shipping.databases(data, "shipping"),
            self.notifications.databases(data, "notifications"),
        ];
        sections.into_iter().flatten().collect()
    }
}

/// How the process ends once it was told to.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stop {
    pub up_wait_secs: u64,
    pub serve_wait_secs: u64,
    pub finish_secs: u64,
}

/// How processes find each other, where the services' `urls` do not say.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Discovery {
    /// An agent of Consul, such as `http://127.0.0.1:8500`. Empty: only `urls` count.
    pub consul: String,
    pub consul_prefix: String,
    pub consul_token: Secret,
    /// The host by which other processes reach this one, where it is not the one it listens on.
    pub host: String,
}

impl Discovery {
    pub fn consul(&self) -> Option<Consul> {
        let Self { consul: address, consul_prefix: prefix, consul_token: token, .. } = self.clone();
        (!address.is_empty()).then_some(Consul { address, prefix, token })
    }

    fn problems(&self) -> Vec<String> {
        let is_url = self.consul.starts_with("http://") || self.consul.starts_with("https://");
        if self.consul.is_empty() || is_url {
            return Vec::new();
        }
        vec![format!("consul must be a URL such as http://127.0.0.1:8500, not {:?}", self.consul)]
    }
}

/// How the processes of `serve` know each other. Empty: they talk without TLS.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    /// The certificate of the shop's own authority.
    pub ca: PathBuf,
    /// This process's certificate, which names the services it runs, and its key.
    pub cert: PathBuf,
    pub key: PathBuf,
}

impl Tls {
    pub fn files(&self) -> Option<tls::Files> {
        let Self { ca, cert, key } = self.clone();
        (!ca.as_os_str().is_empty()).then_some(tls::Files { ca, cert, key })
    }

    fn problems(&self) -> Vec<String> {
        let given = [&self.ca, &self.cert, &self.key].map(|path| !path.as_os_str().is_empty());
        match given {
            [true, true, true] | [false, false, false] => Vec::new(),
            _ => vec!["ca, cert and key belong together: set all three or none".to_owned()],
        }
    }
}

/// What processes share and may forget.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cache {
    /// Such as `redis://:password@redis-1:6379/0`. Empty: nothing is shared.
    pub redis_url: Secret,
    /// Stands before all keys.
    pub prefix: String,
}

/// What is the same for the whole shop.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shop {
    pub name: String,
    pub currency: Currency,
    pub time_zone: Tz,
    /// The shards that new customers go to; empty: all there are.
    #[serde(deserialize_with = "shards::one_or_more")]
    pub open_shards: Vec<u16>,
}

/// The event log: a table in its database, unless brokers are named.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Events {
    /// An Apache Kafka, such as `kafka-1:9092,kafka-2:9092`.
    pub brokers: String,
    /// Stands before the names of topics and groups.
    pub topic_prefix: String,
    /// Of each topic.
    pub partitions: i32,
    /// What else the client of Kafka shall be told, by librdkafka's names.
    pub options: BTreeMap<String, String>,
}

impl Events {
    pub fn is_on_kafka(&self) -> bool {
        !self.brokers.is_empty()
    }

    fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        if !(1..=1000).contains(&self.partitions) {
            problems.push(format!("partitions must be from 1 to 1000, not {}", self.partitions));
        }
        let is_allowed = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
        if self.topic_prefix.len() > 100 || !self.topic_prefix.chars().all(is_allowed) {
            problems.push("topic_prefix may have 100 letters, digits, dots, hyphens and underscores".to_owned());
        }
        problems
    }
}

/// One service: how it is reached, where its data lives, and its own settings.
#[derive(Clone, Debug)]
pub struct Section<C> {
    /// Where it listens when it runs alone.
    pub listen: String,
    /// Where others reach it when it does not run in their process.
    pub urls: Vec<String>,
    /// Empty: an SQLite file in the data directory.
    pub database_url: String,
    pub max_connections: u32,
    /// A standby of the database for lists and reports. Empty: there is none.
    pub replica_url: String,
    pub replica_max_lag_secs: u32,
    /// Further databases that customers are spread over.
    pub shards: Vec<String>,
    pub settings: C,
}

impl<C> Section<C> {
    /// The database named, or the file `name` in the data directory.
    pub fn database(&self, data: &Path, name: &str) -> db::Config {
        if self.database_url.is_empty() {
            return db::Config::sqlite(&data.join(format!("{name}.db")));
        }
        let Self { database_url, max_connections, replica_url, replica_max_lag_secs, .. } = self;
        let replica = db::Replica { url: replica_url.clone(), max_lag_secs: *replica_max_lag_secs };
        db::Config {
            url: database_url.clone(),
            max_connections: *max_connections,
            replica: (!replica_url.is_empty()).then_some(replica),
        }
    }
}

/// Flags of the command line that stand above everything else.
#[derive(Clone, Debug, Default)]
pub struct Flags {
    pub file: Option<PathBuf>,
    pub data: Option<PathBuf>,
    pub listen: Option<String>,
    /// Stands for the environment where that must not be touched.
    pub variables: Option<BTreeMap<String, String>>,
}

/// Every problem of a configuration, one a line.
#[derive(Debug)]
pub struct Problems(Vec<String>);

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the configuration has {} problem(s):", self.0.len())?;
        self.0.iter().try_for_each(|problem| write!(f, "\n  - {problem}"))
    }
}

impl std::error::Error for Problems {}

/// Reads and checks the configuration.
pub fn load(flags: &Flags) -> anyhow::Result<Config> {
    read(&raw(flags)?).map_err(Into::into)
}

/// The layers, merged but not read yet; keeps where each value comes from.
pub fn raw(flags: &Flags) -> anyhow::Result<Raw> {
    let mut layers = Raw::builder().add_source(File::from_str(DEFAULTS, FileFormat::Toml));
    match &flags.file {
        Some(file) => layers = layers.add_source(File::from(file.as_path())),
        None => layers = layers.add_source(File::from(Path::new("rialto.toml")).required(false)),
    }
    // List separators apply to the keys named only, so that a URL with a comma stays one.
    let environment = Environment::with_prefix("RIALTO").prefix_separator("__").separator("__").try_parsing(true);
    let environment =
        environment.source(flags.variables.as_ref().map(|variables| variables.clone().into_iter().collect()));
    let environment = Service::ALL
        .iter()
        .map(|service| format!("{service}.urls"))
        .chain(LISTS.map(str::to_owned))
        .fold(environment.list_separator(","), |layer, key| layer.with_list_parse_key(&key));
    layers = layers
        .add_source(environment)
        .set_override_option("listen", flags.listen.clone())?
        .set_override_option("data", flags.data.as_ref().map(|data| data.display().to_string()))?;
    layers.build().context("the configuration cannot be read")
}

fn read(raw: &Raw) -> Result<Config, Problems> {
    let mut problems = unknown_sections(raw);
    let mut config = Config {
        listen: value(raw, "listen", &mut problems),
        metrics_listen: value(raw, "metrics_listen", &mut problems),
        public_url: value(raw, "public_url", &mut problems),
        data: value(raw, "data", &mut problems),
        secret: value(raw, "secret", &mut problems),
        stop: value(raw, "stop", &mut problems),
        discovery: value(raw, "discovery", &mut problems),
        tls: value(raw, "tls", &mut problems),
        cache: value(raw, "cache", &mut problems),
        shop: value::<Option<Shop>>(raw, "shop", &mut problems).unwrap_or(Shop {
            name: String::new(),
            currency: Currency::EUR,
            time_zone: Tz::UTC,
            open_shards: Vec::new(),
        }),
        log: value(raw, "log", &mut problems),
        events: section(raw, "events", &mut problems),
        gateway: section(raw, "gateway", &mut problems),
        users: section(raw, "users", &mut problems),
        catalog: section(raw, "catalog", &mut problems),
        orders: section(raw, "orders", &mut problems),
        payments: section(raw, "payments", &mut problems),
        shipping: section(raw, "shipping", &mut problems),
        notifications: section(raw, "notifications", &mut problems),
    };
    // The services' own checks look at values that the whole shop shares.
    if let Err(error) = wiring::share(&mut config) {
        problems.push(error.to_string());
    }
    let checked = [
        ("log", config.log.problems()),
        ("events", config.events.settings.problems()),
        ("discovery", config.discovery.problems()),
        ("tls", config.tls.problems()),
        ("gateway", config.gateway.settings.problems()),
        ("users", config.users.settings.problems()),
        ("catalog", config.catalog.settings.problems()),
        ("orders", config.orders.settings.problems()),
        ("payments", config.payments.settings.problems()),
        ("shipping", config.shipping.settings.problems()),
        ("notifications", config.notifications.settings.problems()),
    ];
    for (name, found) in checked {
        problems.extend(found.into_iter().map(|problem| format!("{name}.{problem}")));
    }
    problems.extend(shards::problems(&config));
    for (name, url) in [("events", &config.events.replica_url), ("catalog", &config.catalog.replica_url)] {
        if !url.is_empty() {
            problems.push(format!("{name}.replica_url has no use: nothing there is read late"));
        }
    }
    if !config.public_url.starts_with("http://") && !config.public_url.starts_with("https://") {
        problems.push("public_url must start with http:// or https://".to_owned());
    }
    if config.listen.parse::<std::net::SocketAddr>().is_err() && !config.listen.starts_with("localhost:") {
        problems.push(format!("listen: {:?} is not an address such as 127.0.0.1:8080", config.listen));
    }
    if problems.is_empty() { Ok(config) } else { Err(Problems(problems)) }
}

fn value<T: DeserializeOwned + Default>(raw: &Raw, key: &str, problems: &mut Vec<String>) -> T {
    raw.get(key).unwrap_or_else(|error| {
        problems.push(told(key, &error));
        T::default()
    })
}

fn section<C: DeserializeOwned + Default>(raw: &Raw, name: &str, problems: &mut Vec<String>) -> Section<C> {
    let mut keys: Map<String, Value> = raw.get_table(name).unwrap_or_default();
    let listen = take(&mut keys, name, "listen", problems);
    let urls = take(&mut keys, name, "urls", problems);
    let database_url: String = take(&mut keys, name, "database_url", problems);
    let max_connections = take::<Option<u32>>(&mut keys, name, "max_connections", problems).unwrap_or(10);
    let replica_url = take(&mut keys, name, "replica_url", problems);
    let replica_max_lag_secs = take::<Option<u32>>(&mut keys, name, "replica_max_lag_secs", problems).unwrap_or(5);
    let shards = take(&mut keys, name, "shards", problems);
    let settings = Value::from(keys).try_deserialize().unwrap_or_else(|error| {
        problems.push(told(name, &error));
        C::default()
    });
    let section =
        Section { listen, urls, database_url, max_connections, replica_url, replica_max_lag_secs, shards, settings };
    if section.database_url.is_empty() {
        if !section.replica_url.is_empty() {
            problems.push(format!("{name}.replica_url needs the PostgreSQL that it follows as {name}.database_url"));
        }
    } else {
        let found = section.database(Path::new(""), name).problems();
        let key = |problem: String| if problem.starts_with("url") { format!("database_{problem}") } else { problem };
        problems.extend(found.into_iter().map(|problem| format!("{name}.{}", key(problem))));
    }
    section
}

fn take<T: DeserializeOwned + Default>(
    keys: &mut Map<String, Value>,
    section: &str,
    key: &str,
    problems: &mut Vec<String>,
) -> T {
    let Some(value) = keys.remove(key) else { return T::default() };
    value.try_deserialize().unwrap_or_else(|error| {
        problems.push(told(&format!("{section}.{key}"), &error));
        T::default()
    })
}

fn told(key: &str, error: &config::ConfigError) -> String {
    let text = error.to_string();
    if text.contains(key) { text } else { format!("{key}: {text}") }
}

/// Top-level keys nobody reads are typing mistakes; services refuse those in their own sections.
fn unknown_sections(raw: &Raw) -> Vec<String> {
    let known: BTreeSet<String> =
        toml::from_str::<toml::Table>(DEFAULTS).map(|table| table.keys().cloned().collect()).unwrap_or_default();
    let given = raw.cache.clone().into_table().unwrap_or_default();
    given
        .keys()
        .filter(|key| !known.contains(*key))
        .map(|key| {
            let near = known.iter().max_by(|a, b| strsim::jaro(a, key).total_cmp(&strsim::jaro(b, key)));
            match near.filter(|near| strsim::jaro(near, key) > 0.7) {
                Some(near) => format!("{key} is not a key; did you mean {near}?"),
                None => format!("{key} is not a key"),
            }
        })
        .collect()
}

/// Who the first administrator shall be, from the environment.
pub struct FirstAdmin {
    pub email: String,
    pub password: Option<String>,
}

impl FirstAdmin {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
    pub fn from_environment() -> anyhow::Result<Self> {
        let [email, password] = VARIABLES.map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
        let email = email.unwrap_or_else(|| "admin@example.test".to_owned());
        if !email.contains('@') {
            bail!("RIALTO_ADMIN_EMAIL must be an e-mail address");
        }
        Ok(Self { email, password })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_can_be_set_by_variables() {
        let variables = [
            ("RIALTO__SECRET", "as many characters as a secret must have"),
            ("RIALTO__PAYMENTS__WEBHOOK_SECRETS", "the one that comes now,the one that was before"),
            ("RIALTO__PAYMENTS__RETURN_ORIGINS", "https://one.example,https://two.example"),
            ("RIALTO__USERS__ALLOWED_ORIGINS", "https://one.example"),
            ("RIALTO__GATEWAY__ALLOWED_ORIGINS", "https://one.example"),
            ("RIALTO__GATEWAY__TRUSTED_PROXIES", "10.0.0.0/8,127.0.0.1"),
            ("RIALTO__GATEWAY__COUNTRIES", "DE,FR"),
            ("RIALTO__GATEWAY__RETURN_DAYS", "30"),
            ("RIALTO__ORDERS__URLS", "http://orders-1:8083,http://orders-2:8083"),
        ];
        let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let flags = Flags { variables: Some(variables.into()), ..Flags::default() };
        let config = load(&flags).expect("the configuration is sound");
        assert_eq!(config.payments.settings.webhook_secrets.len(), 2);
        assert_eq!(config.gateway.settings.trusted_proxies.len(), 2);
        assert_eq!(config.orders.urls.len(), 2);
    }
}
