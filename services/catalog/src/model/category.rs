//! The category tree: who is above whom, and what a move may not do.

use std::collections::HashMap;

use contracts::ids::CategoryId;

use crate::entity::category;

/// How deep the tree may be.
pub const DEPTH_MAX: usize = 10;

/// All categories, in memory. There are hundreds, not millions.
#[derive(Clone, Debug, Default)]
pub struct CategoryTree {
    /// Counts the changes of the tree.
    pub revision: i64,
    by_id: HashMap<CategoryId, category::Model>,
    by_slug: HashMap<String, CategoryId>,
    /// By position, then title.
    order: Vec<CategoryId>,
}

impl CategoryTree {
    pub fn new(revision: i64, mut rows: Vec<category::Model>) -> Self {
        rows.sort_by(|a, b| (a.position, &a.title, a.id).cmp(&(b.position, &b.title, b.id)));
        Self {
            revision,
            order: rows.iter().map(|row| row.id.into()).collect(),
            by_slug: rows.iter().map(|row| (row.slug.clone(), row.id.into())).collect(),
            by_id: rows.into_iter().map(|row| (row.id.into(), row)).collect(),
        }
    }

    pub fn get(&self, id: CategoryId) -> Option<&category::Model> {
        self.by_id.get(&id)
    }

    /// By id or slug.
    pub fn find(&self, name: &str) -> Option<&category::Model> {
        match self.by_slug.get(name) {
            Some(id) => self.get(*id),
            None => self.get(name.parse().ok()?),
        }
    }

    pub fn all(&self) -> impl Iterator<Item = &category::Model> {
        self.order.iter().filter_map(|id| self.by_id.get(id))
    }

    pub fn children(&self, parent: Option<CategoryId>) -> impl Iterator<Item = &category::Model> {
        self.all().filter(move |row| row.parent_id.map(CategoryId::from) == parent)
    }

    /// The category and all above it, from the root down. Unknown ids have no line.
    pub fn line(&self, id: CategoryId) -> Vec<&category::Model> {
        let mut line = Vec::new();
        let mut next = self.get(id);
        while let Some(row) = next {
            line.push(row);
            if line.len() > DEPTH_MAX {
                break;
            }
            next = row.parent_id.and_then(|parent| self.get(parent.into()));
        }
        line.reverse();
        line
    }

    /// Whether `id` is `root` or below it.
    pub fn is_within(&self, id: CategoryId, root: CategoryId) -> bool {
        self.line(id).iter().any(|row| row.id == root.uuid())
    }

    /// How many levels hang below `id`, itself included.
    pub fn height(&self, id: CategoryId) -> usize {
        1 + self.children(Some(id)).map(|child| self.height(child.id.into())).max().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use contracts::time;

    use super::*;

    fn row(slug: &str, parent: Option<&category::Model>) -> category::Model {
        category::Model {
            id: CategoryId::new().uuid(),
            slug: slug.into(),
            title: slug.into(),
            description: String::new(),
            parent_id: parent.map(|parent| parent.id),
            path: parent.map_or_else(|| slug.into(), |parent| format!("{}/{slug}", parent.path)),
            position: 0,
            created_at: time::now(),
            updated_at: time::now(),
        }
    }

    #[test]
    fn lines_run_from_the_root_and_the_slug_finds_the_category() {
        let kitchen = row("kitchen", None);
        let cups = row("cups", Some(&kitchen));
        let tree = CategoryTree::new(1, vec![cups.clone(), kitchen.clone()]);
        let slugs: Vec<&str> = tree.line(cups.id.into()).iter().map(|row| row.slug.as_str()).collect();
        assert_eq!(slugs, ["kitchen", "cups"]);
        assert!(tree.is_within(cups.id.into(), kitchen.id.into()));
        assert!(!tree.is_within(kitchen.id.into(), cups.id.into()));
        assert_eq!(tree.height(kitchen.id.into()), 2);
        assert_eq!(tree.find("cups"), tree.find(&cups.id.to_string()));
        assert!(tree.find("nothing").is_none());
    }
}
