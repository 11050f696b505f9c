//! The PostgreSQL server of a measurement: the shop's databases on it, its own counts, and pgbench as the limit.

use std::io::Write;

use anyhow::{Context, ensure};
use tempfile::NamedTempFile;
use tokio::process::Command;

use super::checkout::SHOPPERS;

const STORES: [&str; 7] = ["events", "users", "catalog", "orders", "payments", "shipping", "notifications"];
const LIMIT: &str = "bench_limit";
const LOAD_SECS: u32 = 10;

/// Tables that hold what an order is at least: who wants what, what was agreed, what was paid, what is left.
const TABLES: &str = "
create table stock (sku int primary key, on_hand bigint not null, reserved bigint not null,
    check (reserved >= 0 and reserved <= on_hand));
insert into stock select sku, 1000000000, 0 from generate_series(1, 500) as sku;
create table carts (id bigint primary key);
create table cart_lines (cart bigint not null references carts, sku int not null, quantity int not null,
    primary key (cart, sku));
create table orders (id bigint primary key, status text not null, total bigint not null, email text not null);
create table order_lines (orders bigint not null references orders, sku int not null, quantity int not null,
    price bigint not null, primary key (orders, sku));
create table payments (id bigint primary key, orders bigint not null references orders, amount bigint not null);
create sequence ids;
";

/// Three requests of a shopper must each be durable before they are answered: the cart, the order, the payment.
const ORDER: &str = r"
\set sku random(1, 500)
begin;
select nextval('ids') as id \gset
insert into carts values (:id);
insert into cart_lines values (:id, :sku, 1);
commit;
begin;
update stock set reserved = reserved + 1 where sku = :sku and on_hand > reserved;
insert into orders values (:id, 'pending', 1999, 'guest@bench.example');
insert into order_lines values (:id, :sku, 1, 1999);
commit;
begin;
insert into payments values (:id, :id, 1999);
update orders set status = 'processing' where id = :id;
update stock set reserved = reserved - 1, on_hand = on_hand - 1 where sku = :sku;
commit;
";

/// Databases made for one measurement.
pub struct Databases {
    /// Where the server is, without a database's name: `postgres:///?host=…`.
    server: String,
    prefix: String,
}

/// What the server counted.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counts {
    /// Forced writes of the log to disk.
    pub syncs: f64,
}

impl Databases {
    /// Makes the databases of a shop called `name`, all new.
    pub async fn make(server: &str, name: &str) -> anyhow::Result<Self> {
        let databases = Self { server: server.to_owned(), prefix: format!("bench_{name}_{}", std::process::id()) };
        for store in STORES {
            databases.run("postgres", &format!("create database {}_{store}", databases.prefix)).await?;
        }
        databases.run("postgres", &format!("drop database if exists {LIMIT}")).await?;
        databases.run("postgres", &format!("create database {LIMIT}")).await?;
        databases.run(LIMIT, TABLES).await?;
        Ok(databases)
    }

    /// The settings that make a shop use them.
    pub fn settings(&self) -> impl Iterator<Item = (String, String)> {
        STORES.into_iter().map(|store| {
            let name = format!("{}_{store}", self.prefix);
            (format!("RIALTO__{}__DATABASE_URL", store.to_uppercase()), self.url(&name))
        })
    }

    fn url(&self, database: &str) -> String {
        self.server.replacen("postgres:///", &format!("postgres:///{database}"), 1)
    }

    async fn run(&self, database: &str, sql: &str) -> anyhow::Result<String> {
        let output = Command::new("psql")
            .args(["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1", "--command", sql])
            .arg(self.url(database))
            .output()
            .await
            .context("psql does not run")?;
        ensure!(output.status.success(), "psql: {}", String::from_utf8_lossy(&output.stderr));
        Ok(String::from_utf8(output.stdout)?.trim().to_owned())
    }

    pub async fn counts(&self) -> anyhow::Result<Counts> {
        let syncs = self.run("postgres", "select wal_sync from pg_stat_wal").await?;
        Ok(Counts { syncs: syncs.parse()? })
    }

    /// Orders a second that the least SQL reaches, from as many clients as there are shoppers.
    pub async fn least(&self) -> anyhow::Result<f64> {
        let mut script = NamedTempFile::new()?;
        script.write_all(ORDER.as_bytes())?;
        let output = Command::new("pgbench")
            .args(["--no-vacuum", "--client", &SHOPPERS.to_string(), "--jobs", "2"])
            .args(["--time", &LOAD_SECS.to_string(), "--file"])
            .arg(script.path())
            .arg(self.url(LIMIT))
            .output()
            .await
            .context("pgbench does not run")?;
        ensure!(output.status.success(), "pgbench: {}", String::from_utf8_lossy(&output.stderr));
        tps(&String::from_utf8(output.stdout)?)
    }
}

fn tps(report: &str) -> anyhow::Result<f64> {
    let line = report.lines().find_map(|line| line.strip_prefix("tps = ")).context("pgbench tells no tps")?;
    Ok(line.split(' ').next().unwrap_or_default().parse()?)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_report_of_pgbench_is_read() {
        let report = "latency average = 5.1 ms\ntps = 3131.413 (without initial connection time)\n";
        assert_eq!(super::tps(report).expect("it is there"), 3131.413);
        assert!(super::tps("pgbench: error").is_err());
    }
}
