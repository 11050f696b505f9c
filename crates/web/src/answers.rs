//! The problem answers that many operations can give. Those that follow from what an operation takes are added to all of
//! them, `of_the_door`; for the others there are types for `responses(…)` of `#[utoipa::path]`. Operations only refer to
//! them; `register` puts them into the document, with the very problems that handlers answer with as examples.

use std::collections::BTreeMap;

use http::StatusCode;
use utoipa::{
    IntoResponses, PartialSchema, ToSchema,
    openapi::{
        Components, ContentBuilder, Ref, RefOr,
        example::ExampleBuilder,
        response::{Response, ResponseBuilder},
    },
};

use crate::problem::{FieldError, MEDIA_TYPE, Problem, ProblemBody};

type Answers = BTreeMap<String, RefOr<Response>>;

/// 403, for what only staff may do.
pub struct StaffOnly;

impl IntoResponses for StaffOnly {
    fn responses() -> Answers {
        see([(StatusCode::FORBIDDEN, "Forbidden")])
    }
}

/// 404: it does not exist, or is someone else's.
pub struct NotFound;

impl IntoResponses for NotFound {
    fn responses() -> Answers {
        see([(StatusCode::NOT_FOUND, "NotFound")])
    }
}

/// 422: readable, but with values that are not as they should be.
pub struct Invalid;

impl IntoResponses for Invalid {
    fn responses() -> Answers {
        see([(StatusCode::UNPROCESSABLE_ENTITY, "Invalid")])
    }
}

/// What every operation can answer, whatever it does: the door looks at each request before its service does. With a
/// body there are more ways to be wrong, with parameters in the path one.
pub fn of_the_door(takes_body: bool, takes_query: bool, takes_path: bool) -> Answers {
    let mut answers = see([
        (StatusCode::UNAUTHORIZED, "Unauthorized"),
        (StatusCode::TOO_MANY_REQUESTS, "TooManyRequests"),
        (StatusCode::SERVICE_UNAVAILABLE, "Unavailable"),
    ]);
    if takes_query {
        answers.extend(see([(StatusCode::BAD_REQUEST, "InvalidQuery")]));
    }
    if takes_path {
        answers.extend(see([(StatusCode::NOT_FOUND, "NotFound")]));
    }
    if takes_body {
        answers.extend(see([
            (StatusCode::BAD_REQUEST, "Malformed"),
            (StatusCode::PAYLOAD_TOO_LARGE, "TooLarge"),
            (StatusCode::UNSUPPORTED_MEDIA_TYPE, "UnsupportedMediaType"),
            (StatusCode::UNPROCESSABLE_ENTITY, "Invalid"),
        ]));
    }
    answers
}

fn see<const N: usize>(answers: [(StatusCode, &str); N]) -> Answers {
    let refer =
        |(status, name): (StatusCode, &str)| (status.as_str().to_owned(), RefOr::Ref(Ref::from_response_name(name)));
    answers.into_iter().map(refer).collect()
}

/// Puts what the types above refer to into a document.
pub fn register(components: &mut Components) {
    let bad_request = |code| Problem::new(StatusCode::BAD_REQUEST, code);
    let malformed = bad_request("malformed_json").detail("The body is not JSON: EOF while parsing a value.");
    let message = "invalid type: integer `1`, expected a string";
    let wrong_type = bad_request("wrong_type").detail(format!("name has the wrong type: {message}."));
    let unread = "invalid digit found in string";
    let query = bad_request("invalid_query").detail(format!("The parameter limit is not as it should be: {unread}."));
    let known = [
        ("Unauthorized", vec![Problem::unauthorized()]),
        ("Forbidden", vec![Problem::forbidden()]),
        ("NotFound", vec![Problem::not_found()]),
        ("Malformed", vec![malformed, wrong_type.field("name", "wrong_type", message)]),
        ("InvalidQuery", vec![query.field("limit", "invalid", unread)]),
        ("Invalid", vec![Problem::invalid_field("name", "required", "must not be empty")]),
        ("Unavailable", vec![Problem::unavailable("")]),
        ("TooLarge", vec![Problem::too_large()]),
        ("UnsupportedMediaType", vec![Problem::unsupported_media_type()]),
        ("TooManyRequests", vec![Problem::too_many_requests(1)]),
    ];
    components.responses.extend(known.map(|(name, problems)| (name.to_owned(), RefOr::T(described(problems)))));
    components.schemas.insert(ProblemBody::name().into_owned(), ProblemBody::schema());
    components.schemas.insert(FieldError::name().into_owned(), FieldError::schema());
}

/// Described by its codes, with an example of each.
fn described(problems: Vec<Problem>) -> Response {
    let codes: Vec<String> = problems.iter().map(|problem| format!("`{}`", problem.code())).collect();
    let examples = problems.into_iter().map(|problem| {
        let code = problem.code();
        (code, ExampleBuilder::new().value(serde_json::to_value(problem.into_body()).ok()).build())
    });
    let content = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name(ProblemBody::name())))
        .examples_from_iter(examples)
        .build();
    ResponseBuilder::new().description(codes.join(", ")).content(MEDIA_TYPE, content).build()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_operations_refer_to_is_there_described_by_its_codes_and_shown() {
        let mut components = Components::new();
        register(&mut components);
        let components = serde_json::to_value(components).expect("JSON");
        let referred = [
            StaffOnly::responses(),
            NotFound::responses(),
            Invalid::responses(),
            of_the_door(true, false, true),
            of_the_door(false, true, false),
        ]
        .map(|answers| serde_json::to_value(answers).expect("JSON"));
        for answers in &referred {
            for (status, answer) in answers.as_object().expect("an object") {
                let name = answer["$ref"].as_str().and_then(|place| place.strip_prefix("#/components/responses/"));
                let answer = &components["responses"][name.expect("a response of the document")];
                let codes = answer["description"].as_str().expect("codes").replace('`', "");
                let shown = &answer["content"]["application/problem+json"];
                assert_eq!(shown["schema"], json!({"$ref": "#/components/schemas/ProblemBody"}));
                for code in codes.split(", ") {
                    let example = &shown["examples"][code]["value"];
                    assert_eq!((&example["code"], example["status"].to_string()), (&json!(code), status.clone()));
                }
            }
        }
        assert!(components["schemas"]["FieldError"].is_object());
    }
}
