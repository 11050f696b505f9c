//! Making, changing, moving and deleting categories. A move rewrites the paths below in the same transaction.

use contracts::{ids::CategoryId, time};
use db::Tx;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Checks, Problem};

use crate::{
    App, Error,
    entity::category,
    model::{
        category::{CategoryTree, DEPTH_MAX},
        check,
    },
    store::{self, revisions},
};

/// A category as staff state it. `PUT` replaces all of it.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"title": "Tableware", "parent": "kitchen", "description": "Plates, bowls and mugs."}))]
pub struct CategoryInput {
    #[schema(min_length = 1, max_length = 100)]
    pub title: String,
    /// Made from the title if absent.
    #[serde(default)]
    pub slug: Option<String>,
    #[serde(default)]
    #[schema(max_length = 2000)]
    pub description: String,
    /// Id or slug of the category above; absent at the top.
    #[serde(default)]
    pub parent: Option<String>,
    /// Where it stands among its siblings, smallest first.
    #[serde(default)]
    pub position: i32,
}

pub async fn create(app: &App, input: CategoryInput) -> Result<category::Model, Error> {
    let tx = app.db.begin().await?;
    let row = create_in(&tx, input).await?;
    tx.commit().await?;
    Ok(row)
}

async fn create_in(tx: &Tx, input: CategoryInput) -> Result<category::Model, Error> {
    revisions::next_of_categories(tx).await?;
    let tree = store::categories::tree(&**tx).await?;
    let now = time::now();
    let row = category::Model {
        id: CategoryId::new().uuid(),
        slug: String::new(),
        title: String::new(),
        description: String::new(),
        parent_id: None,
        path: String::new(),
        position: 0,
        created_at: now,
        updated_at: now,
    };
    let row = stated(&tree, row, input)?;
    store::categories::insert(tx, row.clone()).await?;
    Ok(row)
}

pub async fn change(app: &App, name: &str, input: CategoryInput) -> Result<category::Model, Error> {
    let tx = app.db.begin().await?;
    let revision = revisions::next_of_categories(&tx).await?;
    let tree = store::categories::tree(&*tx).await?;
    let old = tree.find(name).ok_or(Error::NotFound)?.clone();
    let row = stated(&tree, old.clone(), input)?;
    store::categories::update(&tx, row.clone()).await?;
    if row.path != old.path {
        let rows = tree.all().map(|other| if other.id == row.id { row.clone() } else { other.clone() }).collect();
        rewrite_paths(&tx, &CategoryTree::new(revision, rows), &row).await?;
    }
    tx.commit().await?;
    Ok(row)
}

async fn rewrite_paths(tx: &Tx, tree: &CategoryTree, top: &category::Model) -> Result<(), Error> {
    for below in tree.all().filter(|row| row.id != top.id && tree.is_within(row.id.into(), top.id.into())) {
        let slugs: Vec<&str> = tree.line(below.id.into()).iter().map(|row| row.slug.as_str()).collect();
        store::categories::set_path(tx, below.id.into(), &slugs.join("/")).await?;
    }
    Ok(())
}

/// Deletes a category that has none below it. Products lose it; they are not deleted.
pub async fn delete(app: &App, name: &str) -> Result<(), Error> {
    let tx = app.db.begin().await?;
    revisions::next_of_categories(&tx).await?;
    let tree = store::categories::tree(&*tx).await?;
    let row = tree.find(name).ok_or(Error::NotFound)?;
    if tree.children(Some(row.id.into())).next().is_some() {
        return Err(Error::CategoryHasChildren);
    }
    store::categories::delete(&tx, row.id.into()).await?;
    tx.commit().await?;
    Ok(())
}

/// `row` as `input` states it, if the rules allow.
fn stated(tree: &CategoryTree, row: category::Model, input: CategoryInput) -> Result<category::Model, Error> {
    let title = input.title.trim().to_owned();
    let slug = match input.slug.as_deref().map(str::trim).filter(|slug| !slug.is_empty()) {
        Some(slug) => slug.to_owned(),
        None => check::slug_from(&title),
    };
    let mut checks = Checks::new();
    checks.text("title", &title, 1..=100).text("description", &input.description, 0..=2000);
    let is_slug = slug.len() <= 100 && slug == slug::slugify(&slug) && slug.parse::<uuid::Uuid>().is_err();
    checks.require(is_slug, "slug", "invalid", "must have lower-case letters, digits and single hyphens only");
    let parent = input.parent.as_deref().map(|name| tree.find(name));
    checks.require(parent != Some(None), "parent", "unknown_category", "is not the id or slug of a category");
    checks.done()?;
    let parent = parent.flatten();
    if tree.find(&slug).is_some_and(|other| other.id != row.id && other.slug == slug) {
        return Err(Error::Taken { what: "slug", value: slug });
    }
    if let Some(parent) = parent {
        let id = CategoryId::from(row.id);
        if tree.is_within(parent.id.into(), id) {
            return Err(Error::CategoryCycle);
        }
        let height = tree.get(id).map_or(1, |_| tree.height(id));
        if tree.line(parent.id.into()).len() + height > DEPTH_MAX {
            return Err(
                Problem::invalid_field("parent", "too_deep", format!("must leave at most {DEPTH_MAX} levels")).into()
            );
        }
    }
    let path = parent.map_or_else(|| slug.clone(), |parent| format!("{}/{slug}", parent.path));
    Ok(category::Model {
        slug,
        title,
        description: input.description,
        parent_id: parent.map(|parent| parent.id),
        path,
        position: input.position,
        updated_at: time::now(),
        ..row
    })
}
