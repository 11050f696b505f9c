//! Zones and rates as staff write them.

use contracts::permissions::Permission;
use serde_json::{Value, json};

use crate::shop::{Shop, config, shops};

fn id(value: &Value) -> String {
    value["id"].as_str().expect("an id").to_owned()
}

fn rate(amount: i64) -> Value {
    json!({"carrier": "sandbox", "service": "Boat", "currency": "EUR", "min_days": 5, "max_days": 9,
        "pricing": {"kind": "flat", "amount": amount}})
}

#[tokio::test]
async fn the_defaults_are_put_in_once_and_stay_removed() {
    for shop in shops().await {
        let first = shop.admin.get("/shipping/zones").await.expect(200);
        let names: Vec<&str> =
            first["items"].as_array().expect("zones").iter().filter_map(|zone| zone["name"].as_str()).collect();
        assert_eq!(names, ["Domestic", "European Union", "Europe", "World"]);
        assert_eq!(first["items"][0]["areas"], json!([{"country": "DE"}]));
        shop.admin.delete(&format!("/shipping/zones/{}", id(&first["items"][3]))).await.expect(204);
        let again = shop.restarted().await;
        let second = again.admin.get("/shipping/zones").await.expect(200);
        assert_eq!(second["items"].as_array().map(Vec::len), Some(3));
        assert_eq!(second["items"][0], first["items"][0]);
        again.close().await;
    }
}

#[tokio::test]
async fn other_countries_and_currencies_get_defaults_of_their_own() {
    for db in test_support::databases().await {
        let config = shipping::Config { country: "GB".into(), currency: contracts::Currency::GBP, ..config() };
        let shop = Shop::open(db, config).await;
        let asked = json!({"destination": {"country": "GB", "postal_code": "SW1A 1AA"}, "items": [{"sku": "TEA", "quantity": 1}]});
        let answer = shop.anyone.post("/shipping/calculate", &asked).await.expect(200);
        assert_eq!(answer["options"][0]["price"], json!({"amount": 490, "currency": "GBP"}));
        let zones = shop.admin.get("/shipping/zones").await.expect(200);
        let europe = zones["items"][2]["areas"].to_string();
        assert!(!europe.contains("GB"), "{europe}");
        shop.close().await;
    }
}

#[tokio::test]
async fn a_zone_lives() {
    for shop in shops().await {
        let canaries = json!({"name": "Canaries", "areas": [{"country": "es", "postal_code": "35*"}, {"country": "ES", "postal_code": "38000-38999"}]});
        let made = shop.admin.post("/shipping/zones", &canaries).await;
        assert_eq!(made.headers["etag"], "\"1\"");
        let made = made.expect(201);
        assert_eq!(made["areas"][0], json!({"country": "ES", "postal_code": "35*"}));
        let path = format!("/shipping/zones/{}", id(&made));
        let boat = shop.admin.post(&format!("{path}/rates"), &rate(1_500)).await.expect(201);
        let asked = |code: &str| json!({"destination": {"country": "ES", "postal_code": code}, "items": [{"sku": "MUG", "quantity": 1}]});
        for (code, service) in [("35001", "Boat"), ("38999", "Boat"), ("28001", "Standard"), ("", "Standard")] {
            let answer = shop.anyone.post("/shipping/calculate", &asked(code)).await.expect(200);
            assert_eq!(answer["options"][0]["service"], service, "{code}");
        }
        let tried = shop.admin.post("/shipping/zones/try", &asked("35001")).await.expect(200);
        assert_eq!(
            (&tried["zone"]["name"], &tried["rates"][0]["price"]["amount"]),
            (&json!("Canaries"), &json!(1_500))
        );

        let boat_path = format!("{path}/rates/{}", id(&boat));
        let dear = shop.admin.with("if-match", "\"1\"").put(&boat_path, &rate(2_500)).await.expect(200);
        assert_eq!((&dear["version"], &dear["pricing"]["amount"]), (&json!(2), &json!(2_500)));
        let stale = shop.admin.with("if-match", "\"1\"").put(&boat_path, &rate(1)).await;
        assert_eq!(stale.problem(412), "stale");
        let mut off = rate(2_500);
        off["active"] = json!(false);
        shop.admin.put(&boat_path, &off).await.expect(200);
        let answer = shop.anyone.post("/shipping/calculate", &asked("35001")).await.expect(200);
        assert_eq!(answer["reason"], "no_rate");
        let coverage = shop.admin.get("/shipping/zones/coverage").await.expect(200);
        assert_eq!(coverage["without_rates"][0]["name"], "Canaries");
        assert_eq!(coverage["not_covered"], json!([]));

        let renamed =
            json!({"name": "Islands", "delivered": false, "areas": [{"country": "ES", "postal_code": "35*"}]});
        assert_eq!(shop.admin.with("if-match", "\"9\"").put(&path, &renamed).await.problem(412), "stale");
        shop.admin.put(&path, &renamed).await.expect(200);
        let got = shop.admin.get(&path).await.expect(200);
        assert_eq!((&got["name"], &got["delivered"], &got["version"]), (&json!("Islands"), &json!(false), &json!(2)));
        shop.admin.delete(&boat_path).await.expect(204);
        assert_eq!(shop.admin.get(&boat_path).await.problem(404), "not_found");
        shop.admin.delete(&path).await.expect(204);
        assert_eq!(shop.admin.get(&path).await.problem(404), "not_found");
        assert_eq!(shop.admin.delete(&path).await.problem(404), "not_found");
        shop.close().await;
    }
}

