//! What inventory listens to.

use bus::Consumer;

use crate::App;

/// Adds inventory's handlers. `OrderStatusChanged` has its handler in the crate's `events.rs`, which calls
/// `inventory::on_order_status_changed`.
pub fn register(consumer: Consumer, _app: &App) -> Consumer {
    consumer
}
