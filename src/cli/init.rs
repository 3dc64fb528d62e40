//! `newsletter init [DIR]`: a new newsletter, commented, that can be previewed and sent to its outbox at once.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use clap::Args;
use toml::Value;

use super::new::write_new;
use super::{Exit, Failure, Global, clock};
use crate::diagnostic::SourceFile;
use crate::load::{TEMPLATE, fill_template};

/// The first issue, its date still to be set.
const FIRST_ISSUE: &str = include_str!("starter/001-hello.toml");
const FIRST_ISSUE_PATH: &str = "issues/001-hello.toml";

/// The files of a new newsletter that are the same for everybody.
const FILES: [(&str, &[u8]); 7] = [
    ("newsletter.toml", include_bytes!("starter/newsletter.toml")),
    ("issues/_template.toml", TEMPLATE.as_bytes()),
    ("issues/img/001-messenger.png", include_bytes!("starter/001-messenger.png")),
    ("subscribers.example.csv", include_bytes!("starter/subscribers.csv")),
    ("subscribers.csv", include_bytes!("starter/subscribers.csv")),
    ("templates/README.md", include_bytes!("starter/templates.md")),
    (".gitignore", include_bytes!("starter/gitignore")),
];

/// Arguments of `init`.
#[derive(Debug, Args)]
pub struct Options {
    /// Folder to make it in; made when it is not there
    #[arg(value_name = "DIR", default_value = ".", hide_default_value = true)]
    folder: PathBuf,
}

pub(super) fn run(options: &Options, global: &Global) -> anyhow::Result<Exit> {
    let root = global.directory.join(&options.folder);
    let paths = || FILES.iter().map(|(path, _)| *path).chain([FIRST_ISSUE_PATH]);
    let in_the_way: Vec<String> =
        paths().filter(|path| root.join(path).symlink_metadata().is_ok()).map(|path| format!("`{path}`")).collect();
    if !in_the_way.is_empty() {
        let message = format!("not writing over what is there: {}", in_the_way.join(", "));
        return Err(Failure::new(Exit::NotStarted, message)
            .hint("`newsletter init DIR` makes it in another folder")
            .into());
    }
    let template = Arc::new(SourceFile::new(FIRST_ISSUE_PATH, FIRST_ISSUE));
    let today = clock::now().date_naive().to_string().parse().context("a day is a TOML date")?;
    let first_issue = fill_template(&template, &[("date", Value::Datetime(today))])?;
    for (path, content) in FILES.into_iter().chain([(FIRST_ISSUE_PATH, first_issue.as_bytes())]) {
        let path = root.join(path);
        let folder = path.parent().unwrap_or(&root);
        fs::create_dir_all(folder).with_context(|| format!("cannot make the folder `{}`", folder.display()))?;
        write_new(&path, content)?;
    }
    if !global.quiet {
        write!(std::io::stderr().lock(), "{}", what_next(&options.folder))?;
    }
    Ok(Exit::Done)
}

fn what_next(directory: &Path) -> String {
    let [preview, rehearse] = ["newsletter preview 1", "newsletter send 1 --dry-run"];
    let enter = format!("cd {}", quoted(&directory.to_string_lossy()));
    let (place, commands) = if directory == Path::new(".") {
        ("this folder".to_owned(), [preview, rehearse, "newsletter new"])
    } else {
        (format!("`{}`", directory.display()), [&enter, preview, rehearse])
    };
    let commands = commands.join("\n  ");
    format!(
        "A newsletter is in {place}: newsletter.toml has its settings, {FIRST_ISSUE_PATH} is its first issue.\n\
         Next:\n\n  {commands}\n"
    )
}

/// `word` as a shell takes it for one word.
fn quoted(word: &str) -> String {
    let plain = |letter: char| letter.is_alphanumeric() || "/._-".contains(letter);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_quoted_for_the_shell_when_it_must_be() {
        assert_eq!(quoted("letters/weekly"), "letters/weekly");
        assert_eq!(quoted("Ada's letters"), r"'Ada'\''s letters'");
        assert_eq!(quoted(""), "''");
    }
}
