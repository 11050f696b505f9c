//! The tables of the users service.

pub mod address;
pub mod letter;
pub mod login_failure;
pub mod refresh_token;
pub mod role;
pub mod session;
pub mod signing_key;
pub mod throttle;
pub mod user;
