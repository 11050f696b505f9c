//! The service through its router, its consumer and its jobs, on every kind of database.

mod access;
mod channels;
mod consents;
mod delivery;
mod events;
mod mailbox;
mod sending;
mod support;
mod texts;
