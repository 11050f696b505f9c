//! The HTTP server: limits and timeouts that hold against slow and greedy clients, and an orderly end.
//!
//! `axum::serve` sets no timer, which leaves hyper's header timeout without effect; so hyper-util is used directly.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use axum::{Router, extract::ConnectInfo, extract::Request};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{conn::auto, graceful::GracefulShutdown},
    service::TowerToHyperService,
};
use tokio::{net::TcpListener, sync::Semaphore};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use crate::patient::Patient;

/// A new connection must have sent its first request's headers by then, and each later one's as long after its start.
const HEADER_READ_TIMEOUT: Duration = Duration::from_secs(10);
const HEADERS_MAX_BYTES: usize = 16 * 1024;
const HEADERS_MAX: usize = 100;
const CONNECTIONS_MAX: usize = 4096;
/// A client that takes none of its answer for so long is let go.
const STALLED: Duration = Duration::from_secs(30);
/// How long requests may take to end once the server was told to stop.
const DRAIN: Duration = Duration::from_secs(25);

/// Serves `router` until `stop`, then lets requests end. `ConnectInfo<SocketAddr>` tells handlers the peer.
pub async fn serve(listener: TcpListener, router: Router, stop: CancellationToken) -> io::Result<()> {
    let server = Arc::new(builder());
    let graceful = GracefulShutdown::new();
    let connections = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    loop {
        let Ok(permit) = connections.clone().acquire_owned().await else { return Ok(()) };
        let (stream, peer) = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                // Out of file descriptors, say: wait for some to be given back.
                Err(error) => {
                    tracing::warn!(%error, "accept failed");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    continue;
                }
            },
            () = stop.cancelled() => break,
        };
        let _ = stream.set_nodelay(true);
        let router = router.clone();
        let spoken = CancellationToken::new();
        let first_request = spoken.clone();
        let service = TowerToHyperService::new(tower::service_fn(move |request| {
            spoken.cancel();
            answer(router.clone(), peer, request)
        }));
        let connection = server.serve_connection(TokioIo::new(Patient::new(stream, STALLED)), service).into_owned();
        let watched = graceful.watch(connection);
        tokio::spawn(async move {
            tokio::select! {
                ended = watched => {
                    if let Err(error) = ended {
                        tracing::debug!(%error, "connection ended");
                    }
                }
                () = silent(&first_request) => tracing::debug!("connection sent no request in time"),
            }
            drop(permit);
        });
    }
    drop(listener);
    tokio::select! {
        () = graceful.shutdown() => {}
        () = tokio::time::sleep(DRAIN) => tracing::warn!("some requests did not end in time"),
    }
    Ok(())
}

/// Ends when a connection has had its time and no request has come. hyper's own timer starts only once it knows
/// which version of HTTP is spoken, so that a client which sends nothing, or half a preface, would hold on for ever.
async fn silent(first_request: &CancellationToken) {
    if tokio::time::timeout(HEADER_READ_TIMEOUT, first_request.cancelled()).await.is_ok() {
        std::future::pending::<()>().await;
    }
}

async fn answer(
    router: Router,
    peer: SocketAddr,
    request: hyper::Request<hyper::body::Incoming>,
) -> Result<axum::response::Response, std::convert::Infallible> {
    let mut request: Request = request.map(axum::body::Body::new);
    request.extensions_mut().insert(ConnectInfo(peer));
    router.oneshot(request).await
}

fn builder() -> auto::Builder<TokioExecutor> {
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_READ_TIMEOUT)
        .max_headers(HEADERS_MAX)
        .max_buf_size(HEADERS_MAX_BYTES);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(100)
        .max_header_list_size(HEADERS_MAX_BYTES as u32)
        .keep_alive_interval(Duration::from_secs(20));
    builder
}
