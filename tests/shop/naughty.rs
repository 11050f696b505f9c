//! Strings, numbers and shapes that break programs, in every field that the API document names: whatever the shop thinks of
//! them, it says so in a problem answer. A longer list of strings is taken from the JSON file that RIALTO_TEST_STRINGS names.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    patient::tell,
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

/// What is no number of pieces and no amount, and no object or list of the kind that is asked for.
fn values() -> Vec<Value> {
    vec![
        json!(-1),
        json!(0),
        json!(1.5),
        json!(i64::from(i32::MAX) + 1),
        json!(i64::MIN),
        json!(i64::MAX),
        json!(u64::MAX),
        json!(1e300),
        json!(true),
        json!(null),
        json!([]),
        json!({}),
        json!([[{"a": []}]]),
    ]
}

/// Whole bodies that are JSON hardly or not at all.
fn bodies() -> Vec<String> {
    vec![
        String::new(),
        "{".to_owned(),
        "nul".to_owned(),
        "\u{feff}{}".to_owned(),
        "{\"a\": 1, \"a\": 2}".to_owned(),
        format!("{{\"quantity\": 1{}}}", "0".repeat(100_000)),
        "[".repeat(100_000),
        format!("{}{}", "[".repeat(10_000), "]".repeat(10_000)),
        format!("{}1{}", "{\"a\":".repeat(10_000), "}".repeat(10_000)),
        "\"\\ud800\"".to_owned(),
    ]
}

/// Where values of a kind stand in an example, as JSON pointers.
fn fields(value: &Value, is_one: fn(&Value) -> bool, here: &str, found: &mut Vec<String>) {
    if is_one(value) && !here.is_empty() {
        found.push(here.to_owned());
    }
    match value {
        Value::Array(items) => {
            let items = items.iter().enumerate();
            items.for_each(|(index, item)| fields(item, is_one, &format!("{here}/{index}"), found));
        }
        Value::Object(members) => members.iter().for_each(|(name, member)| {
            fields(member, is_one, &format!("{here}/{}", name.replace('~', "~0").replace('/', "~1")), found);
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

/// Someone with all rights who sends what breaks programs, and writes down what broke.
struct Vandal {
    kind: &'static str,
    staff: Shopper,
    asked: usize,
    broken: Vec<String>,
}

impl Vandal {
    async fn in_shop(shop: &RunningShop, kind: &'static str) -> Self {
        let staff = Shopper::new(&shop.url).signed_in(ADMIN, ADMIN_PASSWORD).await;
        Self { kind, staff, asked: 0, broken: Vec::new() }
    }

    async fn send(&mut self, method: &Method, path: &str, body: String, said: &str) {
        let answer = self.staff.try_to_send_text(method.clone(), path, Some(body)).await.expect("the shop answers");
        let status = answer.status.as_u16();
        if status >= 500 || (status >= 400 && !answer.body["code"].is_string()) {
            self.broken.push(format!("on {}: {method} {path} with {said}: {status} {}", self.kind, answer.text));
        }
        self.asked += 1;
    }

    /// Puts each of `values` into each field of each operation that `is_one`.
    async fn try_each(&mut self, operations: &[(Method, String, Value)], is_one: fn(&Value) -> bool, values: &[Value]) {
        for (method, path, example) in operations {
            let mut found = Vec::new();
            fields(example, is_one, "", &mut found);
            for field in found {
                for value in values {
                    let mut body = example.clone();
                    *body.pointer_mut(&field).expect("the field is there") = value.clone();
                    let shown: String = value.to_string().chars().take(40).collect();
                    self.send(method, path, body.to_string(), &format!("{field} = {shown}")).await;
                }
            }
        }
    }

    #[track_caller]
    fn leave(self, with: &str) {
        tell(&format!("on {}: {} requests with {with}", self.kind, self.asked));
        assert!(self.broken.is_empty(), "{}", self.broken.join("\n"));
    }
}

#[tokio::test]
async fn no_text_breaks_the_shop() {
    let (strings, operations) = (strings(), operations());
    assert!(operations.len() > 30, "most operations with a body show an example of it");
    let strings: Vec<Value> = strings.into_iter().map(Value::String).collect();
    for kind in kinds().await {
        let shop = RunningShop::open(kind).await;
        let mut vandal = Vandal::in_shop(&shop, kind).await;
        vandal.try_each(&operations, Value::is_string, &strings).await;
        vandal.leave(&format!("{} strings in texts", strings.len()));
        shop.close().await;
    }
}

#[tokio::test]
async fn no_number_and_no_shape_breaks_the_shop() {
    let operations = operations();
    for kind in kinds().await {
        let shop = RunningShop::open(kind).await;
        let mut vandal = Vandal::in_shop(&shop, kind).await;
        vandal.try_each(&operations, |_| true, &values()).await;
        for (method, path, _) in &operations {
            for (number, body) in bodies().into_iter().enumerate() {
                vandal.send(method, path, body, &format!("body {number}")).await;
            }
        }
        vandal.leave("numbers and shapes in all fields, and bodies that are no JSON");
        shop.close().await;
    }
}
