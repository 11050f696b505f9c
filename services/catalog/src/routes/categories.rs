//! Categories: the tree for everyone, writing it for staff.

use std::{collections::HashMap, sync::Arc};

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use contracts::{
    ids::{CategoryId, ProductId},
    permissions::Permission,
};
use http::{StatusCode, header};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use web::{Caller, Json, Path, ProblemBody, answers::StaffOnly};

use crate::{
    App, Error,
    documents::DocumentName,
    entity::category,
    index::View,
    items,
    model::{Document, Image, category::CategoryTree},
    store,
    view::CategoryRef,
    write_category::{self, CategoryInput},
};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list_categories, create_category)).routes(routes!(
        get_category,
        update_category,
        delete_category
    ))
}

/// A category with those below it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(no_recursion)]
pub struct CategoryNode {
    #[serde(flatten)]
    pub category: CategoryView,
    #[schema(no_recursion)]
    pub children: Vec<CategoryNode>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "0192f0c1-2222-7c4d-8e5f-60718293a4b5", "slug": "tableware", "title": "Tableware",
    "description": "Plates, bowls and mugs.", "parent_id": "0192f0c1-4444-7c4d-8e5f-60718293a4b5",
    "path": "kitchen/tableware", "position": 0, "product_count": 7,
    "breadcrumbs": [
        {"id": "0192f0c1-4444-7c4d-8e5f-60718293a4b5", "slug": "kitchen", "title": "Kitchen"},
        {"id": "0192f0c1-2222-7c4d-8e5f-60718293a4b5", "slug": "tableware", "title": "Tableware"}
    ],
    "image": {"url": "/media/sample/stoneware-mug.svg", "alt": "A sand-coloured mug", "sizes": []}
}))]
pub struct CategoryView {
    pub id: CategoryId,
    pub slug: String,
    pub title: String,
    pub description: String,
    pub parent_id: Option<CategoryId>,
    /// The slugs from the top down, as in `kitchen/tableware`.
    pub path: String,
    pub position: i32,
    /// Published products in it and below it.
    pub product_count: u32,
    /// From the top down, itself included.
    pub breadcrumbs: Vec<CategoryRef>,
    /// That of its best-rated product.
    pub image: Option<Image>,
}

/// The whole tree.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CategoryList {
    pub items: Vec<CategoryNode>,
}

/// What the index knows of the products in each category.
struct Contents {
    view: Arc<View>,
    models: HashMap<ProductId, Arc<Document>>,
}

impl Contents {
    /// With the pictures of these categories.
    async fn of(app: &App, view: Arc<View>, wanted: impl Fn(CategoryId) -> bool) -> Result<Self, Error> {
        let models = view.category_models().iter().filter(|(id, _)| wanted(**id));
        let mut names: Vec<DocumentName> = models.map(|(_, name)| *name).collect();
        names.sort_unstable_by_key(|name| name.id);
        names.dedup();
        let models = items::documents(app, &names).await?;
        Ok(Self { view, models })
    }

    fn count(&self, id: CategoryId) -> u32 {
        self.view.category_counts().get(&id).copied().unwrap_or(0)
    }

    fn image(&self, id: CategoryId) -> Option<Image> {
        let model = self.models.get(&self.view.category_models().get(&id)?.id)?;
        model.images.first().cloned()
    }
}

fn category_view(tree: &CategoryTree, row: &category::Model, contents: &Contents) -> CategoryView {
    CategoryView {
        id: row.id.into(),
        slug: row.slug.clone(),
        title: row.title.clone(),
        description: row.description.clone(),
        parent_id: row.parent_id.map(CategoryId::from),
        path: row.path.clone(),
        position: row.position,
        product_count: contents.count(row.id.into()),
        breadcrumbs: tree.line(row.id.into()).into_iter().map(CategoryRef::from).collect(),
        image: contents.image(row.id.into()),
    }
}

fn nodes(tree: &CategoryTree, parent: Option<CategoryId>, contents: &Contents) -> Vec<CategoryNode> {
    let node = |row: &category::Model| CategoryNode {
        category: category_view(tree, row, contents),
        children: nodes(tree, Some(row.id.into()), contents),
    };
    tree.children(parent).map(node).collect()
}

