//! The tables of shipping, as SeaORM sees them. `migrations` makes them.

pub mod area;
pub mod history;
pub mod label;
pub mod order;
pub mod order_line;
pub mod rate;
pub mod sandbox_parcel;
pub mod sandbox_sighting;
pub mod seed;
pub mod shipment;
pub mod shipment_line;
pub mod sighting;
pub mod zone;
