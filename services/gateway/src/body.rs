//! A request's body on its way through: counted against the limit of its path, and given up when it only drips.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
    task::{Context, Poll, ready},
    time::Duration,
};

use axum::body::{Body, Bytes};
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use tokio::time::{Instant, Sleep};

/// A body that takes long must keep coming at this rate,
const LEAST_BYTES_PER_SEC: u64 = 1024;
/// which is looked at this often.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Where a body stands, as the one who waits for the answer needs to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Nobody waits for more of it right now.
    Coming,
    /// Someone waits for the client to send more.
    Awaited,
    Ended,
    TooLarge,
    TooSlow,
}

/// Shared by a body and the one who waits for the answer.
#[derive(Clone, Debug)]
pub(crate) struct Meter(Arc<AtomicU8>);

impl Meter {
    pub(crate) fn standing(&self) -> Standing {
        match self.0.load(Ordering::Acquire) {
            0 => Standing::Coming,
            1 => Standing::Awaited,
            2 => Standing::Ended,
            3 => Standing::TooLarge,
            _ => Standing::TooSlow,
        }
    }

    fn set(&self, standing: Standing) {
        let number = match standing {
            Standing::Coming => 0,
            Standing::Awaited => 1,
            Standing::Ended => 2,
            Standing::TooLarge => 3,
            Standing::TooSlow => 4,
        };
        self.0.store(number, Ordering::Release);
    }
}

#[derive(Debug)]
pub(crate) struct Refused(&'static str);

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for Refused {}

struct Metered {
    inner: Body,
    max: u64,
    taken: u64,
    started: Instant,
    next_look: Pin<Box<Sleep>>,
    meter: Meter,
}

/// `body`, of which at most `max` bytes are let through. It may take `patience` without further question.
pub(crate) fn metered(body: Body, max: u64, patience: Duration) -> (Body, Meter) {
    let meter = Meter(Arc::default());
    if body.is_end_stream() {
        meter.set(Standing::Ended);
        return (body, meter);
    }
    let started = Instant::now();
    let next_look = Box::pin(tokio::time::sleep(patience));
    (Body::new(Metered { inner: body, max, taken: 0, started, next_look, meter: meter.clone() }), meter)
}

impl Metered {
    fn refuse(&self, standing: Standing, cause: &'static str) -> axum::Error {
        self.meter.set(standing);
        axum::Error::new(Refused(cause))
    }
}

impl HttpBody for Metered {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let this = &mut *self;
        if let Poll::Ready(frame) = Pin::new(&mut this.inner).poll_frame(context) {
            return Poll::Ready(match frame {
                Some(Ok(frame)) => {
                    this.taken += frame.data_ref().map_or(0, |data| data.len() as u64);
                    if this.taken > this.max {
                        Some(Err(this.refuse(Standing::TooLarge, "the body is too large")))
                    } else {
                        this.meter.set(if this.inner.is_end_stream() { Standing::Ended } else { Standing::Coming });
                        Some(Ok(frame))
                    }
                }
                None => {
                    this.meter.set(Standing::Ended);
                    None
                }
                broken => broken,
            });
        }
        this.meter.set(Standing::Awaited);
        loop {
            ready!(this.next_look.as_mut().poll(context));
            if this.taken < this.started.elapsed().as_secs() * LEAST_BYTES_PER_SEC {
                return Poll::Ready(Some(Err(this.refuse(Standing::TooSlow, "the body comes too slowly"))));
            }
            this.next_look.as_mut().reset(Instant::now() + LOOK_EVERY);
        }
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
