//! One OpenAPI document for the whole shop, put together from those of the services, and what the gateway knows from
//! it: which paths there are, and which operations are for people with an account.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    body::Bytes,
    extract::State,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use sha2::{Digest, Sha256};
use utoipa::openapi::{
    Components, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder, PathItem, Ref, RefOr, Schema, Server,
    path::{Operation, Parameter, ParameterIn},
    security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme},
    tag::TagBuilder,
};
use web::{answers, problem::MEDIA_TYPE};

use crate::{App, answer};

const DESCRIPTION: &str = "The API of a Rialto shop. Sign in at `POST /users/login` and send the access token as \
    `Authorization: Bearer …`. Errors are problem details (RFC 9457) with a stable `code`. Lists are cut into pages with \
    `limit` and `cursor`. A `POST` that creates or moves money honours `Idempotency-Key`. Money is an integer number of \
    minor units with its currency. Every path also works below `/v1`.";

const TAGS: [(&str, &str); 20] = [
    ("shop", "What the shop says of itself"),
    ("users", "Accounts, sessions and addresses"),
    ("staff", "Who works here, and what they may do"),
    ("products", "The catalogue and its search"),
    ("categories", "How the catalogue is sorted"),
    ("media", "Pictures"),
    ("imports", "Products from spreadsheets"),
    ("inventory", "Stock"),
    ("reviews", "What customers say of products"),
    ("carts", "The cart, of a guest or a customer"),
    ("promotions", "Coupons and campaigns"),
    ("orders", "Placing and following orders"),
    ("returns", "Sending things back"),
    ("reports", "What was sold, and what waits for a person"),
    ("payment", "Paying for an order, and being paid back"),
    ("payments", "The books of payments, for staff"),
    ("shipping", "Shipping options and tracking"),
    ("shipments", "Getting orders out of the door"),
    ("notifications", "Mails and messages"),
    ("events", "What the parts of the shop tell each other, and what is stuck"),
];

/// Puts the services' documents together. What `clashes` and `complaints` find is logged.
pub fn merge(parts: Vec<OpenApi>) -> OpenApi {
    let mut whole = frame();
    let clashes = clashes(&parts);
    for part in parts {
        let OpenApi { paths, components, tags, .. } = part;
        for (path, item) in paths.paths {
            match whole.paths.paths.get_mut(&path) {
                Some(known) => known.merge_operations(item),
                None => {
                    whole.paths.paths.insert(path, item);
                }
            }
        }
        if let (Some(all), Some(mut components)) = (&mut whole.components, components) {
            components.schemas.retain(|name, _| !all.schemas.contains_key(name));
            all.schemas.append(&mut components.schemas);
            components.responses.retain(|name, _| !all.responses.contains_key(name));
            all.responses.append(&mut components.responses);
        }
        let known = whole.tags.get_or_insert_default();
        for tag in tags.unwrap_or_default() {
            if !known.iter().any(|other| other.name == tag.name) {
                known.push(tag);
            }
        }
    }
    keep_used_tags(&mut whole);
    name_problems(&mut whole);
    answer_at_the_door(&mut whole);
    for complaint in clashes.into_iter().chain(complaints(&whole)) {
        tracing::warn!(complaint, "openapi");
    }
    whole
}

fn frame() -> OpenApi {
    let header = |name: &str, description: &str| {
        SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::with_description(name, description)))
    };
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("JWT")
        .description(Some("The `access_token` that register, login and refresh give."))
        .build();
    let mut components = Components::new();
    components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
    components.add_security_scheme("orderToken", header("Order-Token", "The `guest_token` of a guest's order."));
    components.add_security_scheme("cartToken", header("Cart-Token", "The token of a guest's cart."));
    answers::register(&mut components);
    let info = InfoBuilder::new()
        .title("Rialto")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(DESCRIPTION))
        .license(Some(LicenseBuilder::new().name("Apache-2.0").identifier(Some("Apache-2.0")).build()))
        .build();
    let tags: Vec<_> = TAGS
        .iter()
        .map(|(name, description)| TagBuilder::new().name(*name).description(Some(*description)).build())
        .collect();
    OpenApiBuilder::new()
        .info(info)
        .servers(Some([Server::new("/")]))
        .components(Some(components))
        .tags(Some(tags))
        .build()
}

