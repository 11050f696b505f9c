//! A shard whose databases are away: its own customers have to wait, the others buy on.

use std::time::{Duration, Instant};

use super::*;

/// Longer than a process takes to notice that a server does not answer.
const NOTICED_WITHIN: Duration = Duration::from_secs(20);

/// A connection that was not used for so long is looked at before it is used again.
const LOOKED_AT_AFTER: Duration = Duration::from_secs(6);

/// Shuts the door of a database, or opens it again. Whoever is inside is sent away.
async fn let_in(url: &str, open: bool) {
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    let (server, name) = path.rsplit_once('/').expect("a path");
    let admin = Database::connect(format!("{server}/postgres?{query}")).await.expect("the server answers");
    admin.execute_unprepared(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS {open}")).await.expect("the door moves");
    if !open {
        let out = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
        admin.execute_unprepared(&out).await.expect("they are sent away");
    }
    admin.close().await.expect("closes");
}

/// Waits until an answer has this status.
async fn until(shopper: &Shopper, path: &str, status: u16) {
    let begun = Instant::now();
    loop {
        let answer = shopper.get(path).await;
        if answer.status.as_u16() == status {
            return;
        }
        assert!(begun.elapsed() < NOTICED_WITHIN, "{path} never answered {status}: {}", answer.text);
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_a_shard_is_away_the_others_sell() {
    // A file cannot be away.
    if !kinds().await.contains(&"postgres") {
        return;
    }
    let shop = RunningShop::open("postgres").await;
    let further = Further::of("postgres").await;
    let shop = shop.open_again(|config| further.add_to(config)).await;
    let sku = enough_of_one(&shop).await;
    let there = Customer::away_from(&shop.url, "there", 2).await;
    let gone = Customer::away_from(&shop.url, "gone", 1).await;
    assert_eq!((shard_of(&there.user), shard_of(&gone.user)), (1, 2));
    there.buys(&sku).await;
    let waiting = gone.buys(&sku).await;
    shop.quiet().await;

    let doors: Vec<String> = (0..3).map(|service| places(&shop.config, service).pop().expect("a shard")).collect();
    for url in &doors {
        let_in(url, false).await;
    }
    let begun = Instant::now();
    while shop.shop.desks().any(|desk| desk.name().ends_with("-2") && !desk.db().is_away()) {
        assert!(begun.elapsed() < NOTICED_WITHIN, "nobody noticed that they are away");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    until(&gone.shopper, "/cart", 503).await;
    until(&gone.shopper, "/orders", 503).await;
    let id = text(&waiting, "id");
    until(&gone.shopper, &format!("/orders/{id}"), 503).await;
    until(&gone.shopper, &format!("/payment/status?order_id={id}"), 503).await;
    let ready = Shopper::new(&shop.url).get("/readyz").await;
    assert_eq!(ready.status.as_u16(), 200, "{}", ready.text);

    // Those who stand elsewhere buy, and find what they bought.
    let bought = there.buys(&sku).await;
    let mine = there.shopper.get("/orders").await.expect(200);
    assert_eq!(mine["items"].as_array().map(Vec::len), Some(2), "{mine}");
    assert_eq!(there.shopper.see(&bought).await["id"], bought["id"]);
    for n in 0..4 {
        // New guests are not sent where nobody is.
        Guest::with_cart(&shop.url, &sku).await.buys(&format!("meanwhile{n}@example.test")).await;
    }
    let guest = Shopper::new(&shop.url);
    let order = guest.order(&items(&sku, 1), "meanwhile@example.test").await;
    guest.owning(&order).pay(&order, "tok_visa").await.expect(200);
    let begun = Instant::now();
    while guest.owning(&order).see(&order).await["status"] != "processing" {
        assert!(begun.elapsed() < NOTICED_WITHIN, "news of the payment never came");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    // A sum without a part of it would be a lie.
    let admin = guest.signed_in(ADMIN, ADMIN_PASSWORD).await;
    until(&admin, "/reports/sales", 503).await;
    // The page of one order is whole.
    let id = text(&bought, "id");
    for path in
        [format!("/orders/{id}"), format!("/payments?order_id={id}"), format!("/notifications/history?order_id={id}")]
    {
        admin.get(&path).await.expect(200);
    }

    for url in &doors {
        let_in(url, true).await;
    }
    tokio::time::sleep(LOOKED_AT_AFTER).await;
    until(&gone.shopper, "/cart", 200).await;
    let id = text(&waiting, "id");
    until(&gone.shopper, &format!("/orders/{id}"), 200).await;
    gone.buys(&sku).await;
    until(&admin, "/reports/sales", 200).await;
    // Connections that were cut are found out one by one.
    let begun = Instant::now();
    while let Err(error) = shop.shop.quiet(NOTICED_WITHIN).await {
        assert!(begun.elapsed() < NOTICED_WITHIN, "it never became quiet: {error:#}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    shop.close().await;
}
