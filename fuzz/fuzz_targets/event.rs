//! An event as the log hands it over: whatever the bytes are, reading them is an error or an event that is written and
//! read again as the same.
#![no_main]

use contracts::{
    Envelope, Event,
    events::{OrderCreated, PaymentProcessed, ShippingUpdated},
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(envelope) = serde_json::from_slice::<Envelope>(bytes) else { return };
    let written = serde_json::to_vec(&envelope).expect("what was read can be written");
    assert_eq!(serde_json::from_slice::<Envelope>(&written).expect("what was written can be read"), envelope);
    read::<OrderCreated>(&envelope);
    read::<PaymentProcessed>(&envelope);
    read::<ShippingUpdated>(&envelope);
});

fn read<E: Event + PartialEq + std::fmt::Debug>(envelope: &Envelope) {
    let Ok(event) = envelope.read::<E>() else { return };
    let again = Envelope::of(&event).and_then(|envelope| serde_json::to_vec(&envelope)).expect("it can be written");
    let again: Envelope = serde_json::from_slice(&again).expect("it can be read");
    assert_eq!(again.read::<E>().expect("its own kind"), event);
}
