//! HTTP/2 by hand: clients that open too much, say too much, or take back what they asked for.

use std::time::Duration;

use gateway::{Config, Switch};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    time::timeout,
};
use tokio_util::sync::CancellationToken;

use crate::Stand;

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const GOAWAY: u8 = 7;
const CONTINUATION: u8 = 9;

const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;

const REFUSED_STREAM: u32 = 7;
const ENHANCE_YOUR_CALM: u32 = 11;

/// `:method: GET`, `:scheme: http`, `:path: /` and `:authority: shop`, as HPACK writes them.
const GET_ROOT: &[u8] = b"\x82\x86\x84\x41\x04shop";

const HUFFMAN_431: &[u8] = b"\x69\x90\xff";

struct Frame {
    kind: u8,
    flags: u8,
    stream: u32,
    payload: Vec<u8>,
}

impl Frame {
    /// The error code of a `GOAWAY` or an `RST_STREAM`.
    fn error(&self) -> u32 {
        let at = if self.kind == GOAWAY { 4 } else { 0 };
        u32::from_be_bytes(self.payload[at..at + 4].try_into().expect("four bytes"))
    }
}

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).expect("short").to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

struct Client {
    stream: TcpStream,
    stop: CancellationToken,
}

impl Client {
    /// A connection to a gateway of its own, with the preface said.
    async fn connect() -> Self {
        let stand = Stand::with(Config { rate_limit: Switch::Off, ..Config::default() });
        let hung = axum::Router::new().fallback(std::future::pending::<()>);
        stand.mount(contracts::Service::Shipping, hung);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let stop = CancellationToken::new();
        tokio::spawn(web::serve(listener, stand.router(), stop.clone()));
        let mut stream = TcpStream::connect(address).await.expect("a connection");
        stream.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await.expect("sent");
        stream.write_all(&frame(SETTINGS, 0, 0, &[])).await.expect("sent");
        Self { stream, stop }
    }

    /// Whether the gateway still took it.
    async fn send(&mut self, bytes: &[u8]) -> bool {
        matches!(timeout(Duration::from_secs(5), self.stream.write_all(bytes)).await, Ok(Ok(())))
    }

    /// The next frame, or `None` once the connection has ended.
    async fn next(&mut self) -> Option<Frame> {
        let mut head = [0; 9];
        let read = timeout(Duration::from_secs(10), self.stream.read_exact(&mut head)).await;
        read.expect("the gateway goes on or ends").ok()?;
        let mut payload = vec![0; u32::from_be_bytes([0, head[0], head[1], head[2]]) as usize];
        self.stream.read_exact(&mut payload).await.ok()?;
        let stream = u32::from_be_bytes(head[5..].try_into().expect("four bytes"));
        Some(Frame { kind: head[3], flags: head[4], stream, payload })
    }

    /// The next frame of this kind; others are passed over.
    async fn next_of(&mut self, kind: u8) -> Option<Frame> {
        while let Some(frame) = self.next().await {
            if frame.kind == kind {
                return Some(frame);
            }
        }
        None
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

fn get(path: &str) -> Vec<u8> {
    let length = u8::try_from(path.len()).expect("a short path");
    [b"\x82\x86\x04".as_slice(), &[length], path.as_bytes(), b"\x41\x04shop"].concat()
}

/// A literal field without indexing, of which the value takes `bytes`.
fn long_field(bytes: usize) -> Vec<u8> {
    // RFC 7541, 5.1: 127 says that the rest of the length follows, seven bits at a time.
    let mut length = vec![127];
    let mut rest = bytes - 127;
    while rest >= 128 {
        length.push(0x80 | u8::try_from(rest % 128).expect("seven bits"));
        rest /= 128;
    }
    length.push(u8::try_from(rest).expect("seven bits"));
    [b"\x00\x01x".as_slice(), &length, &vec![b'x'; bytes]].concat()
}

#[tokio::test]
async fn a_plain_request_is_answered() {
    let mut client = Client::connect().await;
    client.send(&frame(HEADERS, END_HEADERS | END_STREAM, 1, GET_ROOT)).await;
    let head = client.next_of(HEADERS).await.expect("an answer");
    assert_eq!((head.stream, head.payload[0]), (1, 0x88), "`:status: 200` in HPACK");
    let body = client.next_of(DATA).await.expect("a body");
    assert!(!body.payload.is_empty());
}

#[tokio::test]
async fn a_client_has_a_hundred_requests_open_at_most() {
    let mut client = Client::connect().await;
    let settings = client.next_of(SETTINGS).await.expect("the gateway's settings");
    let told = |id: u8| {
        let setting = settings.payload.chunks(6).find(|setting| setting[1] == id).expect("this setting");
        u32::from_be_bytes(setting[2..].try_into().expect("four bytes"))
    };
    assert_eq!((told(3), told(6)), (100, 16 * 1024), "streams, and bytes of headers");
    // Who does not heed it is refused, stream by stream.
    for number in 0..101 {
        let hung = get("/shipping/x");
        assert!(client.send(&frame(HEADERS, END_HEADERS | END_STREAM, 2 * number + 1, &hung)).await);
    }
    let refused = client.next_of(RST_STREAM).await.expect("one is refused");
    assert_eq!((refused.stream, refused.error()), (201, REFUSED_STREAM));
}

#[tokio::test]
async fn who_takes_back_what_he_asked_for_again_and_again_is_let_go() {
    let mut client = Client::connect().await;
    let mut flood = Vec::new();
    for number in 0..1000 {
        flood.extend(frame(HEADERS, END_HEADERS | END_STREAM, 2 * number + 1, &get("/shipping/x")));
        flood.extend(frame(RST_STREAM, 0, 2 * number + 1, &8_u32.to_be_bytes()));
    }
    client.send(&flood).await;
    let goodbye = client.next_of(GOAWAY).await;
    assert_eq!(goodbye.map(|frame| frame.error()), Some(ENHANCE_YOUR_CALM));
}

#[tokio::test]
async fn headers_without_end_are_not_read_on() {
    let mut client = Client::connect().await;
    assert!(client.send(&frame(HEADERS, END_STREAM, 1, GET_ROOT)).await);
    let more = frame(CONTINUATION, 0, 1, &long_field(16_000));
    let mut sent = 0;
    while sent < 16 * 1024 * 1024 && client.send(&more).await {
        sent += more.len();
    }
    assert!(sent < 16 * 1024 * 1024, "an endless head was read on");
}

#[tokio::test]
async fn a_head_that_is_too_large_is_431_and_others_go_on() {
    let mut client = Client::connect().await;
    let large = [GET_ROOT, &long_field(10_000)].concat();
    assert!(client.send(&frame(HEADERS, END_STREAM, 1, &large)).await);
    assert!(client.send(&frame(CONTINUATION, END_HEADERS, 1, &long_field(10_000))).await);
    let head = client.next_of(HEADERS).await.expect("an answer");
    assert!(head.payload.ends_with(HUFFMAN_431), "{:?}", head.payload);
    assert_eq!(head.flags & END_HEADERS, END_HEADERS);
    assert!(client.send(&frame(HEADERS, END_HEADERS | END_STREAM, 3, GET_ROOT)).await);
    let mut head = client.next_of(HEADERS).await.expect("an answer");
    while head.stream != 3 {
        head = client.next_of(HEADERS).await.expect("an answer");
    }
    assert_eq!(head.payload[0], 0x88);
}
