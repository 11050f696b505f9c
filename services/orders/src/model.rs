//! The rules of an order's life, and the calendar of its reports: pure, without clock or store.

mod calendar;
mod order_status;
mod refund_share;
mod return_status;

pub use calendar::{Interval, Period, Span};
pub use order_status::{
    Fact, Goods, Paid, WrongStatus, after, allowed_moves, fulfillment_status, is_move, payment_status,
};
pub use refund_share::share_of;
pub use return_status::{ReturnFact, ReturnStatus, WrongReturnStatus};
