//! Creates a newsletter in a folder: settings, a first issue, a subscriber list. It can be previewed and sent to its
//! outbox at once.

mod answers;
mod examples;
mod filled;

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
pub(crate) use examples::{EXAMPLES, Example};

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
    refuse_any(root, paths)
}

fn refuse_any<'a>(root: &Path, paths: impl Iterator<Item = &'a str>) -> Result<(), Failure> {
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
    let filled =
        [(SETTINGS, format!("{}\n{settings}", schema_line(CONFIG_SCHEMA))), (FIRST_ISSUE_PATH, of_issue(&first_issue))];
    let drawn = filled.into_iter().chain(template_and_schemas()).collect::<Vec<_>>();
    let drawn = drawn.iter().map(|(path, content)| (*path, content.as_bytes()));
    write_all(root, FILES.into_iter().chain(drawn))
}

/// Creates a copy of `example` in the folder `root`, with what its next issues need.
///
/// Errors before anything is written when a file of it exists already.
pub(crate) fn copy_example(root: &Path, example: &Example) -> anyhow::Result<()> {
    let drawn = template_and_schemas();
    let drawn = drawn.iter().map(|(path, content)| (*path, content.as_bytes()));
    // It has an issue and a list of its own.
    let of_first_issue = |path: &str| path.starts_with("issues/img/") || path.starts_with("subscribers");
    let beside = FILES.into_iter().filter(|(path, _)| !of_first_issue(path));
    let files: Vec<_> = beside.chain(drawn).chain(example.files.iter().copied()).collect();
    refuse_any(root, files.iter().map(|(path, _)| *path))?;
    write_all(root, files.into_iter())
}

/// The template of issues, and what editors know about the files of a newsletter.
fn template_and_schemas() -> [(&'static str, String); 3] {
    [
        (TEMPLATE, of_issue(DEFAULT_TEMPLATE)),
        (ISSUE_SCHEMA, schema(DescribedFile::Issue)),
        (CONFIG_SCHEMA, schema(DescribedFile::Config)),
    ]
}

/// Returns the text of an issue with the line that tells editors its schema.
fn of_issue(text: &str) -> String {
    format!("{}\n{text}", schema_line("../schemas/issue.json"))
}

fn write_all<'a>(root: &Path, files: impl Iterator<Item = (&'a str, &'a [u8])>) -> anyhow::Result<()> {
    for (path, content) in files {
        let path = root.join(path);
        let folder = path.parent().unwrap_or(root);
        fs::create_dir_all(folder).with_context(|| format!("cannot create the folder `{}`", folder.display()))?;
        // The list will hold addresses, so it is closed to other users of this machine.
        let access = if path.ends_with(LIST) { Access::Private } else { Access::Shared };
        write_new(&path, access, content)?;
    }
    Ok(())
}