/// Names that two services give to different schemas. The document has one schema a name, so the second would be told
/// as if it were the first.
pub fn clashes(parts: &[OpenApi]) -> Vec<String> {
    let mut known: BTreeMap<&str, (&str, &RefOr<Schema>)> = BTreeMap::new();
    let mut clashes = Vec::new();
    for part in parts {
        let schemas = part.components.iter().flat_map(|components| &components.schemas);
        for (name, schema) in schemas {
            let (title, first) = *known.entry(name).or_insert((&part.info.title, schema));
            if first != schema {
                clashes.push(format!("{name} is one thing for {title} and another for {}", part.info.title));
            }
        }
    }
    clashes
}

fn keep_used_tags(whole: &mut OpenApi) {
    let used: Vec<String> =
        operations(whole).flat_map(|(_, _, operation)| operation.tags.clone().unwrap_or_default()).collect();
    whole.tags.get_or_insert_default().retain(|tag| used.contains(&tag.name));
}

/// Problems have a media type of their own; the services' documents say JSON where they say nothing.
fn name_problems(whole: &mut OpenApi) {
    let problem = RefOr::Ref(Ref::from_schema_name("ProblemBody"));
    for operation in whole.paths.paths.values_mut().flat_map(by_method_mut) {
        for answer in operation.responses.responses.values_mut() {
            if let RefOr::T(answer) = answer
                && let Some(RefOr::T(content)) = answer.content.get("application/json")
                && content.schema.as_ref() == Some(&problem)
                && let Some(content) = answer.content.shift_remove("application/json")
            {
                answer.content.insert(MEDIA_TYPE.to_owned(), content);
            }
        }
    }
}

/// Adds what the gateway and the extractors answer for every operation, where the service does not say more.
fn answer_at_the_door(whole: &mut OpenApi) {
    for operation in whole.paths.paths.values_mut().flat_map(by_method_mut) {
        let parameters = operation.parameters.as_deref().unwrap_or_default();
        let is_in = |parameter: &RefOr<Parameter>, place| matches!(parameter, RefOr::T(it) if it.parameter_in == place);
        let has = |place: ParameterIn| parameters.iter().any(|parameter| is_in(parameter, place.clone()));
        let door =
            answers::of_the_door(operation.request_body.is_some(), has(ParameterIn::Query), has(ParameterIn::Path));
        for (status, answer) in door {
            operation.responses.responses.entry(status).or_insert(answer);
        }
    }
}

/// What a reader of `document` would miss: every operation has a unique id, a summary, a tag and an answer for when it
/// goes well.
pub fn complaints(document: &OpenApi) -> Vec<String> {
    let mut complaints = Vec::new();
    let mut ids: BTreeMap<&str, String> = BTreeMap::new();
    for (path, method, operation) in operations(document) {
        let place = format!("{method} {path}");
        let has = |class: char| operation.responses.responses.keys().any(|status| status.starts_with(class));
        let mut require = |holds: bool, what: &str| {
            if !holds {
                complaints.push(format!("{place}: {what}"));
            }
        };
        require(operation.summary.as_ref().is_some_and(|summary| !summary.is_empty()), "has no summary");
        require(has('2') || has('3'), "has no answer for success");
        require(operation.tags.as_ref().is_some_and(|tags| !tags.is_empty()), "has no tag");
        match operation.operation_id.as_deref() {
            None | Some("") => complaints.push(format!("{place}: has no operationId")),
            Some(id) => {
                if let Some(other) = ids.insert(id, place.clone()) {
                    complaints.push(format!("{place}: operationId {id} is also that of {other}"));
                }
            }
        }
    }
    complaints
}

