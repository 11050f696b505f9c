//! What delivery costs, and what a quote is worth.

use contracts::{
    Destination, Service,
    calls::{ConfirmQuote, ConfirmedQuote},
    order::Item,
};
use serde_json::{Value, json};
use upstream::{CallError, Context};

use crate::shop::{Shop, config, shops};

fn question(country: &str, postal_code: &str, items: &[(&str, u32)]) -> Value {
    let items: Vec<Value> = items.iter().map(|(sku, quantity)| json!({"sku": sku, "quantity": quantity})).collect();
    json!({"destination": {"country": country, "postal_code": postal_code}, "items": items})
}

async fn offers(shop: &Shop, question: &Value) -> Vec<(String, i64)> {
    let answer = shop.anyone.post("/shipping/calculate", question).await.expect(200);
    let options = answer["options"].as_array().expect("options").clone();
    let offer = |option: Value| {
        (
            option["service"].as_str().expect("a service").to_owned(),
            option["price"]["amount"].as_i64().expect("an amount"),
        )
    };
    options.into_iter().map(offer).collect()
}

fn named(expected: &[(&str, i64)]) -> Vec<(String, i64)> {
    expected.iter().map(|(service, amount)| ((*service).to_owned(), *amount)).collect()
}

#[tokio::test]
async fn the_default_zones_price_by_place_weight_and_value() {
    for shop in shops().await {
        for (country, items, expected) in [
            ("DE", &[("MUG", 1)][..], &[("Standard", 490), ("Express", 1_290)][..]),
            ("de", &[("MUG", 6)], &[("Standard", 490), ("Express", 1_290)]),
            // 7 mugs are worth 84.00: at least 79.00, so the standard service is free.
            ("DE", &[("MUG", 7)], &[("Standard", 0), ("Express", 1_290)]),
            ("DE", &[("DESK", 1)], &[("Standard", 0), ("Express", 1_990)]),
            ("FR", &[("MUG", 1)], &[("Standard", 990), ("Express", 2_490)]),
            ("FR", &[("DESK", 1)], &[("Standard", 1_990), ("Express", 3_990)]),
            ("CH", &[("MUG", 1)], &[("Standard", 1_490), ("Express", 2_990)]),
            ("BR", &[("MUG", 1)], &[("Standard", 2_490), ("Express", 4_990)]),
            // Too heavy for a parcel, so it goes as freight.
            ("BR", &[("ANVIL", 1)], &[("Standard", 29_900)]),
            ("BR", &[("FEATHER", 9_999)], &[("Standard", 2_490), ("Express", 4_990)]),
        ] {
            let asked = question(country, "10119", items);
            assert_eq!(offers(&shop, &asked).await, named(expected), "{country} {items:?} on {}", shop.kind());
        }
        let answer = shop.anyone.post("/shipping/calculate", &question("DE", "10119", &[("MUG", 1)])).await.expect(200);
        let first = &answer["options"][0];
        assert_eq!((&first["min_days"], &first["max_days"]), (&json!(1), &json!(3)));
        assert_eq!((&first["carrier"], &first["price"]["currency"]), (&json!("sandbox"), &json!("EUR")));
        assert!(first["expires_at"].is_string() && answer.get("reason").is_none(), "{answer}");
        shop.close().await;
    }
}

