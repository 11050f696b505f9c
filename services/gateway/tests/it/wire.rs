//! The gateway on a real port, and clients that do not play fair: raw bytes over TCP.

use std::{net::SocketAddr, time::Duration};

use contracts::Service;
use gateway::{Config, Switch};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
    time::Instant,
};
use tokio_util::sync::CancellationToken;

use crate::Stand;

struct Port {
    address: SocketAddr,
    stop: CancellationToken,
    served: JoinHandle<std::io::Result<()>>,
}

impl Port {
    async fn open() -> Self {
        // As in a shop of one process.
        let stand = Stand::with(Config { rate_limit: Switch::Off, writes_at_once: Some(5), ..Config::default() });
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let stop = CancellationToken::new();
        let served = tokio::spawn(web::serve(listener, stand.router(), stop.clone()));
        Self { address, stop, served }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.expect("a connection")
    }

    /// Sends `bytes` and reads until the gateway closes the connection.
    async fn exchange(&self, bytes: &[u8]) -> String {
        let mut stream = self.connect().await;
        stream.write_all(bytes).await.expect("sent");
        rest(&mut stream).await
    }

    async fn close(self) {
        self.stop.cancel();
        self.served.await.expect("the server ends").expect("in order");
    }
}

async fn rest(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    // A reset after the answer is a way of closing, too.
    let _ = tokio::time::timeout(Duration::from_secs(20), stream.read_to_end(&mut answer))
        .await
        .expect("it is closed in time");
    String::from_utf8_lossy(&answer).into_owned()
}

fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap_or("none")
}

#[tokio::test]
async fn requests_that_two_servers_could_read_differently_are_refused_and_the_connection_is_closed() {
    let port = Port::open().await;
    let smuggled = "GET /internal/smuggled HTTP/1.1\r\nHost: shop\r\n\r\n";
    for (what, head) in [
        ("two lengths", "Content-Length: 4\r\nContent-Length: 40\r\n"),
        ("two lengths in one", "Content-Length: 4, 40\r\n"),
        ("a negative length", "Content-Length: -1\r\n"),
        ("a signed length", "Content-Length: +4\r\n"),
        ("an unknown coding", "Transfer-Encoding: xchunked\r\n"),
        ("a coding after chunked", "Transfer-Encoding: chunked, identity\r\n"),
        ("a folded header", "X-A: 1\r\n Content-Length: 40\r\n"),
        ("a space before the colon", "Content-Length : 4\r\n"),
        ("a NUL in a header", "X-A: a\0b\r\n"),
    ] {
        let answer = port
            .exchange(format!("POST /orders HTTP/1.1\r\nHost: shop\r\n{head}\r\n0\r\n\r\n{smuggled}").as_bytes())
            .await;
        assert_eq!(status(&answer), "400", "{what}: {answer}");
        assert_eq!(answer.matches("HTTP/1.1").count(), 1, "{what}: something was smuggled: {answer}");
    }
    port.close().await;
}

#[tokio::test]
async fn a_body_that_is_broken_is_told_so() {
    let port = Port::open().await;
    let head = "POST /orders HTTP/1.1\r\nHost: shop\r\nTransfer-Encoding: chunked\r\n\r\n";
    let answer = port.exchange(format!("{head}5\r\nhello\r\nzz\r\n").as_bytes()).await;
    assert_eq!(status(&answer), "400", "{answer}");
    assert!(answer.contains("unreadable_body"), "{answer}");
    port.close().await;
}

#[tokio::test]
async fn a_length_beside_chunks_is_not_believed() {
    let port = Port::open().await;
    // RFC 9112 6.1: Transfer-Encoding overrides, the length is dropped, and the connection is closed afterwards.
    let request = "POST /orders HTTP/1.1\r\nHost: shop\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n\
                   5\r\nhello\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: shop\r\n\r\n";
    let mut stream = port.connect().await;
    stream.write_all(request.as_bytes()).await.expect("sent");
    let answer = rest(&mut stream).await;
    let first = answer.split("HTTP/1.1").nth(1).unwrap_or_default();
    if status(&answer) == "200" {
        assert!(first.contains("\"body_bytes\":5"), "{answer}");
        assert!(!first.contains("content-length\":\"4"), "the service would see both: {answer}");
    } else {
        assert_eq!(status(&answer), "400", "{answer}");
    }
    assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "the connection went on after an unclear message: {answer}");
    port.close().await;
}

