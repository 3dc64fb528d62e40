//! `newsletter ledger path|check|recover`: the file that knows who got what.

use std::fmt::Write as _;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use crate::cli::{Exit, Failure, Global, talk, wording};
use crate::delivery::ledger::{Salvage, Saved, Sqlite};
use crate::delivery::marker::Marker;
use crate::load::{self, LedgerSettings, Newsletter};
use crate::model::IssueNumber;

/// Arguments of `ledger`.
#[derive(Debug, Args)]
pub struct Options {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Print where it is
    Path,
    /// Look whether it is sound
    Check,
    /// Save what can be read of a damaged one into a new one beside it
    Recover {
        /// The new one; `ledger.recovered.sqlite3` beside the damaged one unless given
        #[arg(long, value_name = "FILE")]
        to: Option<PathBuf>,
    },
}

pub(in crate::cli) fn run(options: &Options, global: &Global) -> anyhow::Result<Exit> {
    let newsletter = Newsletter::open(&global.directory)?;
    let LedgerSettings::File(path) = &newsletter.settings.ledger else {
        return Err(Failure::new(Exit::Usage, "the ledger is a PostgreSQL database, not a file")
            .hint("its server checks, backs up and restores it: `pg_amcheck`, `pg_dump`, `pg_restore`")
            .into());
    };
    match &options.what {
        What::Path => {
            writeln!(std::io::stdout(), "{}", path.display())?;
            Ok(Exit::Done)
        }
        What::Check => check(path, global),
        What::Recover { to } => {
            let beside = path.with_extension("recovered.sqlite3");
            recover(&newsletter, path, &to.as_ref().map_or(beside, |to| global.directory.join(to)), global)
        }
    }
}

fn check(path: &Path, global: &Global) -> anyhow::Result<Exit> {
    let faults = Sqlite::examine(path)?;
    if global.json {
        let answer = json!({ "path": path, "exists": faults.is_some(), "faults": faults.clone().unwrap_or_default() });
        writeln!(std::io::stdout(), "{answer:#}")?;
    }
    let shown = path.display();
    match faults.as_deref() {
        None => tell(global, &format!("there is no ledger yet; `{shown}` is made by the first send\n")),
        Some([]) => tell(global, &format!("`{shown}` is sound\n")),
        Some(faults) => {
            let failure =
                Failure::new(Exit::Unexpected, format!("the ledger `{shown}` is damaged: {}", faults.join("; ")));
            return Err(failure.hint("`newsletter ledger recover` saves what can be read").into());
        }
    }
    Ok(Exit::Done)
}

fn recover(newsletter: &Newsletter, from: &Path, to: &Path, global: &Global) -> anyhow::Result<Exit> {
    match Sqlite::examine(from)? {
        None => {
            let message = format!("there is no ledger at `{}`", from.display());
            return Err(Failure::new(Exit::Usage, message).hint("bring it back from a backup").into());
        }
        Some(faults) if faults.is_empty() => {
            tell(global, &format!("`{}` is sound: nothing to recover\n", from.display()));
            return Ok(Exit::Done);
        }
        Some(_) => {}
    }
    if let Some(holder) = Sqlite::holder(from) {
        return Err(Failure::new(Exit::NotStarted, format!("a send is running: {holder}")).into());
    }
    let salvage = Sqlite::salvage(from, to, &marked(newsletter)?)?;
    let mut stdout = std::io::stdout().lock();
    if global.json {
        writeln!(stdout, "{:#}", in_json(&salvage, to))?;
    } else {
        write!(stdout, "{}", in_words(&salvage, &newsletter.root))?;
    }
    let (from, to) = (from.display(), to.display());
    tell(
        global,
        &format!(
            "Saved into `{to}`; `{from}` is as it was. To go on with it, keep the damaged one and put the new one in its place:\n\
             mv {from} {from}.damaged && rm -f {from}-wal {from}-shm && mv {to} {from}\n"
        ),
    );
    let whole = salvage.lost.is_empty() && !salvage.suppressions_may_be_missing;
    let whole = whole && salvage.deliveries.iter().all(|saved| saved.in_doubt + saved.lost() == 0 && saved.has_letter);
    Ok(if whole { Exit::Done } else { Exit::SomeNotReached })
}

/// The issues that were sent, as the markers beside them know.
fn marked(newsletter: &Newsletter) -> anyhow::Result<Vec<IssueNumber>> {
    let issues = load::issues(&newsletter.root)?.into_iter().map(|file| file.number);
    Ok(issues.filter(|&issue| Marker::path(&newsletter.root, issue).exists()).collect())
}

fn in_words(salvage: &Salvage, root: &Path) -> String {
    let mut text = String::new();
    let mut line = |line: String| writeln!(text, "{line}").expect("writing to a string");
    for saved in &salvage.deliveries {
        line(delivery(saved));
    }
    for issue in &salvage.lost {
        let marker = Marker::path(root, *issue);
        let shown = marker.strip_prefix(root).unwrap_or(&marker).display();
        let kept = if marker.exists() {
            format!("`{shown}` keeps it from being sent again")
        } else {
            "nothing keeps it from being sent to everybody again: do not".to_owned()
        };
        line(format!("issue {issue}: its plan cannot be read, nothing of it is saved; {kept}"));
    }
    let suppressions = wording::count(salvage.suppressions);
    let missing = if salvage.suppressions_may_be_missing {
        "; more may be lost: somebody who unsubscribed could be mailed again, compare with a backup"
    } else {
        ""
    };
    line(format!("suppressed addresses: {suppressions}{missing}"));
    text
}

/// `issue 42: 1,200 of 1,211 rows read, 11 known by address only, 16 in doubt`.
fn delivery(saved: &Saved) -> String {
    let of = [(saved.named, "known by address only"), (saved.lost(), "lost"), (saved.in_doubt, "in doubt")];
    let mut others = String::new();
    for (count, what) in of.into_iter().filter(|(count, _)| *count > 0) {
        write!(others, ", {} {what}", wording::count(count)).expect("writing to a string");
    }
    let letter = if saved.has_letter { "" } else { "; its letter is lost, so nobody can be sent it any more" };
    let (read, total) = (wording::count(saved.read), wording::count(saved.total));
    format!("issue {}: {read} of {total} rows read{others}{letter}", saved.issue)
}

fn in_json(salvage: &Salvage, to: &Path) -> Value {
    let deliveries: Vec<_> = salvage
        .deliveries
        .iter()
        .map(|saved| {
            json!({
                "issue": saved.issue.0,
                "total": saved.total,
                "read": saved.read,
                "named": saved.named,
                "lost": saved.lost(),
                "in_doubt": saved.in_doubt,
                "letter": saved.has_letter,
            })
        })
        .collect();
    json!({
        "ledger": to,
        "deliveries": deliveries,
        "lost_issues": salvage.lost.iter().map(|issue| issue.0).collect::<Vec<_>>(),
        "suppressions": salvage.suppressions,
        "suppressions_may_be_missing": salvage.suppressions_may_be_missing,
    })
}

fn tell(global: &Global, text: &str) {
    if !global.quiet {
        talk::tell(text);
    }
}
