//! `newsletter.toml` to [`Publication`] and [`Settings`]. Pure: nothing is looked up, no secret is fetched.

mod delivery;
mod dkim;
mod ledger;
mod publication;
mod quantity;
mod secret_source;
mod smtp;
mod words;

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::editor::EditorAddress;
use super::table::Table;
use super::text::Text;
use super::toml_file::{Fault, TomlFile};
use super::{CheckLevel, Problems, Rate, Settings, subject};
use crate::diagnostic::{Diagnostic, SourceFile};
use crate::load::suggestion::quote;
use crate::model::Publication;

/// A rate as the configuration and the command line write it: `10/s`.
///
/// Errors say what is wrong and what to write.
pub fn parse_rate(text: &str) -> Result<Rate, String> {
    quantity::rate(text).map_err(Fault::on_one_line)
}

/// A span of time as the configuration and the command line write it: `30s`.
///
/// Errors say what is wrong and what to write.
pub fn parse_duration(text: &str) -> Result<Duration, String> {
    quantity::duration(text).map_err(Fault::on_one_line)
}

/// A selector of DKIM keys as the configuration and the command line write it: `nl2026`.
///
/// Errors say what is wrong and what to write.
pub fn parse_selector(text: &str) -> Result<String, String> {
    dkim::selector(text).map_err(Fault::on_one_line)
}

/// What a `newsletter.toml` says.
#[derive(Debug, Clone)]
pub struct Config {
    /// What letters, messages and pages show of it.
    pub publication: Publication,
    /// How the newsletter is sent, previewed and checked.
    pub settings: Settings,
    /// What is odd but not wrong.
    pub warnings: Vec<Diagnostic>,
}

/// Reads the configuration of the newsletter in `root`, whose `newsletter.toml` is `source`.
///
/// Errors with every problem of the file. Their snippets never show a secret that stands in the file by mistake.
pub fn parse_config(source: &Arc<SourceFile>, root: &Path) -> Result<Config, Problems> {
    let shown = SourceFile::new(&source.path, secret_source::hidden(&source.text));
    let ((publication, settings), warnings) = TomlFile::read(&Arc::new(shown), &source.text, |top| config(top, root))?;
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
    let publication = publication::read(top, newsletter.as_ref(), unsubscribe.as_ref());
    for table in newsletter.iter().chain(&unsubscribe) {
        table.finish(|_| None);
    }

    let file = |table: &'static str, key: &'static str, default: &str| {
        let path = top.table(table).and_then(|table| {
            let path = table.line(key).map(|text| text.value);
            table.finish(|_| None);
            path
        });
        root.join(path.as_deref().unwrap_or(default))
    };
    let subscribers = file("subscribers", "file", "subscribers.csv");
    let ledger = ledger::read(top, root);
    let public = top.table("build").and_then(|table| {
        let folder = table.parsed("folder", |text| web_folder(text, root));
        table.finish(|_| None);
        folder
    });
    let feed_items = top.table("feed").and_then(|table| {
        let items = table.integer("items", 1..=1000);
        table.finish(|_| None);
        items
    });
    let preview = top.table("preview").map(|table| preview(&table)).unwrap_or_default();
    let delivery = delivery::read(top, root);
    let sender = publication.as_ref().map(|publication| publication.from.address.domain());
    let dkim = top.table("dkim").and_then(|table| dkim::read(&table, sender, root));
    let check = top.table("check");
    let spam_limit = check.as_ref().and_then(|table| table.decimal("spam_limit", 0.0..=100.0)).unwrap_or(2.0);
    let checks = check.map(|table| check_levels(&table)).unwrap_or_default();
    top.finish(|_| None);

    let settings = Settings {
        subject: pattern.unwrap_or_else(|| subject::DEFAULT.to_owned()),
        subscribers,
        ledger,
        token_key: token_key.unwrap_or_else(|| secret_source::default_token_key(root)),
        courier: delivery.courier,
        smtp: delivery.smtp,
        dkim,
        send: delivery.send,
        preview_port: preview.port.unwrap_or(4242),
        preview_editor: preview.editor,
        feed_items: feed_items.and_then(|items| usize::try_from(items).ok()).unwrap_or(20),
        public: public.unwrap_or_else(|| root.join("public")),
        spam_limit,
        checks,
    };
    Some((publication?, settings))
}

/// Folders the newsletter itself lives in.
const OWN_FOLDERS: [&str; 3] = ["issues", "templates", ".newsletter"];

/// The folder that is published: none that holds the newsletter, whose list and ledger would be published with it, and none
/// of the newsletter's own.
fn web_folder(text: &str, root: &Path) -> Result<PathBuf, Fault> {
    let mut folder = PathBuf::new();
    for component in root.join(text).components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => drop(folder.pop()),
            other => folder.push(other),
        }
    }
    if root.starts_with(&folder) {
        let fault = Fault::new(format!("{} holds the newsletter itself, its subscribers and its ledger", quote(text)));
        return Err(fault.help("write a folder of its own: `public`"));
    }
    if OWN_FOLDERS.iter().any(|own| folder.starts_with(root.join(own))) {
        let fault = Fault::new(format!("{} is a folder of the newsletter itself", quote(text)));
        return Err(fault.help("write a folder of its own: `public`"));
    }
    Ok(folder)
}

fn subject_pattern(newsletter: &Table<'_>) -> Option<String> {
    let pattern: Text<'_> = newsletter.line("subject")?;
    subject::report(newsletter, &pattern);
    Some(pattern.value)
}

/// `[preview]`, as far as it is said.
#[derive(Default)]
struct Preview {
    port: Option<u16>,
    editor: Option<EditorAddress>,
}

fn preview(table: &Table<'_>) -> Preview {
    let port = table.integer("port", 1..=u32::from(u16::MAX)).and_then(|port| u16::try_from(port).ok());
    let preview = Preview { port, editor: table.parsed("editor", EditorAddress::parse) };
    table.finish(|_| None);
    preview
}

/// `[check]` apart from what was asked for by name: any rule, `"off"`, `"warn"` or `"error"`. Which rules there are is `check`'s to know.
fn check_levels(table: &Table<'_>) -> BTreeMap<String, CheckLevel> {
    let mut levels = BTreeMap::new();
    for (rule, text) in table.other_entries() {
        let level = match text.value.as_str() {
            "off" => CheckLevel::Off,
            "warn" => CheckLevel::Warn,
            "error" => CheckLevel::Error,
            other => {
                let fault = Fault::new(format!("{} is not a level", quote(other)));
                table.error(text.span, fault.help("there are `off`, `warn` and `error`"));
                continue;
            }
        };
        levels.insert(rule, level);
    }
    levels
}

#[cfg(test)]
mod tests;
