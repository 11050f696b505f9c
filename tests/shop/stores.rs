//! Asked by their own clients, the stores of a large shop show each thing where it belongs, and nowhere else.

use std::{collections::BTreeMap, process::Command, time::Duration};

use contracts::Service;
use mongodb::bson::{Document, doc};
use rdkafka::{
    ClientConfig, Message, Offset, TopicPartitionList,
    consumer::{BaseConsumer, Consumer},
    error::KafkaError,
};
use serde_json::{Value, json};

use crate::{
    buying,
    cluster::Cluster,
    many_processes::{Plan, STORES},
    patient::{Patient, tell},
    servers::Servers,
    shopper::Shopper,
};

/// As the cluster's plan has it.
const PARTITIONS: i32 = 4;
/// Tables that one service has and no other, and what stands in them after a sale. Others keep what they need of an order
/// under names of their own.
const TABLES: [(&str, &str, &str); 7] = [
    ("order_history", "orders", "order_id = '{order}'"),
    ("ledger_entries", "payments", "true"),
    ("reservations", "catalog", "order_id = '{order}'"),
    ("stock_movements", "catalog", "true"),
    ("labels", "shipping", "true"),
    ("mailbox", "notifications", "true"),
    ("signing_keys", "users", "true"),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_store_shows_what_belongs_in_it_to_its_own_client() {
    let Some(servers) = Servers::shared() else { return };
    let Some(cluster) = Cluster::open(&servers).await else { return };
    let gateways = cluster.gateways();
    let staff = Patient::staff(&gateways).await;
    let (_, order) = Patient::new(&gateways).buy("KETTLE", "collector").await;
    staff.wait_for(&order, "status", "processing").await;
    staff.move_to(&order, "shipped").await;
    buying::in_transit(&Shopper::new(&gateways[0]).owning(&order), &order).await;
    cluster.settle().await;
    let id = order["id"].as_str().expect("an id");

    rows_stand_in_one_database(&cluster.plan, id);
    documents_stand_in_mongodb(&cluster.plan, &gateways[0]).await;
    // Few counts last as long as this one.
    let forgotten = json!({"email": "collector@example.test"});
    Shopper::new(&gateways[0]).post("/users/password/forgot", &forgotten).await.expect(202);
    what_is_shared_stands_in_redis(&cluster.plan);
    let (plan, id) = (cluster.plan.variables.clone(), id.to_owned());
    tokio::task::spawn_blocking(move || events_stand_in_their_topics(&plan, &id)).await.expect("no panic");
}

/// What `psql` says.
fn psql(plan: &Plan, store: &str, query: &str) -> String {
    let url = &plan.variables[&format!("RIALTO__{}__DATABASE_URL", store.to_uppercase())];
    let said =
        Command::new("psql").args(["--no-psqlrc", "--no-align", "--tuples-only", "--command", query, url]).output();
    let said = said.expect("there is a psql");
    assert!(said.status.success(), "{store}: {}", String::from_utf8_lossy(&said.stderr));
    String::from_utf8_lossy(&said.stdout).trim().to_owned()
}

fn rows_stand_in_one_database(plan: &Plan, order: &str) {
    assert_eq!(psql(plan, "orders", &format!("SELECT status FROM orders WHERE id = '{order}'")), "shipped");
    for (table, home, rows) in TABLES {
        for store in STORES {
            let there = psql(plan, store, &format!("SELECT to_regclass('{table}') IS NOT NULL"));
            assert_eq!(there, if store == home { "t" } else { "f" }, "{table} in {store}");
        }
        let found = psql(plan, home, &format!("SELECT count(*) FROM {table} WHERE {}", rows.replace("{order}", order)));
        assert_ne!(found, "0", "{table} in {home}");
    }
    assert_eq!(psql(plan, "catalog", "SELECT count(*) FROM product_documents"), "0", "documents are MongoDB's");
    assert_eq!(psql(plan, "events", "SELECT to_regclass('events') IS NULL"), "t", "events are Kafka's");
}

async fn documents_stand_in_mongodb(plan: &Plan, gateway: &str) {
    let found = Shopper::new(gateway).get("/products?q=kettle").await.expect(200);
    let product = found["items"][0]["id"].as_str().expect("an id");
    let client = mongodb::Client::with_uri_str(&plan.variables["RIALTO__CATALOG__MONGODB_URL"]).await;
    let database = client.expect("an address").default_database().expect("the URL names one");
    let documents = database.collection::<Document>("product_documents");
    let document = documents.find_one(doc! {"product_id": product}).await.expect("MongoDB answers");
    let document = document.expect("the product's document");
    let text = document.get_document("document").expect("it has a body").to_string();
    assert!(text.contains("Enamel kettle"), "{text}");
}

fn what_is_shared_stands_in_redis(plan: &Plan) {
    let (url, prefix) = (&plan.variables["RIALTO__CACHE__REDIS_URL"], &plan.variables["RIALTO__CACHE__PREFIX"]);
    let said = Command::new("redis-cli").args(["-u", url, "--scan", "--pattern", &format!("{prefix}*")]).output();
    let keys = String::from_utf8(said.expect("there is a redis-cli").stdout).expect("text");
    assert!(keys.contains("rate:"), "the gateways count together: {keys}");
    // The truth stands elsewhere, so everything here goes by itself.
    for key in keys.lines() {
        let left = Command::new("redis-cli").args(["-u", url, "TTL", key]).output().expect("there is a redis-cli");
        let left: i64 = String::from_utf8_lossy(&left.stdout).trim().parse().expect("a number");
        assert_ne!(left, -1, "{key} stays for ever");
    }
}

/// One record as Kafka has it.
struct Record {
    topic: String,
    partition: i32,
    key: String,
    event: Value,
}

fn events_stand_in_their_topics(plan: &BTreeMap<String, String>, order: &str) {
    let prefix = &plan["RIALTO__EVENTS__TOPIC_PREFIX"];
    let records = all_records(&plan["RIALTO__EVENTS__BROKERS"], prefix);
    let of_order: Vec<&Record> = records.iter().filter(|record| record.event["partitionkey"] == order).collect();
    let told = |service: &str, kind: &str| {
        let topic = format!("{prefix}{service}");
        of_order.iter().any(|record| record.topic == topic && record.event["type"] == kind)
    };
    for (service, kind) in [
        ("orders", "OrderCreated"),
        ("orders", "OrderStatusChanged"),
        ("payments", "PaymentProcessed"),
        ("shipping", "ShippingUpdated"),
    ] {
        assert!(told(service, kind), "{kind} in the topic of {service}");
    }
    // So that all of one order is read by one process, whichever service tells it.
    assert!(of_order.iter().all(|record| record.partition == of_order[0].partition), "one partition");
    for record in &records {
        assert_eq!(record.event["partitionkey"], record.key.as_str(), "keyed by what it speaks of");
        assert_eq!(
            format!("{prefix}{}", record.event["source"].as_str().unwrap_or_default().trim_start_matches('/')),
            record.topic
        );
    }
    tell(&format!("{} records in Kafka, of which {} speak of the order", records.len(), of_order.len()));
}

fn all_records(brokers: &str, prefix: &str) -> Vec<Record> {
    let consumer: BaseConsumer = ClientConfig::new()
        .set("bootstrap.servers", brokers)
        .set("group.id", format!("{prefix}look"))
        .set("enable.auto.commit", "false")
        .set("enable.partition.eof", "true")
        .create()
        .expect("a consumer");
    let mut all = TopicPartitionList::new();
    for service in Service::ALL {
        all.add_partition_range(&format!("{prefix}{service}"), 0, PARTITIONS - 1);
    }
    all.set_all_offsets(Offset::Beginning).expect("offsets");
    let mut left = all.count();
    consumer.assign(&all).expect("assigned");
    let mut records = Vec::new();
    while left > 0 {
        match consumer.poll(Duration::from_secs(10)).expect("Kafka answers") {
            Ok(message) => records.push(Record {
                topic: message.topic().to_owned(),
                partition: message.partition(),
                key: String::from_utf8_lossy(message.key().expect("a key")).into_owned(),
                event: serde_json::from_slice(message.payload().expect("a payload")).expect("JSON"),
            }),
            Err(KafkaError::PartitionEOF(_)) => left -= 1,
            Err(error) => panic!("{error}"),
        }
    }
    records
}
