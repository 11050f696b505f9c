//! The clock everyone reads: UTC, cut to microseconds.

use chrono::{DateTime, SubsecRound, Utc};

/// Now, cut to the microsecond: PostgreSQL keeps no finer time, and a value read back must equal the value written.
#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
pub fn now() -> DateTime<Utc> {
    Utc::now().trunc_subsecs(6)
}
