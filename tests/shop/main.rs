//! The whole shop, tried as its users would: over HTTP, on every kind of database, in one process and in many.

mod backups;
mod books;
mod buying;
mod certs;
mod cluster;
mod crashes;
mod documents;
mod failover;
mod faults;
mod kills;
mod many_processes;
mod migrating;
mod naughty;
mod outages;
mod patient;
mod replica;
mod returns;
mod rolling;
mod running;
mod search_down;
mod servers;
mod shopper;
mod stopping;
mod trouble;
mod updates;
mod wire;
