//! Reads `newsletter.toml` into [`Publication`] and [`Settings`]. Pure: it fetches no secret and looks at no other file.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use url::Url;

use super::settings::{Rate, Settings};
use super::tables::{
    build, check, dkim, feeds, fetch, ledger, mailbox, preview, publication, send, serve, subscribers,
};
use super::{quantity, secret_source};
use crate::diagnostic::{Diagnostic, Problem, Problems, SourceFile};
use crate::issue::subject;
use crate::model::{Publication, Subscription};
use crate::toml::{Table, Text, read_toml};

/// A rate as the configuration and the command line write it: `10/s`.
///
/// Errors say what is wrong and what to write.
pub fn parse_rate(text: &str) -> Result<Rate, String> {
    quantity::rate(text).map_err(Problem::into_line)
}

/// A span of time as the configuration and the command line write it: `30s`.
///
/// Errors say what is wrong and what to write.
pub fn parse_duration(text: &str) -> Result<Duration, String> {
    quantity::duration(text).map_err(Problem::into_line)
}

/// A selector of DKIM keys as the configuration and the command line write it: `nl2026`.
///
/// Errors say what is wrong and what to write.
pub fn parse_selector(text: &str) -> Result<String, String> {
    dkim::selector(text).map_err(Problem::into_line)
}

/// The contents of a `newsletter.toml`.
#[derive(Debug, Clone)]
pub struct Config {
    /// The part that letters, messages and pages show.
    pub publication: Publication,
    /// How the newsletter is sent, previewed and checked.
    pub settings: Settings,
    /// Warnings.
    pub warnings: Vec<Diagnostic>,
}

/// Reads the configuration of the newsletter in `root`, whose `newsletter.toml` is `source`.
///
/// Errors with every problem of the file. Their snippets never show a secret that stands in the file by mistake.
pub fn parse_config(source: &Arc<SourceFile>, root: &Path) -> Result<Config, Problems> {
    let shown = SourceFile::new(&source.path, secret_source::mask_secrets(&source.text));
    let ((publication, settings), warnings) = read_toml(&Arc::new(shown), &source.text, |top| config(top, root))?;
    Ok(Config { publication, settings, warnings })
}

fn config(top: &Table<'_>, root: &Path) -> Option<(Publication, Settings)> {
    top.require(&[("newsletter", "[newsletter]"), ("unsubscribe", "[unsubscribe]")]);
    let newsletter = top.table("newsletter");
    let unsubscribe = top.table("unsubscribe");
    let pattern = newsletter.as_ref().and_then(subject_pattern);
    let token_key = unsubscribe
        .as_ref()
        .and_then(|table| secret_source::read(table, "secret", "NEWSLETTER_UNSUBSCRIBE_SECRET", root));
    let mut publication = publication::read(top, newsletter.as_ref(), unsubscribe.as_ref());
    for table in newsletter.iter().chain(&unsubscribe) {
        table.reject_unknown(|_| None);
    }

    let subscribers = top.table("subscribers");
    let list_file = subscribers.as_ref().and_then(|table| table.line_or_empty("file")).map(|text| text.value);
    let list_file = match list_file.as_deref() {
        Some("") => None,
        file => Some(root.join(file.unwrap_or("subscribers.csv"))),
    };
    let list = subscribers.map(|table| subscribers::read(&table)).unwrap_or_default();
    let (ledger, claim) = ledger::read(top, root);
    let mut feed_items = None;
    let archive_folder = top.table("build").and_then(|table| {
        let folder = table.parsed("folder", |text| build::web_folder(text, root));
        if let Some(folder) = &folder
            && list_file.as_ref().is_some_and(|file| file.starts_with(folder))
        {
            let span = table.value_span("folder").unwrap_or_default();
            let problem = Problem::new("the subscriber list is in the published folder");
            table.error(span, problem.help("move it, and set `file` under `[subscribers]`"));
        }
        feed_items = table.integer("feed_items", 1..=1000);
        table.reject_unknown(|_| None);
        folder
    });
    let (feeds, former_items) = feeds::read(top);
    let feed_items = feed_items.or(former_items);
    let allow_hosts = top.table("fetch").map(|table| fetch::allow_hosts(&table)).unwrap_or_default();
    let mailbox = top.table("mailbox").and_then(|table| mailbox::read(&table, root));
    let preview = top.table("preview").map(|table| preview::read(&table)).unwrap_or_default();
    let delivery = send::read(top, root);
    let sender = publication.as_ref().map(|publication| publication.from.address.domain());
    let dkim = top.table("dkim").and_then(|table| dkim::read(&table, sender, root));
    let unsubscribe_url = publication.as_ref().and_then(|publication| publication.unsubscribe.url.as_ref());
    let mut serve = serve::read(top, unsubscribe_url);
    if let (Some(publication), Some(url)) = (&mut publication, serve.url.as_ref().filter(|_| serve.is_configured)) {
        publication.subscription.get_or_insert_with(|| Subscription::Form(format!("{url}subscribe")));
        // Readers of a list in a file have their topics there.
        publication.has_topic_page =
            list_file.is_none() && !publication.topics.is_empty() && publication.unsubscribe.url.is_some();
        // The pages of the archive have that form.
        let archive = Url::parse(&publication.site).map(|site| site.origin().ascii_serialization());
        serve.origins.extend(archive.ok().filter(|origin| !serve.origins.contains(origin)));
    }
    let check = top.table("check");
    let spam_limit = check.as_ref().and_then(|table| table.decimal("spam_limit", 0.0..=100.0)).unwrap_or(2.0);
    let checks = check.map(|table| check::levels(&table)).unwrap_or_default();
    top.reject_unknown(|_| None);

    let settings = Settings {
        subject: pattern.unwrap_or_else(|| subject::DEFAULT_PATTERN.to_owned()),
        subscribers: list_file,
        list,
        ledger,
        claim,
        token_key: token_key.unwrap_or_else(|| secret_source::default_token_key(root)),
        mailbox,
        courier: delivery.courier,
        smtp: delivery.smtp,
        dkim,
        send: delivery.send,
        serve,
        preview_port: preview.port.unwrap_or(4242),
        preview_editor: preview.editor,
        allow_hosts,
        feeds,
        feed_items: feed_items.and_then(|items| usize::try_from(items).ok()).unwrap_or(20),
        archive_folder: archive_folder.unwrap_or_else(|| root.join("public")),
        spam_limit,
        checks,
    };
    Some((publication?, settings))
}

fn subject_pattern(newsletter: &Table<'_>) -> Option<String> {
    let pattern: Text<'_> = newsletter.line("subject")?;
    subject::report_problems(newsletter, &pattern);
    Some(pattern.value)
}

#[cfg(test)]
mod tests;
