//! What the first screen says in each language, out of the storefront's own catalogues of messages: the browser replaces
//! the one screen by the other, and nobody should see a difference.

use std::collections::HashMap;

use rust_embed::RustEmbed;

use super::{locale::Locale, money};

/// The catalogues as translators write them (gettext, messages in ICU's syntax). Without them all is English.
#[derive(RustEmbed)]
#[folder = "../../web/storefront/src/locales"]
#[allow_missing = true]
struct Catalogues;

/// The messages of all languages, by the English ones.
pub(crate) struct Messages(HashMap<Locale, HashMap<String, String>>);

/// What stands in a message's place `name`: text that is HTML already, or a number to count by.
#[derive(Clone, Debug)]
pub(crate) enum Argument {
    Html(String),
    Number(u64),
}

impl Messages {
    pub(crate) fn embedded() -> Self {
        let read = |locale: Locale| {
            let file = Catalogues::get(&format!("{}.po", locale.tag()));
            (locale, file.map(|file| read_po(&String::from_utf8_lossy(&file.data))).unwrap_or_default())
        };
        Self(Locale::ALL.into_iter().map(read).collect())
    }

    /// The message in another language; as it is where nobody has translated it yet.
    fn find<'a>(&'a self, locale: Locale, english: &'a str) -> &'a str {
        let translated = self.0.get(&locale).and_then(|messages| messages.get(english));
        translated.filter(|text| !text.is_empty()).map_or(english, String::as_str)
    }

    /// A message without places, as plain text.
    pub(crate) fn text<'a>(&'a self, locale: Locale, english: &'a str) -> &'a str {
        self.find(locale, english)
    }

    /// A message as HTML, its places filled.
    pub(crate) fn html(&self, locale: Locale, english: &str, arguments: &[(String, Argument)]) -> String {
        let mut html = String::new();
        fill(self.find(locale, english), locale, arguments, None, &mut html);
        html
    }
}

/// Writes `message` to `html`. `counted` is what `#` stands for.
fn fill(message: &str, locale: Locale, arguments: &[(String, Argument)], counted: Option<u64>, html: &mut String) {
    let mut rest = message;
    while let Some(at) = rest.find(['{', '#', '\'', '<']) {
        escape(&rest[..at], html);
        let after = &rest[at + 1..];
        rest = match (&rest[at..=at], counted) {
            ("{", _) => {
                let (inside, after) = braced(after);
                place(inside, locale, arguments, html);
                after
            }
            ("#", Some(number)) => {
                html.push_str(&money::count(number, locale));
                after
            }
            // Two apostrophes stand for one.
            ("'", _) => {
                escape("'", html);
                after.strip_prefix('\'').unwrap_or(after)
            }
            ("<", _) => tag(after, arguments, html),
            (other, _) => {
                html.push_str(other);
                after
            }
        };
    }
    escape(rest, html);
}

/// What stands for a part of the page: `0/>`, or `0>` and `/0>` around words. The argument's name is `<0/>` and so on.
fn tag<'a>(after: &'a str, arguments: &[(String, Argument)], html: &mut String) -> &'a str {
    if let Some((name, rest)) = after.split_once('>')
        && name.trim_matches('/').bytes().all(|byte| byte.is_ascii_digit())
        && let Some((_, Argument::Html(part))) = arguments.iter().find(|(known, _)| *known == format!("<{name}>"))
    {
        html.push_str(part);
        return rest;
    }
    escape("<", html);
    after
}

/// `name`, or `name, plural, =0 {…} one {…} other {…}`.
fn place(inside: &str, locale: Locale, arguments: &[(String, Argument)], html: &mut String) {
    let (name, plural) = inside.split_once(',').map_or((inside, None), |(name, rest)| (name, Some(rest)));
    let argument = arguments.iter().find(|(known, _)| known == name.trim()).map(|(_, argument)| argument);
    match (argument, plural) {
        (Some(Argument::Html(text)), None) => html.push_str(text),
        (Some(Argument::Number(number)), None) => html.push_str(&money::count(*number, locale)),
        (Some(Argument::Number(number)), Some(rest)) => {
            let forms = rest.trim_start().strip_prefix("plural,").unwrap_or_default();
            fill(form(forms, *number, locale), locale, arguments, Some(*number), html);
        }
        (Some(Argument::Html(_)), Some(_)) | (None, _) => {
            tracing::warn!(place = inside, "a message has a place that nothing fills");
        }
    }
}

