//! `newsletter ledger path|check|recover|backup|restore`: the file that records who got which issue.

use std::fmt::Write as _;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::exit::Exit;
use super::global::Global;
use super::output;
use crate::app::failure::{Failure, FailureKind};
use crate::app::ledger_file;
use crate::app::ledger_file::{LostIssue, RecoveredDelivery, Recovery};
use crate::config::Newsletter;
use crate::format;

/// Arguments of `ledger`.
#[derive(Debug, Args)]
pub struct Options {
    #[command(subcommand)]
    command: LedgerCommand,
}

impl Options {
    /// Whether its result can be printed as JSON.
    pub(super) fn has_json(&self) -> bool {
        matches!(self.command, LedgerCommand::Check | LedgerCommand::Recover { .. })
    }
}

#[derive(Debug, Subcommand)]
enum LedgerCommand {
    /// Print the path of the ledger
    Path,
    /// Verify the integrity of the ledger
    Check,
    /// Copy everything readable in a damaged ledger to a new file beside it
    Recover {
        /// The new file; defaults to `ledger.recovered.sqlite3` beside the damaged one
        #[arg(long, value_name = "FILE")]
        to: Option<PathBuf>,
    },
    /// Copy the ledger to a new file, also while a send or `serve` uses it
    Backup {
        /// The new file
        file: PathBuf,
    },
    /// Put a backup in the place of the ledger, where there is none
    Restore {
        /// The backup
        file: PathBuf,
    },
}

pub(super) fn run(options: &Options, global: &Global) -> anyhow::Result<Exit> {
    let newsletter = Newsletter::open(&global.directory)?;
    let path = ledger_file::path(&newsletter)?;
    match &options.command {
        LedgerCommand::Path => {
            writeln!(std::io::stdout(), "{}", path.display())?;
            Ok(Exit::Done)
        }
        LedgerCommand::Check => check(path, global),
        LedgerCommand::Backup { file } => {
            let to = global.directory.join(file);
            ledger_file::back_up(&newsletter, &to)?;
            let shown = to.display();
            output::note(global, &format!("copied `{}` to `{shown}`\n{}", path.display(), key_note(&newsletter)));
            Ok(Exit::Done)
        }
        LedgerCommand::Restore { file } => {
            let from = global.directory.join(file);
            for warning in ledger_file::restore(&newsletter, &from)? {
                output::note(global, &format!("warning: {warning}\n"));
            }
            output::note(global, &format!("restored `{}` from `{}`\n", path.display(), from.display()));
            Ok(Exit::Done)
        }
        LedgerCommand::Recover { to } => {
            let beside = path.with_extension("recovered.sqlite3");
            recover(&newsletter, path, &to.as_ref().map_or(beside, |to| global.directory.join(to)), global)
        }
    }
}

/// Returns what else has to be kept to restore on another machine.
fn key_note(newsletter: &Newsletter) -> String {
    let key = ledger_file::key_place(newsletter);
    format!("keep the unsubscribe key beside it, apart from it if you can: {key}\n")
}

fn check(path: &Path, global: &Global) -> anyhow::Result<Exit> {
    let faults = ledger_file::faults(path)?;
    if global.json {
        let answer = json!({ "path": path, "exists": faults.is_some(), "faults": faults.clone().unwrap_or_default() });
        writeln!(std::io::stdout(), "{answer:#}")?;
    }
    let shown = path.display();
    match faults.as_deref() {
        None => output::note(global, &format!("there is no ledger yet; the first send creates `{shown}`\n")),
        Some([]) => output::note(global, &format!("`{shown}` is intact\n")),
        Some(faults) => {
            let failure =
                Failure::new(FailureKind::Damaged, format!("the ledger `{shown}` is damaged: {}", faults.join("; ")));
            return Err(failure.hint("`newsletter ledger recover` copies what can be read").into());
        }
    }
    Ok(Exit::Done)
}