#[tokio::test]
async fn an_area_stands_in_one_zone() {
    for shop in shops().await {
        let germany = json!({"name": "Mine", "areas": [{"country": "DE"}]});
        let taken = shop.admin.post("/shipping/zones", &germany).await;
        assert!(String::from_utf8_lossy(&taken.bytes).contains("Domestic"), "the other zone is named");
        assert_eq!(taken.problem(409), "area_taken");
        // Two at once: one of them gets it.
        let narrow = json!({"name": "Narrow", "areas": [{"country": "DE", "postal_code": "10119"}]});
        let (a, b) =
            tokio::join!(shop.admin.post("/shipping/zones", &narrow), shop.admin.post("/shipping/zones", &narrow));
        let mut statuses = [a.status.as_u16(), b.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409], "on {}", shop.kind());
        shop.close().await;
    }
}

#[tokio::test]
async fn bad_zones_and_rates_are_told_what_is_wrong() {
    for shop in shops().await {
        for (zone, field) in [
            (json!({"name": "", "areas": [{"country": "FR", "region": "IDF"}]}), "name"),
            (json!({"name": "x", "areas": []}), "areas"),
            (json!({"name": "x", "areas": [{"country": "XX"}]}), "areas[0].country"),
            (json!({"name": "x", "areas": [{"country": "*", "postal_code": "1*"}]}), "areas[0].country"),
            (json!({"name": "x", "areas": [{"country": "FR", "postal_code": "9-1"}]}), "areas[0].postal_code"),
            (json!({"name": "x", "areas": [{"country": "FR", "postal_code": "*"}]}), "areas[0].postal_code"),
            (
                json!({"name": "x", "areas": [{"country": "FR", "region": "IDF"}, {"country": "fr", "region": "fr-idf"}]}),
                "areas[1]",
            ),
            (json!({"name": "x", "areas": [{"country": "FR"}], "color": 1}), "color"),
        ] {
            let answer = shop.admin.post("/shipping/zones", &zone).await.expect(422);
            assert_eq!(answer["errors"][0]["field"], field, "{answer}");
        }
        let zone = id(&shop.admin.get("/shipping/zones").await.expect(200)["items"][0]);
        let tiers = |tiers: Value| json!({"kind": "by_weight", "tiers": tiers});
        for (change, value, field) in [
            ("service", json!(" "), "service"),
            ("carrier", json!("pigeon"), "carrier"),
            ("currency", json!("EURO"), "currency"),
            ("min_days", json!(10), "min_days"),
            ("max_days", json!(366), "max_days"),
            ("free_over", json!(-1), "free_over"),
            ("max_weight_g", json!(-1), "max_weight_g"),
            ("pricing", json!({"kind": "flat", "amount": -1}), "pricing.amount"),
            ("pricing", json!({"kind": "per_item", "first": 0, "each": -1}), "pricing.each"),
            ("pricing", tiers(json!([])), "pricing.tiers"),
            ("pricing", tiers(json!([{"amount": 1}, {"amount": 2}])), "pricing.tiers[0].up_to"),
            ("pricing", tiers(json!([{"up_to": 5, "amount": 1}, {"up_to": 5, "amount": 2}])), "pricing.tiers[1].up_to"),
        ] {
            let mut bad = rate(1);
            bad[change] = value;
            let answer = shop.admin.post(&format!("/shipping/zones/{zone}/rates"), &bad).await.expect(422);
            assert_eq!(answer["errors"][0]["field"], field, "{answer}");
        }
        shop.close().await;
    }
}

#[tokio::test]
async fn zones_come_in_pages() {
    for shop in shops().await {
        let reader = shop.anyone.bearing(&shop.tokens.staff(&[Permission::ShippingRead]));
        let mut names = Vec::new();
        let mut path = "/shipping/zones?limit=3".to_owned();
        loop {
            let page = reader.get(&path).await.expect(200);
            names.extend(page["items"].as_array().expect("zones").iter().map(|zone| zone["name"].to_string()));
            let Some(cursor) = page["next_cursor"].as_str() else { break };
            path = format!("/shipping/zones?limit=3&cursor={cursor}");
        }
        assert_eq!(names, [r#""Domestic""#, r#""European Union""#, r#""Europe""#, r#""World""#]);
        assert_eq!(reader.get("/shipping/zones?limit=101").await.problem(422), "invalid");
        assert_eq!(reader.get("/shipping/zones?color=red").await.problem(400), "invalid_query");
    }
}
