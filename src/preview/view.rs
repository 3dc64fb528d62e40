//! How somebody looks at an issue: the query of the page's address.

use std::fmt;

use crate::model::{EmailAddress, Subscriber};
use crate::simulate::{Client, InDark};

/// What of a message is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Tab {
    /// The HTML part, in a frame.
    #[default]
    Html,
    /// The text part.
    Text,
    /// The HTML part's source.
    Source,
    /// The whole message's source.
    Message,
}

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
    /// What of the message.
    pub(super) tab: Tab,
    /// In which colour scheme.
    pub(super) scheme: Scheme,
    /// With pictures.
    pub(super) images: bool,
    /// Through whose eyes; `None` is a subscriber without a name.
    pub(super) reader: Option<EmailAddress>,
    /// Whether it is the letter that was sent, not the one there is now.
    pub(super) sent: bool,
    /// As which client shows it; `None` is as it is sent.
    pub(super) client: Option<Client>,
}

impl View {
    /// The view `query` asks for. Whatever is missing or makes no sense is as a fresh preview has it.
    pub(super) fn parse(query: &str) -> Self {
        let mut view =
            Self { tab: Tab::Html, scheme: Scheme::Light, images: true, reader: None, sent: false, client: None };
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            match (&*name, &*value) {
                ("tab", "text") => view.tab = Tab::Text,
                ("tab", "source") => view.tab = Tab::Source,
                ("tab", "message") => view.tab = Tab::Message,
                ("scheme", "dark") => view.scheme = Scheme::Dark,
                ("scheme", "forced") => view.scheme = Scheme::Forced,
                ("images", "off") => view.images = false,
                ("version", "sent") => view.sent = true,
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
        match self.tab {
            Tab::Html => &mut query,
            Tab::Text => query.append_pair("tab", "text"),
            Tab::Source => query.append_pair("tab", "source"),
            Tab::Message => query.append_pair("tab", "message"),
        };
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
        if self.sent {
            query.append_pair("version", "sent");
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
            "tab=text",
            "tab=message&scheme=forced&images=off&as=o%27neil%2Blist%40example.net",
            "version=sent&client=yahoo",
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
        assert_eq!(View::parse("tab=../../etc&scheme=&images=maybe&as=<script>&&=&%ff"), View::parse(""));
    }

    proptest! {
        #[test]
        fn any_query_is_answered(query in "\\PC*") {
            let view = View::parse(&query);
            prop_assert_eq!(View::parse(&view.to_string()), view);
        }
    }
}
