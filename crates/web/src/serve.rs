//! The HTTP server: limits and timeouts that hold against slow and greedy clients, and an orderly end.
//!
//! `axum::serve` sets no timer, which leaves hyper's header timeout without effect; so hyper-util is used directly.

use std::{convert::Infallible, io, net::SocketAddr, sync::Arc, time::Duration};

use axum::{
    Router,
    body::Body,
    extract::{ConnectInfo, Request},
    response::Response,
};
use http::{HeaderValue, Version, header};
use hyper::body::Incoming;
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{conn::auto, graceful::GracefulShutdown},
    service::TowerToHyperService,
};
use rustls::ServerConfig;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use crate::{
    health,
    patient::{Busy, Patient},
};

/// A request's headers must have come so long after the connection was made or, over HTTP/1, after the answer before.
const HEADER_READ_TIMEOUT: Duration = Duration::from_secs(10);
/// That there may be a hundred of them is what hyper does unless told otherwise; being told costs it time.
const HEADERS_MAX_BYTES: usize = 16 * 1024;
const CONNECTIONS_MAX: usize = 4096;
/// Requests that an HTTP/2 client may have open on one connection.
const STREAMS_MAX: u32 = 100;
/// Streams that an HTTP/2 client opened and took back before they were looked at; one more ends the connection.
const RESETS_MAX: usize = 20;
/// A client that takes none of its answer for so long is let go.
const STALLED: Duration = Duration::from_secs(30);
/// So is one that has nothing to ask: HTTP/2 knows no end of the headers that could be waited for.
const IDLE: Duration = Duration::from_secs(60);

/// When a server ends, and how.
#[derive(Clone, Debug)]
pub struct Stop {
    /// Fires when the process is told to stop.
    pub told: CancellationToken,
    /// `/readyz` answers 503 from then on. Everything else goes on for this long, new connections too, so that whoever
    /// hands out requests can turn to others.
    pub wait: Duration,
    /// How long requests may take to end after that; the rest is cut off.
    pub finish: Duration,
}

impl From<CancellationToken> for Stop {
    /// At once, for servers that nobody balances.
    fn from(told: CancellationToken) -> Self {
        Self { told, wait: Duration::ZERO, finish: Duration::from_secs(25) }
    }
}

/// Serves `router` until it has stopped. `ConnectInfo<SocketAddr>` tells handlers the peer.
pub async fn serve(listener: TcpListener, router: Router, stop: impl Into<Stop>) -> io::Result<()> {
    serve_over(listener, None, router, stop.into()).await
}

/// As `serve`, over TLS if there is a configuration for it.
pub async fn serve_over(
    listener: TcpListener,
    tls: Option<Arc<ServerConfig>>,
    router: Router,
    stop: Stop,
) -> io::Result<()> {
    let Stop { told, wait, finish } = stop;
    let server = Server {
        http: builder(),
        tls: tls.map(TlsAcceptor::from),
        router,
        told: told.clone(),
        cut: CancellationToken::new(),
    };
    let server = Arc::new(server);
    let _cut_off_the_rest = server.cut.clone().drop_guard();
    let graceful = GracefulShutdown::new();
    tokio::select! {
        () = accept(&listener, &server, &graceful) => {}
        () = async { told.cancelled().await; tokio::time::sleep(wait).await } => {}
    }
    drop(listener);
    if tokio::time::timeout(finish, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests did not end in time and are cut off");
    }
    Ok(())
}

/// What all connections share.
struct Server {
    http: auto::Builder<TokioExecutor>,
    tls: Option<TlsAcceptor>,
    router: Router,
    told: CancellationToken,
    cut: CancellationToken,
}