#[tokio::test]
async fn no_offer_is_an_answer_with_a_reason() {
    for shop in shops().await {
        let world = shop.admin.get("/shipping/zones").await.expect(200)["items"][3].clone();
        assert_eq!(world["name"], "World");
        let path = format!("/shipping/zones/{}", world["id"].as_str().expect("an id"));
        let reason = async |items: &[(&str, u32)]| {
            let answer = shop.anyone.post("/shipping/calculate", &question("AQ", "", items)).await.expect(200);
            assert_eq!(answer["options"], json!([]));
            answer["reason"].as_str().expect("a reason").to_owned()
        };
        assert_eq!(reason(&[("TEA", 1)]).await, "other_currency");
        assert_eq!(reason(&[("TEA", 1), ("MUG", 1)]).await, "mixed_currencies");
        let antarctica = json!({"name": "Antarctica", "delivered": false, "areas": [{"country": "aq"}]});
        shop.admin.post("/shipping/zones", &antarctica).await.expect(201);
        assert_eq!(reason(&[("MUG", 1)]).await, "not_delivered");
        let antarctica = json!({"name": "Antarctica", "delivered": true, "areas": [{"country": "AQ"}]});
        let zones = shop.admin.get("/shipping/zones").await.expect(200);
        let id =
            zones["items"].as_array().expect("zones").last().expect("one")["id"].as_str().expect("an id").to_owned();
        shop.admin.put(&format!("/shipping/zones/{id}"), &antarctica).await.expect(200);
        assert_eq!(reason(&[("MUG", 1)]).await, "no_rate");
        let light = json!({"carrier": "sandbox", "service": "Dog sled", "currency": "EUR", "min_days": 20, "max_days": 60,
            "pricing": {"kind": "flat", "amount": 9_900}, "max_weight_g": 1_000});
        shop.admin.post(&format!("/shipping/zones/{id}/rates"), &light).await.expect(201);
        assert_eq!(reason(&[("MUG", 3)]).await, "too_heavy");
        assert_eq!(offers(&shop, &question("AQ", "", &[("MUG", 2)])).await, named(&[("Dog sled", 9_900)]));
        shop.admin.delete(&format!("/shipping/zones/{id}")).await.expect(204);
        shop.admin.delete(&path).await.expect(204);
        assert_eq!(reason(&[("MUG", 1)]).await, "no_zone");
        shop.close().await;
    }
}

#[tokio::test]
async fn bad_questions_are_told_what_is_wrong() {
    for shop in shops().await {
        let many: Vec<(&str, u32)> = vec![("MUG", 1); 1_001];
        let ghosts: Vec<String> = (0..600).map(|number| format!("GHOST-{number}")).collect();
        let ghosts: Vec<(&str, u32)> = ghosts.iter().map(|sku| (sku.as_str(), 1)).collect();
        for (asked, status, field) in [
            (question("XX", "", &[("MUG", 1)]), 422, "destination.country"),
            (question("", "", &[("MUG", 1)]), 422, "destination.country"),
            (question("Ⅾ", "", &[("MUG", 1)]), 422, "destination.country"),
            (question("DE", "10119\u{0}", &[("MUG", 1)]), 422, "destination.postal_code"),
            (question("DE", &"1".repeat(21), &[("MUG", 1)]), 422, "destination.postal_code"),
            (question("DE", "", &[("MUG", 1), ("GHOST", 1)]), 422, "items[1].sku"),
            (question("DE", "", &ghosts), 422, "items[0].sku"),
            (question("DE", "", &[("MUG", 0)]), 422, "items[0].quantity"),
            (question("DE", "", &[("MUG", 10_000)]), 422, "items[0].quantity"),
            (question("DE", "", &[]), 422, "items"),
            (question("DE", "", &many), 422, "items"),
            (json!({"destination": {"country": "DE"}, "items": [], "price": 0}), 422, "price"),
            (json!({"destination": {"country": 7}, "items": []}), 400, "destination.country"),
        ] {
            let answer = shop.anyone.post("/shipping/calculate", &asked).await.expect(status);
            assert_eq!(answer["errors"][0]["field"], field, "{answer}");
        }
        shop.close().await;
    }
}

fn items(items: &[(&str, u32)]) -> Vec<Item> {
    items.iter().map(|(sku, quantity)| Item { sku: (*sku).to_owned(), quantity: *quantity }).collect()
}

async fn confirm(
    shop: &Shop,
    id: &str,
    to: (&str, &str, &str),
    goods: &[(&str, u32)],
) -> Result<ConfirmedQuote, String> {
    let (country, postal_code, region) = to;
    let region = Some(region.to_owned()).filter(|region| !region.is_empty());
    let destination = Destination { country: country.into(), postal_code: postal_code.into(), region };
    let call = ConfirmQuote { shipping_option: id.to_owned(), destination, items: items(goods) };
    match shop.upstream.speaking_as(Service::Orders).call(&call, &Context::default()).await {
        Ok(confirmed) => Ok(confirmed),
        Err(CallError::Problem { status, code, body, .. }) => {
            assert_eq!((status.as_u16(), code.as_str()), (422, "quote_invalid"), "{body}");
            Err(body["reason"].as_str().expect("a reason").to_owned())
        }
        Err(error) => panic!("{error}"),
    }
}

