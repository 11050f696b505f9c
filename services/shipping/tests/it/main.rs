//! Shipping through its router, on every kind of database.

mod access;
mod labels;
mod order_events;
mod quotes;
mod shipments;
mod shop;
mod tracking;
mod zones;
