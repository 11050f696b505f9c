//! The rules of accounts: pure, synchronous, without a clock of their own.

pub mod email;
pub mod password;
pub mod rights;
pub mod rotation;
pub mod throttling;
