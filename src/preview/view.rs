//! How somebody looks at an issue: the query of the page's address.

use std::fmt;

use crate::model::{EmailAddress, Subscriber};
use crate::simulate::{Client, InDark};
use crate::templates::preview_compare::Earlier;

/// The colour scheme of the reader's client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Scheme {
    /// Light.
    #[default]
    Light,
    /// Dark, for letters that say how they want to look then.
    Dark,
    /// Dark by turning the letter's colours round.
    Forced,
}

/// A view of an issue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct View {
    /// In which colour scheme.
    pub(super) scheme: Scheme,
    /// With pictures.
    pub(super) images: bool,
    /// Through whose eyes; `None` is a subscriber without a name.
    pub(super) reader: Option<EmailAddress>,
    /// Of which earlier letter; `None` is the one there is now.
    pub(super) version: Option<Earlier>,
    /// As which client shows it; `None` is as it is sent.
    pub(super) client: Option<Client>,
}

impl View {
    /// The view `query` asks for. Whatever is missing or makes no sense is as a fresh preview has it.
    pub(super) fn parse(query: &str) -> Self {
        let mut view = Self { scheme: Scheme::Light, images: true, reader: None, version: None, client: None };
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            match (&*name, &*value) {
                ("scheme", "dark") => view.scheme = Scheme::Dark,
                ("scheme", "forced") => view.scheme = Scheme::Forced,
                ("images", "off") => view.images = false,
                ("version", word) => view.version = Earlier::parse(word),
                ("client", word) => view.client = Client::parse(word),
                ("as", address) => view.reader = EmailAddress::parse(address).ok(),
                _ => {}
            }
        }
        view
    }

    /// The colour scheme the letter meets: a simulated client in dark mode may not let it be dark.
    pub(super) fn scheme_of_client(&self) -> Scheme {
        match (self.scheme, self.client.map(Client::in_dark)) {
            (Scheme::Dark, Some(InDark::Forced)) => Scheme::Forced,
            (Scheme::Dark, Some(InDark::Nothing)) => Scheme::Light,
            (scheme, _) => scheme,
        }
    }
}

/// The query that asks for this view; empty for a fresh preview's.
impl fmt::Display for View {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        match self.scheme {
            Scheme::Light => &mut query,
            Scheme::Dark => query.append_pair("scheme", "dark"),
            Scheme::Forced => query.append_pair("scheme", "forced"),
        };
        if !self.images {
            query.append_pair("images", "off");
        }
        if let Some(reader) = &self.reader {
            query.append_pair("as", &reader.to_string());
        }
        if let Some(version) = self.version {
            query.append_pair("version", version.word());
        }
        if let Some(client) = self.client {
            query.append_pair("client", client.word());
        }
        formatter.write_str(&query.finish())
    }
}

/// Somebody the list knows no name of: whom a fresh preview shows the letter to.
///
/// Errors never: the address is right by construction.
pub(super) fn somebody() -> Subscriber {
    let address = EmailAddress::parse("reader@example.com").expect("a plain address of an example domain");
    Subscriber { address, fields: std::collections::BTreeMap::new() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_view_survives_its_own_query() {
        for query in [
            "",
            "scheme=forced&images=off&as=o%27neil%2Blist%40example.net",
            "version=sent&client=yahoo",
            "version=previous",
        ] {
            assert_eq!(View::parse(query).to_string(), query);
        }
    }

    #[test]
    fn a_client_in_dark_mode_does_what_it_does() {
        let scheme = |query: &str| View::parse(query).scheme_of_client();
        assert_eq!(scheme("scheme=dark&client=apple-mail"), Scheme::Dark);
        assert_eq!(scheme("scheme=dark&client=outlook-windows"), Scheme::Forced);
        assert_eq!(scheme("scheme=dark&client=yahoo"), Scheme::Light);
        assert_eq!(scheme("scheme=forced&client=yahoo"), Scheme::Forced);
        assert_eq!(scheme("client=apple-mail"), Scheme::Light);
    }

    #[test]
    fn what_makes_no_sense_is_as_a_fresh_preview_has_it() {
        assert_eq!(View::parse("version=../../etc&scheme=&images=maybe&as=<script>&&=&%ff"), View::parse(""));
    }

    proptest! {
        #[test]
        fn any_query_is_answered(query in "\\PC*") {
            let view = View::parse(&query);
            prop_assert_eq!(View::parse(&view.to_string()), view);
        }
    }
}