fn operations(document: &OpenApi) -> impl Iterator<Item = (&str, Method, &Operation)> {
    document
        .paths
        .paths
        .iter()
        .flat_map(|(path, item)| by_method(item).map(move |(method, operation)| (path.as_str(), method, operation)))
}

fn by_method(item: &PathItem) -> impl Iterator<Item = (Method, &Operation)> {
    let operations = [
        (Method::GET, &item.get),
        (Method::PUT, &item.put),
        (Method::POST, &item.post),
        (Method::DELETE, &item.delete),
        (Method::PATCH, &item.patch),
        (Method::HEAD, &item.head),
        (Method::OPTIONS, &item.options),
    ];
    operations.into_iter().filter_map(|(method, operation)| operation.as_ref().map(|operation| (method, operation)))
}

fn by_method_mut(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let operations = [
        &mut item.get,
        &mut item.put,
        &mut item.post,
        &mut item.delete,
        &mut item.patch,
        &mut item.head,
        &mut item.options,
    ];
    operations.into_iter().filter_map(Option::as_mut)
}

/// The document as it is served, and its paths ready to be matched.
pub struct Document {
    bytes: Bytes,
    etag: HeaderValue,
    templates: matchit::Router<Template>,
}

struct Template {
    path: Arc<str>,
    /// The methods that nobody may use without an account.
    account_only: Vec<Method>,
}

impl Document {
    pub fn new(openapi: OpenApi) -> Self {
        let bytes = serde_json::to_vec(&openapi).unwrap_or_default();
        let hash = hex::encode(&Sha256::digest(&bytes)[..12]);
        let etag = HeaderValue::from_str(&format!("\"{hash}\"")).unwrap_or(HeaderValue::from_static("\"none\""));
        let mut templates = matchit::Router::new();
        for (path, item) in openapi.paths.paths {
            let guarded = by_method(&item).filter(|(_, operation)| is_account_only(operation));
            let account_only = guarded.map(|(method, _)| method).collect();
            if let Err(error) =
                templates.insert(path.as_str(), Template { path: Arc::from(path.as_str()), account_only })
            {
                tracing::warn!(path, %error, "this path cannot be told apart in metrics");
            }
        }
        Self { bytes: bytes.into(), etag, templates }
    }

    /// The template that `path` fits, such as `/products/{id}`.
    pub(crate) fn template(&self, path: &str) -> Option<Arc<str>> {
        self.templates.at(path).ok().map(|found| found.value.path.clone())
    }

    /// Whether the operation says that it is for people with an account. What it does not know is for a service to say.
    pub(crate) fn is_account_only(&self, method: &Method, path: &str) -> bool {
        let method = if method == Method::HEAD { &Method::GET } else { method };
        self.templates.at(path).is_ok_and(|found| found.value.account_only.contains(method))
    }
}

/// An operation names the ways to be let in, of which one is enough; an empty one lets everybody in.
fn is_account_only(operation: &Operation) -> bool {
    let bearer = SecurityRequirement::new("bearer", Vec::<String>::new());
    operation.security.as_ref().is_some_and(|ways| !ways.is_empty() && ways.iter().all(|way| *way == bearer))
}

/// `GET /openapi.json`
pub(crate) async fn show(State(app): State<App>, headers: HeaderMap) -> Response {
    let document = &app.openapi;
    let common = [(header::ETAG, document.etag.clone()), (header::CACHE_CONTROL, HeaderValue::from_static("no-cache"))];
    if answer::is_known(&headers, &document.etag) {
        return (StatusCode::NOT_MODIFIED, common).into_response();
    }
    (common, [(header::CONTENT_TYPE, "application/json")], document.bytes.clone()).into_response()
}