async fn accept(listener: &TcpListener, server: &Arc<Server>, graceful: &GracefulShutdown) {
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    while let Ok(place) = places.clone().acquire_owned().await {
        match listener.accept().await {
            Ok((stream, peer)) => {
                let talk = talk(server.clone(), stream, peer, graceful);
                tokio::spawn(async move {
                    talk.await;
                    drop(place);
                });
            }
            // Out of file descriptors, say: wait for some to be given back.
            Err(error) => {
                tracing::warn!(%error, "accept failed");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

/// One connection, from its first byte to its last. It is under `graceful` from the call on, not from the first poll.
fn talk(
    server: Arc<Server>,
    stream: TcpStream,
    peer: SocketAddr,
    graceful: &GracefulShutdown,
) -> impl Future<Output = ()> + use<> {
    let _ = stream.set_nodelay(true);
    let busy = Busy::default();
    let spoken = CancellationToken::new();
    let service = {
        let (server, busy, spoken) = (server.clone(), busy.clone(), spoken.clone());
        TowerToHyperService::new(tower::service_fn(move |request| {
            spoken.cancel();
            answer(server.clone(), busy.clone(), peer, request)
        }))
    };
    let stream = Patient::new(stream, STALLED, IDLE, busy);
    let watcher = graceful.watcher();
    async move {
        let connection = async {
            match &server.tls {
                None => {
                    let connection = server.http.serve_connection(TokioIo::new(stream), service).into_owned();
                    watcher.watch(connection).await
                }
                Some(tls) => {
                    // Boxed: large, and most listeners are behind something that speaks TLS for them.
                    let stream = Box::pin(tls.accept(stream)).await?;
                    let connection = server.http.serve_connection(TokioIo::new(stream), service).into_owned();
                    watcher.watch(connection).await
                }
            }
        };
        tokio::select! {
            ended = connection => {
                if let Err(error) = ended {
                    tracing::debug!(%error, "connection ended");
                }
            }
            () = silent(&spoken) => tracing::debug!("connection sent no request in time"),
            () = server.cut.cancelled() => {}
        }
    }
}

/// Ends when a connection has had its time and no request has come. hyper's own timer starts only once it knows
/// which version of HTTP is spoken, so that a client which sends nothing, or half a preface, would hold on for ever.
async fn silent(spoken: &CancellationToken) {
    if tokio::time::timeout(HEADER_READ_TIMEOUT, spoken.cancelled()).await.is_ok() {
        std::future::pending::<()>().await;
    }
}

async fn answer(
    server: Arc<Server>,
    busy: Busy,
    peer: SocketAddr,
    request: http::Request<Incoming>,
) -> Result<Response, Infallible> {
    let _busy = busy.begin();
    let one_at_a_time = request.version() < Version::HTTP_2;
    let mut response = if server.told.is_cancelled() && request.uri().path() == "/readyz" {
        health::stopping()
    } else {
        let mut request: Request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        server.router.clone().oneshot(request).await?
    };
    // The client's next request should go to someone else.
    if one_at_a_time && server.told.is_cancelled() {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    Ok(response)
}

fn builder() -> auto::Builder<TokioExecutor> {
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEADER_READ_TIMEOUT).max_buf_size(HEADERS_MAX_BYTES);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS_MAX)
        .max_pending_accept_reset_streams(RESETS_MAX)
        .max_header_list_size(HEADERS_MAX_BYTES as u32);
    builder
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        task::JoinHandle,
        time::Instant,
    };

    use super::*;

    /// A server whose `/slow` takes two seconds and whose `/stuck` never answers.
    async fn server(wait_ms: u64, finish_ms: u64) -> (SocketAddr, CancellationToken, JoinHandle<Duration>) {
        let router = Router::new()
            .route("/", get(|| async { "hello" }))
            .route("/readyz", get(|| async { "ready" }))
            .route("/slow", get(|| async { tokio::time::sleep(Duration::from_secs(2)).await }))
            .route("/stuck", get(std::future::pending::<()>));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let told = CancellationToken::new();
        let (wait, finish) = (Duration::from_millis(wait_ms), Duration::from_millis(finish_ms));
        let stop = Stop { told: told.clone(), wait, finish };
        let served = tokio::spawn(async move {
            let told = stop.told.clone();
            let server = serve(listener, router, stop);
            let begun = async {
                told.cancelled().await;
                Instant::now()
            };
            let (ended, begun) = tokio::join!(server, begun);
            ended.expect("ends in order");
            begun.elapsed()
        });
        (address, told, served)
    }

    async fn ask(stream: &mut TcpStream, path: &str) {
        stream.write_all(format!("GET {path} HTTP/1.1\r\nHost: shop\r\n\r\n").as_bytes()).await.expect("sent");
    }

    async fn read_all(mut stream: TcpStream) -> String {
        let mut text = Vec::new();
        let _ = stream.read_to_end(&mut text).await;
        String::from_utf8_lossy(&text).into_owned()
    }

    async fn exchange(address: SocketAddr, path: &str) -> String {
        let mut stream = TcpStream::connect(address).await.expect("a connection");
        ask(&mut stream, path).await;
        read_all(stream).await
    }

    #[tokio::test]
    async fn who_is_told_to_stop_says_so_first_then_closes_the_door_then_finishes() {
        let (address, told, served) = server(1000, 10_000).await;
        let mut slow = TcpStream::connect(address).await.expect("a connection");
        let mut kept = TcpStream::connect(address).await.expect("a connection");
        ask(&mut kept, "/readyz").await;
        let mut ready = [0; 15];
        kept.read_exact(&mut ready).await.expect("an answer");
        assert_eq!(&ready, b"HTTP/1.1 200 OK");

        told.cancel();
        let unready = exchange(address, "/readyz").await;
        assert!(unready.starts_with("HTTP/1.1 503") && unready.contains("stopping"), "{unready}");
        let served_still = exchange(address, "/").await;
        assert!(served_still.starts_with("HTTP/1.1 200") && served_still.ends_with("hello"), "{served_still}");
        assert!(served_still.contains("connection: close"), "the client should go elsewhere: {served_still}");
        tokio::time::sleep(Duration::from_millis(300)).await;
        ask(&mut slow, "/slow").await;

        tokio::time::sleep(Duration::from_millis(1000)).await;
        assert!(TcpStream::connect(address).await.is_err(), "the door should be closed");
        assert!(!served.is_finished(), "a request is still being answered");
        assert!(read_all(slow).await.starts_with("HTTP/1.1 200"));
        let took = served.await.expect("no panic");
        assert!(took >= Duration::from_secs(2) && took < Duration::from_secs(5), "{took:?}");
    }

    #[tokio::test]
    async fn a_request_that_never_ends_is_cut_off() {
        let (address, told, served) = server(0, 500).await;
        let stuck = tokio::spawn(exchange(address, "/stuck"));
        tokio::time::sleep(Duration::from_millis(200)).await;
        told.cancel();
        let took = served.await.expect("no panic");
        assert!(took >= Duration::from_millis(500) && took < Duration::from_secs(3), "{took:?}");
        assert_eq!(stuck.await.expect("no panic"), "");
    }
}
