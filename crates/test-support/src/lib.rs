//! What tests stand on: fresh databases of both kinds, access tokens, and a client for routers.

mod client;
mod databases;
mod tokens;

pub use client::{Answer, Client};
pub use databases::{TestDb, component, databases, leave_out, sqlite, variable};
pub use tokens::Tokens;
