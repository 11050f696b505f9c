//! The built-in texts: embedded files, one folder a template with a file a language, and the words of the frame.

use std::collections::BTreeMap;

use minijinja::{Environment, syntax::SyntaxConfig};
use rust_embed::Embed;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::model::Topic;

#[derive(Embed)]
#[folder = "templates/"]
struct Files;

/// One text in one language. Each part is a minijinja template; the body becomes both the plain text and the HTML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    pub subject: String,
    pub heading: String,
    pub preview: String,
    pub body: String,
}

/// A message the shop can send.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Template {
    #[serde(skip)]
    pub name: String,
    pub about: String,
    pub topic: Topic,
    /// It carries a one-time link.
    #[serde(default)]
    pub sensitive: bool,
    /// Variables that may be left out; all others of the sample are required.
    #[serde(default)]
    pub optional: Vec<String>,
    /// A value for each variable: what previews and checks are rendered with.
    pub sample: Map<String, Value>,
    #[serde(skip)]
    pub sources: BTreeMap<String, Source>,
}

/// All that is embedded, read once at the start.
pub struct Templates {
    by_name: BTreeMap<String, Template>,
    words: BTreeMap<String, Value>,
    /// `layout.html`, `parts.txt` and their like, by file name.
    pub(crate) frame: BTreeMap<String, String>,
    /// The pages this service serves itself.
    pub(crate) pages: Environment<'static>,
}

/// An embedded file that cannot be read: a mistake in this program, found by its tests.
#[derive(Debug, thiserror::Error)]
#[error("{file}: {cause}")]
pub struct BadFile {
    file: String,
    cause: String,
}

impl Templates {
    pub fn load() -> Result<Self, BadFile> {
        let mut templates = Self {
            by_name: BTreeMap::new(),
            words: BTreeMap::new(),
            frame: BTreeMap::new(),
            pages: pages_environment(),
        };
        let mut sources = Vec::new();
        for file in Files::iter() {
            let bad = |cause: String| BadFile { file: file.to_string(), cause };
            let data = Files::get(&file).ok_or_else(|| bad("is not embedded".into()))?.data;
            let text = String::from_utf8(data.into_owned()).map_err(|error| bad(error.to_string()))?;
            match file.split_once('/') {
                Some(("_layout", name)) => match name.strip_suffix(".json") {
                    Some(language) => {
                        let words = serde_json::from_str(&text).map_err(|error| bad(error.to_string()))?;
                        templates.words.insert(language.to_owned(), words);
                    }
                    None => {
                        templates.frame.insert(name.to_owned(), text);
                    }
                },
                Some(("_pages", name)) => {
                    let added = templates.pages.add_template_owned(name.to_owned(), text);
                    added.map_err(|error| bad(error.to_string()))?;
                }
                Some((name, "template.json")) => {
                    let mut template: Template = serde_json::from_str(&text).map_err(|error| bad(error.to_string()))?;
                    template.name = name.to_owned();
                    templates.by_name.insert(name.to_owned(), template);
                }
                Some((name, language)) => {
                    let language = language.trim_end_matches(".txt").to_owned();
                    let source =
                        Source::read(&text).ok_or_else(|| bad("lacks a subject, heading or preview".into()))?;
                    sources.push((name.to_owned(), language, source));
                }
                None => return Err(bad("belongs into a folder".into())),
            }
        }
        for (name, language, source) in sources {
            let template = templates.by_name.get_mut(&name);
            let template = template.ok_or_else(|| BadFile { file: name, cause: "has no template.json".into() })?;
            template.sources.insert(language, source);
        }
        Ok(templates)
    }

    pub fn get(&self, name: &str) -> Option<&Template> {
        self.by_name.get(name)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Template> {
        self.by_name.values()
    }

    /// Whether the frame is written in `language`.
    pub fn speaks(&self, language: &str) -> bool {
        self.words.contains_key(language)
    }

    /// The frame's words in `language`, or in English.
    pub(crate) fn words(&self, language: &str) -> &Value {
        let short = language.split('-').next().unwrap_or(language);
        self.words.get(short).or_else(|| self.words.get("en")).unwrap_or(&Value::Null)
    }
}

impl Source {
    /// Reads `subject: …`, `heading: …`, `preview: …`, an empty line, and the body.
    fn read(text: &str) -> Option<Self> {
        let (head, body) = text.split_once("\n\n")?;
        let part =
            |name: &str| head.lines().find_map(|line| line.strip_prefix(name)).map(|rest| rest.trim().to_owned());
        Some(Self {
            subject: part("subject:")?,
            heading: part("heading:")?,
            preview: part("preview:")?,
            body: body.trim_end().to_owned(),
        })
    }
}

fn pages_environment() -> Environment<'static> {
    let mut pages = Environment::new();
    pages.set_undefined_behavior(minijinja::UndefinedBehavior::Strict);
    pages.set_syntax(quiet_tags());
    pages
}

/// Tags on a line of their own leave no empty line behind.
pub(crate) fn quiet_tags() -> SyntaxConfig {
    let quiet = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    // Only delimiters can be wrong, and these are the usual ones.
    quiet.unwrap_or_default()
}
