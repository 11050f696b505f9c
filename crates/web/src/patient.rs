//! A connection whose other end must go on: one that does not take its answer, or asks for nothing, would keep a
//! place for ever, for hyper has a timer on reading headers only.

use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, Sleep, sleep},
};

/// Counts the requests of a connection that are being worked on: while one is, silence is no idleness.
#[derive(Clone, Debug, Default)]
pub(crate) struct Busy(Arc<AtomicUsize>);

impl Busy {
    /// One more, until what this returns is dropped.
    pub(crate) fn begin(self) -> impl Drop {
        self.0.fetch_add(1, Ordering::Relaxed);
        Begun(self)
    }

    fn is_busy(&self) -> bool {
        self.0.load(Ordering::Relaxed) > 0
    }
}

struct Begun(Busy);

impl Drop for Begun {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Fails once no byte could be written for as long as `patience`, or none has gone either way for `idle` while
/// nothing was being worked on.
pub(crate) struct Patient<S> {
    stream: S,
    patience: Duration,
    given_up: Pin<Box<Sleep>>,
    waiting: bool,
    idle: Duration,
    idle_since: Instant,
    next_look: Pin<Box<Sleep>>,
    busy: Busy,
}

impl<S> Patient<S> {
    pub(crate) fn new(stream: S, patience: Duration, idle: Duration, busy: Busy) -> Self {
        Self {
            stream,
            patience,
            given_up: Box::pin(sleep(patience)),
            waiting: false,
            idle,
            idle_since: Instant::now(),
            next_look: Box::pin(sleep(idle)),
            busy,
        }
    }

    /// Passes on what came of a try to write, and watches the time while nothing does.
    fn watch<T>(&mut self, tried: Poll<io::Result<T>>, context: &mut Context<'_>) -> Poll<io::Result<T>> {
        if tried.is_ready() {
            self.waiting = false;
            return tried;
        }
        if !self.waiting {
            self.waiting = true;
            self.given_up.as_mut().reset(Instant::now() + self.patience);
        }
        match self.given_up.as_mut().poll(context) {
            Poll::Ready(()) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            Poll::Pending => Poll::Pending,
        }
    }

    /// As `watch`, for what moves bytes: an empty flush is no sign of life.
    fn watch_bytes(&mut self, tried: Poll<io::Result<usize>>, context: &mut Context<'_>) -> Poll<io::Result<usize>> {
        if tried.is_ready() {
            self.idle_since = Instant::now();
        }
        self.watch(tried, context)
    }

    /// Ready once the connection has been idle for too long.
    fn poll_idle(&mut self, context: &mut Context<'_>) -> Poll<()> {
        loop {
            ready!(self.next_look.as_mut().poll(context));
            if self.busy.is_busy() {
                self.idle_since = Instant::now();
            }
            let until = self.idle_since + self.idle;
            if until <= Instant::now() {
                return Poll::Ready(());
            }
            self.next_look.as_mut().reset(until);
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Patient<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if let Poll::Ready(read) = Pin::new(&mut self.stream).poll_read(context, buffer) {
            self.idle_since = Instant::now();
            return Poll::Ready(read);
        }
        self.poll_idle(context).map(|()| Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Patient<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let tried = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.watch_bytes(tried, context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let tried = Pin::new(&mut self.stream).poll_write_vectored(context, parts);
        self.watch_bytes(tried, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let tried = Pin::new(&mut self.stream).poll_flush(context);
        self.watch(tried, context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let tried = Pin::new(&mut self.stream).poll_shutdown(context);
        self.watch(tried, context)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    use super::*;

    #[tokio::test]
    async fn a_reader_that_stops_is_given_up_and_a_slow_one_is_not() {
        let patience = Duration::from_millis(200);
        let (near, _stopped) = duplex(16);
        let begun = Instant::now();
        let error = Patient::new(near, patience, patience * 100, Busy::default())
            .write_all(&[0; 64])
            .await
            .expect_err("nobody reads");
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert!(begun.elapsed() >= patience);

        let (near, mut slow) = duplex(16);
        let reading = tokio::spawn(async move {
            let mut taken = [0; 8];
            for _ in 0..8 {
                tokio::time::sleep(Duration::from_millis(50)).await;
                slow.read_exact(&mut taken).await.expect("there is more");
            }
        });
        Patient::new(near, patience, patience * 100, Busy::default())
            .write_all(&[0; 64])
            .await
            .expect("it is all taken, in twice the time");
        reading.await.expect("no panic");
    }

    #[tokio::test]
    async fn who_asks_for_nothing_is_given_up_unless_he_waits_for_an_answer() {
        let (near, mut far) = duplex(16);
        let (idle, busy) = (Duration::from_millis(200), Busy::default());
        let mut patient = Patient::new(near, idle * 100, idle, busy.clone());
        let begun = Instant::now();
        let working = busy.begin();
        let reading = tokio::spawn(async move { patient.read(&mut [0; 4]).await });
        tokio::time::sleep(idle * 3).await;
        assert!(!reading.is_finished(), "there is work to be done");
        drop(working);
        let error = reading.await.expect("no panic").expect_err("idle for too long");
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert!(begun.elapsed() < idle * 8, "{:?}", begun.elapsed());
        assert!(far.write_all(b"late").await.is_err(), "the connection has gone");
    }

    #[tokio::test]
    async fn who_sends_something_now_and_then_is_kept() {
        let (near, mut far) = duplex(16);
        let idle = Duration::from_millis(300);
        let mut patient = Patient::new(near, idle * 100, idle, Busy::default());
        let reading = tokio::spawn(async move { patient.read_exact(&mut [0; 6]).await });
        for _ in 0..6 {
            tokio::time::sleep(idle / 2).await;
            far.write_all(b"x").await.expect("taken");
        }
        reading.await.expect("no panic").expect("all six");
    }
}
