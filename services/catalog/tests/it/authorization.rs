//! Who may do what: every operation of the document stands in this table.

use std::collections::BTreeSet;

use contracts::permissions::Permission;
use serde_json::{Value, json};
use test_support::sqlite;

use crate::support::{product, shop};

/// What an operation needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Needs {
    Nothing,
    SignedIn,
    One(Permission),
}

const TABLE: [(&str, &str, Needs); 40] = [
    ("GET", "/products", Needs::Nothing),
    ("POST", "/products", Needs::One(Permission::CatalogWrite)),
    ("GET", "/products/suggest", Needs::Nothing),
    ("GET", "/products/{id}", Needs::Nothing),
    ("PUT", "/products/{id}", Needs::One(Permission::CatalogWrite)),
    ("DELETE", "/products/{id}", Needs::One(Permission::CatalogWrite)),
    ("GET", "/products/{id}/reviews", Needs::Nothing),
    ("POST", "/products/{id}/reviews", Needs::SignedIn),
    ("GET", "/reviews", Needs::One(Permission::ReviewsModerate)),
    ("PUT", "/reviews/{id}", Needs::SignedIn),
    ("DELETE", "/reviews/{id}", Needs::SignedIn),
    ("POST", "/reviews/{id}/helpful", Needs::SignedIn),
    ("DELETE", "/reviews/{id}/helpful", Needs::SignedIn),
    ("GET", "/categories", Needs::Nothing),
    ("POST", "/categories", Needs::One(Permission::CatalogWrite)),
    ("GET", "/categories/{id}", Needs::Nothing),
    ("PUT", "/categories/{id}", Needs::One(Permission::CatalogWrite)),
    ("DELETE", "/categories/{id}", Needs::One(Permission::CatalogWrite)),
    ("POST", "/media", Needs::One(Permission::CatalogWrite)),
    ("GET", "/media/{file}", Needs::Nothing),
    ("GET", "/media/sample/{file}", Needs::Nothing),
    ("GET", "/inventory", Needs::One(Permission::InventoryRead)),
    ("PUT", "/inventory", Needs::One(Permission::InventoryWrite)),
    ("GET", "/inventory/{sku}", Needs::One(Permission::InventoryRead)),
    ("PUT", "/inventory/{sku}", Needs::One(Permission::InventoryWrite)),
    ("GET", "/inventory/{sku}/movements", Needs::One(Permission::InventoryRead)),
    ("POST", "/products/{id}/back-in-stock", Needs::Nothing),
    ("GET", "/products/export", Needs::One(Permission::CatalogRead)),
    ("POST", "/imports", Needs::One(Permission::CatalogWrite)),
    ("GET", "/imports", Needs::One(Permission::CatalogRead)),
    ("GET", "/imports/{id}", Needs::One(Permission::CatalogRead)),
    ("PUT", "/imports/{id}", Needs::One(Permission::CatalogWrite)),
    ("POST", "/imports/{id}/start", Needs::One(Permission::CatalogWrite)),
    ("POST", "/imports/{id}/stop", Needs::One(Permission::CatalogWrite)),
    ("POST", "/imports/{id}/undo", Needs::One(Permission::CatalogWrite)),
    ("GET", "/imports/{id}/errors", Needs::One(Permission::CatalogRead)),
    ("GET", "/products?status=any", Needs::One(Permission::CatalogRead)),
    ("GET", "/products?status=draft", Needs::One(Permission::CatalogRead)),
    ("GET", "/products?status=archived", Needs::One(Permission::CatalogRead)),
    ("GET", "/products?status=published", Needs::Nothing),
];

fn body(path: &str) -> Value {
    match path {
        "/products" | "/products/{id}" => product("Other", 1),
        "/categories" | "/categories/{id}" => json!({"title": "X"}),
        "/inventory/{sku}" => json!({"on_hand": 1, "reason": "counted"}),
        "/inventory" => json!({"items": [{"sku": "MUG", "on_hand": 1}], "reason": "counted"}),
        "/products/{id}/back-in-stock" => json!({"email": "ada@example.test", "sku": "MUG"}),
        "/imports/{id}" => json!({"format": "shopify"}),
        "/products/{id}/reviews" => json!({"rating": 5}),
        _ => json!({}),
    }
}

#[tokio::test]
async fn every_operation_asks_for_what_it_needs() {
    let shop = shop(&sqlite()).await;
    shop.add(&product("Mug", 1)).await;
    for (method, path, needs) in TABLE {
        let place = path
            .replace("{id}", "0192f0c1-a2b3-7c4d-8e5f-60718293a4b5")
            .replace("{sku}", "MUG")
            .replace("{file}", "nothing.png");
        let ask =
            async |client: &test_support::Client| client.send_json(method, &place, &body(path)).await.status.as_u16();
        let everyone_else: Vec<Permission> =
            Permission::ALL.into_iter().filter(|permission| needs != Needs::One(*permission)).collect();
        match needs {
            Needs::Nothing => assert!(![401, 403].contains(&ask(&shop.anyone).await), "{method} {path}"),
            Needs::SignedIn => {
                assert_eq!(ask(&shop.anyone).await, 401, "{method} {path}");
                assert!(![401, 403].contains(&ask(&shop.customer()).await), "{method} {path}");
            }
            Needs::One(permission) => {
                assert_eq!(ask(&shop.anyone).await, 401, "{method} {path}");
                assert_eq!(ask(&shop.customer()).await, 403, "{method} {path}");
                assert_eq!(ask(&shop.staff(&everyone_else)).await, 403, "{method} {path}");
                assert!(![401, 403].contains(&ask(&shop.staff(&[permission])).await), "{method} {path}");
            }
        }
        let forged = shop.anyone.bearing("Bearer nonsense");
        if needs != Needs::Nothing {
            assert_eq!(ask(&forged).await, 401, "{method} {path}");
        }
    }
}

#[test]
fn the_table_and_the_document_name_the_same_operations() {
    let document = serde_json::to_value(catalog::openapi()).expect("a document");
    let mut documented = BTreeSet::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in
            item.as_object().expect("operations").iter().filter(|(name, _)| *name != "parameters")
        {
            documented.insert((method.to_uppercase(), path.clone()));
            let id = operation["operationId"].as_str().expect("an operation id");
            assert!(id.contains('_'), "{id} is not verb_resource");
            assert!(operation["summary"].is_string(), "{id} has no summary");
            assert!(operation["tags"][0].is_string(), "{id} has no tag");
        }
    }
    let table: BTreeSet<(String, String)> = TABLE
        .iter()
        .filter(|(_, path, _)| !path.contains('?'))
        .map(|(method, path, _)| ((*method).to_owned(), (*path).to_owned()))
        .collect();
    let missing: Vec<_> = documented.iter().filter(|operation| !table.contains(*operation)).collect();
    assert!(missing.is_empty(), "not in the table: {missing:?}");
    let gone: Vec<_> = table.iter().filter(|operation| !documented.contains(*operation)).collect();
    assert!(gone.is_empty(), "not in the document: {gone:?}");
}
