//! The life of a review.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Only approved reviews are shown and counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReviewStatus {
    Pending,
    Approved,
    Rejected,
}

/// What happens to a review.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReviewFact {
    Edited,
    Approved,
    Rejected,
}

impl ReviewStatus {
    pub const ALL: [Self; 3] = [Self::Pending, Self::Approved, Self::Rejected];

    /// A moderator may change their mind; an edit has to be looked at again.
    pub const fn after(self, fact: ReviewFact) -> Self {
        match (self, fact) {
            (_, ReviewFact::Edited) => Self::Pending,
            (_, ReviewFact::Approved) => Self::Approved,
            (_, ReviewFact::Rejected) => Self::Rejected,
        }
    }

    pub const fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
        }
    }
}

impl fmt::Display for ReviewStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for ReviewStatus {
    type Err = String;
    fn from_str(word: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|status| status.word() == word)
            .ok_or_else(|| format!("{word} is not a review status"))
    }
}

/// "Ines M." of "Ines Maria Marques": enough to tell reviewers apart, too little to find them.
pub fn display_name(name: &str) -> String {
    let mut words = name.split_whitespace();
    let Some(first) = words.next() else { return "Customer".to_owned() };
    // Someone who goes by an address shows none of it.
    if first.contains('@') {
        return "Customer".to_owned();
    }
    match words.next_back().and_then(|last| last.chars().next()) {
        Some(initial) => format!("{first} {}.", initial.to_uppercase()),
        None => first.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fact_leads_somewhere_from_everywhere() {
        for status in ReviewStatus::ALL {
            assert_eq!(status.after(ReviewFact::Edited), ReviewStatus::Pending);
            assert_eq!(status.after(ReviewFact::Approved), ReviewStatus::Approved);
            assert_eq!(status.after(ReviewFact::Rejected), ReviewStatus::Rejected);
            assert_eq!(status.word().parse(), Ok(status));
        }
    }

    #[test]
    fn reviewers_are_not_given_away() {
        assert_eq!(display_name("Ines Maria Marques"), "Ines M.");
        assert_eq!(display_name("Cher"), "Cher");
        assert_eq!(display_name("  "), "Customer");
        assert_eq!(display_name("ada@example.org"), "Customer");
    }
}
