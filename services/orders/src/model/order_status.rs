//! Where an order may go from where it stands; what its payment and its goods look like.

use contracts::order::{FulfillmentStatus, OrderStatus, PaymentStatus};

/// What can happen to an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fact {
    /// Its total has arrived.
    Paid,
    /// Nobody paid in time.
    Expired,
    CancelledByBuyer,
    CancelledByStaff,
    /// The stock it was promised is gone.
    StockShort,
    /// All of its goods are on their way.
    Dispatched,
    /// All of its goods have arrived.
    Arrived,
}

impl Fact {
    pub const ALL: [Self; 7] = [
        Self::Paid,
        Self::Expired,
        Self::CancelledByBuyer,
        Self::CancelledByStaff,
        Self::StockShort,
        Self::Dispatched,
        Self::Arrived,
    ];

    /// The stable word that goes into events and history.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Paid => "paid",
            Self::Expired => "expired",
            Self::CancelledByBuyer => "cancelled_by_customer",
            Self::CancelledByStaff => "cancelled_by_staff",
            Self::StockShort => "stock_short",
            Self::Dispatched => "shipped",
            Self::Arrived => "delivered",
        }
    }
}

/// A fact that cannot happen to an order that stands there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an order that is {from:?} cannot take {fact:?}")]
pub struct WrongStatus {
    pub from: OrderStatus,
    pub fact: Fact,
}

/// The whole life of an order. Every pair not listed is refused.
pub fn after(status: OrderStatus, fact: Fact) -> Result<OrderStatus, WrongStatus> {
    use Fact::{Arrived, CancelledByBuyer, CancelledByStaff, Dispatched, Expired, Paid, StockShort};
    use OrderStatus::{Cancelled, Delivered, Pending, Processing, Shipped};
    match (status, fact) {
        (Pending, Paid) => Ok(Processing),
        (Pending, Expired) => Ok(Cancelled),
        (Pending | Processing, CancelledByBuyer | CancelledByStaff | StockShort) => Ok(Cancelled),
        (Processing, Dispatched) => Ok(Shipped),
        (Shipped, Arrived) => Ok(Delivered),
        (from, fact) => Err(WrongStatus { from, fact }),
    }
}

/// Whether some fact leads from one status to the other.
pub fn is_move(from: OrderStatus, to: OrderStatus) -> bool {
    Fact::ALL.into_iter().any(|fact| after(from, fact) == Ok(to))
}

/// The statuses a member of staff may set. Payment is not theirs to declare, and goods that are under way cannot be
/// called back.
pub fn allowed_moves(status: OrderStatus, paid: Paid, goods: Goods) -> Vec<OrderStatus> {
    let may = |fact: Fact| match fact {
        Fact::CancelledByStaff => goods.shipped == 0,
        Fact::Dispatched => paid.in_full(),
        Fact::Arrived => true,
        Fact::Paid | Fact::Expired | Fact::CancelledByBuyer | Fact::StockShort => false,
    };
    Fact::ALL.into_iter().filter(|fact| may(*fact)).filter_map(|fact| after(status, fact).ok()).collect()
}

/// An order's money, in minor units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Paid {
    pub total: i64,
    pub authorized: i64,
    pub captured: i64,
    pub refunded: i64,
    pub disputed: bool,
}

impl Paid {
    /// What we have and nobody wants back covers the order.
    pub fn in_full(self) -> bool {
        self.captured - self.refunded >= self.total && !self.disputed
    }

    pub fn refundable(self) -> i64 {
        (self.captured - self.refunded).max(0)
    }
}

/// What an order's money adds up to.
pub fn payment_status(order: OrderStatus, paid: Paid) -> PaymentStatus {
    if paid.disputed {
        return PaymentStatus::Disputed;
    }
    if paid.refunded > 0 {
        return if paid.refunded >= paid.captured { PaymentStatus::Refunded } else { PaymentStatus::PartiallyRefunded };
    }
    // Nothing to pay counts as paid once the order has gone on.
    let settled = paid.captured >= paid.total && (paid.captured > 0 || paid.total == 0);
    match (settled, order) {
        (true, _) => PaymentStatus::Paid,
        (false, _) if paid.captured > 0 => PaymentStatus::PartiallyPaid,
        (false, OrderStatus::Cancelled) if paid.authorized > 0 => PaymentStatus::Voided,
        (false, _) if paid.authorized > 0 => PaymentStatus::Authorized,
        (false, _) => PaymentStatus::NotPaid,
    }
}

/// An order's goods, in pieces.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Goods {
    pub ordered: u64,
    pub shipped: u64,
    pub delivered: u64,
    pub returned: u64,
}

