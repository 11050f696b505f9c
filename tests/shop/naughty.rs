//! Strings that break programs, in every text field that the API document names: whatever the shop thinks of them, it
//! says so in a problem answer. A longer list is taken from the JSON file that RIALTO_TEST_STRINGS names.

use std::io::Write;

use reqwest::Method;
use serde_json::Value;

use crate::{
    running::{ADMIN, ADMIN_PASSWORD, RunningShop, kinds},
    shopper::Shopper,
};

/// What signs the caller out, or would have the shop write to strangers without end.
const LEFT_OUT: [&str; 3] = ["/users/logout", "/users/password/change", "/users/me"];

fn strings() -> Vec<String> {
    if let Some(file) = test_support::variable("RIALTO_TEST_STRINGS") {
        let text = std::fs::read_to_string(&file).expect("the file is there");
        return serde_json::from_str(&text).expect("a JSON list of strings");
    }
    let mut strings: Vec<String> = [
        "",
        " ",
        "\u{0}",
        "a\u{0}b",
        "\u{1}\u{7f}\u{85}",
        "\t\r\n",
        "null",
        "undefined",
        "NaN",
        "-1",
        "1e309",
        "0x7fffffff",
        "９９",
        "' OR '1'='1",
        "'; drop table orders; --",
        "%00%0d%0a",
        "%s%n%x",
        "../../../../etc/passwd",
        "C:\\con\\nul",
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "{{7*7}} ${7*7} #{7*7}",
        "{% for x in range(99999999) %}x{% endfor %}",
        "$(sleep 9)`sleep 9`",
        "http://169.254.169.254/latest/meta-data",
        "javascript:alert(1)",
        "a@b@c.example\r\nBcc: everyone@example.test",
        "\u{202e}txet desrever\u{202c}",
        "\u{feff}zero\u{200b}width\u{200d}",
        "e\u{301}\u{301}\u{301}\u{301}",
        "ﬀ ǆ İ ß ſ K",
        "👩‍👩‍👧‍👦🏳️‍🌈",
        "ثم نفس سقطت وبالتحديد",
        "田中さんにあげて下さい",
        "\u{10ffff}\u{fffd}\u{e000}",
        "🇩🇪".repeat(60).as_str(),
    ]
    .map(str::to_owned)
    .to_vec();
    strings.push("x".repeat(70_000));
    strings.push("\u{300}".repeat(10_000));
    strings
}

/// Where strings stand in an example, as JSON pointers.
fn text_fields(value: &Value, here: &str, found: &mut Vec<String>) {
    match value {
        Value::String(_) => found.push(here.to_owned()),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, item)| text_fields(item, &format!("{here}/{index}"), found));
        }
        Value::Object(members) => members.iter().for_each(|(name, member)| {
            text_fields(member, &format!("{here}/{}", name.replace('~', "~0").replace('/', "~1")), found);
        }),
        _ => {}
    }
}

/// Operations that take JSON: method, path with its parameters filled in, and an example of the body.
fn operations() -> Vec<(Method, String, Value)> {
    let document = serde_json::to_value(rialto::openapi::document()).expect("the document is JSON");
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            let content = &operation["requestBody"]["content"]["application/json"];
            let schema = content["schema"]["$ref"].as_str().and_then(|name| document.pointer(&name[1..]));
            let example = content.get("example").or_else(|| schema?.get("example"));
            let Some(example) = example.filter(|_| !LEFT_OUT.contains(&path.as_str())) else { continue };
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).expect("a method");
            let path = path.split('/').map(|part| if part.starts_with('{') { "thing" } else { part });
            operations.push((method, path.collect::<Vec<_>>().join("/"), example.clone()));
        }
    }
    operations
}

#[tokio::test]
async fn no_text_breaks_the_shop() {
    let (strings, operations) = (strings(), operations());
    assert!(operations.len() > 30, "most operations with a body show an example of it");
    for kind in kinds().await {
        let shop = RunningShop::open(kind).await;
        let nobody = Shopper::new(&shop.url);
        let staff = nobody.signed_in(ADMIN, ADMIN_PASSWORD).await;
        let mut asked = 0;
        let mut broken = Vec::new();
        for (method, path, example) in &operations {
            let mut fields = Vec::new();
            text_fields(example, "", &mut fields);
            for field in fields {
                for string in &strings {
                    let mut body = example.clone();
                    *body.pointer_mut(&field).expect("the field is there") = Value::String(string.clone());
                    let answer = staff.send(method.clone(), path, Some(&body)).await;
                    let status = answer.status.as_u16();
                    let shown: String = string.chars().take(40).collect();
                    let place = format!("on {kind}: {method} {path} with {field} = {shown:?}");
                    if status >= 500 || (status >= 400 && !answer.body["code"].is_string()) {
                        broken.push(format!("{place}: {}", answer.text));
                    }
                    asked += 1;
                }
            }
        }
        let _ = writeln!(
            std::io::stderr(),
            "    on {kind}: {asked} requests to {} operations, with {} strings",
            operations.len(),
            strings.len()
        );
        assert!(broken.is_empty(), "{}", broken.join("\n"));
        shop.close().await;
    }
}
