//! What comes in from outside is not believed: headers that only we may set are taken off, the client's address is
//! worked out, and the ids that tie log lines together are put on.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    num::{NonZeroU64, NonZeroU128},
};

use axum::extract::{ConnectInfo, Request};
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::{App, config::Network};

/// The client's address, as far as it can be known.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Client(pub(crate) IpAddr);

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const REAL_IP: HeaderName = HeaderName::from_static("x-real-ip");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
const TRACESTATE: HeaderName = HeaderName::from_static("tracestate");

/// Takes a request in: what it says of itself is gone, what we know of it is there.
pub(crate) fn receive(app: &App, request: &mut Request) {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
    let headers = request.headers_mut();
    let client = client(peer.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)), headers, &app.proxies);
    strip(headers);
    trace(headers);
    let known = [(REAL_IP, client.to_string()), (REQUEST_ID, web::request::id_of(headers))];
    for (name, text) in known {
        if let Ok(value) = HeaderValue::try_from(text) {
            headers.insert(name, value);
        }
    }
    request.extensions_mut().insert(Client(client));
}

/// Whose request this is: the peer's, or, when the peer is a proxy of ours, that of the rightmost address in
/// `X-Forwarded-For` which is not. What stands further left was written by the client.
fn client(peer: IpAddr, headers: &HeaderMap, proxies: &[Network]) -> IpAddr {
    let ours = |address: IpAddr| proxies.iter().any(|network| network.contains(address));
    let mut client = peer.to_canonical();
    if !ours(client) {
        return client;
    }
    let lines: Vec<&str> = headers.get_all(FORWARDED_FOR).iter().filter_map(|line| line.to_str().ok()).collect();
    for entry in lines.iter().rev().flat_map(|line| line.rsplit(',')) {
        let Some(address) = address(entry.trim()) else { return client };
        client = address.to_canonical();
        if !ours(client) {
            return client;
        }
    }
    client
}

/// An address as proxies write it, with or without a port.
fn address(entry: &str) -> Option<IpAddr> {
    let bare = entry.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(entry);
    bare.parse().ok().or_else(|| entry.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

fn strip(headers: &mut HeaderMap) {
    let forged: Vec<HeaderName> = headers.keys().filter(|name| is_ours(name.as_str())).cloned().collect();
    for name in forged {
        headers.remove(name);
    }
}

/// Headers that mean something only when a part of the shop has set them.
pub(crate) fn is_ours(name: &str) -> bool {
    name.starts_with("rialto-") || name.starts_with("x-forwarded-") || matches!(name, "x-real-ip" | "forwarded")
}

/// Continues the caller's trace, or begins one (W3C Trace Context).
fn trace(headers: &mut HeaderMap) {
    let given = headers.get(&TRACEPARENT).and_then(|value| value.to_str().ok());
    if given.is_some_and(is_traceparent) {
        return;
    }
    headers.remove(TRACESTATE);
    let (trace, span): (NonZeroU128, NonZeroU64) = rand::random();
    if let Ok(value) = HeaderValue::try_from(format!("00-{trace:032x}-{span:016x}-01")) {
        headers.insert(TRACEPARENT, value);
    }
}

fn is_traceparent(text: &str) -> bool {
    let hex = |part: &str, length: usize| {
        part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
    };
    let some = |part: &str| part.bytes().any(|byte| byte != b'0');
    match text.split('-').collect::<Vec<_>>()[..] {
        ["00", trace, span, flags] => hex(trace, 32) && some(trace) && hex(span, 16) && some(span) && hex(flags, 2),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(peer: &str, forwarded_for: &[&'static str], proxies: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for line in forwarded_for {
            headers.append(FORWARDED_FOR, HeaderValue::from_static(line));
        }
        let proxies: Vec<_> = proxies.iter().map(|network| Network::read(network).expect("a network")).collect();
        client(peer.parse().expect("an address"), &headers, &proxies).to_string()
    }

    #[test]
    fn forwarded_for_counts_only_as_far_as_our_proxies_wrote_it() {
        assert_eq!(seen("203.0.113.5", &["1.1.1.1"], &[]), "203.0.113.5", "no proxies: the peer");
        assert_eq!(seen("203.0.113.5", &["1.1.1.1"], &["10.0.0.0/8"]), "203.0.113.5", "the peer is no proxy of ours");
        assert_eq!(
            seen("10.0.0.1", &["1.1.1.1, 203.0.113.7"], &["10.0.0.0/8"]),
            "203.0.113.7",
            "the left is the client's word"
        );
        assert_eq!(seen("10.0.0.1", &["1.1.1.1, 203.0.113.7, 10.0.0.2"], &["10.0.0.0/8"]), "203.0.113.7");
        assert_eq!(
            seen("10.0.0.1", &["1.1.1.1", "203.0.113.7"], &["10.0.0.0/8"]),
            "203.0.113.7",
            "later lines are nearer"
        );
        assert_eq!(seen("10.0.0.1", &["203.0.113.7:5123"], &["10.0.0.0/8"]), "203.0.113.7");
        assert_eq!(seen("10.0.0.1", &["[2001:db8::1]:443"], &["10.0.0.0/8"]), "2001:db8::1");
        assert_eq!(seen("10.0.0.1", &["203.0.113.7, nonsense"], &["10.0.0.0/8"]), "10.0.0.1");
        assert_eq!(seen("10.0.0.1", &[], &["10.0.0.0/8"]), "10.0.0.1");
        assert_eq!(seen("::ffff:203.0.113.5", &[], &[]), "203.0.113.5");
    }

    #[test]
    fn only_a_sound_traceparent_is_continued() {
        assert!(is_traceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"));
        for unsound in [
            "",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-extra",
        ] {
            assert!(!is_traceparent(unsound), "{unsound}");
        }
    }
}