/// What an order's goods add up to.
pub fn fulfillment_status(order: OrderStatus, goods: Goods) -> FulfillmentStatus {
    if order == OrderStatus::Cancelled && goods.shipped == 0 {
        return FulfillmentStatus::Cancelled;
    }
    match goods {
        Goods { ordered, returned, .. } if returned > 0 && returned >= ordered => FulfillmentStatus::Returned,
        Goods { returned, .. } if returned > 0 => FulfillmentStatus::PartiallyReturned,
        Goods { ordered, delivered, .. } if delivered > 0 && delivered >= ordered => FulfillmentStatus::Delivered,
        Goods { ordered, shipped, .. } if shipped > 0 && shipped >= ordered => FulfillmentStatus::Shipped,
        Goods { shipped, .. } if shipped > 0 => FulfillmentStatus::PartiallyShipped,
        _ => FulfillmentStatus::Unfulfilled,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STATUSES: [OrderStatus; 5] = [
        OrderStatus::Pending,
        OrderStatus::Processing,
        OrderStatus::Shipped,
        OrderStatus::Delivered,
        OrderStatus::Cancelled,
    ];

    /// Every pair of status and fact, written out a second time so that a change to the table shows.
    #[test]
    fn every_pair_of_status_and_fact_is_decided() {
        use Fact::{Arrived, CancelledByBuyer, CancelledByStaff, Dispatched, Expired, Paid, StockShort};
        use OrderStatus::{Cancelled, Delivered, Pending, Processing, Shipped};
        let moves = [
            (Pending, Paid, Processing),
            (Pending, Expired, Cancelled),
            (Pending, CancelledByBuyer, Cancelled),
            (Pending, CancelledByStaff, Cancelled),
            (Pending, StockShort, Cancelled),
            (Processing, CancelledByBuyer, Cancelled),
            (Processing, CancelledByStaff, Cancelled),
            (Processing, StockShort, Cancelled),
            (Processing, Dispatched, Shipped),
            (Shipped, Arrived, Delivered),
        ];
        let mut legal = 0;
        for status in STATUSES {
            for fact in Fact::ALL {
                let expected = moves.iter().find(|known| (known.0, known.1) == (status, fact)).map(|known| known.2);
                let expected = expected.ok_or(WrongStatus { from: status, fact });
                assert_eq!(after(status, fact), expected, "{status:?} {fact:?}");
                legal += usize::from(expected.is_ok());
            }
        }
        assert_eq!(legal, moves.len());
    }

    #[test]
    fn what_is_over_stays_over() {
        for fact in Fact::ALL {
            assert!(after(OrderStatus::Delivered, fact).is_err());
            assert!(after(OrderStatus::Cancelled, fact).is_err());
        }
    }

    #[test]
    fn nothing_is_shipped_unpaid_and_nothing_cancelled_that_is_under_way() {
        let paid = Paid { total: 100, captured: 100, ..Paid::default() };
        let none = Goods { ordered: 2, ..Goods::default() };
        let some = Goods { ordered: 2, shipped: 1, ..Goods::default() };
        use OrderStatus::{Cancelled, Delivered, Pending, Processing, Shipped};
        assert_eq!(allowed_moves(Pending, Paid { captured: 0, ..paid }, none), [Cancelled]);
        assert_eq!(allowed_moves(Processing, paid, none), [Cancelled, Shipped]);
        assert_eq!(allowed_moves(Processing, Paid { refunded: 1, ..paid }, none), [Cancelled]);
        assert_eq!(allowed_moves(Processing, Paid { disputed: true, ..paid }, none), [Cancelled]);
        assert_eq!(allowed_moves(Processing, paid, some), [Shipped]);
        assert_eq!(allowed_moves(Shipped, paid, some), [Delivered]);
        assert!(allowed_moves(Delivered, paid, none).is_empty());
        assert!(allowed_moves(Cancelled, paid, none).is_empty());
    }

    #[test]
    fn payment_follows_the_amounts() {
        use OrderStatus::{Cancelled, Pending, Processing};
        let of = |order, authorized, captured, refunded, disputed| {
            payment_status(order, Paid { total: 100, authorized, captured, refunded, disputed })
        };
        assert_eq!(of(Pending, 0, 0, 0, false), PaymentStatus::NotPaid);
        assert_eq!(of(Pending, 0, 99, 0, false), PaymentStatus::PartiallyPaid);
        assert_eq!(of(Pending, 100, 99, 0, false), PaymentStatus::PartiallyPaid);
        assert_eq!(of(Cancelled, 0, 99, 99, false), PaymentStatus::Refunded);
        assert_eq!(of(Pending, 100, 0, 0, false), PaymentStatus::Authorized);
        assert_eq!(of(Cancelled, 100, 0, 0, false), PaymentStatus::Voided);
        assert_eq!(of(Cancelled, 0, 0, 0, false), PaymentStatus::NotPaid);
        assert_eq!(of(Processing, 100, 100, 0, false), PaymentStatus::Paid);
        assert_eq!(of(Processing, 0, 100, 30, false), PaymentStatus::PartiallyRefunded);
        assert_eq!(of(Cancelled, 0, 100, 100, false), PaymentStatus::Refunded);
        assert_eq!(of(Processing, 0, 100, 0, true), PaymentStatus::Disputed);
    }

    #[test]
    fn fulfilment_follows_the_goods() {
        use OrderStatus::{Cancelled, Processing, Shipped};
        let of = |order, shipped, delivered, returned| {
            fulfillment_status(order, Goods { ordered: 3, shipped, delivered, returned })
        };
        assert_eq!(of(Processing, 0, 0, 0), FulfillmentStatus::Unfulfilled);
        assert_eq!(of(Processing, 1, 0, 0), FulfillmentStatus::PartiallyShipped);
        assert_eq!(of(Shipped, 3, 1, 0), FulfillmentStatus::Shipped);
        assert_eq!(of(Shipped, 3, 3, 0), FulfillmentStatus::Delivered);
        assert_eq!(of(Shipped, 3, 3, 1), FulfillmentStatus::PartiallyReturned);
        assert_eq!(of(Shipped, 3, 3, 3), FulfillmentStatus::Returned);
        assert_eq!(of(Cancelled, 0, 0, 0), FulfillmentStatus::Cancelled);
        assert_eq!(of(Cancelled, 1, 0, 0), FulfillmentStatus::PartiallyShipped);
    }
}
