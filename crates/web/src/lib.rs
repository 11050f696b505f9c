//! What every service needs to speak HTTP: problem answers, extractors that name the bad field, access tokens and
//! permissions, idempotency keys, paging, health, and the server itself.

pub mod answers;
pub mod auth;
pub mod check;
pub mod extract;
pub mod health;
pub mod idempotency;
pub mod lasting;
pub mod layers;
pub mod page;
mod patient;
pub mod problem;
pub mod request;
pub mod serve;

pub use auth::{Caller, User, Verifier};
pub use check::Checks;
pub use extract::{Json, Path, Query};
pub use idempotency::IdempotencyKey;
pub use lasting::{Heard, Lasting, State};
pub use layers::{Around, Edge, RouteTemplate, answered, finish, tell_route};
pub use page::{Cursor, Page, PageQuery};
pub use problem::{FieldError, Problem, ProblemBody};
pub use serve::{Stop, serve, serve_over};