#[tokio::test]
async fn headers_beyond_their_limits_are_431() {
    let port = Port::open().await;
    let many: String = (0..101).map(|n| format!("X-{n}: 1\r\n")).collect();
    let long = format!("X-Long: {}\r\n", "x".repeat(20 * 1024));
    for head in [many, long] {
        let answer = port.exchange(format!("GET /products HTTP/1.1\r\nHost: shop\r\n{head}\r\n").as_bytes()).await;
        assert_eq!(status(&answer), "431", "{answer}");
    }
    let answer = port
        .exchange(
            format!("GET /{} HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n", "x".repeat(9 * 1024)).as_bytes(),
        )
        .await;
    assert_eq!(status(&answer), "414", "{answer}");
    assert!(answer.contains("uri_too_long"), "{answer}");
    port.close().await;
}

#[tokio::test]
async fn a_large_body_is_refused_early_and_the_connection_closed() {
    let port = Port::open().await;
    let answer = port.exchange(b"POST /orders HTTP/1.1\r\nHost: shop\r\nContent-Length: 1073741824\r\n\r\nxxxx").await;
    assert_eq!(status(&answer), "413", "{answer}");
    assert!(answer.contains("body_too_large") && answer.to_lowercase().contains("connection: close"), "{answer}");

    let mut stream = port.connect().await;
    stream.write_all(b"POST /orders HTTP/1.1\r\nHost: shop\r\nTransfer-Encoding: chunked\r\n\r\n").await.expect("sent");
    let chunk = [b"10000\r\n".as_slice(), &[b'x'; 0x10000], b"\r\n"].concat();
    let mut sent = 0;
    while sent < 10 * 1024 * 1024 && stream.write_all(&chunk).await.is_ok() {
        sent += chunk.len();
    }
    assert!(sent < 10 * 1024 * 1024, "an endless body was read on");
    port.close().await;
}

/// Five ways of being slow at once, while others are served as ever.
#[tokio::test]
async fn slow_clients_are_let_go_and_keep_nobody_waiting() {
    let port = Port::open().await;
    let begun = Instant::now();
    let mut slow = Vec::new();
    for opening in [
        "",                                                                     // says nothing
        "P",                                                                    // could be HTTP/2, could be POST
        "PRI * HTTP/2.0\r\n",                                                   // half a preface
        "GET /products HTTP/1.1\r\nHost: shop\r\n",                             // never ends its headers
        "POST /orders HTTP/1.1\r\nHost: shop\r\nContent-Length: 1000\r\n\r\n{", // never ends its body
    ] {
        for _ in 0..10 {
            let mut stream = port.connect().await;
            stream.write_all(opening.as_bytes()).await.expect("sent");
            slow.push(tokio::spawn(async move {
                let drip = opening.starts_with("GET");
                let mut answer = Vec::new();
                let mut buffer = [0; 1024];
                loop {
                    tokio::select! {
                        read = stream.read(&mut buffer) => match read {
                            Ok(0) | Err(_) => return (opening, begun.elapsed(), answer),
                            Ok(count) => answer.extend_from_slice(&buffer[..count]),
                        },
                        () = tokio::time::sleep(Duration::from_secs(1)), if drip => { let _ = stream.write_all(b"X-A: 1\r\n").await; }
                    }
                }
            }));
        }
    }
    let quick = Instant::now();
    let answer = port.exchange(b"GET /products HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n").await;
    assert_eq!(status(&answer), "200");
    assert!(quick.elapsed() < Duration::from_secs(2), "others had to wait: {:?}", quick.elapsed());
    for client in slow {
        let (opening, lasted, answer) =
            tokio::time::timeout(Duration::from_secs(25), client).await.expect("closed").expect("no panic");
        assert!(lasted < Duration::from_secs(15), "{opening:?} was kept for {lasted:?}");
        if opening.starts_with("POST") {
            assert_eq!(status(&String::from_utf8_lossy(&answer)), "408");
        }
    }
    port.close().await;
}

#[tokio::test]
async fn the_service_name_is_not_told() {
    let port = Port::open().await;
    let answer =
        port.exchange(b"GET /products HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n").await.to_lowercase();
    let head = answer.split("\r\n\r\n").next().unwrap_or_default();
    assert!(!head.contains("server:") && !head.contains("powered"), "{head}");
    assert!(answer.contains(&format!("\"{}\"", Service::Catalog.name())));
    port.close().await;
}
