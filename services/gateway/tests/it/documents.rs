//! The merged OpenAPI document, its page, and the gateway's own pages.

use std::collections::BTreeSet;

use axum::{Json, body::Body};
use gateway::Config;
use http::StatusCode;
use metrics_exporter_prometheus::PrometheusBuilder;
use serde::Serialize;
use utoipa::{ToSchema, openapi::OpenApi};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::Stand;

mod catalog {
    use super::{Json, OpenApi, OpenApiRouter, Serialize, ToSchema, named, routes};

    #[derive(Serialize, ToSchema)]
    pub struct Line {
        sku: String,
    }

    #[derive(Serialize, ToSchema)]
    pub struct Product {
        id: String,
        lines: Vec<Line>,
    }

    #[utoipa::path(get, path = "/products/{id}", operation_id = "get_product", tag = "products", summary = "One product",
        params(("id" = String, Path)), responses((status = 200, body = Product), (status = 404, body = web::ProblemBody)))]
    async fn product() -> Json<()> {
        Json(())
    }

    pub fn openapi() -> OpenApi {
        named("catalog", OpenApiRouter::<()>::new().routes(routes!(product)).split_for_parts().1)
    }
}

mod orders {
    use super::{Json, OpenApi, OpenApiRouter, Serialize, ToSchema, named, routes};

    #[derive(Serialize, ToSchema)]
    pub struct OrderLine {
        sku: String,
        quantity: u32,
    }

    #[derive(Serialize, ToSchema)]
    pub struct Order {
        lines: Vec<OrderLine>,
    }

    /// The catalog has lines too.
    #[derive(Serialize, ToSchema)]
    pub struct Line {
        quantity: u32,
    }

    #[utoipa::path(get, path = "/orders/{id}", operation_id = "get_order", tag = "orders", summary = "One order",
        params(("id" = String, Path)), security(("bearer" = []), ("orderToken" = [])),
        responses((status = 200, body = Order), (status = 404, body = web::ProblemBody)))]
    async fn order() -> Json<()> {
        Json(())
    }

    #[utoipa::path(post, path = "/orders/{id}/cancel", tag = "orders", responses((status = 200, body = Order)))]
    async fn get_order() -> Json<()> {
        Json(())
    }

    pub fn openapi() -> OpenApi {
        named("orders", OpenApiRouter::<()>::new().routes(routes!(order)).split_for_parts().1)
    }

    #[utoipa::path(get, path = "/orders/lines", operation_id = "list_lines", responses((status = 200, body = Line)))]
    async fn lines() -> Json<()> {
        Json(())
    }

    pub fn careless() -> OpenApi {
        let router = OpenApiRouter::<()>::new().routes(routes!(order)).routes(routes!(get_order));
        named("orders", router.routes(routes!(lines)).split_for_parts().1)
    }
}

fn named(title: &str, mut openapi: OpenApi) -> OpenApi {
    title.clone_into(&mut openapi.info.title);
    openapi
}

#[test]
fn the_services_documents_become_one() {
    let parts = vec![catalog::openapi(), orders::openapi()];
    assert_eq!(gateway::clashes(&parts), Vec::<String>::new());
    let whole = gateway::merge(parts);
    assert_eq!(gateway::complaints(&whole), Vec::<String>::new());
    let json = serde_json::to_value(&whole).expect("JSON");
    assert_eq!(json["openapi"], "3.1.0");
    assert_eq!(json["servers"][0]["url"], "/");
    assert_eq!(json["info"]["title"], "Rialto");
    let schemas = json["components"]["schemas"].as_object().expect("schemas");
    assert!(schemas["Line"]["properties"].get("quantity").is_none(), "the catalogue's");
    assert_eq!(schemas["Order"]["properties"]["lines"]["items"]["$ref"], "#/components/schemas/OrderLine");
    for scheme in ["bearer", "orderToken", "cartToken"] {
        assert!(json["components"]["securitySchemes"][scheme].is_object(), "{scheme}");
    }
    let tags: Vec<_> =
        json["tags"].as_array().expect("tags").iter().map(|tag| tag["name"].as_str().unwrap_or_default()).collect();
    assert_eq!(tags, ["products", "orders"], "only what is used");
    let missing = &json["paths"]["/products/{id}"]["get"]["responses"]["404"]["content"];
    assert!(missing["application/problem+json"]["schema"].is_object(), "problems have their own type: {missing}");
    assert!(missing.get("application/json").is_none(), "{missing}");
    let text = json.to_string();
    for (at, _) in text.match_indices("#/components/schemas/") {
        let name: String = text[at + 21..].chars().take_while(|c| *c != '"').collect();
        assert!(schemas.contains_key(&name), "{name} is pointed to and is not there");
    }
    let ids: Vec<_> =
        ["/products/{id}", "/orders/{id}"].map(|path| json["paths"][path]["get"]["operationId"].to_string()).to_vec();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
}

#[test]
fn careless_operations_are_complained_of() {
    let complaints = gateway::complaints(&gateway::merge(vec![orders::careless()]));
    let about = |what: &str| complaints.iter().any(|complaint| complaint.contains(what));
    assert!(about("has no summary") && about("get_order is also that of"), "{complaints:#?}");
    let clashes = gateway::clashes(&[catalog::openapi(), orders::careless()]);
    assert_eq!(clashes, ["Line is one thing for catalog and another for orders"]);
}

