//! The tables, as Markdown, so that they can be pasted into `docs/performance.md`.

use std::io::{self, Write};

use crate::goal::Goal;
use crate::lineup::{Entrant, Scenario};
use crate::measurements::Measurements;
use crate::million::{Million, Part};
use crate::sender::Run;
use crate::statistics::Spread;

/// The table of one scenario run in rounds.
pub(crate) fn scenario(out: &mut impl Write, scenario: Scenario, measured: &Measurements) -> io::Result<()> {
    writeln!(out, "\n### {}\n", scenario.title())?;
    writeln!(
        out,
        "| sender | messages | msg/s | msg/s while sending | newsletter ÷ it | CPU µs/msg | server CPU µs/msg | peak MB |"
    )?;
    writeln!(out, "|---|--:|--:|--:|--:|--:|--:|--:|")?;
    for entrant in scenario.entrants() {
        row(out, scenario, entrant, measured)?;
    }
    if scenario == Scenario::Signed
        && let Some(alone) = measured.signature_microseconds(|time| time.alone)
        && let Some(among_all) = measured.signature_microseconds(|time| time.among_all)
    {
        let what = "One RSA-2048 signature by aws-lc-rs, before and after the runs of the newsletter";
        writeln!(out, "\n{what}: {among_all} µs while all cores sign, {alone} µs on one core alone.")?;
    }
    Ok(())
}

fn row(out: &mut impl Write, scenario: Scenario, entrant: Entrant, measured: &Measurements) -> io::Result<()> {
    let runs = measured.runs(scenario, entrant);
    let Some(messages) = runs.first().map(|run| run.messages) else { return Ok(()) };
    let cell = |spread: Option<Spread>| spread.map_or_else(|| "–".to_owned(), |spread| spread.to_string());
    let of = |measure: fn(&Run) -> f64| cell(Spread::of(runs.iter().map(measure)));
    writeln!(
        out,
        "| {} | {messages} | {} | {} | {} | {} | {} | {} |",
        entrant.label(),
        of(Run::rate),
        cell(Spread::of(runs.iter().filter_map(Run::sending_rate))),
        cell(measured.ratio_to(scenario, entrant)),
        of(Run::cpu_microseconds),
        cell(Spread::of(runs.iter().filter_map(Run::server_cpu_microseconds))),
        of(|run| run.cost.megabytes()),
    )
}

/// The table of the million.
pub(crate) fn million(out: &mut impl Write, million: &Million) -> io::Result<()> {
    writeln!(out, "\n### {}\n", Scenario::Million.title())?;
    writeln!(out, "| run | until the first message, s | whole, s | CPU, s | peak MB |")?;
    writeln!(out, "|---|--:|--:|--:|--:|")?;
    for (name, Part { until_first_mail, cost }) in
        [("all of it", &million.whole), ("the second half, in a second run", &million.second_half)]
    {
        writeln!(
            out,
            "| {name} | {:.2} | {:.1} | {:.1} | {:.1} |",
            until_first_mail.as_secs_f64(),
            cost.wall.as_secs_f64(),
            cost.cpu.as_secs_f64(),
            cost.megabytes()
        )?;
    }
    Ok(())
}

/// The table of goals.
pub(crate) fn goals(out: &mut impl Write, goals: &[Goal]) -> io::Result<()> {
    writeln!(out, "\n### Goals\n")?;
    writeln!(out, "| what | goal | measured | |")?;
    writeln!(out, "|---|--:|--:|---|")?;
    for goal in goals {
        let measured = goal.measured.map_or_else(|| "–".to_owned(), |spread| spread.to_string());
        writeln!(out, "| {} | {} | {measured} | {} |", goal.what, goal.bound, goal.verdict())?;
    }
    Ok(())
}
