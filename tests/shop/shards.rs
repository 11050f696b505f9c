//! Customers spread over several databases: a shop that had one gets two more, and goes on with all it had.

mod away;
mod coupons;
mod people;
mod spread;

use std::{collections::BTreeSet, time::Duration};

use contracts::Shard;
use rialto::config::Config;
use sea_orm::{ConnectionTrait, Database, Statement};
use serde_json::{Value, json};
use test_support::TestDb;
use uuid::Uuid;

use crate::{
    books, buying, faults,
    many_processes::{Plan, plan, put_kettles_on_the_shelf, until_found},
    returns,
    running::{ADMIN, ADMIN_PASSWORD, RunningShop, database, kinds},
    shopper::{Shopper, items},
};
use people::{Customer, Guest};

/// Services whose customers are spread.
const SPREAD: [&str; 3] = ["orders", "payments", "notifications"];

/// Two further databases for each of them.
pub struct Further(Vec<[TestDb; 2]>);

impl Further {
    pub async fn of(kind: &str) -> Self {
        let mut all = Vec::new();
        for _ in SPREAD {
            all.push([database(kind).await, database(kind).await]);
        }
        Self(all)
    }

    fn urls(&self) -> [Vec<String>; 3] {
        let urls = |index: usize| self.0[index].iter().map(|database| database.config().url).collect();
        [urls(0), urls(1), urls(2)]
    }

    /// Has every process of `plan` use them.
    pub fn tell(&self, plan: &mut Plan) {
        for (service, urls) in SPREAD.iter().zip(self.urls()) {
            plan.variables.insert(format!("RIALTO__{}__SHARDS", service.to_uppercase()), urls.join(","));
        }
    }

    fn add_to(&self, config: &mut Config) {
        [config.orders.shards, config.payments.shards, config.notifications.shards] = self.urls();
    }
}

/// The databases of a spread service, the first one first.
fn places(config: &Config, service: usize) -> Vec<String> {
    let section = |first: &str, further: &[String]| [vec![first.to_owned()], further.to_vec()].concat();
    match service {
        0 => section(&config.orders.database_url, &config.orders.shards),
        1 => section(&config.payments.database_url, &config.payments.shards),
        _ => section(&config.notifications.database_url, &config.notifications.shards),
    }
}

/// The values of a column of ids, as a client of the database itself sees them.
async fn ids(url: &str, column: &str, table: &str) -> BTreeSet<Uuid> {
    let connection = Database::connect(url).await.expect("the database answers");
    let backend = connection.get_database_backend();
    let question = format!("SELECT {column} AS id FROM {table} WHERE {column} IS NOT NULL");
    let rows = connection.query_all_raw(Statement::from_string(backend, question)).await.expect("answers");
    let ids = rows.iter().map(|row| row.try_get("", "id").expect("an id")).collect();
    connection.close().await.expect("closes");
    ids
}

/// Every id in the databases tells the database it is in, but for what the shop had before it had shards.
pub async fn every_id_tells_its_place(config: &Config) {
    for (service, columns) in [
        (0, &[("id", "orders"), ("order_id", "order_lines"), ("id", "returns"), ("id", "carts")] as &[_]),
        (1, &[("id", "payments"), ("order_id", "payments"), ("id", "attempts")]),
        (2, &[("id", "notifications"), ("order_id", "notifications"), ("order_id", "order_contacts")]),
    ] {
        for (shard, url) in places(config, service).iter().enumerate() {
            for (column, table) in columns {
                // A cart that came along with its guest is noted where it went.
                let brought = table == &"carts" && shard > 0;
                for id in ids(url, column, table).await {
                    let there = Shard::of(id).number();
                    assert!(there == shard || brought, "{table}.{column} {id} is of {there} and stands in {shard}");
                }
            }
        }
    }
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_else(|| panic!("no {field} in {value}"))
}

/// The shard that an answer's id tells.
pub fn shard_of(answer: &Value) -> usize {
    Shard::of(text(answer, "id").parse().expect("a UUID")).number()
}

/// Something of which everybody can buy.
async fn enough_of_one(shop: &RunningShop) -> String {
    let guest = Shopper::new(&shop.url);
    let (sku, _) = guest.pick().await;
    let admin = guest.signed_in(ADMIN, ADMIN_PASSWORD).await;
    admin.put(&format!("/inventory/{sku}"), &json!({"on_hand": 5_000, "reason": "counted"})).await.expect(200);
    sku
}

