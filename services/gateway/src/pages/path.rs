//! Which page an address names: the map of what people see, as `routes.rs` is that of the API.

use super::locale::Locale;
use crate::routes;

/// A page, and the language it is asked for in.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Visit {
    pub(crate) locale: Locale,
    /// The address in English, without a query.
    pub(crate) path: String,
    pub(crate) page: Page,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Page {
    Home,
    /// By its slug.
    Product(String),
    /// By its slug.
    Category(String),
    Search,
    /// Mostly about the visitor's own things: the server knows its title, the browser fetches the rest.
    Own(&'static Own),
    /// Any page of the admin. Those who work there find a language of their own.
    Admin,
}

#[derive(Debug)]
pub(crate) struct Own {
    pub(crate) pattern: &'static str,
    /// In English.
    pub(crate) title: &'static str,
    pub(crate) secrecy: Secrecy,
    /// The storefront's routes that show it.
    pub(crate) routes: &'static [&'static str],
}

impl PartialEq for Own {
    fn eq(&self, other: &Self) -> bool {
        self.pattern == other.pattern
    }
}

/// How careful a browser has to be with a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Secrecy {
    /// Everyone sees the same, and search engines may show it.
    Public,
    /// Of no use to anyone else.
    Personal,
    /// Nothing of it is to be kept.
    Private,
    /// Its address opens something by itself, and is told to nobody.
    SecretAddress,
}

const OWN: [Own; 15] = [
    own("/cart", "Cart", Secrecy::Personal, &["cart"]),
    own("/checkout", "Checkout", Secrecy::Private, &["checkout"]),
    own("/checkout/result", "Payment", Secrecy::SecretAddress, &["checkout_.result"]),
    own("/order/*", "Your order", Secrecy::SecretAddress, &["order.$id"]),
    own("/help", "Help and contact", Secrecy::Public, &["help"]),
    own("/track", "Track an order", Secrecy::Personal, &["track.index"]),
    own("/track/*", "Track an order", Secrecy::SecretAddress, &["track.$number"]),
    own("/account", "Your account", Secrecy::Private, &["account/route", "account/index"]),
    own("/account/**", "Your account", Secrecy::Private, &["account/route"]),
    own("/login", "Sign in", Secrecy::Personal, &["login"]),
    own("/register", "Create an account", Secrecy::Personal, &["register"]),
    own("/reset", "Reset your password", Secrecy::SecretAddress, &["reset"]),
    own("/verify", "Confirm your address", Secrecy::SecretAddress, &["verify/index"]),
    own("/verify/email", "Confirm your address", Secrecy::SecretAddress, &["verify/email"]),
    own("/verify/undo", "Confirm your address", Secrecy::SecretAddress, &["verify/undo"]),
];

const fn own(pattern: &'static str, title: &'static str, secrecy: Secrecy, routes: &'static [&'static str]) -> Own {
    Own { pattern, title, secrecy, routes }
}

/// Addresses that letters and payments carry, and the pages that answer them.
const MOVED: [(&str, &str); 8] = [
    ("/index.html", "/"),
    ("/account/verify", "/verify"),
    ("/account/reset", "/reset"),
    ("/account/login", "/login"),
    ("/account/email/confirm", "/verify/email"),
    ("/account/email/undo", "/verify/undo"),
    ("/order/lookup", "/track"),
    ("/checkout/return", "/checkout/result"),
];

/// The longest slug that is asked for.
const SLUG_MAX_LEN: usize = 200;

/// What an address leads to.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Found {
    Page(Visit),
    /// The page has another address; the query goes along.
    Moved(String),
    Nothing,
}

/// Every page has one address, in small letters and without a slash at its end; other ways to write it lead there.
pub(crate) fn find(path: &str) -> Found {
    let trimmed = path.trim_end_matches('/');
    let trimmed = if trimmed.is_empty() { "/" } else { trimmed };
    if routes::matches("/admin", trimmed) || routes::matches("/admin/**", trimmed) {
        // What stands behind it is the admin's own affair, SKUs in capitals included.
        let visit = Visit { locale: Locale::En, path: trimmed.to_owned(), page: Page::Admin };
        return if trimmed == path { Found::Page(visit) } else { Found::Moved(trimmed.to_owned()) };
    }
    let small = trimmed.to_ascii_lowercase();
    let (locale, plain) = Locale::read(&small);
    let locale = locale.unwrap_or(Locale::En);
    let plain = MOVED.iter().find(|(old, _)| *old == plain).map_or(plain, |(_, new)| new);
    let Some(page) = page(plain) else { return Found::Nothing };
    let address = locale.address(plain);
    if address == path { Found::Page(Visit { locale, path: plain.to_owned(), page }) } else { Found::Moved(address) }
}

