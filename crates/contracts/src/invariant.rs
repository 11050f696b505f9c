//! What must always hold, and the answer to whether it does.

use serde::{Deserialize, Serialize};

/// One rule of the books, evaluated.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Invariant {
    /// Its number in the list of invariants, such as `I2`.
    pub id: String,
    pub title: String,
    /// How many things it was checked on. A rule that was never exercised has proved nothing.
    pub exercised: u64,
    /// What breaks it, one sentence each.
    pub violations: Vec<String>,
}

impl Invariant {
    pub fn new(id: &str, title: &str, exercised: u64, violations: Vec<String>) -> Self {
        Self { id: id.to_owned(), title: title.to_owned(), exercised, violations }
    }

    pub fn holds(&self) -> bool {
        self.violations.is_empty()
    }
}
