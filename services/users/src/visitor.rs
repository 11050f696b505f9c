//! Who knocks, as far as the connection tells: network address, device, and whether the page is ours.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum_extra::extract::CookieJar;
use contracts::Service;
use http::{HeaderMap, header, request::Parts};
use upstream::SERVICE_TOKEN;

use crate::{App, config::Config, error::Error, model::throttling::address_key, secrets::digest_of};

/// The cookie that carries a browser's refresh token. The prefix ties it to this host, and to HTTPS or localhost.
pub const COOKIE: &str = "__Host-refresh";
const USER_AGENT_MAX: usize = 200;

#[derive(Clone, Debug)]
pub struct Visitor {
    ip: Option<IpAddr>,
    pub user_agent: String,
    pub cookie: Option<String>,
    is_same_origin: bool,
}

impl Visitor {
    /// The name the network address is counted under.
    pub fn address(&self) -> Option<String> {
        self.ip.map(address_key)
    }

    /// The network address as shown in the list of sessions.
    pub fn ip(&self) -> Option<String> {
        self.ip.map(|ip| ip.to_canonical().to_string())
    }

    /// The same for every version of one browser on one system.
    pub fn device(&self) -> String {
        let stable: String = self.user_agent.chars().filter(|c| !c.is_ascii_digit()).collect();
        digest_of(&stable)
    }

    /// The refresh token in the cookie, which only pages of the shop may use: other sites can make a browser send it.
    pub fn own_cookie(&self) -> Result<Option<String>, Error> {
        if self.cookie.is_some() && !self.is_same_origin {
            return Err(Error::CrossOrigin);
        }
        Ok(self.cookie.clone())
    }
}

impl FromRequestParts<App> for Visitor {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let headers = &parts.headers;
        let user_agent = text(headers, "user-agent").unwrap_or_default();
        let cookie = CookieJar::from_headers(headers).get(COOKIE).map(|cookie| cookie.value().to_owned());
        Ok(Self {
            ip: peer(parts, app),
            user_agent: user_agent.chars().filter(|c| !c.is_control()).take(USER_AGENT_MAX).collect(),
            cookie: cookie.filter(|token| !token.is_empty()),
            is_same_origin: is_same_origin(headers, &app.config),
        })
    }
}

/// The address of whoever stands outside. Only the gateway is believed about it.
fn peer(parts: &Parts, app: &App) -> Option<IpAddr> {
    let sender = text(&parts.headers, SERVICE_TOKEN).and_then(|token| app.upstream.key().sender(token, Service::Users));
    if sender == Some(Service::Gateway) {
        return text(&parts.headers, "x-real-ip").and_then(|ip| ip.trim().parse().ok());
    }
    parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip())
}

/// Browsers say where a request comes from and do not let pages change it. What says nothing is not a browser.
fn is_same_origin(headers: &HeaderMap, config: &Config) -> bool {
    let origin = text(headers, "origin");
    let ours = |origin: &str| {
        let listed = std::iter::once(&config.public_url).chain(&config.allowed_origins);
        listed.map(|url| url.trim_end_matches('/')).any(|url| url.eq_ignore_ascii_case(origin))
    };
    match (text(headers, "sec-fetch-site"), origin) {
        (Some("same-origin"), _) | (None, None) => true,
        (Some(_), None) => false,
        (Some(_), Some(origin)) => ours(origin),
        (None, Some(origin)) => ours(origin) || is_host(headers, origin),
    }
}

fn is_host(headers: &HeaderMap, origin: &str) -> bool {
    let host = text(headers, header::HOST.as_str());
    origin.split_once("://").is_some_and(|(_, authority)| host.is_some_and(|host| host.eq_ignore_ascii_case(authority)))
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_pages_are_same_origin() {
        let config = Config {
            public_url: "https://shop.example/".into(),
            allowed_origins: vec!["http://localhost:5173".into()],
            ..Config::default()
        };
        for (site, origin, host, expected) in [
            (None, None, None, true),
            (Some("same-origin"), Some("https://shop.example"), None, true),
            (Some("cross-site"), Some("https://evil.example"), None, false),
            (Some("cross-site"), None, None, false),
            (Some("none"), None, None, false),
            (Some("same-site"), Some("http://localhost:5173"), None, true),
            (Some("same-site"), Some("https://blog.shop.example"), None, false),
            (None, Some("https://shop.example"), None, true),
            (None, Some("null"), None, false),
            (None, Some("https://evil.example"), Some("shop.example"), false),
            (None, Some("http://10.0.0.7:8080"), Some("10.0.0.7:8080"), true),
        ] {
            let mut headers = HeaderMap::new();
            for (name, value) in [("sec-fetch-site", site), ("origin", origin), ("host", host)] {
                if let Some(value) = value {
                    headers.insert(name, value.parse().expect("a header"));
                }
            }
            assert_eq!(is_same_origin(&headers, &config), expected, "{headers:?}");
        }
    }
}
