//! `newsletter doctor`: everything that can keep mail from arriving, looked at before it does.

mod local;
mod server;

use std::io::Write;
use std::net::SocketAddr;

use anstyle::{AnsiColor, Style};
use chrono::{DateTime, Utc};
use clap::Args;
use serde_json::{Value, json};
use url::Url;

use super::{Exit, Global, clock, talk};
use crate::doctor::{Finding, Level, dns, machine, reach, records, web};
use crate::load::Newsletter;
use crate::message::dkim::KeyRecord;
use local::Local;

/// Stands for a subscriber's token in the address of the page for unsubscribing: nobody has it.
const NOBODY: &str = "newsletter-doctor";

/// Arguments of `doctor`.
#[derive(Debug, Args)]
pub struct Options {
    /// Look at this machine only: ask no mail server, no DNS, no web page
    #[arg(long)]
    offline: bool,
    /// Ask this name server instead of the machine's
    #[arg(long, value_name = "ADDRESS:PORT", conflicts_with = "offline")]
    resolver: Option<SocketAddr>,
}

pub(super) fn run(options: &Options, global: &Global) -> anyhow::Result<Exit> {
    let newsletter = Newsletter::open(&global.directory)?;
    let mut report = Report { json: global.json, findings: Vec::new() };
    let local = Local::look(&newsletter);
    report.add(local.findings(&newsletter))?;
    let mut hints = local.hints;
    if !options.offline {
        report.add(server::look(&newsletter, global))?;
        report.add(published(&newsletter, local.dkim_record, options.resolver)?)?;
        let (way_out, time) = way_out(&newsletter);
        hints.web = time;
        report.add([way_out])?;
    }
    report.add([machine::clock(clock::now(), &hints)])?;
    report.end(global)
}

/// What is told, as soon as it is known.
struct Report {
    json: bool,
    findings: Vec<Finding>,
}

impl Report {
    fn add(&mut self, findings: impl IntoIterator<Item = Finding>) -> std::io::Result<()> {
        let known = self.findings.len();
        self.findings.extend(findings);
        if !self.json {
            let mut stdout = anstream::stdout().lock();
            for finding in &self.findings[known..] {
                write!(stdout, "{}", shown(finding))?;
            }
        }
        Ok(())
    }

    fn end(&self, global: &Global) -> anyhow::Result<Exit> {
        if self.json {
            let all: Vec<Value> = self.findings.iter().map(in_json).collect();
            writeln!(anstream::stdout(), "{:#}", Value::from(all))?;
        }
        if !global.quiet {
            talk::tell(&summary(&self.findings));
        }
        let problems = self.findings.iter().any(|finding| finding.level == Level::Problem);
        Ok(if problems { Exit::Content } else { Exit::Done })
    }
}

/// What DNS says about the sender.
fn published(
    newsletter: &Newsletter,
    key: Option<KeyRecord>,
    resolver: Option<SocketAddr>,
) -> anyhow::Result<Vec<Finding>> {
    let publication = &newsletter.publication;
    let signature = newsletter.settings.dkim.as_ref().map(|dkim| records::Signature {
        domain: &dkim.domain,
        selector: &dkim.selector,
        key,
    });
    let sender = records::Sender {
        from: publication.from.address.domain(),
        envelope: publication.envelope_sender.domain(),
        signature,
    };
    Ok(records::findings(&sender, &dns::ask(records::names(&sender), resolver)?))
}

/// Whether the page for unsubscribing answers, and what time its server says it is.
fn way_out(newsletter: &Newsletter) -> (Finding, Option<DateTime<Utc>>) {
    let url = newsletter.publication.unsubscribe.url.as_ref();
    let url = url.map(|(before, after)| format!("{before}{NOBODY}{after}"));
    let host = url.as_deref().and_then(|url| Url::parse(url).ok()?.host_str().map(str::to_owned)).unwrap_or_default();
    let reply = url.as_deref().map(web::get);
    let time = reply.as_ref().and_then(|reply| reply.as_ref().ok()?.date);
    (reach::way_out(&host, reply.as_ref()), time)
}

/// `ok       SPF          example.org says ...`, and what to do below it.
fn shown(finding: &Finding) -> String {
    let Finding { subject, level, message, help } = finding;
    let style = match level {
        Level::Ok => Style::new().fg_color(Some(AnsiColor::Green.into())),
        Level::Warning => Style::new().fg_color(Some(AnsiColor::Yellow.into())),
        Level::Problem => Style::new().bold().fg_color(Some(AnsiColor::BrightRed.into())),
    };
    let help = help.as_ref().map(|help| format!("{:26}{help}\n", "")).unwrap_or_default();
    format!("{style}{:7}{style:#}  {subject:15}  {message}\n{help}", level.word())
}

fn in_json(finding: &Finding) -> Value {
    let Finding { subject, level, message, help } = finding;
    json!({ "subject": subject, "level": level.word(), "message": message, "help": help })
}

/// `1 problem, 2 warnings`.
fn summary(findings: &[Finding]) -> String {
    let counts = [(Level::Problem, "problem"), (Level::Warning, "warning")].map(|(level, noun)| {
        let count = findings.iter().filter(|finding| finding.level == level).count();
        (count > 0).then(|| format!("{count} {noun}{}", if count == 1 { "" } else { "s" }))
    });
    let counts: Vec<String> = counts.into_iter().flatten().collect();
    format!("{}\n", if counts.is_empty() { "no problems".to_owned() } else { counts.join(", ") })
}
