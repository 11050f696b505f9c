//! The users service through its router, on every kind of database.

mod accounts;
mod addresses;
mod letters;
mod login;
mod refresh;
mod shop;
mod staff;
mod tokens;
mod verify;
