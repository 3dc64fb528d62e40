//! Reads `[mailbox]`: where returned mail comes in.

use std::path::Path;

use super::smtp::{host, mechanism, tls};
use crate::config::secret_source;
use crate::config::settings::{ImapSettings, MailboxSettings, Tls};
use crate::diagnostic::Problem;
use crate::toml::Table;

/// The keys that mean something beside `imap` only.
const OF_IMAP: [&str; 8] = ["port", "tls", "ca_file", "user", "password", "mechanism", "folder", "done"];

pub(in crate::config) fn read(table: &Table<'_>, root: &Path) -> Option<MailboxSettings> {
    let maildir = table.line("maildir").map(|text| root.join(text.value));
    let imap = imap(table, root);
    table.reject_unknown(|_| None);
    if table.has("imap") {
        if let Some(span) = table.value_span("maildir") {
            let problem = Problem::new("`maildir` and `imap` are two mailboxes");
            table.error(span, problem.help("delete one of the two; `newsletter mailbox PATH` reads any other"));
        }
        return imap.map(MailboxSettings::Imap);
    }
    for key in OF_IMAP {
        if let Some(span) = table.value_span(key) {
            let problem = Problem::new(format!("`{key}` without `imap`"));
            table.error(span, problem.help("add `imap = \"imap.example.org\"`"));
        }
    }
    maildir.map(MailboxSettings::Maildir)
}

fn imap(table: &Table<'_>, root: &Path) -> Option<ImapSettings> {
    let port = table.integer("port", 1..=u32::from(u16::MAX)).and_then(|port| u16::try_from(port).ok());
    let tls = table.parsed("tls", tls).unwrap_or(if port == Some(143) { Tls::StartTls } else { Tls::Implicit });
    let host = table.parsed("imap", |text| host(text, tls));
    let ca_file = table.line("ca_file").map(|text| root.join(text.value));
    let user = table.line("user").map(|text| text.value);
    let password = secret_source::read(table, "password", "NEWSLETTER_IMAP_PASSWORD", root);
    let mechanism = table.parsed("mechanism", mechanism);
    let folder = table.line("folder").map(|text| text.value);
    let done = table.line("done").map(|text| text.value);
    if table.has("imap") {
        table.require(&[
            ("user", "user = \"letter@example.org\""),
            ("password", "password = { env = \"NEWSLETTER_IMAP_PASSWORD\" }"),
        ]);
    }
    let folder = folder.unwrap_or_else(|| "INBOX".to_owned());
    let done = done.unwrap_or_else(|| "Newsletter".to_owned());
    if let Some(span) = table.value_span("done").filter(|_| done == folder) {
        let problem = Problem::new("`done` is the folder that is read");
        table.error(span, problem.help("name another one: it is made if it is missing"));
    }
    let port = port.unwrap_or(if tls == Tls::Implicit { 993 } else { 143 });
    Some(ImapSettings { host: host?, port, tls, ca_file, user: user?, password: password?, mechanism, folder, done })
}