fn recover(newsletter: &Newsletter, from: &Path, to: &Path, global: &Global) -> anyhow::Result<Exit> {
    match ledger_file::faults(from)? {
        None => {
            let message = format!("there is no ledger at `{}`", from.display());
            return Err(Failure::usage(message).hint("restore it from a backup").into());
        }
        Some(faults) if faults.is_empty() => {
            if global.json {
                writeln!(std::io::stdout(), "{:#}", json!({ "ledger": from, "faults": faults }))?;
            }
            output::note(global, &format!("`{}` is intact: nothing to recover\n", from.display()));
            return Ok(Exit::Done);
        }
        Some(_) => {}
    }
    let recovery = ledger_file::recover(newsletter, from, to)?;
    let mut stdout = std::io::stdout().lock();
    if global.json {
        writeln!(stdout, "{:#}", in_json(&recovery, to))?;
    } else {
        write!(stdout, "{}", text(&recovery))?;
    }
    let (from, to) = (from.display(), to.display());
    output::note(
        global,
        &format!(
            "Recovered into `{to}`; `{from}` is unchanged. To continue with the new ledger, move the damaged one aside and put the new one in its place:\n\
             mv {from} {from}.damaged && rm -f {from}-wal {from}-shm && mv {to} {from}\n"
        ),
    );
    Ok(if recovery.is_complete() { Exit::Done } else { Exit::Incomplete })
}

fn text(recovery: &Recovery) -> String {
    let mut text = String::new();
    let mut line = |line: String| writeln!(text, "{line}").expect("writing to a string");
    recovery.deliveries.iter().for_each(|recovered| line(delivery(recovered)));
    for LostIssue { issue, marker, is_marked } in &recovery.lost {
        let kept = if *is_marked {
            format!("`{}` prevents it from being sent again", marker.display())
        } else {
            "do not send it: nothing prevents second copies to all subscribers".to_owned()
        };
        line(format!("issue {issue}: its plan cannot be read, so nothing of this issue was recovered; {kept}"));
    }
    let suppressions = format::count(recovery.suppressions);
    let missing = if recovery.suppressions_may_be_missing {
        "; more may be lost, and addresses that unsubscribed could be mailed again: compare with a backup"
    } else {
        ""
    };
    line(format!("suppressed addresses: {suppressions}{missing}"));
    if recovery.subscribers > 0 || recovery.readers_may_be_missing {
        let missing = if recovery.readers_may_be_missing { "; more may be lost: compare with a backup" } else { "" };
        line(format!("subscribers: {}{missing}", format::count(recovery.subscribers)));
    }
    text
}

/// Returns `issue 42: 1,200 of 1,211 rows read, 11 known by address only, 16 in doubt`.
fn delivery(recovered: &RecoveredDelivery) -> String {
    let of =
        [(recovered.address_only, "known by address only"), (recovered.lost, "lost"), (recovered.in_doubt, "in doubt")];
    let mut others = String::new();
    for (count, what) in of.into_iter().filter(|(count, _)| *count > 0) {
        write!(others, ", {} {what}", format::count(count)).expect("writing to a string");
    }
    let letter =
        if recovered.has_letter { "" } else { "; its letter is lost, so it cannot be sent to further recipients" };
    let (read, total) = (format::count(recovered.read), format::count(recovered.total));
    format!("issue {}: {read} of {total} rows read{others}{letter}", recovered.issue)
}

fn in_json(recovery: &Recovery, to: &Path) -> Value {
    let deliveries: Vec<_> = recovery
        .deliveries
        .iter()
        .map(|recovered| {
            json!({
                "issue": output::issue_in_json(recovered.issue),
                "total": recovered.total,
                "read": recovered.read,
                "named": recovered.address_only,
                "lost": recovered.lost,
                "in_doubt": recovered.in_doubt,
                "letter": recovered.has_letter,
            })
        })
        .collect();
    json!({
        "ledger": to,
        "deliveries": deliveries,
        "lost_issues": recovery.lost.iter().map(|lost| output::issue_in_json(lost.issue)).collect::<Vec<_>>(),
        "suppressions": recovery.suppressions,
        "suppressions_may_be_missing": recovery.suppressions_may_be_missing,
        "subscribers": recovery.subscribers,
        "readers_may_be_missing": recovery.readers_may_be_missing,
    })
}
