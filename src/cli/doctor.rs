//! `newsletter doctor`: everything that can keep mail from arriving.

use std::io::Write;
use std::net::SocketAddr;

use anstyle::{AnsiColor, Style};
use clap::Args;
use serde_json::{Value, json};

use super::exit::Exit;
use super::global::Global;
use super::output;
use crate::app::doctor::{Reach, examine};
use crate::config::Newsletter;
use crate::doctor::{Diagnosis, Level};

/// Arguments of `doctor`.
#[derive(Debug, Args)]
pub struct Options {
    /// Check this machine only, without network access
    #[arg(long)]
    offline: bool,
    /// Use this name server instead of the system's
    #[arg(long, value_name = "ADDRESS:PORT", conflicts_with = "offline")]
    resolver: Option<SocketAddr>,
}

pub(super) fn run(options: &Options, global: &Global) -> anyhow::Result<Exit> {
    let newsletter = Newsletter::open(&global.directory)?;
    let reach =
        Reach { network: !options.offline, resolver: options.resolver, conversation: output::conversation(global) };
    let mut findings = Vec::new();
    examine(&newsletter, &reach, &mut |found| {
        if !global.json {
            let mut stdout = anstream::stdout().lock();
            found.iter().try_for_each(|finding| write!(stdout, "{}", text(finding)))?;
        }
        findings.extend(found);
        Ok(())
    })?;
    if global.json {
        let all: Vec<Value> = findings.iter().map(in_json).collect();
        writeln!(anstream::stdout(), "{:#}", Value::from(all))?;
    }
    output::note(global, &summary(&findings));
    let problems = findings.iter().any(|finding| finding.level == Level::Problem);
    Ok(if problems { Exit::Content } else { Exit::Done })
}

/// Returns `ok       SPF          example.org says ...`, and what to do below it.
pub(super) fn text(finding: &Diagnosis) -> String {
    let Diagnosis { subject, level, message, help } = finding;
    let style = match level {
        Level::Ok => Style::new().fg_color(Some(AnsiColor::Green.into())),
        Level::Warning => Style::new().fg_color(Some(AnsiColor::Yellow.into())),
        Level::Problem => Style::new().bold().fg_color(Some(AnsiColor::BrightRed.into())),
    };
    let help = help.as_ref().map(|help| format!("{:26}{help}\n", "")).unwrap_or_default();
    format!("{style}{:7}{style:#}  {subject:15}  {message}\n{help}", level.word())
}

fn in_json(finding: &Diagnosis) -> Value {
    let Diagnosis { subject, level, message, help } = finding;
    json!({ "subject": subject, "level": level.word(), "message": message, "help": help })
}

/// Returns `1 problem, 2 warnings`.
fn summary(findings: &[Diagnosis]) -> String {
    let counts = [(Level::Problem, "problem"), (Level::Warning, "warning")].map(|(level, noun)| {
        let count = findings.iter().filter(|finding| finding.level == level).count();
        (count > 0).then(|| format!("{count} {noun}{}", if count == 1 { "" } else { "s" }))
    });
    let counts: Vec<String> = counts.into_iter().flatten().collect();
    format!("{}\n", if counts.is_empty() { "no problems".to_owned() } else { counts.join(", ") })
}
