//! `newsletter init [DIR]`: a newsletter that can be previewed and sent to its outbox at once.

use std::path::{Path, PathBuf};

use clap::Args;

use super::exit::Exit;
use super::global::Global;
use super::output;
use crate::app::clock;
use crate::app::init::{FIRST_ISSUE_PATH, create_newsletter};

/// Arguments of `init`.
#[derive(Debug, Args)]
pub struct Options {
    /// Folder to create the newsletter in; by default the current one
    #[arg(value_name = "DIR", default_value = ".", hide_default_value = true)]
    folder: PathBuf,
}

pub(super) fn run(options: &Options, global: &Global) -> anyhow::Result<Exit> {
    create_newsletter(&global.directory.join(&options.folder), clock::now().date_naive())?;
    output::note(global, &what_next(&options.folder));
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
        "Created a newsletter in {place}. Its settings are in `newsletter.toml`; its first issue is `{FIRST_ISSUE_PATH}`.\n\
         Next:\n\n  {commands}\n"
    )
}

/// Returns `word` in quotes, if a shell would split or expand it.
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
