//! What someone types into the search box: it is cut into words that stay the same when they are cut again, and a word
//! is as far from another as the other from it.
#![no_main]

use catalog::index::words;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|typed: (&str, &str)| {
    let (a, b) = typed;
    let cut = words::cut(a);
    assert_eq!(words::cut(&cut.join(" ")), cut);
    if a.len() + b.len() < 200 {
        assert_eq!(words::slips_between(a, b), words::slips_between(b, a));
        assert_eq!(words::slips_between(a, a), 0);
    }
});
