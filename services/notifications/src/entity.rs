//! The tables of this service.

pub mod consent;
pub mod mailbox;
pub mod notification;
pub mod order_contact;
pub mod pause;
pub mod suppression;
pub mod template;
