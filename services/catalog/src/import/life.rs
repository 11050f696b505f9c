//! The life of an import, as a table.

use sea_orm::{DeriveActiveEnum, EnumIter};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Where an import stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, EnumIter, DeriveActiveEnum, ToSchema)]
#[serde(rename_all = "snake_case")]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[schema(as = ImportState)]
pub enum State {
    /// The file is read once without writing anything.
    Checking,
    /// It is known what the file would change.
    Checked,
    /// The file cannot be read as it was asked for.
    Unreadable,
    Running,
    /// Stopped before its end, by someone or by a failure. Starting it goes on from there.
    Stopped,
    Done,
    Undoing,
    Undone,
}

/// What happens to an import.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter)]
pub enum Fact {
    /// It is to be read in another way.
    Reread,
    WasRead,
    WasUnreadable,
    Started,
    Stopped,
    Finished,
    UndoAsked,
    WasUndone,
}

impl State {
    /// What becomes of the import. `None`: that does not happen to it.
    pub fn after(self, fact: Fact) -> Option<Self> {
        Some(match (self, fact) {
            (Self::Checked | Self::Unreadable, Fact::Reread) => Self::Checking,
            (Self::Checking, Fact::WasRead) => Self::Checked,
            (Self::Checking, Fact::WasUnreadable) => Self::Unreadable,
            (Self::Checked | Self::Stopped, Fact::Started) => Self::Running,
            (Self::Running, Fact::Stopped) => Self::Stopped,
            (Self::Running, Fact::Finished) => Self::Done,
            (Self::Stopped | Self::Done, Fact::UndoAsked) => Self::Undoing,
            (Self::Undoing, Fact::WasUndone) => Self::Undone,
            _ => return None,
        })
    }

    /// Whether the shop works on it.
    pub fn is_worked_on(self) -> bool {
        matches!(self, Self::Checking | Self::Running | Self::Undoing)
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::Iterable;

    use super::*;

    #[test]
    fn every_state_says_what_each_fact_makes_of_it() {
        use Fact::{Finished, Reread, Started, Stopped as WasStopped, UndoAsked, WasRead, WasUndone, WasUnreadable};
        use State::{Checked, Checking, Done, Running, Stopped, Undoing, Undone, Unreadable};
        let moves = [
            (Checking, WasRead, Checked),
            (Checking, WasUnreadable, Unreadable),
            (Checked, Reread, Checking),
            (Unreadable, Reread, Checking),
            (Checked, Started, Running),
            (Stopped, Started, Running),
            (Running, WasStopped, Stopped),
            (Running, Finished, Done),
            (Stopped, UndoAsked, Undoing),
            (Done, UndoAsked, Undoing),
            (Undoing, WasUndone, Undone),
        ];
        for state in State::iter() {
            for fact in Fact::iter() {
                let expected = moves.iter().find(|(from, when, _)| (*from, *when) == (state, fact));
                assert_eq!(state.after(fact), expected.map(|(_, _, to)| *to), "{state:?} after {fact:?}");
            }
        }
    }

    #[test]
    fn what_is_worked_on_comes_to_an_end_by_itself() {
        for state in State::iter().filter(|state| state.is_worked_on()) {
            let ends = [Fact::WasRead, Fact::Finished, Fact::WasUndone];
            assert!(ends.into_iter().any(|end| state.after(end).is_some_and(|next| !next.is_worked_on())), "{state:?}");
        }
    }
}
