//! From what is known of a page to the document a browser gets: templates, first data, nonce, and the headers that keep
//! the page to itself.

use std::{collections::HashMap, sync::Arc};

use axum::response::{Html, IntoResponse, Response};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use minijinja::{
    AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior, Value,
    syntax::SyntaxConfig,
    value::{Kwargs, Serde, ValueKind},
};
use serde::Serialize;

use super::{
    built::Entry,
    locale::Locale,
    messages::{Argument, Messages, escape},
    path::Secrecy,
};

const TEMPLATES: [(&str, &str); 14] = [
    ("admin.html", include_str!("../../pages/admin.html")),
    ("document.html", include_str!("../../pages/document.html")),
    ("facets.html", include_str!("../../pages/facets.html")),
    ("footer.html", include_str!("../../pages/footer.html")),
    ("header.html", include_str!("../../pages/header.html")),
    ("home.html", include_str!("../../pages/home.html")),
    ("icons.html", include_str!("../../pages/icons.html")),
    ("list.html", include_str!("../../pages/list.html")),
    ("missing.html", include_str!("../../pages/missing.html")),
    ("own.html", include_str!("../../pages/own.html")),
    ("parts.html", include_str!("../../pages/parts.html")),
    ("product.html", include_str!("../../pages/product.html")),
    ("shell.html", include_str!("../../pages/shell.html")),
    ("trouble.html", include_str!("../../pages/trouble.html")),
];

/// Where browsers tell what a policy kept a page from doing.
const REPORTS: HeaderValue = HeaderValue::from_static("csp=\"/csp-reports\"");
const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const REPORTING_ENDPOINTS: HeaderName = HeaderName::from_static("reporting-endpoints");

/// What renders documents. Nonce and theme differ from answer to answer: in a rendered document marks that nobody can
/// guess stand in their places.
pub(crate) struct Press {
    /// One for each language: `t` speaks it.
    templates: HashMap<Locale, Environment<'static>>,
    nonce_mark: String,
    theme_mark: String,
}

/// A rendered document.
#[derive(Clone, Debug)]
pub(crate) struct Rendered {
    pub(crate) status: StatusCode,
    pub(crate) html: String,
}

/// What the head of a document says.
#[derive(Debug, Serialize)]
pub(crate) struct Head {
    pub(crate) title: String,
    pub(crate) description: Option<String>,
    /// The one address of all that show the same.
    pub(crate) canonical: Option<String>,
    /// The same page in each language.
    pub(crate) alternates: Vec<Alternate>,
    pub(crate) robots: Option<&'static str>,
    /// As Open Graph calls it.
    pub(crate) kind: &'static str,
    pub(crate) image: Option<String>,
    /// JSON-LD, fit for a script.
    pub(crate) structured: Vec<String>,
}

#[derive(Debug, Serialize)]
pub(crate) struct Alternate {
    pub(crate) language: &'static str,
    pub(crate) url: String,
}

/// The whole of what a template is given.
pub(crate) struct Context<'a> {
    pub(crate) shop: &'a str,
    pub(crate) locale: Locale,
    pub(crate) head: Head,
    pub(crate) entry: Entry,
    /// JSON for the browser, fit for a script.
    pub(crate) first_data: String,
    pub(crate) view: Value,
}

impl Press {
    pub(crate) fn new(messages: &Arc<Messages>) -> Result<Self, Error> {
        let templates = Locale::ALL.into_iter().map(|locale| Ok((locale, templates(messages.clone(), locale)?)));
        let mark = || format!("{:032x}", rand::random::<u128>());
        Ok(Self { templates: templates.collect::<Result<_, Error>>()?, nonce_mark: mark(), theme_mark: mark() })
    }

    pub(crate) fn render(&self, template: &str, status: StatusCode, given: Context<'_>) -> Result<Rendered, Error> {
        let context = minijinja::context! {
            shop => given.shop, lang => given.locale.tag(), dir => given.locale.direction(),
            og_locale => given.locale.open_graph(), head => Serde(given.head), entry => Serde(given.entry),
            first_data => given.first_data, view => given.view,
            nonce => self.nonce_mark.as_str(), theme => self.theme_mark.as_str(),
        };
        let templates = self.templates.get(&given.locale).ok_or(ErrorKind::TemplateNotFound)?;
        Ok(Rendered { status, html: templates.get_template(template)?.render(context)? })
    }

    /// The answer for one visitor.
    pub(crate) fn answer(&self, document: &Rendered, asked: &HeaderMap, care: Care) -> Response {
        let nonce = format!("{:032x}", rand::random::<u128>());
        let theme = theme(asked).map(|theme| format!(" data-theme=\"{theme}\"")).unwrap_or_default();
        let html = document.html.replace(&self.nonce_mark, &nonce).replacen(&self.theme_mark, &theme, 1);
        let mut response = (document.status, Html(html)).into_response();
        care.put(&nonce, response.headers_mut());
        response
    }
}

/// How a page is kept from harm.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Care {
    pub(crate) secrecy: Secrecy,
    pub(crate) place: Place,
}

