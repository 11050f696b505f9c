//! Category paths of a file, such as `Clothing > T-shirts`: found by title, made where they are missing.

use std::collections::HashMap;

use contracts::ids::CategoryId;

use crate::{
    App, Error,
    model::{
        category::{CategoryTree, DEPTH_MAX},
        check::slug_from,
    },
    store,
    write_category::{self, CategoryInput},
};

/// A path of titles, from the root down.
pub type Path = Vec<String>;

/// What the paths of a file lead to. Cheap to ask again.
pub struct Categories {
    pub tree: CategoryTree,
    found: HashMap<Path, Option<CategoryId>>,
    is_dry: bool,
}

impl Categories {
    pub async fn load(app: &App, is_dry: bool) -> Result<Self, Error> {
        let tree = store::categories::tree(app.db.reader()).await?;
        Ok(Self { tree, found: HashMap::new(), is_dry })
    }

    /// The category at the end of `path`. `None` if it cannot be one, or would have to be made by a dry run.
    pub async fn ensure(&mut self, app: &App, path: &Path) -> Result<Option<CategoryId>, Error> {
        if let Some(found) = self.found.get(path) {
            return Ok(*found);
        }
        let mut parent = None;
        for title in path {
            parent = match self.child(parent, title) {
                Some(id) => Some(id),
                None if self.is_dry || path.len() > DEPTH_MAX => return Ok(self.keep(path, None)),
                None => match self.make(app, parent, title).await {
                    Ok(id) => Some(id),
                    Err(Error::Refused(_) | Error::Taken { .. }) => return Ok(self.keep(path, None)),
                    Err(error) => return Err(error),
                },
            };
        }
        Ok(self.keep(path, parent))
    }

    fn keep(&mut self, path: &Path, id: Option<CategoryId>) -> Option<CategoryId> {
        self.found.insert(path.clone(), id);
        id
    }

    fn child(&self, parent: Option<CategoryId>, title: &str) -> Option<CategoryId> {
        let same = |other: &str| other.trim().to_lowercase() == title.to_lowercase();
        self.tree.children(parent).find(|row| same(&row.title)).map(|row| row.id.into())
    }

    async fn make(&mut self, app: &App, parent: Option<CategoryId>, title: &str) -> Result<CategoryId, Error> {
        let title: String = title.chars().take(100).collect();
        let input = CategoryInput {
            slug: Some(self.free_slug(parent, &title)),
            title: title.clone(),
            parent: parent.map(|id| id.to_string()),
            ..CategoryInput::default()
        };
        let made = write_category::create(app, input).await;
        self.tree = store::categories::tree(app.db.reader()).await?;
        match made {
            Ok(row) => Ok(row.id.into()),
            // Somebody made it in the meantime.
            Err(Error::Taken { .. }) if self.child(parent, &title).is_some() => {
                self.child(parent, &title).ok_or(Error::NotFound)
            }
            Err(error) => Err(error),
        }
    }

    /// Slugs are unique in the whole tree, titles only among siblings.
    fn free_slug(&self, parent: Option<CategoryId>, title: &str) -> String {
        let own = slug_from(title);
        let above = parent.and_then(|id| self.tree.get(id)).map(|row| format!("{}-{own}", row.slug));
        let numbered = (2..1000).map(|number| format!("{own}-{number}"));
        let mut candidates = std::iter::once(own.clone()).chain(above).chain(numbered);
        candidates.find(|slug| slug.len() <= 100 && self.tree.find(slug).is_none()).unwrap_or(own)
    }
}
