//! The whole shop, tried as its users would: over HTTP, on SQLite and PostgreSQL, in one process and in many.

mod buying;
mod cluster;
mod crashes;
mod documents;
mod faults;
mod many_processes;
mod naughty;
mod returns;
mod running;
mod search_down;
mod shopper;
mod stopping;
mod trouble;