/// The form for a number: one for just this number, else the one for its kind, else `other`.
fn form(forms: &str, number: u64, locale: Locale) -> &str {
    let (exact, kind) = (format!("={number}"), kind(number, locale));
    let mut rest = forms;
    let (mut by_kind, mut other) = (None, "");
    while let Some((name, after)) = rest.split_once('{') {
        let (text, after) = braced(after);
        match name.trim() {
            name if name == exact => return text,
            name if name == kind => by_kind = Some(text),
            "other" => other = text,
            _ => {}
        }
        rest = after;
    }
    by_kind.unwrap_or(other)
}

/// The plural category of a number (CLDR).
fn kind(number: u64, locale: Locale) -> &'static str {
    match (locale, number, number % 100) {
        (_, 1, _) => "one",
        (Locale::En | Locale::De, ..) => "other",
        (Locale::Ar, 0, _) => "zero",
        (Locale::Ar, 2, _) => "two",
        (Locale::Ar, _, 3..=10) => "few",
        (Locale::Ar, _, 11..) => "many",
        (Locale::Ar, ..) => "other",
    }
}

/// What stands before the brace that closes an open one, and what comes after it.
fn braced(text: &str) -> (&str, &str) {
    let mut open = 1;
    for (at, letter) in text.char_indices() {
        match letter {
            '{' => open += 1,
            '}' => open -= 1,
            _ => {}
        }
        if open == 0 {
            return (&text[..at], &text[at + 1..]);
        }
    }
    (text, "")
}

/// Text as it may stand in HTML, between tags and in an attribute.
pub(crate) fn escape(text: &str, html: &mut String) {
    for letter in text.chars() {
        match letter {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            letter => html.push(letter),
        }
    }
}

/// The translations in a gettext file by their originals. What is no longer used is commented out, and skipped.
fn read_po(text: &str) -> HashMap<String, String> {
    let mut messages = HashMap::new();
    let (mut id, mut translation) = (String::new(), String::new());
    let mut in_id = false;
    for line in text.lines() {
        let quoted = if let Some(quoted) = line.strip_prefix("msgid ") {
            messages.insert(std::mem::take(&mut id), std::mem::take(&mut translation));
            in_id = true;
            quoted
        } else if let Some(quoted) = line.strip_prefix("msgstr ") {
            in_id = false;
            quoted
        } else if line.starts_with('"') {
            line
        } else {
            continue;
        };
        let part: String = serde_json::from_str(quoted.trim()).unwrap_or_default();
        if in_id { id.push_str(&part) } else { translation.push_str(&part) }
    }
    messages.insert(id, translation);
    // The first entry is about the file itself.
    messages.remove("");
    messages
}

#[cfg(test)]
mod tests {
    use super::*;

    const PO: &str = r#"
msgid ""
msgstr ""
"Language: de\n"

#: src/cart.tsx
msgid "Cart, {count, plural, =0 {empty} one {# item} other {# items}}"
msgstr "Warenkorb, {count, plural, =0 {leer} one {# Stück} other {# Stück}}"

msgid "from {now}"
msgstr "ab {now}"

msgid ""
"A <long> "
"\"message\""
msgstr ""

#~ msgid "gone"
#~ msgstr "weg"
"#;

    fn german(english: &str, arguments: &[(&str, Argument)]) -> String {
        let messages = Messages(HashMap::from([(Locale::De, read_po(PO))]));
        let arguments: Vec<_> = arguments.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        messages.html(Locale::De, english, &arguments)
    }

    #[test]
    fn messages_are_found_filled_and_escaped() {
        assert_eq!(german("from {now}", &[("now", Argument::Html("<b>1</b>".into()))]), "ab <b>1</b>");
        assert_eq!(german("A <long> \"message\"", &[]), "A &lt;long&gt; &quot;message&quot;", "not translated yet");
        assert_eq!(german("gone", &[]), "gone");
        let strong = [("<0>", Argument::Html("<b>".into())), ("</0>", Argument::Html("</b>".into()))];
        assert_eq!(german("for <0>you</0>, 1 < 2", &strong), "for <b>you</b>, 1 &lt; 2");
        assert_eq!(german("it''s '{name}'", &[("name", Argument::Html("x".into()))]), "it&#39;s &#39;x&#39;");
    }

    #[test]
    fn numbers_take_their_form() {
        let english = "Cart, {count, plural, =0 {empty} one {# item} other {# items}}";
        let count = |number| german(english, &[("count", Argument::Number(number))]);
        assert_eq!(
            [count(0), count(1), count(1200)],
            ["Warenkorb, leer", "Warenkorb, 1 Stück", "Warenkorb, 1.200 Stück"]
        );
        let arabic = |number| kind(number, Locale::Ar);
        assert_eq!(
            [0, 1, 2, 7, 103, 11, 99, 100, 102].map(arabic),
            ["zero", "one", "two", "few", "few", "many", "many", "other", "other"]
        );
    }
}
