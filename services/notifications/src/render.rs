//! From a text and its variables to the subject, plain text and HTML of a message. Pure.
//!
//! Undefined and empty variables are errors, never gaps; everything that comes from outside is escaped in HTML.

use contracts::Money;
use minijinja::{
    AutoEscape, Environment, Error as JinjaError, ErrorKind, UndefinedBehavior, Value as Jinja, syntax::SyntaxConfig,
    value::Serde,
};
use serde_json::{Map, Value, json};
use web::Problem;

use crate::{
    format,
    model::Topic,
    templates::{Source, Template, Templates, quiet_tags},
};

/// Steps a template may take: far more than any needs, so that a loop in one cannot hold the service up.
const FUEL: u64 = 200_000;
const OUTPUT_MAX_BYTES: usize = 256 * 1024;
const SUBJECT_MAX_CHARS: usize = 200;
/// What bodies are made of, made known to each of them. It stands before their first line, so that line numbers hold.
const PARTS: &str = "hello, button, link_line, code_box, section, note, facts, lines, goods_list, address";
const PARAGRAPH: &str = r#"<p class="ink" style="margin:0 0 16px;color:#1d2421;">"#;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    pub subject: String,
    pub text: String,
    pub html: String,
}

/// What stands around every message.
#[derive(Clone, Debug)]
pub struct Frame<'a> {
    pub shop: &'a str,
    pub shop_url: &'a str,
    pub unsubscribe_url: Option<&'a str>,
    pub topic: Topic,
}

/// A template that cannot be rendered with these variables.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{part}{}: {cause}", .line.map(|line| format!(" line {line}")).unwrap_or_default())]
pub struct RenderError {
    /// `subject`, `heading`, `preview` or `body`.
    pub part: &'static str,
    pub line: Option<usize>,
    pub cause: String,
}

impl RenderError {
    pub(crate) fn problem(&self) -> Problem {
        let message = match self.line {
            Some(line) => format!("line {line}: {}", self.cause),
            None => self.cause.clone(),
        };
        Problem::invalid_field(self.part, "template", message).with("line", self.line)
    }
}

/// Renders `source`, a text of `template` in `language`, with `data`.
pub fn render(
    templates: &Templates,
    template: &Template,
    source: &Source,
    language: &str,
    data: &Map<String, Value>,
    frame: &Frame<'_>,
) -> Result<Rendered, RenderError> {
    let mut env = environment(templates, language)?;
    let words = templates.words(language);
    let context = context(template, words, language, data, frame);
    let subject = line(&mut env, "subject", &source.subject, &context)?;
    if subject.chars().count() > SUBJECT_MAX_CHARS {
        return Err(RenderError { part: "subject", line: None, cause: "is too long once filled in".into() });
    }
    let heading = line(&mut env, "heading", &source.heading, &context)?;
    let preview = line(&mut env, "preview", &source.preview, &context)?;
    let plain = body(&mut env, "body.txt", &source.body, &context)?;
    let rich = body(&mut env, "body.html", &source.body, &context)?;
    let around = |body: Jinja| {
        let mut around = context.clone();
        around.insert("subject".into(), Jinja::from(subject.clone()));
        around.insert("heading".into(), Jinja::from(heading.clone()));
        around.insert("preview".into(), Jinja::from(preview.clone()));
        around.insert("why".into(), Jinja::from(why(words, frame.topic)));
        around.insert("body".into(), body);
        around
    };
    let text = in_layout(&env, "layout.txt", around(Jinja::from(chunks(&plain).join("\n\n"))))?;
    let html = in_layout(&env, "layout.html", around(Jinja::from_safe_string(to_html(&rich))))?;
    Ok(Rendered { subject, text: text.trim_end().to_owned() + "\n", html })
}

