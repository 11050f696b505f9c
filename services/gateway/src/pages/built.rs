//! The web apps as they were built: their files, which the program carries inside, and what to load first.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, RwLock},
};

use rust_embed::{EmbeddedFile, RustEmbed};
use serde::{Deserialize, Serialize};

const MANIFEST: &str = ".vite/manifest.json";

/// A program built without the pages has none of these; a debug build reads them from the folder each time.
#[derive(RustEmbed)]
#[folder = "../../web/storefront/dist"]
#[allow_missing = true]
struct StorefrontFiles;

#[derive(RustEmbed)]
#[folder = "../../web/admin/dist"]
#[allow_missing = true]
struct AdminFiles;

/// The storefront and the admin, as far as they were built.
#[derive(Clone)]
pub struct Built {
    pub(crate) storefront: WebApp,
    pub(crate) admin: WebApp,
}

impl Built {
    /// What the program carries.
    pub fn embedded() -> Self {
        Self::of::<StorefrontFiles, AdminFiles>()
    }

    /// The files of other folders, for tests.
    pub fn of<S: RustEmbed, A: RustEmbed>() -> Self {
        Self { storefront: WebApp::of::<S>("/"), admin: WebApp::of::<A>("/admin/") }
    }

    /// Whether there are pages to show. Without them the gateway greets with its own.
    pub fn has_storefront(&self) -> bool {
        self.storefront.is_built
    }

    pub fn has_admin(&self) -> bool {
        self.admin.is_built
    }
}

/// One built app.
#[derive(Clone)]
pub(crate) struct WebApp {
    /// Where its files are served.
    base: &'static str,
    file: fn(&str) -> Option<EmbeddedFile>,
    /// As it was at the start: routes are made by it.
    is_built: bool,
    read: Arc<RwLock<Option<Read>>>,
}

/// A manifest that was read, and the hash of the file it was read from.
#[derive(Clone)]
struct Read {
    hash: [u8; 32],
    manifest: Arc<Manifest>,
}

impl WebApp {
    fn of<F: RustEmbed>(base: &'static str) -> Self {
        let app = Self { base, file: F::get, is_built: false, read: Arc::default() };
        let is_built = app.manifest().is_some_and(|manifest| manifest.entry().is_some());
        Self { is_built, ..app }
    }

    /// A file of the app, by its path inside.
    pub(crate) fn file(&self, path: &str) -> Option<EmbeddedFile> {
        (self.file)(path)
    }

    /// What a page needs from the start. `sources` are files whose code the first script will load, such as that of the
    /// page's route: it is asked for together with everything else, and not only once the first script has run.
    pub(crate) fn entry(&self, sources: &[String]) -> Option<Entry> {
        let manifest = self.manifest()?;
        let name = manifest.entry()?;
        let mut wanted = Wanted::default();
        wanted.add(&manifest, name);
        // A source may be cut in pieces, which Vite tells apart behind a question mark.
        let is_wanted =
            |key: &&String| key.split('?').next().is_some_and(|source| sources.iter().any(|wanted| wanted == source));
        manifest.0.keys().filter(is_wanted).for_each(|key| wanted.add(&manifest, key));
        let script = manifest.0.get(name)?.file.as_str();
        let at = |file: &str| format!("{}{file}", self.base);
        Some(Entry {
            script: at(script),
            modules: wanted.modules.iter().filter(|file| **file != script).map(|file| at(file)).collect(),
            styles: wanted.styles.iter().map(|file| at(file)).collect(),
            fonts: wanted.fonts.iter().map(|file| at(file)).collect(),
        })
    }

    /// The manifest, read again only when its file is another one: a debug build may meet a newer one at any time.
    fn manifest(&self) -> Option<Arc<Manifest>> {
        let file = (self.file)(MANIFEST)?;
        let hash = file.metadata.sha256_hash();
        let known = self.read.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
        if let Some(read) = known.filter(|read| read.hash == hash) {
            return Some(read.manifest);
        }
        let manifest = match serde_json::from_slice(&file.data) {
            Ok(manifest) => Arc::new(Manifest(manifest)),
            Err(error) => {
                tracing::error!(%error, base = self.base, "the manifest of the pages cannot be read");
                return None;
            }
        };
        let read = Read { hash, manifest: manifest.clone() };
        *self.read.write().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(read);
        Some(manifest)
    }
}

