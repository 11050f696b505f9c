//! The document's examples: each has the fields that a real answer has.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::shop::{id_of, shops};

/// Fields that answers have only sometimes.
const SOMETIMES: [&str; 3] = ["guest_token", "cart_token", "problems"];

fn names(value: &Value) -> BTreeSet<&str> {
    let fields = value.as_object().into_iter().flatten().map(|(name, _)| name.as_str());
    fields.filter(|name| !SOMETIMES.contains(name)).collect()
}

/// Compares objects field by field and lists by their first items. What is null on either side may be anything.
fn same_shape(example: &Value, answer: &Value, at: &str) {
    match (example, answer) {
        (Value::Object(_), Value::Object(_)) => {
            assert_eq!(names(example), names(answer), "{at}");
            for name in names(example) {
                same_shape(&example[name], &answer[name], &format!("{at}.{name}"));
            }
        }
        (Value::Array(example), Value::Array(answer)) => {
            if let (Some(example), Some(answer)) = (example.first(), answer.first()) {
                same_shape(example, answer, &format!("{at}[0]"));
            }
        }
        (Value::Null, _) | (_, Value::Null) => {}
        _ => assert_eq!(std::mem::discriminant(example), std::mem::discriminant(answer), "{at}"),
    }
}

#[tokio::test]
async fn examples_are_true() {
    let document = serde_json::to_value(orders::openapi()).expect("JSON");
    let check = |schema: &str, answer: &Value| {
        let example = &document["components"]["schemas"][schema]["example"];
        assert!(example.is_object(), "{schema} has no example");
        same_shape(example, answer, schema);
    };
    for shop in shops().await {
        let cart = shop.guest.post("/cart/items", &json!({"sku": "MUG", "quantity": 1})).await.expect(200);
        check("CartView", &cart);
        let (order, owner) = shop.ordered(&[("MUG", 1)]).await;
        check("OrderView", &order);
        let path = format!("/orders/{}", id_of(&order));
        check("Explanation", &owner.get(&format!("{path}/explain")).await.expect(200));
        check("OrderSummary", &shop.admin().get("/orders").await.expect(200)["items"][0]);
        shop.pay(&order).await;
        check("SalesReport", &shop.admin().get("/reports/sales").await.expect(200));
        check("OrdersTodo", &shop.admin().get("/reports/todo").await.expect(200));
        let code = json!({"code": "X", "percent": "1"});
        check("PromotionView", &shop.admin().post("/promotions", &code).await.expect(201));
        shop.deliver(&order, &[("MUG", 1)]).await;
        let lines = json!({"lines": [{"sku": "MUG", "quantity": 1}]});
        let back = owner.post(&format!("{path}/returns"), &lines).await.expect(201);
        let own = format!("/returns/{}", back["id"].as_str().expect("an id"));
        shop.admin().put(&own, &json!({"status": "approved"})).await.expect(200);
        check("ReturnView", &shop.admin().put(&own, &json!({"status": "received"})).await.expect(200));
    }
}
