//! Moving a sandbox parcel on, in place of the van and its scanner.

use chrono::{DateTime, Utc};
use contracts::time;
use uuid::Uuid;

use crate::{
    App, Error,
    model::{
        shipment as life,
        tracking::{Sighting, TrackingStatus},
    },
    poll,
    sandbox::{self, moment_after},
    step, store,
};

/// What the scanner says.
#[derive(Clone, Debug)]
pub struct Scan {
    pub status: TrackingStatus,
    pub location: String,
    pub description: Option<String>,
}

pub async fn advance(app: &App, shipment: Uuid, scan: Scan) -> Result<(), Error> {
    let reader = app.db.reader();
    let read = store::shipments::find(reader, shipment).await?.ok_or(Error::NotFound)?;
    if read.carrier != sandbox::NAME {
        return Err(Error::NotSandbox(read.carrier));
    }
    let status = step::status_of(&read)?;
    if let Some(fact) = scan.status.fact() {
        life::after(status, fact)?;
    }
    let number = read.tracking_number.ok_or(Error::NotFound)?;
    let timeline: Vec<Sighting> =
        store::sightings::of(reader, &[shipment]).await?.into_iter().map(|(_, sighting)| sighting).collect();
    let seen = sighting(scan, moment_after(&timeline, time::now()));
    let moment = seen.occurred_at;
    if !app.sandbox.scan(&number, &seen).await? {
        return Err(Error::NotFound);
    }
    // The news takes the way that a carrier's takes.
    poll::ask(app, shipment, time::now().max(moment)).await
}

fn sighting(scan: Scan, occurred_at: DateTime<Utc>) -> Sighting {
    let description = scan.description.unwrap_or_else(|| sentence(scan.status).to_owned());
    Sighting { status: scan.status, description, location: scan.location, occurred_at, source: sandbox::NAME.into() }
}

fn sentence(status: TrackingStatus) -> &'static str {
    match status {
        TrackingStatus::InTransit => "The parcel is on its way.",
        TrackingStatus::OutForDelivery => "The parcel is in the delivery van.",
        TrackingStatus::AttemptedDelivery => "Nobody was at home.",
        TrackingStatus::AvailableForPickup => "The parcel can be picked up.",
        TrackingStatus::Delivered => "The parcel has been delivered.",
        TrackingStatus::Delayed => "The parcel is late.",
        TrackingStatus::Exception => "The carrier has a problem with the parcel.",
        TrackingStatus::ReturnToSender => "The parcel goes back to the sender.",
        TrackingStatus::Unknown | TrackingStatus::PreTransit | TrackingStatus::Expired | TrackingStatus::Cancelled => {
            ""
        }
    }
}