/// All items of a list, page by page.
async fn all(shopper: &Shopper, path: &str) -> Vec<Value> {
    let mut items = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = shopper.get(&format!("{path}limit=7{cursor}")).await.expect(200);
        items.extend(page["items"].as_array().expect("items").clone());
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return items,
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shop_gets_two_more_databases_and_nobody_moves() {
    for kind in kinds().await {
        let shop = RunningShop::open(kind).await;
        let before = spread::sell_before(&shop).await;
        shop.quiet().await;
        let further = Further::of(kind).await;
        let shop = shop.open_again(|config| further.add_to(config)).await;
        spread::what_was_there_goes_on(&shop, &before).await;

        let quiet = async || shop.quiet().await;
        buying::guest_with_address_buys(&shop.url, "second@example.test", quiet).await;
        buying::guest_pays_with_another_card(&shop.url, quiet).await;
        buying::customer_buys_from_a_cart(&shop.url, quiet).await;
        returns::guest_sends_one_back(&shop.url, quiet).await;
        returns::guest_cancels(&shop.url, quiet).await;
        faults::one_order_is_asked_for_ten_times(std::slice::from_ref(&shop.url)).await;
        spread::guests_and_customers_are_everywhere(&shop).await;
        spread::lists_and_reports_tell_all(&shop).await;
        people::carts_come_along(&shop).await;
        people::guests_orders_join_the_account(&shop).await;
        people::who_is_erased_is_forgotten_everywhere(&shop).await;
        coupons::a_limit_holds_over_all(&shop).await;
        buying::fifty_pieces_are_sold_fifty_times(std::slice::from_ref(&shop.url)).await;
        shop.quiet().await;
        spread::nothing_moved(&shop, &before).await;
        every_id_tells_its_place(&shop.config).await;
        shop.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn seven_processes_sell_out_of_three_databases_each() {
    for kind in kinds().await {
        // An SQLite file belongs to one process.
        if kind != "sqlite" {
            seven_processes(kind).await;
        }
    }
}

async fn seven_processes(kind: &str) {
    let (mut plan, further) = (plan(kind).await, Further::of(kind).await);
    further.tell(&mut plan);
    let data = tempfile::tempdir().expect("a folder");
    plan.run(data.path(), &["migrate", "up"], "");
    plan.run(data.path(), &["admin", "create", ADMIN], ADMIN_PASSWORD);
    plan.run(data.path(), &["doctor"], "");
    let _processes = plan.serve(data.path()).await;
    let guest = Shopper::new(&plan.gateway);
    let admin = guest.signed_in(ADMIN, ADMIN_PASSWORD).await;
    put_kettles_on_the_shelf(&admin, 500).await;
    until_found(&guest, "kettle").await;

    let look = plan.look(data.path()).await;
    let quiet = async || look.quiet(Duration::from_secs(30)).await.expect("all events arrive");
    buying::guest_buys(&plan.gateway, quiet).await;
    buying::customer_buys_from_a_cart(&plan.gateway, quiet).await;
    returns::guest_sends_one_back(&plan.gateway, quiet).await;
    returns::guest_cancels(&plan.gateway, quiet).await;
    faults::one_order_is_asked_for_ten_times(std::slice::from_ref(&plan.gateway)).await;
    let mut seen = BTreeSet::new();
    for n in 0..12 {
        let order = Guest::with_cart(&plan.gateway, "KETTLE").await.buys(&format!("cart{n}@example.test")).await;
        seen.insert(shard_of(&order));
        let ordered =
            Customer::register(&plan.gateway, &format!("customer{n}@example.test")).await.buys("KETTLE").await;
        seen.insert(shard_of(&ordered));
    }
    quiet().await;
    assert_eq!(seen, BTreeSet::from([0, 1, 2]));

    let told = plan.rialto(data.path()).args(["events", "status", "--json"]).output().expect("the program ends");
    let told: Value = serde_json::from_slice(&told.stdout).expect("JSON");
    let desks: Vec<&str> = told["services"].as_array().expect("services").iter().map(|one| text(one, "desk")).collect();
    for desk in ["orders", "orders-1", "orders-2", "payments-2", "notifications-1"] {
        assert!(desks.contains(&desk), "{desk} is missing in {desks:?}");
    }
    // What is read again changes nothing, in any shard.
    plan.run(data.path(), &["events", "replay", "orders"], "");
    quiet().await;
    every_id_tells_its_place(&plan.configuration(data.path())).await;
    let verified = plan.rialto(data.path()).args(["verify", "--json"]).output();
    books::agree(&verified.expect("the program ends"), "seven processes and three databases each", &[]);
    let refused = plan.rialto(data.path()).args(["backup", "shop.tar.gz"]).output().expect("the program ends");
    assert!(!refused.status.success(), "a backup of one file would lack the shards");
}
