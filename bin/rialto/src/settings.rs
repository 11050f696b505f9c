//! What staff are told the shop runs with: no secret, and of a database only where it is.

use contracts::Service;
use gateway::{Environment, Limit, Provider, Settings, Store};

use crate::config::Config;

pub fn of(config: &Config) -> Settings {
    Settings {
        environment: environment(&config.public_url),
        public_url: config.public_url.clone(),
        time_zone: config.shop.time_zone.to_string(),
        default_locale: config.notifications.settings.default_locale.clone(),
        stores: stores(config),
        providers: providers(config),
        limits: limits(config),
    }
}

/// The sandbox is the only provider of payments yet, so no shop is live.
fn environment(public_url: &str) -> Environment {
    let host = public_url.split_once("://").map_or(public_url, |(_, rest)| rest);
    let is_here = ["localhost", "127.0.0.1", "[::1]"].iter().any(|local| host.starts_with(local));
    if is_here { Environment::Dev } else { Environment::Test }
}

fn stores(config: &Config) -> Vec<Store> {
    let data = &config.data;
    let databases = [
        (Service::Users, config.users.databases(data, "users")),
        (Service::Catalog, config.catalog.databases(data, "catalog")),
        (Service::Orders, config.orders.databases(data, "orders")),
        (Service::Payments, config.payments.databases(data, "payments")),
        (Service::Shipping, config.shipping.databases(data, "shipping")),
        (Service::Notifications, config.notifications.databases(data, "notifications")),
    ];
    let store = |service, shards: Vec<(String, db::Config)>| {
        let places: Vec<_> = shards.iter().map(|(_, database)| place(&database.url)).collect();
        let kind = places.first().map_or("", |(kind, _)| *kind).to_owned();
        let place = places.into_iter().map(|(_, place)| place).collect::<Vec<_>>().join(", ");
        Store { service, kind, place }
    };
    databases.into_iter().map(|(service, shards)| store(service, shards)).collect()
}

/// Kind and place of a database, without whoever signs in there.
fn place(url: &str) -> (&'static str, String) {
    let (scheme, rest) = url.split_once(':').unwrap_or(("", url));
    let rest = rest.trim_start_matches("//");
    let rest = rest.split('?').next().unwrap_or_default();
    if scheme == "sqlite" {
        return ("sqlite", rest.to_owned());
    }
    let place = rest.rsplit_once('@').map_or(rest, |(_, place)| place);
    (if scheme == "mysql" { "mysql" } else { "postgres" }, place.to_owned())
}

fn providers(config: &Config) -> Vec<Provider> {
    let tasks = [
        ("payment", "sandbox"),
        ("carrier", "sandbox"),
        ("mail", "mailbox"),
        ("pictures", "directory"),
        ("search", "tantivy"),
        ("events", if config.events.settings.is_on_kafka() { "kafka" } else { "embedded" }),
    ];
    tasks.map(|(task, name)| Provider { task: task.to_owned(), name: name.to_owned() }).into()
}

fn limits(config: &Config) -> Vec<Limit> {
    let (gateway, catalog) = (&config.gateway.settings, &config.catalog.settings);
    let (orders, payments) = (&config.orders.settings, &config.payments.settings);
    let number = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
    let limits = [
        ("orders.payment_window_secs", i64::from(orders.payment_window_secs)),
        ("orders.return_window_days", i64::from(orders.return_window_days)),
        ("orders.cart_kept_days", i64::from(orders.cart_kept_days)),
        ("orders.order_max_minor", orders.order_max_minor),
        ("payments.attempts_per_hour", number(payments.attempts_per_hour)),
        ("shipping.quote_life_secs", i64::from(config.shipping.settings.quote_life_secs)),
        ("catalog.low_stock_at", i64::from(catalog.low_stock_at)),
        ("catalog.import.undo_days", i64::from(catalog.import.undo_days)),
        ("catalog.import.kept_days", i64::from(catalog.import.kept_days)),
        ("gateway.bodies.media_bytes", number(gateway.bodies.media_bytes)),
        ("gateway.bodies.import_bytes", number(gateway.bodies.import_bytes)),
        ("gateway.timeout_secs", number(gateway.timeout_secs)),
        ("gateway.in_flight_max", number(gateway.in_flight_max as u64)),
    ];
    limits.map(|(key, value)| Limit { key: key.to_owned(), value }).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_database_only_its_place_is_told() {
        assert_eq!(place("sqlite:///var/lib/rialto/orders.db"), ("sqlite", "/var/lib/rialto/orders.db".to_owned()));
        let named = place("postgres://ada:very-secret@db.example:5432/orders?sslmode=require&password=other");
        assert_eq!(named, ("postgres", "db.example:5432/orders".to_owned()));
        assert_eq!(place("mysql://ada:very-secret@db.example/orders"), ("mysql", "db.example/orders".to_owned()));
    }

    #[test]
    fn a_shop_on_this_machine_is_for_development() {
        assert_eq!(environment("http://localhost:8080"), Environment::Dev);
        assert_eq!(environment("https://shop.example"), Environment::Test);
    }
}
