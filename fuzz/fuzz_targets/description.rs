//! A product's description as a merchant, or a file, brings it: what is left is harmless, and cleaning it again changes
//! nothing, so that a document is the same after each save.
#![no_main]

use catalog::model::html;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|description: &str| {
    let cleaned = html::clean(description);
    assert_eq!(html::clean(&cleaned), cleaned);
    let small = cleaned.to_ascii_lowercase();
    for runs in ["<script", "<iframe", "<style", "<svg", "<img", "<object", "<form"] {
        assert!(!small.contains(runs), "{runs} is left of {description:?}: {cleaned:?}");
    }
    // The words are for the index; they must come out of any HTML.
    let _ = html::text(&cleaned);
});
