//! Files that are generated and committed, so that a review sees what changes in them.

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
