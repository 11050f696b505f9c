//! The life of a shipment: a literal table. Every pair that is not listed is refused.

use contracts::events::ShipmentStatus as Status;

/// What happens to a shipment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fact {
    /// Someone wants it sent: a label is being bought.
    LabelRequested,
    /// The carrier will not take it; it can be packed otherwise.
    LabelRefused,
    /// The carrier has it.
    LabelBought,
    Cancelled,
    InTransit,
    OutForDelivery,
    Delivered,
    /// Damaged, lost, held, or an attempt to deliver that failed.
    Problem,
    /// On its way back to us, for good.
    Returned,
}

impl Fact {
    pub const ALL: [Self; 9] = [
        Self::LabelRequested,
        Self::LabelRefused,
        Self::LabelBought,
        Self::Cancelled,
        Self::InTransit,
        Self::OutForDelivery,
        Self::Delivered,
        Self::Problem,
        Self::Returned,
    ];

    pub const fn word(self) -> &'static str {
        match self {
            Self::LabelRequested => "label_requested",
            Self::LabelRefused => "label_refused",
            Self::LabelBought => "label_bought",
            Self::Cancelled => "cancelled",
            Self::InTransit => "in_transit",
            Self::OutForDelivery => "out_for_delivery",
            Self::Delivered => "delivered",
            Self::Problem => "problem",
            Self::Returned => "returned",
        }
    }

    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|fact| fact.word() == word)
    }

    /// What a person asks for to make it true, in the words of the API; `None` where only the carrier can.
    pub const fn action(self) -> Option<&'static str> {
        match self {
            Self::LabelRequested => Some("ship"),
            Self::Cancelled => Some("cancel"),
            Self::InTransit => Some("in_transit"),
            Self::OutForDelivery => Some("out_for_delivery"),
            Self::Delivered => Some("delivered"),
            Self::Problem => Some("exception"),
            Self::Returned => Some("returned"),
            Self::LabelRefused | Self::LabelBought => None,
        }
    }
}

/// What a person can do with a shipment in that status.
pub fn actions(status: Status) -> Vec<&'static str> {
    Fact::ALL.into_iter().filter(|fact| after(status, *fact).is_ok()).filter_map(Fact::action).collect()
}

/// Every status there is, with its word in the database.
pub const STATUSES: [(Status, &str); 8] = [
    (Status::Pending, "pending"),
    (Status::LabelCreated, "label_created"),
    (Status::Shipped, "shipped"),
    (Status::OutForDelivery, "out_for_delivery"),
    (Status::Delivered, "delivered"),
    (Status::Exception, "exception"),
    (Status::Returned, "returned"),
    (Status::Cancelled, "cancelled"),
];

pub fn word(status: Status) -> &'static str {
    STATUSES.iter().find(|(known, _)| *known == status).map_or("pending", |(_, word)| word)
}

pub fn read(word: &str) -> Option<Status> {
    STATUSES.iter().find(|(_, known)| *known == word).map(|(status, _)| *status)
}

/// The status after `fact`.
pub fn after(status: Status, fact: Fact) -> Result<Status, WrongStatus> {
    use Fact as F;
    use Status as S;
    match (status, fact) {
        (S::Pending, F::LabelRequested) => Ok(S::LabelCreated),
        (S::LabelCreated, F::LabelRefused) => Ok(S::Pending),
        (S::LabelCreated, F::LabelBought) => Ok(S::Shipped),
        (S::Pending | S::LabelCreated, F::Cancelled) => Ok(S::Cancelled),
        (S::Shipped | S::OutForDelivery | S::Exception, F::InTransit) => Ok(S::Shipped),
        (S::Shipped | S::OutForDelivery | S::Exception, F::OutForDelivery) => Ok(S::OutForDelivery),
        (S::Shipped | S::OutForDelivery | S::Exception, F::Delivered) => Ok(S::Delivered),
        (S::Shipped | S::OutForDelivery | S::Exception, F::Problem) => Ok(S::Exception),
        // What was delivered may still come back: refused at the door, or handed in again.
        (S::Shipped | S::OutForDelivery | S::Exception | S::Delivered, F::Returned) => Ok(S::Returned),
        (from, fact) => Err(WrongStatus { from, fact }),
    }
}

/// Whether the carrier has it and is not done with it.
pub fn is_under_way(status: Status) -> bool {
    matches!(status, Status::Shipped | Status::OutForDelivery | Status::Exception)
}

/// Whether nothing more has to be brought anywhere. A delivered parcel may come back, but not for want of an address.
pub fn is_over(status: Status) -> bool {
    matches!(status, Status::Delivered | Status::Returned | Status::Cancelled)
}

/// Whether other services and the buyer hear of the move. `Shipped` is told once, when the carrier takes the goods.
pub fn is_told(fact: Fact, from: Status, to: Status) -> bool {
    let moved =
        from != to && matches!(to, Status::OutForDelivery | Status::Delivered | Status::Exception | Status::Returned);
    moved || matches!(fact, Fact::LabelBought | Fact::Cancelled)
}

/// A fact that can never be true of a shipment in that status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a shipment that is {} cannot become {}", word(*.from), .fact.word())]
pub struct WrongStatus {
    pub from: Status,
    pub fact: Fact,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table once more, as a picture: one row a status, one column a fact in the order of `Fact::ALL`.
    const PICTURE: [(&str, &str); 8] = [
        ("pending", "label_created - - cancelled - - - - -"),
        ("label_created", "- pending shipped cancelled - - - - -"),
        ("shipped", "- - - - shipped out_for_delivery delivered exception returned"),
        ("out_for_delivery", "- - - - shipped out_for_delivery delivered exception returned"),
        ("delivered", "- - - - - - - - returned"),
        ("exception", "- - - - shipped out_for_delivery delivered exception returned"),
        ("returned", "- - - - - - - - -"),
        ("cancelled", "- - - - - - - - -"),
    ];

    #[test]
    fn the_table_is_the_picture() {
        for (status, row) in PICTURE {
            let from = read(status).expect("a status");
            for (fact, expected) in Fact::ALL.into_iter().zip(row.split(' ')) {
                let to = after(from, fact).map_or("-", word);
                assert_eq!(to, expected, "{status} after {}", fact.word());
            }
        }
    }

    #[test]
    fn words_read_back() {
        for (status, word) in STATUSES {
            assert_eq!(read(word), Some(status));
            assert_eq!(serde_json::to_value(status).expect("a word"), word);
        }
        for fact in Fact::ALL {
            assert_eq!(Fact::read(fact.word()), Some(fact));
        }
    }

    #[test]
    fn people_are_offered_what_they_can_do() {
        assert_eq!(actions(Status::Pending), ["ship", "cancel"]);
        assert_eq!(actions(Status::LabelCreated), ["cancel"]);
        assert_eq!(actions(Status::Delivered), ["returned"]);
        assert!(actions(Status::Cancelled).is_empty());
    }

    #[test]
    fn shipped_is_told_once() {
        assert!(is_told(Fact::LabelBought, Status::LabelCreated, Status::Shipped));
        assert!(!is_told(Fact::InTransit, Status::Exception, Status::Shipped));
        assert!(!is_told(Fact::OutForDelivery, Status::OutForDelivery, Status::OutForDelivery));
    }
}
