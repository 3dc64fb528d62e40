//! `newsletter suppress ADDRESS|TOKEN...`: addresses that must never get mail, whatever any list says.

use std::ffi::OsString;
use std::io::Write;

use clap::{Args, ValueEnum};
use serde_json::json;

use super::exit::Exit;
use super::global::Global;
use super::output;
use crate::app::failure::Failure;
use crate::app::suppress;
use crate::config::Newsletter;
use crate::model::{IssueNumber, Token};

/// Arguments of `suppress`.
#[derive(Debug, Args)]
pub struct Options {
    /// Addresses, or tokens from unsubscribe links
    #[arg(value_name = "ADDRESS|TOKEN", required_unless_present_any = ["list", "remove"])]
    who: Vec<String>,
    /// Reason to record
    #[arg(long, value_enum, default_value = "unsubscribed", hide_default_value = true)]
    reason: Reason,
    /// List all suppressed addresses
    #[arg(long, conflicts_with_all = ["who", "remove"])]
    list: bool,
    /// Allow mail to ADDRESS again
    #[arg(long, value_name = "ADDRESS", num_args = 0.., conflicts_with = "who")]
    remove: Option<Vec<String>>,
    /// With `--remove`: all addresses that were suppressed by the delivery of issue N
    #[arg(long, value_name = "N", requires = "remove")]
    issue: Option<u32>,
}

impl Options {
    /// Whether its result can be printed as JSON.
    pub(super) fn has_json(&self) -> bool {
        self.list
    }
}

/// Returns the command line with tokens that begin with a hyphen in their other form, which does not: one token in 64
/// does, and to the parser of the command line it would be an option.
pub(super) fn without_hyphens(arguments: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    let mut is_suppress = false;
    let without_hyphen = |argument: OsString| {
        is_suppress |= argument == "suppress";
        let token = argument.to_str().filter(|text| is_suppress && text.starts_with('-')).and_then(Token::parse);
        token.map_or(argument, |token| token.folded().into())
    };
    arguments.into_iter().map(without_hyphen).collect()
}

/// Why an address is suppressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Reason {
    /// The subscriber used the unsubscribe link
    Unsubscribed,
    /// Mail to the address bounced
    Bounced,
    /// The subscriber reported a message as spam
    Complained,
    /// The subscriber asked to be removed in some other way
    Asked,
}

pub(super) fn run(options: &Options, global: &Global) -> anyhow::Result<Exit> {
    let newsletter = Newsletter::open(&global.directory)?;
    if options.list {
        return list(&newsletter, global);
    }
    if let Some(words) = &options.remove {
        return remove(&newsletter, words, options.issue.map(IssueNumber), global);
    }
    let reason = options.reason.to_possible_value().expect("every reason has a name").get_name().to_owned();
    for (address, is_new) in suppress::add(&newsletter, &options.who, &reason)? {
        let already = if is_new { "" } else { " already" };
        line(global, &format!("{address} is{already} suppressed"));
    }
    Ok(Exit::Done)
}

fn remove(
    newsletter: &Newsletter,
    words: &[String],
    issue: Option<IssueNumber>,
    global: &Global,
) -> anyhow::Result<Exit> {
    if words.is_empty() && issue.is_none() {
        return Err(Failure::usage("`--remove` needs an address, or `--issue N`")
            .hint("`newsletter suppress --list` shows suppressed addresses")
            .into());
    }
    if !words.is_empty() {
        for (address, was_suppressed) in suppress::remove(newsletter, words)? {
            let result = if was_suppressed { "can get mail again" } else { "was not suppressed" };
            line(global, &format!("{address} {result}"));
        }
    }
    let Some(issue) = issue else { return Ok(Exit::Done) };
    let found = suppress::remove_found_by(newsletter, issue)?;
    for address in &found {
        line(global, &format!("{address} can get mail again"));
    }
    if found.is_empty() {
        line(global, &format!("the delivery of issue {issue} suppressed no address"));
    }
    Ok(Exit::Done)
}

fn list(newsletter: &Newsletter, global: &Global) -> anyhow::Result<Exit> {
    let suppressed = suppress::list(newsletter)?;
    let mut stdout = std::io::stdout().lock();
    if global.json {
        let all: Vec<_> = suppressed
            .iter()
            .map(|entry| json!({"address": entry.address, "reason": entry.reason, "at": entry.since.to_rfc3339()}))
            .collect();
        writeln!(stdout, "{:#}", json!(all))?;
        return Ok(Exit::Done);
    }
    let widest = suppressed.iter().map(|entry| entry.address.len()).max().unwrap_or_default();
    for entry in &suppressed {
        writeln!(stdout, "{:widest$}  {}  {}", entry.address, entry.since.format("%F"), entry.reason)?;
    }
    if suppressed.is_empty() {
        line(global, "no address is suppressed");
    }
    Ok(Exit::Done)
}

fn line(global: &Global, line: &str) {
    output::note(global, &format!("{line}\n"));
}
