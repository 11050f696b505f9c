//! Rialto: the program that puts the services together.
//!
//! `shop` starts any set of them in one process. The commands stand on it, and so do the whole-shop tests.

// What a command may do reaches through all services down to their databases; laying that out is deeper than usual.
#![recursion_limit = "256"]

mod adapters;
pub mod banner;
pub mod books;
pub mod cli;
pub mod commands;
pub mod config;
pub mod openapi;
pub mod secrets;
mod settings;
pub mod shop;
mod wiring;
