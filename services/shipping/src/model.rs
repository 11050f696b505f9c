//! The rules of shipping: pure, synchronous, without a clock.

pub mod estimate;
pub mod number;
pub mod rate;
pub mod shipment;
pub mod tracking;
pub mod zone;
