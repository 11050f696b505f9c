//! What browsers tell of pages by themselves: how fast they were for real people, and what a policy kept them from.
//! Nothing of it is about anybody, and nobody waits for an answer.

use axum::{
    body::Bytes,
    extract::{DefaultBodyLimit, rejection::BytesRejection},
};
use http::StatusCode;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use web::{Problem, ProblemBody, extract::unreadable_body};

use crate::App;

const REPORT_MAX_BYTES: usize = 16 * 1024;
/// Reports of one request that are looked at.
const REPORTS_MAX: usize = 20;
/// Characters of what a report says that are logged.
const SHOWN: usize = 200;
/// Numbers above it are no measurement: a page that was open for a day in the background says such things.
const MILLISECONDS_MAX: f64 = 600_000.0;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(report_vitals))
        .routes(routes!(report_violations))
        .layer(DefaultBodyLimit::max(REPORT_MAX_BYTES))
}

/// How fast one page was for one person, as far as the browser could tell.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"page": "product", "lcp_ms": 1240.5, "inp_ms": 64.0, "cls": 0.004, "ttfb_ms": 38.2}))]
pub struct Vitals {
    pub page: PageKind,
    /// When the largest part was there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lcp_ms: Option<f64>,
    /// The slowest answer to a press, but for outliers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inp_ms: Option<f64>,
    /// How much moved that nobody moved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cls: Option<f64>,
    /// When the first byte was there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ttfb_ms: Option<f64>,
}

/// What kind of page it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PageKind {
    Home,
    List,
    Product,
    Cart,
    Checkout,
    Other,
    Admin,
}

impl PageKind {
    const fn name(self) -> &'static str {
        match self {
            Self::Home => "home",
            Self::List => "list",
            Self::Product => "product",
            Self::Cart => "cart",
            Self::Checkout => "checkout",
            Self::Other => "other",
            Self::Admin => "admin",
        }
    }
}

/// Report how fast a page was
///
/// Sent by pages when they are left, whatever type the browser gives the body. It becomes metrics.
#[utoipa::path(
    post, path = "/rum", operation_id = "report_vitals", tag = "shop", request_body = Vitals,
    responses(
        (status = 204),
        (status = 400, description = "`malformed_json`", body = ProblemBody),
        (status = 413, description = "`body_too_large`", body = ProblemBody),
    )
)]
async fn report_vitals(body: Result<Bytes, BytesRejection>) -> Result<StatusCode, Problem> {
    let vitals: Vitals = read(body)?;
    let page = vitals.page.name();
    let times = [("lcp", vitals.lcp_ms), ("inp", vitals.inp_ms), ("ttfb", vitals.ttfb_ms)];
    for (name, value) in times {
        if let Some(value) = value.filter(|value| (0.0..MILLISECONDS_MAX).contains(value)) {
            metrics::histogram!("rialto_web_vital_seconds", "vital" => name, "page" => page).record(value / 1000.0);
        }
    }
    if let Some(cls) = vitals.cls.filter(|cls| (0.0..100.0).contains(cls)) {
        metrics::histogram!("rialto_web_layout_shift", "page" => page).record(cls);
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Report what a policy forbade
///
/// Sent by browsers, in the old way (`application/csp-report`) or the new one (`application/reports+json`). It is logged
/// and counted.
#[utoipa::path(
    post, path = "/csp-reports", operation_id = "report_violations", tag = "shop",
    request_body(content = Object, example = json!({"csp-report": {
        "effective-directive": "img-src", "blocked-uri": "https://elsewhere.example/pixel.png",
        "document-uri": "https://shop.example/"
    }})),
    responses(
        (status = 204),
        (status = 400, description = "`malformed_json`", body = ProblemBody),
        (status = 413, description = "`body_too_large`", body = ProblemBody),
    )
)]
async fn report_violations(body: Result<Bytes, BytesRejection>) -> Result<StatusCode, Problem> {
    let told: Value = read(body)?;
    for violation in violations(&told).into_iter().take(REPORTS_MAX) {
        let Violation { directive, blocked, page } = violation;
        tracing::warn!(directive, blocked, page, "a page was kept from something by its policy");
        metrics::counter!("rialto_csp_reports_total", "directive" => directive_name(&directive)).increment(1);
    }
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Debug, PartialEq, Eq)]
struct Violation {
    directive: String,
    blocked: String,
    page: String,
}

/// One report in the old way, a list of them in the new.
fn violations(told: &Value) -> Vec<Violation> {
    let text = |report: &Value, names: [&str; 2]| {
        let found = names.into_iter().find_map(|name| report[name].as_str()).unwrap_or_default();
        found.chars().filter(|c| !c.is_control()).take(SHOWN).collect()
    };
    let read = |report: &Value| Violation {
        directive: text(report, ["effectiveDirective", "effective-directive"]),
        blocked: text(report, ["blockedURL", "blocked-uri"]),
        page: text(report, ["documentURL", "document-uri"]),
    };
    match told {
        Value::Array(reports) => {
            let of_policies = reports.iter().filter(|report| report["type"] == "csp-violation");
            of_policies.map(|report| read(&report["body"])).collect()
        }
        Value::Object(_) => vec![read(&told["csp-report"])],
        _ => Vec::new(),
    }
}

/// Strangers must not make up names for metrics.
fn directive_name(directive: &str) -> &'static str {
    let known = [
        "script-src-elem",
        "script-src-attr",
        "script-src",
        "style-src-elem",
        "style-src-attr",
        "style-src",
        "img-src",
        "font-src",
        "connect-src",
        "frame-src",
        "form-action",
    ];
    known.into_iter().find(|known| *known == directive).unwrap_or("other")
}

/// Browsers name these bodies in several ways, so what they are called is not looked at.
fn read<T: DeserializeOwned>(body: Result<Bytes, BytesRejection>) -> Result<T, Problem> {
    let malformed = |error: serde_json::Error| {
        Problem::new(StatusCode::BAD_REQUEST, "malformed_json").detail(format!("The report cannot be read: {error}."))
    };
    serde_json::from_slice(&body.map_err(unreadable_body)?).map_err(malformed)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn reports_are_read_in_both_ways() {
        let old = json!({"csp-report": {"effective-directive": "img-src", "blocked-uri": "https://x.example/a.png",
            "document-uri": "https://shop.example/"}});
        let new = json!([
            {"type": "csp-violation", "body": {"effectiveDirective": "img-src", "blockedURL": "https://x.example/a.png",
                "documentURL": "https://shop.example/"}},
            {"type": "deprecation", "body": {}},
        ]);
        let expected = Violation {
            directive: "img-src".into(),
            blocked: "https://x.example/a.png".into(),
            page: "https://shop.example/".into(),
        };
        assert_eq!(violations(&old), [expected]);
        assert_eq!(violations(&new), violations(&old));
        assert_eq!((violations(&json!(1)), directive_name("x\n")), (Vec::new(), "other"));
    }
}
