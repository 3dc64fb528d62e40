//! Creates a newsletter in a folder: settings, a first issue, a subscriber list. It can be previewed and sent to its
//! outbox at once.

mod answers;

use std::fs;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use chrono::NaiveDate;
use toml::Value;

use super::failure::Failure;
use super::new_file::write_new;
use crate::app::schemas::{CONFIG_SCHEMA, DescribedFile, ISSUE_SCHEMA, schema, schema_line};
use crate::diagnostic::SourceFile;
use crate::fs::atomic_file::Access;
use crate::issue::{DEFAULT_TEMPLATE, STARTER_ISSUE, fill_template};

pub(crate) use answers::{Answers, Question, wrong_answer};

/// The first issue of a new newsletter, below its folder.
pub(crate) const FIRST_ISSUE_PATH: &str = "issues/001-hello.toml";

/// The subscriber list of a new newsletter, below its folder.
const LIST: &str = "subscribers.csv";

/// The settings of a new newsletter, below its folder.
const SETTINGS: &str = "newsletter.toml";

/// The files of a new newsletter that are always the same.
const FILES: [(&str, &[u8]); 6] = [
    ("issues/img/001-messenger.png", include_bytes!("starter/001-messenger.png")),
    ("subscribers.example.csv", include_bytes!("starter/subscribers.csv")),
    (LIST, include_bytes!("starter/subscribers.csv")),
    ("templates/README.md", include_bytes!("starter/templates.md")),
    (".gitignore", include_bytes!("starter/gitignore")),
    // Lines that two branches add to the inbox do not conflict.
    (".gitattributes", b"links.md merge=union\nlinks-dropped.md merge=union\n"),
];

/// The template of issues of a new newsletter, below its folder.
const TEMPLATE: &str = "issues/_template.toml";

/// Refuses a folder in which a file of a new newsletter exists already.
pub(crate) fn refuse_existing(root: &Path) -> Result<(), Failure> {
    let paths = [SETTINGS, TEMPLATE, ISSUE_SCHEMA, CONFIG_SCHEMA]
        .into_iter()
        .chain(FILES.iter().map(|(path, _)| *path))
        .chain([FIRST_ISSUE_PATH]);
    let existing = paths.filter(|path| root.join(path).symlink_metadata().is_ok());
    let existing: Vec<String> = existing.map(|path| format!("`{path}`")).collect();
    if existing.is_empty() {
        return Ok(());
    }
    let message = format!("refusing to overwrite {}", existing.join(", "));
    Err(Failure::not_started(message).hint("`newsletter init DIR` creates the newsletter in another folder"))
}

/// Creates a newsletter in the folder `root` with the `answers` of its curator, its first issue dated `today`.
///
/// Errors before anything is written when a file of it exists already or an answer is wrong.
pub(crate) fn create_newsletter(root: &Path, answers: &Answers, today: NaiveDate) -> anyhow::Result<()> {
    refuse_existing(root)?;
    let settings = answers.settings()?;
    let template = Arc::new(SourceFile::new(FIRST_ISSUE_PATH, answers.first_issue(STARTER_ISSUE)?));
    let date = today.to_string().parse().context("a day is a TOML date")?;
    let first_issue = fill_template(&template, &[("date", Some(Value::Datetime(date)))])?;
    let of_issue = |text: &str| format!("{}\n{text}", schema_line("../schemas/issue.json"));
    let filled = [
        (SETTINGS, format!("{}\n{settings}", schema_line(CONFIG_SCHEMA))),
        (TEMPLATE, of_issue(DEFAULT_TEMPLATE)),
        (FIRST_ISSUE_PATH, of_issue(&first_issue)),
        (ISSUE_SCHEMA, schema(DescribedFile::Issue)),
        (CONFIG_SCHEMA, schema(DescribedFile::Config)),
    ];
    let filled = filled.iter().map(|(path, content)| (*path, content.as_bytes()));
    for (path, content) in FILES.into_iter().chain(filled) {
        let path = root.join(path);
        let folder = path.parent().unwrap_or(root);
        fs::create_dir_all(folder).with_context(|| format!("cannot create the folder `{}`", folder.display()))?;
        // The list will hold addresses, so it is closed to other users of this machine.
        let access = if path.ends_with(LIST) { Access::Private } else { Access::Shared };
        write_new(&path, access, content)?;
    }
    Ok(())
}