/// The page of the storefront at an address in English.
fn page(path: &str) -> Option<Page> {
    let slug = |prefix: &str| {
        let slug = path.strip_prefix(prefix)?;
        let is_slug = !slug.is_empty() && slug.len() <= SLUG_MAX_LEN && !slug.contains('/');
        is_slug.then(|| slug.to_owned())
    };
    match path {
        "/" => return Some(Page::Home),
        "/search" => return Some(Page::Search),
        _ => {}
    }
    if let Some(slug) = slug("/p/") {
        return Some(Page::Product(slug));
    }
    if let Some(slug) = slug("/c/") {
        return Some(Page::Category(slug));
    }
    OWN.iter().find(|own| routes::matches(own.pattern, path)).map(Page::Own)
}

impl Page {
    pub(crate) fn secrecy(&self) -> Secrecy {
        match self {
            Self::Home | Self::Product(_) | Self::Category(_) | Self::Search => Secrecy::Public,
            Self::Own(own) => own.secrecy,
            Self::Admin => Secrecy::SecretAddress,
        }
    }

    /// The storefront's routes that show it in the browser.
    pub(crate) fn routes(&self) -> &'static [&'static str] {
        match self {
            Self::Home => &["index"],
            Self::Product(_) => &["p.$slug"],
            Self::Category(_) => &["c.$slug"],
            Self::Search => &["search"],
            Self::Own(own) => own.routes,
            Self::Admin => &[],
        }
    }

    /// For logs and metrics.
    pub(crate) fn template(&self) -> &'static str {
        match self {
            Self::Home => "/",
            Self::Product(_) => "/p/{slug}",
            Self::Category(_) => "/c/{slug}",
            Self::Search => "/search",
            Self::Own(own) => own.pattern,
            Self::Admin => "/admin/**",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page_of(path: &str) -> Option<(Locale, Page)> {
        match find(path) {
            Found::Page(visit) => Some((visit.locale, visit.page)),
            _ => None,
        }
    }

    #[test]
    fn pages_are_found_in_every_language() {
        for locale in Locale::ALL {
            let at = |path: &str| page_of(&locale.address(path));
            assert_eq!(at("/"), Some((locale, Page::Home)));
            assert_eq!(at("/p/stoneware-mug"), Some((locale, Page::Product("stoneware-mug".into()))));
            assert_eq!(at("/c/tableware"), Some((locale, Page::Category("tableware".into()))));
            assert_eq!(at("/search"), Some((locale, Page::Search)));
            for own in ["/cart", "/checkout", "/checkout/result", "/order/0192", "/account/orders/0192", "/verify/undo"]
            {
                assert!(matches!(at(own), Some((_, Page::Own(_)))), "{own}");
            }
        }
        assert_eq!(page_of("/admin"), Some((Locale::En, Page::Admin)));
        assert_eq!(page_of("/admin/inventory/MUG-SAND"), Some((Locale::En, Page::Admin)));
    }

    #[test]
    fn every_page_has_one_address() {
        for (other, address) in [
            ("/p/mug/", "/p/mug"),
            ("/p/mug///", "/p/mug"),
            ("/P/Mug", "/p/mug"),
            ("/DE/Cart/", "/de/cart"),
            ("/de/", "/de"),
            ("/en", "/"),
            ("/en/c/cups", "/c/cups"),
            ("/index.html", "/"),
            ("/de/index.html", "/de"),
            ("/admin/", "/admin"),
            ("/account/reset", "/reset"),
            ("/de/account/verify", "/de/verify"),
            ("/order/lookup", "/track"),
        ] {
            assert_eq!(find(other), Found::Moved(address.to_owned()), "{other}");
            assert!(matches!(find(address), Found::Page(_)), "{address}");
        }
    }

    #[test]
    fn nothing_else_is_a_page_and_nobody_is_sent_elsewhere() {
        for path in [
            "/p",
            "/p/",
            "/p/a/b",
            "/c//",
            "/fr",
            "/products",
            "/orders",
            "/order",
            "//evil.example",
            "//evil.example/",
            "/de//evil.example/",
            "/en//evil.example",
            "/checkout/other",
            "/adminx",
            "/de/admin",
            "/verify/x",
            "/en/en/",
            "/de/en",
        ] {
            assert_eq!(find(path), Found::Nothing, "{path}");
        }
        assert_eq!(find(&format!("/p/{}", "a".repeat(SLUG_MAX_LEN + 1))), Found::Nothing);
    }
}