#[tokio::test]
async fn a_quote_holds_for_its_place_and_goods() {
    for shop in shops().await {
        let asked = question("DE", "10 119", &[("MUG", 1), ("FEATHER", 2), ("MUG", 1)]);
        let answer = shop.anyone.post("/shipping/calculate", &asked).await.expect(200);
        let id = answer["options"][0]["id"].as_str().expect("an id").to_owned();
        let goods = &[("FEATHER", 1), ("MUG", 2), ("FEATHER", 1)];

        let confirmed = confirm(&shop, &id, ("de", "10119", ""), goods).await.expect("holds");
        assert_eq!(confirmed.price.amount, 490);
        assert_eq!((confirmed.carrier.as_str(), confirmed.service.as_str()), ("sandbox", "Standard"));
        assert_eq!((confirmed.min_days, confirmed.max_days), (1, 3));
        // The address names a region that changes nothing.
        assert!(confirm(&shop, &id, ("DE", "10119", "Berlin"), goods).await.is_ok());

        let refused = async |to, goods: &[(&str, u32)]| confirm(&shop, &id, to, goods).await.expect_err("refused");
        assert_eq!(refused(("DE", "10115", ""), goods).await, "other_destination");
        assert_eq!(refused(("AT", "10119", ""), goods).await, "other_destination");
        assert_eq!(refused(("DE", "10119", ""), &[("MUG", 2), ("FEATHER", 1)]).await, "other_items");
        assert_eq!(refused(("DE", "10119", ""), &[("MUG", 2), ("FEATHER", 2), ("DESK", 1)]).await, "other_items");
        for forged in ["forged", "", ".", "a.b", &id[1..], &format!("{id}A")] {
            let refused = confirm(&shop, forged, ("DE", "10119", ""), goods).await;
            assert_eq!(refused.expect_err("refused"), "altered", "{forged}");
        }

        // A zone for the region alone: now the region matters.
        let capital = json!({"name": "Capital", "areas": [{"country": "DE", "region": "Berlin"}]});
        shop.admin.post("/shipping/zones", &capital).await.expect(201);
        assert_eq!(refused(("DE", "10119", "de-be"), goods).await, "other_destination");
        assert!(confirm(&shop, &id, ("DE", "10119", "BY"), goods).await.is_ok());
        shop.close().await;
    }
}

#[tokio::test]
async fn a_quote_expires_and_keeps_its_word_until_then() {
    for db in test_support::databases().await {
        let shop = Shop::open(db, config()).await;
        let asked = question("DE", "10119", &[("MUG", 1)]);
        let answer = shop.anyone.post("/shipping/calculate", &asked).await.expect(200);
        let id = answer["options"][0]["id"].as_str().expect("an id").to_owned();
        let zone =
            shop.admin.get("/shipping/zones").await.expect(200)["items"][0]["id"].as_str().expect("an id").to_owned();
        shop.admin.delete(&format!("/shipping/zones/{zone}")).await.expect(204);
        let confirmed = confirm(&shop, &id, ("DE", "10119", ""), &[("MUG", 1)]).await;
        assert_eq!(confirmed.expect("the price was promised").price.amount, 490);

        let seal = &shop.app.seal;
        let now = contracts::time::now();
        let quote = shipping::quote::Quote::read(&id, seal, now).expect("ours");
        let later = now + chrono::TimeDelta::hours(25);
        assert_eq!(shipping::quote::Quote::read(&id, seal, later), Err(shipping::quote::QuoteProblem::Expired));
        assert_eq!(quote.price().amount, 490);
        shop.close().await;
    }
}

#[tokio::test]
async fn quotes_are_confirmed_for_services_only() {
    for shop in shops().await {
        let body = json!({"shipping_option": "x", "destination": {"country": "DE"}, "items": []});
        assert_eq!(shop.anyone.post("/internal/confirm-quote", &body).await.problem(404), "not_found");
        assert_eq!(shop.admin.post("/internal/confirm-quote", &body).await.problem(404), "not_found");
    }
}
