//! The languages of the pages, and how an address tells which one it is in.

/// A language that the shop speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Locale {
    En,
    De,
    Ar,
}

impl Locale {
    pub(crate) const ALL: [Self; 3] = [Self::En, Self::De, Self::Ar];

    /// As in `<html lang>` and `hreflang`.
    pub(crate) const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::De => "de",
            Self::Ar => "ar",
        }
    }

    /// What those who speak it call it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::De => "Deutsch",
            Self::Ar => "العربية",
        }
    }

    /// What the addresses of its pages begin with.
    const fn prefix(self) -> &'static str {
        match self {
            Self::En => "",
            Self::De => "/de",
            Self::Ar => "/ar",
        }
    }

    pub(crate) const fn direction(self) -> &'static str {
        match self {
            Self::En | Self::De => "ltr",
            Self::Ar => "rtl",
        }
    }

    /// As Open Graph names it, which wants a country.
    pub(crate) const fn open_graph(self) -> &'static str {
        match self {
            Self::En => "en_GB",
            Self::De => "de_DE",
            Self::Ar => "ar_AR",
        }
    }

    /// The address of the page that `path` names in English.
    pub(crate) fn address(self, path: &str) -> String {
        match (self.prefix(), path) {
            ("", path) => path.to_owned(),
            (prefix, "/") => prefix.to_owned(),
            (prefix, path) => format!("{prefix}{path}"),
        }
    }

    /// The language of an address, and the same address in English. English has no prefix of its own: `/en` is `None`.
    pub(crate) fn read(path: &str) -> (Option<Self>, &str) {
        let first = path.get(1..3).unwrap_or_default();
        let rest = path.get(3..).filter(|rest| rest.is_empty() || rest.starts_with('/'));
        let Some(rest) = rest else { return (Some(Self::En), path) };
        let rest = if rest.is_empty() { "/" } else { rest };
        match first {
            "en" => (None, rest),
            "de" => (Some(Self::De), rest),
            "ar" => (Some(Self::Ar), rest),
            _ => (Some(Self::En), path),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_carry_the_language_except_english() {
        for locale in Locale::ALL {
            for path in ["/", "/p/mug", "/account/orders/1"] {
                assert_eq!(Locale::read(&locale.address(path)), (Some(locale), path));
            }
        }
        assert_eq!(Locale::De.address("/"), "/de");
        assert_eq!(Locale::read("/en/p/mug"), (None, "/p/mug"));
        assert_eq!(Locale::read("/design"), (Some(Locale::En), "/design"));
        assert_eq!(Locale::read("/dé"), (Some(Locale::En), "/dé"));
    }
}