/// Frames a message that was written by hand: plain text, in which nothing is a template.
pub fn plain(
    templates: &Templates,
    subject: &str,
    body: &str,
    language: &str,
    frame: &Frame<'_>,
) -> Result<Rendered, RenderError> {
    let env = environment(templates, language)?;
    let words = templates.words(language);
    let mut context = frame_context(words, language, frame);
    let preview = body.lines().next().unwrap_or_default().trim().to_owned();
    for (name, value) in [("subject", subject), ("heading", subject), ("preview", &preview)] {
        context.insert(name.into(), Jinja::from(value));
    }
    context.insert("why".into(), Jinja::from(why(words, frame.topic)));
    let with = |body: Jinja| {
        let mut context = context.clone();
        context.insert("body".into(), body);
        context
    };
    let text = in_layout(&env, "layout.txt", with(Jinja::from(body.trim())))?;
    let escaped = escape(body);
    let html = in_layout(&env, "layout.html", with(Jinja::from_safe_string(to_html(&escaped))))?;
    Ok(Rendered { subject: subject.to_owned(), text: text.trim_end().to_owned() + "\n", html })
}

type Context = std::collections::BTreeMap<String, Jinja>;

fn context(
    template: &Template,
    words: &Value,
    language: &str,
    data: &Map<String, Value>,
    frame: &Frame<'_>,
) -> Context {
    let absent = template.optional.iter().map(|name| (name.clone(), Jinja::from(())));
    let mut all: Context = absent.collect();
    all.extend(data.iter().map(|(name, value)| (name.clone(), Jinja::from(Serde(value)))));
    // Last, so that no variable from outside can stand in for them.
    all.extend(frame_context(words, language, frame));
    all
}

fn frame_context(words: &Value, language: &str, frame: &Frame<'_>) -> Context {
    let rtl = format::is_right_to_left(language);
    let text = |name: &str, value: &str| (name.to_owned(), Jinja::from(value));
    Context::from([
        text("shop", frame.shop),
        text("shop_url", frame.shop_url),
        ("unsubscribe_url".to_owned(), Jinja::from(frame.unsubscribe_url.map(str::to_owned))),
        ("w".to_owned(), Jinja::from(Serde(words))),
        text("lang", language),
        text("dir", if rtl { "rtl" } else { "ltr" }),
        text("start", if rtl { "right" } else { "left" }),
        text("end", if rtl { "left" } else { "right" }),
    ])
}

fn why(words: &Value, topic: Topic) -> String {
    let key = match topic {
        Topic::Orders => "why_orders",
        Topic::Security => "why_security",
        Topic::Service => "why_service",
        Topic::Marketing | Topic::Reviews | Topic::Stock => "why_consent",
    };
    words[key].as_str().unwrap_or_default().to_owned()
}

fn environment<'a>(templates: &'a Templates, language: &str) -> Result<Environment<'a>, RenderError> {
    let mut env = Environment::new();
    env.set_undefined_behavior(UndefinedBehavior::Strict);
    env.set_fuel(Some(FUEL));
    env.set_auto_escape_callback(|name| if name.ends_with(".html") { AutoEscape::Html } else { AutoEscape::None });
    env.set_formatter(|out, state, value| {
        if value.is_none() {
            return Err(JinjaError::new(ErrorKind::UndefinedError, "an empty value would be printed"));
        }
        match (state.auto_escape(), value.as_str()) {
            (AutoEscape::Html, Some(text)) if !value.is_safe() => Ok(out.write_str(&escape(text))?),
            _ => minijinja::escape_formatter(out, state, value),
        }
    });
    add_filters(&mut env, language);
    env.set_syntax(quiet_tags());
    for (name, source) in &templates.frame {
        env.add_template(name, source).map_err(|error| failed("body", &error))?;
    }
    // In bodies, empty lines mean something: there, tags do not swallow line ends.
    env.set_syntax(SyntaxConfig::default());
    Ok(env)
}

