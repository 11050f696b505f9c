//! The calls by which people look after a service's events: how they flow, which are stuck, and what shall become of those.

use chrono::{DateTime, Utc};
use http::Method;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::{Call, Service, ids::EventId};

/// Asks a service how its events flow. Takes `events:read`, like all that only looks.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct EventsStanding {
    pub service: Service,
}

impl Call for EventsStanding {
    type Answer = ServiceEvents;
    const METHOD: Method = Method::GET;
    const REPEATABLE: bool = true;
    fn service(&self) -> Service {
        self.service
    }
    fn path(&self) -> String {
        "/internal/events".into()
    }
}

/// How the events of a service flow.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ServiceEvents {
    pub service: Service,
    pub outbox: OutboxStanding,
    /// Absent if the service listens to nothing.
    pub consumer: Option<ConsumerStanding>,
    /// Events that could not be applied and wait.
    pub parked: u64,
}

/// Events on their way out.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct OutboxStanding {
    /// How many wait to be carried to the log.
    pub depth: u64,
    /// When the oldest of them was written.
    pub oldest_at: Option<DateTime<Utc>>,
}

/// How far a service has read the log.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ConsumerStanding {
    /// The last position it has applied or parked.
    pub position: i64,
    /// The last position of the log.
    pub head: i64,
    pub topics: Vec<TopicLag>,
}

/// What a service has not read of a topic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TopicLag {
    /// The name of the service that publishes it.
    pub topic: String,
    pub lag: u64,
}

/// Asks a service for its parked events behind a position, oldest first.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct ListParked {
    pub service: Service,
    pub after: Option<i64>,
    pub limit: u64,
}

impl Call for ListParked {
    type Answer = Vec<ParkedEvent>;
    const METHOD: Method = Method::GET;
    const REPEATABLE: bool = true;
    fn service(&self) -> Service {
        self.service
    }
    fn path(&self) -> String {
        format!("/internal/events/parked?{}", place(self.after, self.limit))
    }
}

/// An event that a service could not apply.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "service": "orders", "id": "0192f0c1-a2b3-7c4d-8e5f-60718293a4c1", "type": "PaymentProcessed", "source": "/payments",
    "subject": "0192f0c1-a2b3-7c4d-8e5f-60718293a4b6", "occurred_at": "2026-11-22T19:03:16Z", "position": 812,
    "payload": {"order_id": "0192f0c1-a2b3-7c4d-8e5f-60718293a4b6", "amount": {"amount": 4290, "currency": "EUR"}},
    "cause": "an event speaks of an order that is not here", "attempts": 5, "next_attempt_at": "2026-11-22T19:04:16Z",
    "waits_behind": null, "parked_at": "2026-11-22T19:03:17Z"
}))]
pub struct ParkedEvent {
    /// Who could not apply it.
    pub service: Service,
    pub id: EventId,
    pub r#type: String,
    pub source: String,
    /// The id of the thing it speaks of.
    pub subject: String,
    pub occurred_at: DateTime<Utc>,
    /// Where it stands in the log.
    pub position: i64,
    pub payload: Value,
    pub cause: String,
    pub attempts: u32,
    /// Absent: it is tried only when someone asks for it.
    pub next_attempt_at: Option<DateTime<Utc>>,
    /// The earlier event of the same subject that has to be applied first.
    pub waits_behind: Option<EventId>,
    pub parked_at: DateTime<Utc>,
}

/// Has a service try a parked event now. Takes `events:write`. Answers 404 when it is not parked, 409 `event_waits`
/// when it waits behind another.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct RetryParked {
    pub service: Service,
    pub id: EventId,
}

impl Call for RetryParked {
    type Answer = ParkedEvent;
    const METHOD: Method = Method::POST;
    const REPEATABLE: bool = true;
    fn service(&self) -> Service {
        self.service
    }
    fn path(&self) -> String {
        format!("/internal/events/parked/{}/retry", self.id)
    }
}

/// Has a service give a parked event up. Takes `events:write`. Answers 404 when it is not parked.
#[derive(Clone, Debug, Serialize)]
pub struct SkipParked {
    #[serde(skip)]
    pub service: Service,
    #[serde(skip)]
    pub id: EventId,
    pub reason: String,
}

impl Call for SkipParked {
    type Answer = SkippedEvent;
    const METHOD: Method = Method::POST;
    const REPEATABLE: bool = true;
    fn service(&self) -> Service {
        self.service
    }
    fn path(&self) -> String {
        format!("/internal/events/parked/{}/skip", self.id)
    }
}

/// Why an event is given up.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"reason": "the order was erased by hand, see ticket 4711"}))]
pub struct SkipReason {
    pub reason: String,
}

/// Asks a service for the events that were given up, behind a position, oldest first.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct ListSkipped {
    pub service: Service,
    pub after: Option<i64>,
    pub limit: u64,
}

impl Call for ListSkipped {
    type Answer = Vec<SkippedEvent>;
    const METHOD: Method = Method::GET;
    const REPEATABLE: bool = true;
    fn service(&self) -> Service {
        self.service
    }
    fn path(&self) -> String {
        format!("/internal/events/skipped?{}", place(self.after, self.limit))
    }
}

/// An event that somebody gave up.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "service": "orders", "id": "0192f0c1-a2b3-7c4d-8e5f-60718293a4c1", "type": "PaymentProcessed", "source": "/payments",
    "subject": "0192f0c1-a2b3-7c4d-8e5f-60718293a4b6", "occurred_at": "2026-11-22T19:03:16Z", "position": 812,
    "payload": {"order_id": "0192f0c1-a2b3-7c4d-8e5f-60718293a4b6", "amount": {"amount": 4290, "currency": "EUR"}},
    "cause": "an event speaks of an order that is not here", "attempts": 83, "parked_at": "2026-11-22T19:03:17Z",
    "skipped_at": "2026-11-25T08:00:00Z", "skipped_by": "staff:0192f0c1-a2b3-7c4d-8e5f-60718293a4a0",
    "reason": "the order was erased by hand, see ticket 4711"
}))]
pub struct SkippedEvent {
    pub service: Service,
    pub id: EventId,
    pub r#type: String,
    pub source: String,
    pub subject: String,
    pub occurred_at: DateTime<Utc>,
    pub position: i64,
    pub payload: Value,
    /// Why it could not be applied.
    pub cause: String,
    pub attempts: u32,
    pub parked_at: DateTime<Utc>,
    pub skipped_at: DateTime<Utc>,
    /// `staff:` and the person's id, or `command line`.
    pub skipped_by: String,
    pub reason: String,
}

fn place(after: Option<i64>, limit: u64) -> String {
    let after = after.map(|position| format!("&after={position}")).unwrap_or_default();
    format!("limit={limit}{after}")
}