/// The tree as it is, and what the index counts in it.
async fn now(app: &App) -> Result<(Arc<CategoryTree>, Arc<View>), Error> {
    if let Some(view) = app.index.current() {
        return Ok((view.tree.clone(), view));
    }
    Ok((Arc::new(store::categories::tree(app.db.reader()).await?), app.index.view()))
}

async fn one(app: &App, name: &str) -> Result<CategoryView, Error> {
    let (tree, view) = now(app).await?;
    let row = tree.find(name).ok_or(Error::NotFound)?;
    let contents = Contents::of(app, view, |id| id == row.id.into()).await?;
    Ok(category_view(&tree, row, &contents))
}

/// List categories
///
/// The whole tree, with the number of published products and a picture of one of them.
#[utoipa::path(
    get, path = "/categories", operation_id = "list_categories", tag = "categories",
    responses((status = 200, body = CategoryList))
)]
async fn list_categories(State(app): State<App>) -> Result<Json<CategoryList>, Error> {
    let (tree, view) = now(&app).await?;
    let contents = Contents::of(&app, view, |_| true).await?;
    Ok(Json(CategoryList { items: nodes(&tree, None, &contents) }))
}

/// Get a category
#[utoipa::path(
    get, path = "/categories/{id}", operation_id = "get_category", tag = "categories",
    params(("id" = String, Path, description = "Id or slug")),
    responses((status = 200, body = CategoryView), (status = 404, description = "`not_found`", body = ProblemBody))
)]
async fn get_category(State(app): State<App>, Path(name): Path<String>) -> Result<Json<CategoryView>, Error> {
    Ok(Json(one(&app, &name).await?))
}

/// Create a category
#[utoipa::path(
    post, path = "/categories", operation_id = "create_category", tag = "categories", request_body = CategoryInput,
    security(("bearer" = [])),
    responses(
        (status = 201, body = CategoryView),
        StaffOnly,
        (status = 409, description = "`slug_taken`", body = ProblemBody),
    )
)]
async fn create_category(
    State(app): State<App>,
    caller: Caller,
    Json(input): Json<CategoryInput>,
) -> Result<Response, Error> {
    caller.require(Permission::CatalogWrite)?;
    let row = write_category::create(&app, input).await?;
    let location = (header::LOCATION, format!("/categories/{}", row.slug));
    Ok((StatusCode::CREATED, [location], Json(one(&app, &row.slug).await?)).into_response())
}

/// Replace a category
///
/// Naming another parent moves it with all that is below it.
#[utoipa::path(
    put, path = "/categories/{id}", operation_id = "update_category", tag = "categories", request_body = CategoryInput,
    params(("id" = String, Path, description = "Id or slug")),
    security(("bearer" = [])),
    responses(
        (status = 200, body = CategoryView),
        StaffOnly,
        (status = 409, description = "`slug_taken`, `category_cycle`", body = ProblemBody),
    )
)]
async fn update_category(
    State(app): State<App>,
    caller: Caller,
    Path(name): Path<String>,
    Json(input): Json<CategoryInput>,
) -> Result<Json<CategoryView>, Error> {
    caller.require(Permission::CatalogWrite)?;
    let row = write_category::change(&app, &name, input).await?;
    Ok(Json(one(&app, &row.slug).await?))
}

/// Delete a category
///
/// Products lose it. One with categories below it is not deleted.
#[utoipa::path(
    delete, path = "/categories/{id}", operation_id = "delete_category", tag = "categories",
    params(("id" = String, Path, description = "Id or slug")),
    security(("bearer" = [])),
    responses(
        (status = 204),
        StaffOnly,
        (status = 409, description = "`category_has_children`", body = ProblemBody),
    )
)]
async fn delete_category(
    State(app): State<App>,
    caller: Caller,
    Path(name): Path<String>,
) -> Result<StatusCode, Error> {
    caller.require(Permission::CatalogWrite)?;
    write_category::delete(&app, &name).await?;
    Ok(StatusCode::NO_CONTENT)
}
