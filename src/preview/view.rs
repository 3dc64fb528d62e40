//! Parses the query of a page, which sets how its letter is shown.

use std::fmt;

use crate::clients::{Client, DarkMode};
use crate::model::{EmailAddress, Subscriber};
use crate::templates::preview::archive::ArchivePart;
use crate::templates::preview::compare::Baseline;

/// The colour scheme of the mail client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum ShownScheme {
    /// Light.
    #[default]
    Light,
    /// Dark, with the dark rules of the letter.
    Dark,
    /// Dark, with the colours of the letter inverted.
    Forced,
}

/// The settings with which a letter is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct View {
    /// The colour scheme.
    pub(super) scheme: ShownScheme,
    /// Whether pictures are shown.
    pub(super) images: bool,
    /// The recipient; `None` for a subscriber without a name.
    pub(super) subscriber: Option<EmailAddress>,
    /// The earlier letter to show; `None` for the current one.
    pub(super) baseline: Option<Baseline>,
    /// The mail client to simulate; `None` to show the letter as sent.
    pub(super) client: Option<Client>,
    /// Whether elements are numbered, so that the page's script finds those that differ.
    pub(super) numbered: bool,
    /// The part of the archive to show.
    pub(super) part: Option<ArchivePart>,
}

impl View {
    /// Parses a query. Missing and invalid values are those of a new preview.
    pub(super) fn parse(query: &str) -> Self {
        let mut view = Self {
            scheme: ShownScheme::Light,
            images: true,
            subscriber: None,
            baseline: None,
            client: None,
            numbered: false,
            part: None,
        };
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            match (&*name, &*value) {
                ("scheme", "dark") => view.scheme = ShownScheme::Dark,
                ("scheme", "forced") => view.scheme = ShownScheme::Forced,
                ("images", "off") => view.images = false,
                ("version", word) => view.baseline = Baseline::parse(word),
                ("client", word) => view.client = Client::parse(word),
                ("numbered", "yes") => view.numbered = true,
                ("part", word) => view.part = ArchivePart::parse(word),
                ("as", address) => view.subscriber = EmailAddress::parse(address).ok(),
                _ => {}
            }
        }
        view
    }

    /// The colour scheme the letter is shown in: a simulated client in dark mode may invert it or leave it light.
    pub(super) fn effective_scheme(&self) -> ShownScheme {
        match (self.scheme, self.client.map(Client::dark_mode)) {
            (ShownScheme::Dark, Some(DarkMode::Forced)) => ShownScheme::Forced,
            (ShownScheme::Dark, Some(DarkMode::Unchanged)) => ShownScheme::Light,
            (scheme, _) => scheme,
        }
    }
}

/// The query of the view; empty for a new preview.
impl fmt::Display for View {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        match self.scheme {
            ShownScheme::Light => &mut query,
            ShownScheme::Dark => query.append_pair("scheme", "dark"),
            ShownScheme::Forced => query.append_pair("scheme", "forced"),
        };
        if !self.images {
            query.append_pair("images", "off");
        }
        if let Some(reader) = &self.subscriber {
            query.append_pair("as", &reader.to_string());
        }
        if let Some(version) = self.baseline {
            query.append_pair("version", version.word());
        }
        if let Some(client) = self.client {
            query.append_pair("client", client.slug());
        }
        if self.numbered {
            query.append_pair("numbered", "yes");
        }
        if let Some(part) = self.part {
            query.append_pair("part", part.word());
        }
        formatter.write_str(&query.finish())
    }
}

/// The recipient in a new preview, a subscriber without a name.
pub(super) fn anonymous_subscriber() -> Subscriber {
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
            "scheme=dark&numbered=yes&part=topic",
        ] {
            assert_eq!(View::parse(query).to_string(), query);
        }
    }

    #[test]
    fn a_client_in_dark_mode_changes_the_scheme() {
        let scheme = |query: &str| View::parse(query).effective_scheme();
        assert_eq!(scheme("scheme=dark&client=apple-mail"), ShownScheme::Dark);
        assert_eq!(scheme("scheme=dark&client=outlook-windows"), ShownScheme::Forced);
        assert_eq!(scheme("scheme=dark&client=yahoo"), ShownScheme::Light);
        assert_eq!(scheme("scheme=forced&client=yahoo"), ShownScheme::Forced);
        assert_eq!(scheme("client=apple-mail"), ShownScheme::Light);
    }

    #[test]
    fn invalid_values_are_those_of_a_new_preview() {
        assert_eq!(View::parse("version=../../etc&scheme=&images=maybe&as=<script>&&=&%ff"), View::parse(""));
    }

    proptest! {
        #[test]
        fn any_query_can_be_parsed(query in "\\PC*") {
            let view = View::parse(&query);
            prop_assert_eq!(View::parse(&view.to_string()), view);
        }
    }
}