fn add_filters(env: &mut Environment<'_>, language: &str) {
    let own = || language.to_owned();
    let lang = own();
    env.add_filter("money", move |value: Jinja| -> Result<String, JinjaError> {
        let amount: Money = read(value, "money")?;
        Ok(format::money(amount.amount, amount.currency, &lang))
    });
    let lang = own();
    env.add_filter("date", move |text: String| -> Result<String, JinjaError> { Ok(format::date(day(&text)?, &lang)) });
    let lang = own();
    env.add_filter("datetime", move |text: String| -> Result<String, JinjaError> {
        let at = chrono::DateTime::parse_from_rfc3339(&text).map_err(|_| unfit("a time"))?;
        Ok(format::date_time(at.to_utc(), &lang))
    });
    let lang = own();
    env.add_filter("date_range", move |value: Jinja| -> Result<String, JinjaError> {
        let range: Range = read(value, "a range of dates")?;
        Ok(format::date_range(day(&range.from)?, day(&range.to)?, &lang))
    });
    env.add_filter("sums", |totals: Jinja, words: Jinja| -> Result<Jinja, JinjaError> {
        let totals: contracts::order::Totals = read(totals, "the totals of an order")?;
        Ok(Jinja::from(Serde(sums(&totals, &read::<Value>(words, "words")?))))
    });
    env.add_filter("full_price", |line: Jinja| -> Result<Jinja, JinjaError> {
        let line: Line = read(line, "a line of an order")?;
        let price = line.unit_price.times(line.quantity).map_err(|_| unfit("a line of an order"))?;
        Ok(Jinja::from(Serde(price)))
    });
    env.add_filter("address_lines", |value: Jinja| -> Result<Vec<String>, JinjaError> {
        Ok(address_lines(&read(value, "an address")?))
    });
    env.add_filter("first_line", |text: String| text.lines().next().unwrap_or_default().trim().to_owned());
    env.add_filter("safe_url", |url: String| -> Result<String, JinjaError> {
        let web = url.starts_with("https://") || url.starts_with("http://");
        if web && !url.chars().any(|c| c.is_control() || c.is_whitespace()) {
            Ok(url)
        } else {
            Err(unfit("a web address"))
        }
    });
}

#[derive(serde::Deserialize)]
struct Line {
    unit_price: Money,
    quantity: u32,
}

#[derive(serde::Deserialize)]
struct Range {
    from: String,
    to: String,
}

fn read<T: serde::de::DeserializeOwned>(value: Jinja, what: &str) -> Result<T, JinjaError> {
    T::deserialize(value).map_err(|_| unfit(what))
}

fn unfit(what: &str) -> JinjaError {
    JinjaError::new(ErrorKind::InvalidOperation, format!("the value is not {what}"))
}

fn day(text: &str) -> Result<chrono::NaiveDate, JinjaError> {
    let date = text.get(..10).unwrap_or(text);
    date.parse().map_err(|_| unfit("a date"))
}

/// The rows under an order's lines. Only sums that are not nothing are shown, and they add up to the last one.
fn sums(totals: &contracts::order::Totals, words: &Value) -> Vec<Value> {
    let row = |word: &str, amount: Money, total: bool| json!({"label": words[word], "amount": amount, "total": total});
    let mut rows = vec![row("subtotal", totals.subtotal, false)];
    if !totals.discount.is_zero() {
        let discount = Money::new(-totals.discount.amount, totals.discount.currency);
        rows.push(row("discount", discount, false));
    }
    rows.push(row("shipping", totals.shipping, false));
    if !totals.tax_included && !totals.tax.is_zero() {
        rows.push(row("tax", totals.tax, false));
    }
    rows.push(row("total", totals.total, true));
    if totals.tax_included && !totals.tax.is_zero() {
        rows.push(row("tax_included", totals.tax, false));
    }
    rows
}

