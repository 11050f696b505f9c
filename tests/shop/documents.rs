//! Files that are generated and committed, so that a review sees what changes in them, and what they must hold.

use serde_json::Value;

/// The API document that clients are made from. `make openapi` writes it anew.
#[test]
fn the_committed_api_document_is_the_programs_own() {
    let committed = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json"));
    let printed = rialto::openapi::document().to_pretty_json().expect("the document is JSON");
    assert!(
        committed.expect("docs/openapi.json is there").trim_end() == printed,
        "docs/openapi.json is stale: run make openapi"
    );
}

/// Clients get their types from the document: a name must be one shape, whichever service uses it.
#[test]
fn no_two_services_give_one_name_to_different_shapes() {
    assert_eq!(gateway::clashes(&rialto::openapi::parts()), Vec::<String>::new());
}

/// A reader learns a shape from an example sooner than from its schema.
#[test]
fn every_operation_shows_an_example_of_the_json_it_takes_and_gives() {
    let document = serde_json::to_value(rialto::openapi::document()).expect("the document is JSON");
    let mut without = Vec::new();
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for (method, operation) in methods.as_object().expect("methods") {
            let answers = operation["responses"].as_object().expect("answers").iter();
            let good = answers.filter(|(status, _)| status.starts_with('2')).map(|(_, answer)| answer);
            for message in good.chain([&operation["requestBody"]]) {
                let json = &message["content"]["application/json"];
                if !json.is_null() && !has_example(&document, json, &mut Vec::new()) {
                    without.push(format!("{method} {path}"));
                }
            }
        }
    }
    assert_eq!(without, Vec::<String>::new());
}

/// A list refuses a limit and a cursor that make no sense, so each must say how.
#[test]
fn every_list_tells_how_it_refuses() {
    let document = serde_json::to_value(rialto::openapi::document()).expect("the document is JSON");
    let mut silent = Vec::new();
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for (method, operation) in methods.as_object().expect("methods") {
            let parameters = operation["parameters"].as_array().map_or(&[][..], Vec::as_slice);
            let is_list = parameters.iter().any(|parameter| parameter["name"] == "limit");
            if is_list && operation["responses"]["422"].is_null() {
                silent.push(format!("{method} {path}"));
            }
        }
    }
    assert_eq!(silent, Vec::<String>::new());
}

/// Whether an example stands in `part`, or in a schema that it is made of. `seen` holds the schemas on the way, some of
/// which are made of themselves.
fn has_example<'a>(document: &'a Value, part: &'a Value, seen: &mut Vec<&'a str>) -> bool {
    match part {
        Value::Object(members) => {
            if members.contains_key("example") || members.contains_key("examples") {
                return true;
            }
            let Some(reference) = members.get("$ref").and_then(Value::as_str) else {
                return members.values().any(|member| has_example(document, member, seen));
            };
            if seen.contains(&reference) {
                return false;
            }
            seen.push(reference);
            document.pointer(&reference[1..]).is_some_and(|schema| has_example(document, schema, seen))
        }
        Value::Array(items) => items.iter().any(|item| has_example(document, item, seen)),
        _ => false,
    }
}
