//! Collects the settings that identify a newsletter to readers and mail servers, to find those that are still examples.

use url::Url;

use super::domain::is_reserved;
use crate::config::{Settings, starter_config};
use crate::model::{EmailAddress, Publication, Subscription};

/// A setting that readers or mail servers see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct IdentitySetting {
    /// Its table.
    pub(super) table: &'static str,
    /// Its key.
    pub(super) key: &'static str,
    /// The index of the item, if the value is a list.
    pub(super) item: Option<usize>,
    /// Its value.
    pub(super) value: String,
    /// Advice on the value to write instead.
    pub(super) help: &'static str,
    /// The domain of the address or URL.
    host: Option<String>,
    /// Set if mail or readers go to that domain.
    is_reached: bool,
}

impl IdentitySetting {
    fn words(table: &'static str, key: &'static str, value: &str, help: &'static str) -> Self {
        Self { table, key, item: None, value: value.to_owned(), help, host: None, is_reached: true }
    }

    fn address(table: &'static str, key: &'static str, address: &EmailAddress, help: &'static str) -> Self {
        let host = Some(address.domain().to_owned());
        Self { host, ..Self::words(table, key, &address.to_string(), help) }
    }

    fn url(table: &'static str, key: &'static str, url: &str, help: &'static str) -> Self {
        let host = Url::parse(url).ok().and_then(|url| match url.scheme() {
            "mailto" => url.path().rsplit_once('@').map(|(_, domain)| domain.to_owned()),
            _ => url.host_str().map(str::to_owned),
        });
        Self { host, ..Self::words(table, key, url, help) }
    }

    /// Returns whether `newsletter init` wrote it: under this key, or an address under any key.
    pub(super) fn is_from_starter(&self) -> bool {
        let Some(starter) = starter_config() else { return false };
        let value = plain(&self.value);
        identity_settings(&starter.publication, &starter.settings).iter().any(|example| {
            let same_key = (example.table, example.key) == (self.table, self.key);
            (same_key || example.host.is_some()) && plain(&example.value) == value
        })
    }

    /// Returns whether nothing sent there arrives.
    pub(super) fn is_at_reserved_domain(&self) -> bool {
        self.is_reached && self.host.as_deref().is_some_and(is_reserved)
    }
}

/// Returns `value` in lower case, with single spaces and without a final slash.
fn plain(value: &str) -> String {
    let words = value.to_lowercase();
    words.trim_end_matches('/').split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns the settings of a newsletter that readers or mail servers see.
pub(super) fn identity_settings(publication: &Publication, settings: &Settings) -> Vec<IdentitySetting> {
    const FROM: &str = "write your own: `from = \"Name <name@your.domain>\"`, with an address that accepts replies";
    const MAILBOX: &str = "write an address of your own, or remove the line";
    const PAGE: &str = "write one of your own, or remove the line";
    const SERVER: &str = "write where readers reach `newsletter serve`";
    const LIST_ID: &str = "write it at your own domain, `weekly.your.domain`, or remove the line";
    let mut settings_seen = vec![
        IdentitySetting::words("newsletter", "name", &publication.name, "write the name your readers know"),
        IdentitySetting::address("newsletter", "from", &publication.from.address, FROM),
        IdentitySetting::address("newsletter", "envelope_sender", publication.envelope_sender.plain(), MAILBOX),
        IdentitySetting::url("newsletter", "site", &publication.site, "write where `newsletter build` is published"),
        IdentitySetting::words(
            "newsletter",
            "address",
            &publication.postal_address,
            "write the postal address you can be reached at",
        ),
        IdentitySetting::words(
            "newsletter",
            "reason",
            &publication.reason,
            "write why readers get it, or remove the line",
        ),
        IdentitySetting {
            host: Some(publication.list_id.clone()),
            ..IdentitySetting::words("newsletter", "list_id", &publication.list_id, LIST_ID)
        },
        IdentitySetting::url(
            "images",
            "base_url",
            &publication.images,
            "write where the pictures of `issues/img/` are published",
        ),
    ];
    settings_seen
        .extend(publication.from.name.iter().map(|name| IdentitySetting::words("newsletter", "from", name, FROM)));
    settings_seen.extend(
        publication.reply_to.iter().map(|address| IdentitySetting::address("newsletter", "reply_to", address, MAILBOX)),
    );
    settings_seen.extend(publication.subscription.iter().map(|subscription| match subscription {
        Subscription::Link(url) => IdentitySetting::url("newsletter", "subscribe", url, PAGE),
        Subscription::Form(url) => IdentitySetting::url("serve", "url", url, SERVER),
    }));
    settings_seen.extend(publication.logo.iter().map(|logo| IdentitySetting::url("theme", "logo", &logo.url, PAGE)));
    let page = publication.unsubscribe.url.as_ref().map(|(before, after)| format!("{before}{{token}}{after}"));
    settings_seen.extend(page.iter().map(|url| {
        IdentitySetting::url(
            "unsubscribe",
            "url",
            url,
            "write the page that unsubscribes, or remove the line and keep `mailto`",
        )
    }));
    let mailto = publication.unsubscribe.mailto.iter();
    settings_seen.extend(mailto.map(|address| {
        IdentitySetting::address("unsubscribe", "mailto", address.plain(), "write an address that you read")
    }));
    let tests = settings.send.test_to.iter().enumerate();
    settings_seen.extend(tests.map(|(item, address)| IdentitySetting {
        item: Some(item),
        // A test mail goes to its sender.
        is_reached: false,
        ..IdentitySetting::address("send", "test_to", address, "write your own address, or remove it")
    }));
    settings_seen
}