/// Where a page stands, for what it needs beyond others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Shop,
    /// A bank may ask its question in a frame or a window.
    Checkout,
    /// Letters are shown in a frame as they will look, pictures before they are sent.
    Admin,
}

impl Care {
    fn put(self, nonce: &str, headers: &mut HeaderMap) {
        let keep = match self.secrecy {
            // Each answer has a nonce of its own, so nobody may keep one for others.
            Secrecy::Public | Secrecy::Personal => "private, no-cache",
            Secrecy::Private | Secrecy::SecretAddress => "no-store",
        };
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
        headers.insert(REPORTING_ENDPOINTS, REPORTS);
        if let Ok(policy) = HeaderValue::from_str(&self.policy(nonce)) {
            headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        if self.secrecy == Secrecy::SecretAddress {
            headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        }
        if self.place == Place::Checkout {
            headers.insert(OPENER_POLICY, HeaderValue::from_static("same-origin-allow-popups"));
        }
    }

    fn policy(self, nonce: &str) -> String {
        let frames = if self.place == Place::Shop { "" } else { "frame-src 'self'; " };
        let pictures = if self.place == Place::Admin { " blob:" } else { "" };
        format!(
            "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic'; style-src 'self' 'nonce-{nonce}'; \
             img-src 'self' data:{pictures}; font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; \
             {frames}form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; \
             report-uri /csp-reports; report-to csp"
        )
    }
}

/// The visitor's choice between light and dark, which the page's own script keeps in a cookie.
fn theme(asked: &HeaderMap) -> Option<&'static str> {
    match cookie(asked, "theme")? {
        "light" => Some("light"),
        "dark" => Some("dark"),
        _ => None,
    }
}

/// A cookie's value.
pub(crate) fn cookie<'a>(asked: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = asked.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(';')).find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
}

/// JSON as it may stand inside of a script: nothing in it ends the script or begins a comment.
pub(crate) fn in_script(json: &str) -> String {
    json.replace('<', "\\u003c")
}

fn templates(messages: Arc<Messages>, locale: Locale) -> Result<Environment<'static>, Error> {
    let mut templates = Environment::new();
    // Lines that only steer leave no trace.
    templates.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
    templates.set_undefined_behavior(UndefinedBehavior::Strict);
    templates.set_auto_escape_callback(|_| AutoEscape::Html);
    templates.set_formatter(|out, state, value| match value.as_str().filter(|_| !value.is_safe()) {
        Some(text) => out.write_str(&escaped(text)).map_err(Error::from),
        None => minijinja::escape_formatter(out, state, value),
    });
    templates.add_function("t", move |english: &str, places: Kwargs| translated(&messages, locale, english, &places));
    for (name, source) in TEMPLATES {
        templates.add_template(name, source)?;
    }
    Ok(templates)
}

fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    escape(text, &mut html);
    html
}

/// `t("from {now}", now=price)`: a message in the page's language. A place that has a number for its name is given as
/// `p0`, a part of the page that has one as `e0`, or as `e0` and `e0_end` around words.
fn translated(messages: &Messages, locale: Locale, english: &str, places: &Kwargs) -> Result<Value, Error> {
    let mut arguments = Vec::new();
    for given in places.args() {
        let value: Value = places.get(given)?;
        let argument = match (value.kind(), u64::try_from(value.clone())) {
            (ValueKind::Number, Ok(number)) => Argument::Number(number),
            _ if value.is_safe() => Argument::Html(value.to_string()),
            _ => Argument::Html(escaped(&value.to_string())),
        };
        let number =
            |prefix| given.strip_prefix(prefix).filter(|rest: &&str| rest.starts_with(|c: char| c.is_ascii_digit()));
        match (number("p"), number("e")) {
            (Some(place), _) => arguments.push((place.to_owned(), argument)),
            (None, Some(part)) => match part.strip_suffix("_end") {
                Some(part) => arguments.push((format!("</{part}>"), argument)),
                None => arguments.extend([(format!("<{part}>"), argument.clone()), (format!("<{part}/>"), argument)]),
            },
            (None, None) => arguments.push((given.to_owned(), argument)),
        }
    }
    Ok(Value::from_safe_string(messages.html(locale, english, &arguments)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_cannot_leave_its_script() {
        let json = in_script(r#"{"title":"</script><!--<b>"}"#);
        assert_eq!(json, r#"{"title":"\u003c/script>\u003c!--\u003cb>"}"#);
        assert_eq!(serde_json::from_str::<serde_json::Value>(&json).expect("JSON")["title"], "</script><!--<b>");
    }

    #[test]
    fn cookies_are_read_by_their_whole_name() {
        let asked = HeaderMap::from_iter([(header::COOKIE, HeaderValue::from_static("mytheme=light; theme=dark"))]);
        assert_eq!((theme(&asked), cookie(&asked, "the")), (Some("dark"), None));
        let odd = HeaderMap::from_iter([(header::COOKIE, HeaderValue::from_static("theme=\" onload=\"x"))]);
        assert_eq!(theme(&odd), None);
    }
}