#[tokio::test]
async fn the_document_is_served_once_per_version() {
    let openapi = gateway::merge(vec![catalog::openapi(), orders::openapi()]);
    let merged = serde_json::to_value(&openapi).expect("JSON");
    let client = Stand::documented(Config::default(), openapi).client();
    let answer = client.get("/openapi.json").await;
    let etag = answer.headers["etag"].to_str().expect("text").to_owned();
    assert_eq!(answer.headers["content-type"], "application/json");
    let served: OpenApi = serde_json::from_slice(&answer.bytes).expect("it reads back");
    assert_eq!(serde_json::to_value(&served).expect("JSON"), merged);
    assert_eq!(answer.body, merged);
    for known in [etag.clone(), format!("\"old\", W/{etag}"), "*".to_owned()] {
        let again = client.with("if-none-match", &known).get("/openapi.json").await;
        assert_eq!((again.status, again.bytes.len()), (StatusCode::NOT_MODIFIED, 0));
    }
    assert_eq!(client.with("if-none-match", "\"old\"").get("/openapi.json").await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_documentation_needs_nothing_from_elsewhere() {
    let client = Stand::new().client();
    for path in ["/docs", "/docs/"] {
        let answer = client.get(path).await;
        let page = String::from_utf8(answer.bytes).expect("text");
        assert_eq!(answer.status, StatusCode::OK);
        assert!(!page.contains("http:") && !page.contains("https:") && !page.contains("src=\"//"), "{page}");
        let policy = answer.headers["content-security-policy"].to_str().expect("text").to_owned();
        assert!(policy.contains("script-src 'self';") && !policy.contains("http"), "{policy}");
        assert!(!page.contains("<script>"), "no script of the page's own");
        for file in page.split('"').filter(|part| part.starts_with("/docs/") || part.starts_with("/favicon")) {
            let answer = client.get(file).await;
            assert_eq!(answer.status, StatusCode::OK, "{file}");
            assert!(!answer.bytes.is_empty());
        }
    }
    let script = client.get("/docs/docs.js").await;
    assert!(!String::from_utf8_lossy(&script.bytes).contains("http"));
    assert_eq!(script.headers["content-type"], "text/javascript; charset=utf-8");
    let bundle = client.with("accept-encoding", "gzip").get("/docs/swagger-ui-bundle.js").await;
    assert_eq!(bundle.headers["content-encoding"], "gzip");
    assert_eq!(client.get("/docs/index.html").await.problem(404), "not_found");
    assert_eq!(client.get("/docs/../lib.rs").await.problem(404), "not_found");
}

#[tokio::test]
async fn the_front_door_greets() {
    let config = Config { shop_name: "Tea & <Toast>".into(), dev_mail: true, ..Config::default() };
    let answer = Stand::with(config).client().get("/").await;
    let page = String::from_utf8(answer.bytes).expect("text");
    assert!(page.contains("<h1>Tea &amp; &lt;Toast&gt;</h1>"), "{page}");
    assert!(
        page.contains("href=\"/dev/mail\"")
            && page.contains("href=\"/docs\"")
            && page.contains("href=\"/openapi.json\"")
    );
    assert!(!page.contains("<script") && !page.contains("style=") && !page.contains("{{"));
    assert!(!answer.headers["content-security-policy"].to_str().expect("text").contains("unsafe"));
    let client = Stand::new().client();
    assert!(!String::from_utf8_lossy(&client.get("/").await.bytes).contains("/dev/mail"));
    for (path, kind) in [
        ("/robots.txt", "text/plain; charset=utf-8"),
        ("/favicon.svg", "image/svg+xml"),
        ("/favicon.ico", "image/svg+xml"),
        ("/welcome.css", "text/css; charset=utf-8"),
    ] {
        let answer = client.get(path).await;
        assert_eq!(
            (answer.status, answer.headers["content-type"].to_str().ok()),
            (StatusCode::OK, Some(kind)),
            "{path}"
        );
    }
}

/// One series for each template, however many ids and methods are made up.
#[test]
fn metrics_know_templates_and_never_what_clients_make_up() {
    let recorder = PrometheusBuilder::new().build_recorder();
    let handle = recorder.handle();
    metrics::with_local_recorder(&recorder, || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let openapi = gateway::merge(vec![catalog::openapi(), orders::openapi()]);
            let client = Stand::documented(Config::default(), openapi).client();
            for path in [
                "/products/secret-id-1",
                "/v1/products/secret-id-2",
                "/orders/secret-id-3",
                "/orders/secret-id-4/unknown",
                "/secret-id-5",
                "/healthz",
            ] {
                client.get(path).await;
            }
            client.send("BREW", "/healthz", Body::empty(), None).await;
        });
    });
    let text = handle.render();
    for route in ["/products/{id}", "/orders/{id}", "unmatched", "/healthz"] {
        assert!(text.contains(&format!("route=\"{route}\"")), "{route} is missing in {text}");
    }
    assert!(!text.contains("secret-id"), "{text}");
    assert!(text.contains("method=\"_OTHER\"") && !text.contains("BREW"), "{text}");
    assert!(text.contains("http_server_active_requests{service=\"gateway\"} 0"), "{text}");
}
