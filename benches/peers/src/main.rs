//! Measures the newsletter beside other senders of mail, interleaved, on the same letter, after checking that every
//! sender's messages are right. Tables go to stdout, progress to stderr. `scripts/benchmark` builds everything and
//! starts it; `docs/performance.md` says what came out.

mod check;
mod goal;
mod lineup;
mod machine;
mod measurements;
mod million;
mod newsletter;
mod postfix;
mod process;
mod report;
mod sender;
mod server;
mod signature;
mod statistics;

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Parser;

use lineup::{Entrant, Scenario};
use measurements::Measurements;
use newsletter::Newsletter;
use sender::{Bench, Run, Sender};
use signature::Signature;

/// The share of the machine that others may use during a run.
const NOISE: f64 = 0.06;

/// The most runs of an entrant a round.
const ATTEMPTS: usize = 4;

/// Measure the newsletter beside other senders of mail
#[derive(Debug, Parser)]
#[command(name = "benchmark")]
struct Options {
    /// What to measure; everything by default, without the million at --quick
    scenarios: Vec<Scenario>,
    /// Three rounds of a second a sender, about three minutes; else five of twice that
    #[arg(long)]
    quick: bool,
    /// So many rounds
    #[arg(long, value_name = "N")]
    rounds: Option<usize>,
    /// The newsletter's binary
    #[arg(long, value_name = "FILE", hide = true)]
    newsletter: PathBuf,
    /// The folder of this package
    #[arg(long, value_name = "DIR", hide = true)]
    package: PathBuf,
}

fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    let chosen = options.chosen();
    let bench = bench(&options)?;
    let mut out = io::stdout().lock();
    for line in machine::description(&bench.scripts) {
        writeln!(out, "{line}  ")?;
    }
    let (html, message) = bench.material.sizes;
    writeln!(out, "the letter: 30 links, {html} bytes of HTML, {message} bytes a message  ")?;
    writeln!(out, "load when it began: {:.2}", machine::load())?;

    check(&bench, &chosen, &options.package)?;
    let measured = rounds(&bench, &chosen, &options)?;
    let million = chosen.contains(&Scenario::Million).then(|| {
        say("a million subscribers");
        bench.million()
    });
    let million = million.transpose()?;

    for scenario in chosen.iter().filter(|scenario| **scenario != Scenario::Million) {
        report::scenario(&mut out, *scenario, &measured)?;
    }
    writeln!(out, "\n{}", measured.noisy)?;
    if let Some(million) = &million {
        report::million(&mut out, million)?;
    }
    report::goals(&mut out, &goal::goals(&chosen, &measured, million.as_ref()))?;
    Ok(())
}

impl Options {
    fn chosen(&self) -> Vec<Scenario> {
        let wanted = |scenario: &Scenario| {
            if self.scenarios.is_empty() {
                !(self.quick && *scenario == Scenario::Million)
            } else {
                self.scenarios.contains(scenario)
            }
        };
        Scenario::ALL.into_iter().filter(wanted).collect()
    }

    fn rounds(&self) -> usize {
        self.rounds.unwrap_or(if self.quick { 3 } else { 5 })
    }

    fn scale(&self) -> usize {
        if self.quick { 1 } else { 2 }
    }
}

fn bench(options: &Options) -> anyhow::Result<Bench> {
    let this = std::env::current_exe()?;
    let binaries = this.parent().context("this program is in no folder")?.to_owned();
    // On the disk the package is on: a ledger in memory would be too fast.
    let workplace = binaries.join("runs");
    let newsletter = Newsletter::new(&options.newsletter, &workplace)?;
    let material = newsletter.material()?;
    Ok(Bench { newsletter, material, binaries, scripts: options.package.join("senders"), workplace })
}

fn check(bench: &Bench, chosen: &[Scenario], package: &Path) -> anyhow::Result<()> {
    let script = package.join("check.py");
    for sender in Sender::PERSONAL {
        say(&format!("checking the messages of {}", sender.label()));
        bench.check(sender, false, &script)?;
        if sender.signs() && chosen.contains(&Scenario::Signed) {
            bench.check(sender, true, &script)?;
        }
    }
    Ok(())
}

fn rounds(bench: &Bench, chosen: &[Scenario], options: &Options) -> anyhow::Result<Measurements> {
    let mut measured = Measurements::default();
    let signature = Signature::new(&bench.material.key)?;
    for round in 1..=options.rounds() {
        for scenario in chosen {
            for entrant in scenario.entrants() {
                let messages = entrant.messages * options.scale();
                let is_signed_ours = *scenario == Scenario::Signed && entrant.sender == Sender::Newsletter;
                let before = is_signed_ours.then(|| signature.time()).transpose()?;
                let run = quiet_run(bench, entrant, messages, &mut measured)?;
                if let Some(before) = before {
                    measured.add_signature(before.mean(signature.time()?));
                }
                say(&format!("round {round}, {scenario:?}: {} {:.0} msg/s", entrant.label(), run.rate()));
                measured.add(*scenario, entrant, run);
            }
        }
    }
    Ok(measured)
}

/// Runs an entrant until a run was quiet: others used no more than [`NOISE`] of the machine. Keeps the last of
/// [`ATTEMPTS`] whatever it was.
fn quiet_run(bench: &Bench, entrant: Entrant, messages: usize, measured: &mut Measurements) -> anyhow::Result<Run> {
    let mut attempt = 1;
    loop {
        let run = bench.run(entrant.sender, entrant.server, messages, entrant.signed, &[])?;
        let is_quiet = run.noise.is_none_or(|noise| noise <= NOISE);
        if is_quiet || attempt == ATTEMPTS {
            measured.noisy.kept += usize::from(!is_quiet);
            return Ok(run);
        }
        measured.noisy.thrown_away += 1;
        attempt += 1;
        say(&format!(
            "{}: thrown away, others used {:.0} % of the machine",
            entrant.label(),
            run.noise.unwrap_or_default() * 100.0
        ));
    }
}

fn say(what: &str) {
    // Talk that nobody reads is no reason to stop.
    let _ = writeln!(io::stderr(), "{what}");
}
