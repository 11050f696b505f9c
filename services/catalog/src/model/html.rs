//! Descriptions: what HTML they may hold, and the words in them.

use std::{collections::HashSet, sync::LazyLock};

use ammonia::Builder;

const TAGS: [&str; 30] = [
    "a",
    "b",
    "blockquote",
    "br",
    "code",
    "dd",
    "dl",
    "dt",
    "em",
    "h2",
    "h3",
    "h4",
    "hr",
    "i",
    "li",
    "ol",
    "p",
    "pre",
    "s",
    "small",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
];

static CLEANER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut cleaner = Builder::default();
    cleaner
        .tags(HashSet::from(TAGS))
        .tag_attributes([("a", HashSet::from(["href", "title"]))].into())
        .generic_attributes(HashSet::from(["lang"]))
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .link_rel(Some("noopener nofollow"));
    cleaner
});

/// `html` with only harmless elements and attributes left.
pub fn clean(html: &str) -> String {
    CLEANER.clean(html).to_string()
}

/// The text of cleaned HTML, with a space where a tag stood.
pub fn text(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut in_tag = false;
    for c in html.chars() {
        match (c, in_tag) {
            ('<', false) => {
                in_tag = true;
                text.push(' ');
            }
            ('>', true) => in_tag = false,
            (c, false) => text.push(c),
            (_, true) => {}
        }
    }
    for (entity, c) in [("&nbsp;", " "), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")]
    {
        text = text.replace(entity, c);
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_runs_is_left() {
        for attack in [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "<a href=\"javascript:alert(1)\">x</a>",
            "<svg><script>alert(1)</script></svg>",
            "<p onclick=\"alert(1)\" style=\"position:fixed\">x</p>",
            "<iframe src=\"//evil\"></iframe>",
            "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
            "<a href=\"data:text/html,<script>alert(1)</script>\">x</a>",
        ] {
            let cleaned = clean(attack);
            for trace in ["<script", "onerror", "onclick", "javascript:", "<iframe", "<svg", "style=", "data:", "<img"]
            {
                assert!(!cleaned.contains(trace), "{attack} left {cleaned}");
            }
        }
    }

    #[test]
    fn words_do_not_run_together() {
        let html = "<p>Two &amp; three</p><ul><li>Holds <strong>350 ml</strong></li><li>Blue</li></ul>";
        assert_eq!(clean(html), html);
        assert_eq!(text(html), "Two & three Holds 350 ml Blue");
    }
}