/// What a page loads first, as addresses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Entry {
    pub(crate) script: String,
    /// What the script imports.
    pub(crate) modules: Vec<String>,
    pub(crate) styles: Vec<String>,
    /// Those that the first words are set in.
    pub(crate) fonts: Vec<String>,
}

/// What Vite says of each file that it wrote, by the source it was made of.
struct Manifest(BTreeMap<String, Chunk>);

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[derive(Default)]
struct Chunk {
    file: String,
    is_entry: bool,
    imports: Vec<String>,
    css: Vec<String>,
    assets: Vec<String>,
}

impl Manifest {
    fn entry(&self) -> Option<&str> {
        self.0.iter().find(|(_, chunk)| chunk.is_entry).map(|(name, _)| name.as_str())
    }
}

/// The files of a source and of all that it imports, in the order of their need.
#[derive(Default)]
struct Wanted<'a> {
    seen: BTreeSet<&'a str>,
    modules: Vec<&'a str>,
    styles: Vec<&'a str>,
    fonts: Vec<&'a str>,
}

impl<'a> Wanted<'a> {
    fn add(&mut self, manifest: &'a Manifest, name: &'a str) {
        let Some(chunk) = manifest.0.get(name) else { return };
        if !self.seen.insert(name) {
            return;
        }
        self.modules.push(&chunk.file);
        for style in &chunk.css {
            if !self.styles.contains(&style.as_str()) {
                self.styles.push(style);
            }
        }
        // The other subsets are for letters that most pages do not have.
        let fonts = chunk.assets.iter().filter(|file| file.ends_with(".woff2") && file.contains("-latin-wght-normal"));
        self.fonts.extend(fonts.map(String::as_str));
        for import in &chunk.imports {
            self.add(manifest, import);
        }
    }
}

/// The bytes of a file, without a copy of those that are part of the program.
pub(crate) fn bytes(file: EmbeddedFile) -> axum::body::Bytes {
    match file.data {
        Cow::Borrowed(bytes) => axum::body::Bytes::from_static(bytes),
        Cow::Owned(bytes) => bytes.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_asks_at_once_for_all_that_its_first_scripts_import() {
        let manifest = Manifest(
            serde_json::from_value(serde_json::json!({
                "index.html": {"file": "assets/index-1.js", "isEntry": true, "imports": ["_base.js"], "css": ["assets/i.css"]},
                "_base.js": {
                    "file": "assets/base-2.js", "imports": ["_react.js"], "css": ["assets/b.css"],
                    "assets": ["assets/x-latin-wght-normal-1.woff2", "assets/x-latin-ext-wght-normal-2.woff2"],
                },
                "_react.js": {"file": "assets/react-3.js"},
                "src/routes/p.$slug.tsx?tsr-split=component": {"file": "assets/p-4.js", "imports": ["_base.js", "_gallery.js"]},
                "src/routes/cart.tsx?tsr-split=component": {"file": "assets/cart-5.js"},
                "_gallery.js": {"file": "assets/gallery-6.js"},
            }))
            .expect("a manifest"),
        );
        let mut wanted = Wanted::default();
        wanted.add(&manifest, manifest.entry().expect("an entry"));
        wanted.add(&manifest, "src/routes/p.$slug.tsx?tsr-split=component");
        let files = ["index-1", "base-2", "react-3", "p-4", "gallery-6"].map(|name| format!("assets/{name}.js"));
        assert_eq!(wanted.modules, files);
        assert_eq!(wanted.styles, ["assets/i.css", "assets/b.css"]);
        assert_eq!(wanted.fonts, ["assets/x-latin-wght-normal-1.woff2"]);
    }
}