fn address_lines(address: &contracts::Address) -> Vec<String> {
    let place = [address.postal_code.as_str(), address.city.as_str()].join(" ").trim().to_owned();
    let place = match &address.region {
        Some(region) if !region.is_empty() => format!("{place}, {region}"),
        _ => place,
    };
    let lines = [
        Some(address.name.clone()),
        Some(address.line1.clone()),
        address.line2.clone(),
        Some(place),
        Some(address.country.clone()),
    ];
    lines.into_iter().flatten().filter(|line| !line.trim().is_empty()).collect()
}

/// A part that is one line of text. Line breaks in a variable must not start a new header.
fn line(env: &mut Environment<'_>, part: &'static str, source: &str, context: &Context) -> Result<String, RenderError> {
    let rendered = env.render_named_str(part, source, context.clone()).map_err(|error| failed(part, &error))?;
    if rendered.chars().any(char::is_control) {
        return Err(RenderError { part, line: None, cause: "must be one line without control characters".into() });
    }
    let rendered = rendered.trim().to_owned();
    if rendered.is_empty() {
        return Err(RenderError { part, line: None, cause: "must not be empty".into() });
    }
    Ok(rendered)
}

fn body(env: &mut Environment<'_>, name: &str, source: &str, context: &Context) -> Result<String, RenderError> {
    let parts = if name.ends_with(".html") { "parts.html" } else { "parts.txt" };
    let source = format!("{{% from '{parts}' import {PARTS} %}}{source}");
    let rendered = env.render_named_str(name, &source, context.clone()).map_err(|error| failed("body", &error))?;
    if rendered.len() > OUTPUT_MAX_BYTES {
        return Err(RenderError { part: "body", line: None, cause: "is too long once filled in".into() });
    }
    Ok(rendered)
}

fn in_layout(env: &Environment<'_>, name: &str, context: Context) -> Result<String, RenderError> {
    let layout = env.get_template(name).map_err(|error| failed("body", &error))?;
    layout.render(context).map_err(|error| failed("body", &error))
}

fn failed(part: &'static str, error: &JinjaError) -> RenderError {
    let ours = error.name().is_none_or(|name| name == part || name.starts_with("body."));
    let cause = match error.detail() {
        Some(detail) => format!("{}: {detail}", error.kind()),
        None => error.kind().to_string(),
    };
    RenderError { part, line: error.line().filter(|_| ours), cause }
}

/// Text as HTML. Slashes stay as they are, unlike with the engine's own: nothing here is inside a script, and
/// addresses remain readable for programs that look for links.
fn escape(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            c => html.push(c),
        }
    }
    html
}

/// The blocks of a rendered body: what stands between empty lines.
fn chunks(body: &str) -> Vec<String> {
    let mut chunks: Vec<String> = Vec::new();
    let mut open = false;
    for line in body.lines() {
        if line.trim().is_empty() {
            open = false;
            continue;
        }
        match chunks.last_mut().filter(|_| open) {
            Some(chunk) => {
                chunk.push('\n');
                chunk.push_str(line.trim_end());
            }
            None => chunks.push(line.trim_end().to_owned()),
        }
        open = true;
    }
    chunks
}

/// As in Markdown: a block that begins with a tag is HTML already, any other is a paragraph. A variable cannot begin
/// with a tag, because it is escaped.
fn to_html(body: &str) -> String {
    let paragraph = |chunk: String| {
        let chunk = chunk.trim();
        if chunk.starts_with('<') {
            chunk.to_owned()
        } else {
            format!("{PARAGRAPH}{}</p>", strong(chunk).replace('\n', "<br>"))
        }
    };
    chunks(body).into_iter().map(paragraph).collect::<Vec<_>>().join("\n")
}

/// `**…**` as `<strong>`.
fn strong(text: &str) -> String {
    let parts: Vec<&str> = text.split("**").collect();
    // A lone pair of stars stays as it is.
    if parts.len().is_multiple_of(2) {
        return text.to_owned();
    }
    let mut html = String::new();
    for (index, part) in parts.iter().enumerate() {
        match index % 2 {
            0 => html.push_str(part),
            _ => html.push_str(&format!("<strong>{part}</strong>")),
        }
    }
    html
}
