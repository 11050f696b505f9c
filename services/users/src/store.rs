//! Queries on the tables of the users service. They decide nothing and commit nothing.

pub mod addresses;
pub mod letters;
pub mod roles;
pub mod sessions;
pub mod throttles;
pub mod users;
