//! Creates a newsletter in a folder: settings, a first issue, a subscriber list. It can be previewed and sent to its
//! outbox at once.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use chrono::NaiveDate;
use toml::Value;

use super::failure::Failure;
use super::new_file::write_new;
use crate::config::STARTER_CONFIG;
use crate::diagnostic::SourceFile;
use crate::fs::atomic_file::Access;
use crate::issue::{DEFAULT_TEMPLATE, STARTER_ISSUE, fill_template};

/// The first issue of a new newsletter, below its folder.
pub(crate) const FIRST_ISSUE_PATH: &str = "issues/001-hello.toml";

/// The subscriber list of a new newsletter, below its folder.
const LIST: &str = "subscribers.csv";

/// The files of a new newsletter that are always the same.
const FILES: [(&str, &[u8]); 7] = [
    ("newsletter.toml", STARTER_CONFIG.as_bytes()),
    ("issues/_template.toml", DEFAULT_TEMPLATE.as_bytes()),
    ("issues/img/001-messenger.png", include_bytes!("starter/001-messenger.png")),
    ("subscribers.example.csv", include_bytes!("starter/subscribers.csv")),
    (LIST, include_bytes!("starter/subscribers.csv")),
    ("templates/README.md", include_bytes!("starter/templates.md")),
    (".gitignore", include_bytes!("starter/gitignore")),
];

/// Creates a newsletter in the folder `root`, its first issue dated `today`.
///
/// Errors before anything is written when a file of it exists already.
pub(crate) fn create_newsletter(root: &Path, today: NaiveDate) -> anyhow::Result<()> {
    let paths = FILES.iter().map(|(path, _)| *path).chain([FIRST_ISSUE_PATH]);
    let existing = paths.filter(|path| root.join(path).symlink_metadata().is_ok());
    let existing: Vec<String> = existing.map(|path| format!("`{path}`")).collect();
    if !existing.is_empty() {
        let message = format!("refusing to overwrite {}", existing.join(", "));
        return Err(Failure::not_started(message)
            .hint("`newsletter init DIR` creates the newsletter in another folder")
            .into());
    }
    let template = Arc::new(SourceFile::new(FIRST_ISSUE_PATH, STARTER_ISSUE));
    let date = today.to_string().parse().context("a day is a TOML date")?;
    let first_issue = fill_template(&template, &[("date", Some(Value::Datetime(date)))])?;
    for (path, content) in FILES.into_iter().chain([(FIRST_ISSUE_PATH, first_issue.as_bytes())]) {
        let path = root.join(path);
        let folder = path.parent().unwrap_or(root);
        fs::create_dir_all(folder).with_context(|| format!("cannot create the folder `{}`", folder.display()))?;
        // The list will hold addresses, so it is closed to other users of this machine.
        let access = if path.ends_with(LIST) { Access::Private } else { Access::Shared };
        write_new(&path, access, content)?;
    }
    Ok(())
}
