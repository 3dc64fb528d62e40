//! `newsletter new [N]`: the next issue, from `issues/_template.toml`.

use std::io::Write;

use clap::Args;

use super::exit::Exit;
use super::global::Global;
use crate::app::clock;
use crate::app::failure::Failure;
use crate::app::new_issue::create_issue;
use crate::config::Newsletter;
use crate::model::IssueNumber;

/// Arguments of `new`.
#[derive(Debug, Args)]
pub struct Options {
    /// Number, date or title of the issue; the default is one more than the newest, or the next date
    #[arg(value_name = "N|DATE|TITLE", value_parser = one_line)]
    number_or_title: Option<String>,
    /// Title of the issue
    #[arg(long, value_parser = one_line)]
    title: Option<String>,
}

pub(super) fn run(options: &Options, global: &Global) -> anyhow::Result<Exit> {
    let newsletter = Newsletter::open(&global.directory)?;
    let (number, title) = number_and_title(options)?;
    let path = create_issue(&newsletter, number, title, clock::now().date_naive(), &global.directory)?;
    writeln!(std::io::stdout().lock(), "{}", path.display())?;
    Ok(Exit::Done)
}

/// Returns the number and the title that were typed.
///
/// Errors when the number is not a valid one, and when there are two titles.
fn number_and_title(options: &Options) -> Result<(Option<IssueNumber>, Option<&str>), Failure> {
    let title = options.title.as_deref().filter(|title| !title.is_empty());
    let Some(typed) = options.number_or_title.as_deref().filter(|typed| !typed.is_empty()) else {
        return Ok((None, title));
    };
    let number: Option<IssueNumber> = typed.parse().ok();
    if number.is_some() || typed.bytes().all(|byte| byte.is_ascii_digit()) {
        let wrong = || {
            Failure::usage(format!("`{typed}` is not an issue number"))
                .hint("numbers start at 1; an issue without a number has a date: `2026-11-28`")
                .hint(format!("for a title made of digits: `newsletter new --title {typed}`"))
        };
        return Ok((Some(number.ok_or_else(wrong)?), title));
    }
    if title.is_some() {
        let message = format!("the title is given twice: `{typed}` and `--title`");
        return Err(Failure::usage(message).hint("give it only once"));
    }
    Ok((None, Some(typed)))
}

/// Parses a title: one line, without spaces around it.
fn one_line(text: &str) -> Result<String, &'static str> {
    if text.chars().any(char::is_control) { Err("the title must be a single line") } else { Ok(text.trim().to_owned()) }
}
