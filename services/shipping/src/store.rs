//! The queries of shipping. No decisions, no commits.

pub mod labels;
pub mod orders;
pub mod shipments;
pub mod sightings;
pub mod zones;
