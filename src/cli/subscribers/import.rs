//! `newsletter subscribers import FILE...`: readers of other services into the ledger.

use std::fmt::Write as _;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use serde_json::{Value, json};

use super::rows_progress::RowsProgress;
use super::words::tag;
use crate::app::failure::Failure;
use crate::app::subscribers::{Import, ImportOptions, ImportReport};
use crate::cli::exit::Exit;
use crate::cli::global::Global;
use crate::cli::output;
use crate::config::{ListSettings, Newsletter};
use crate::diagnostic;
use crate::format;
use crate::subscribers::exports::{ExportKind, ExportOptions};

/// The most rejected rows that are printed.
const MOST_SHOWN: usize = 20;

/// Arguments of `subscribers import`.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// Exports of another service, as it wrote them; of Mailchimp all three
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// What wrote the files; `plain` reads any list by its headings
    #[arg(long = "as", value_name = "KIND", value_parser = kinds())]
    kind: Option<ExportKind>,
    /// How the readers agreed of whom the files do not tell; it is kept with each of them
    #[arg(long, value_name = "TEXT", conflicts_with = "confirm")]
    consent: Option<String>,
    /// Mail a link to confirm to readers of whom the files do not tell how they agreed
    #[arg(long)]
    confirm: bool,
    /// Give a tag to everybody who is added
    #[arg(long, value_name = "TAG", value_parser = tag)]
    tag: Vec<String>,
    /// The column that says who gets mail
    #[arg(long, value_name = "COLUMN")]
    status: Option<String>,
    /// A value of that column that means mail; all others are suppressed
    #[arg(long, value_name = "VALUE", requires = "status")]
    subscribed: Vec<String>,
    /// A column that says nothing about who gets mail
    #[arg(long, value_name = "COLUMN")]
    field: Vec<String>,
    /// Show what would be done, and do nothing
    #[arg(short = 'n', long)]
    dry_run: bool,
    /// Do not ask
    #[arg(short, long)]
    yes: bool,
}

fn kinds() -> impl TypedValueParser<Value = ExportKind> {
    let words = PossibleValuesParser::new(ExportKind::ALL.map(ExportKind::word));
    words.map(|word| ExportKind::ALL.into_iter().find(|kind| kind.word() == word).expect("it is one of the words"))
}

pub(super) fn run(options: &Options, global: &Global) -> anyhow::Result<Exit> {
    if options.consent.as_ref().is_some_and(|consent| consent.trim().is_empty()) {
        return Err(Failure::usage("`--consent` needs the words in which these people agreed").into());
    }
    let newsletter = Newsletter::open(&global.directory)?;
    let list = ListSettings {
        status: options.status.clone(),
        subscribed: options.subscribed.clone(),
        fields: options.field.clone(),
    };
    let wanted = ImportOptions {
        export: ExportOptions { kind: options.kind, list },
        consent: options.consent.clone(),
        confirm: options.confirm,
        tags: options.tag.iter().cloned().collect(),
    };
    let files: Vec<PathBuf> = options.files.iter().map(|file| in_directory(global, file)).collect();
    let mut import = Import::open(&newsletter, &files, wanted)?;
    output::note(global, &diagnostic::draw(&import.warnings(), global.colour_of_stderr()));
    if import.has_other_key() {
        output::note(
            global,
            "warning: the export is of a ledger with another unsubscribe key: links in mail from there do not work here\n",
        );
    }
    if options.dry_run {
        let report = read(global, |progress| import.try_out(progress))?;
        print(&import, &report, true, global)?;
        return Ok(if report.without_consent > 0 { Exit::NotStarted } else { exit(&report) });
    }
    if output::can_ask(global) && !global.json {
        let report = read(global, |progress| import.try_out(progress))?;
        let is_told = ask_for_consent(&mut import, &report, global)?;
        if !options.yes {
            if !is_told {
                print(&import, &report, true, global)?;
            }
            let typed = output::ask("Type y to import, anything else to cancel: ")?;
            if !typed.eq_ignore_ascii_case("y") {
                return Err(Failure::not_started("not confirmed; nothing was imported").into());
            }
        }
    }
    let report = read(global, |progress| import.run(progress))?;
    print(&import, &report, false, global)?;
    if report.asked > 0 {
        let rate = newsletter.settings.serve.confirm_rate;
        let periods = u32::try_from(report.asked.div_ceil(u64::from(rate.messages.max(1)))).unwrap_or(u32::MAX);
        let time = format::duration(rate.per.saturating_mul(periods));
        output::note(global, &format!("`newsletter serve` mails the links to confirm, within about {time}\n"));
    }
    Ok(exit(&report))
}

/// Asks how people agreed of whom the files do not tell; returns whether the report was shown for that.
fn ask_for_consent(import: &mut Import<'_>, report: &ImportReport, global: &Global) -> anyhow::Result<bool> {
    if report.without_consent == 0 {
        return Ok(false);
    }
    print(import, report, true, global)?;
    output::always(&format!("{} say nothing about how these people agreed.\n", rows(report.without_consent)));
    let typed = output::ask("How did they? (your words are kept; `confirm` mails them a link; nothing cancels): ")?;
    match typed.as_str() {
        "" => return Err(Failure::not_started("nothing was imported").into()),
        "confirm" => import.ask_to_confirm()?,
        words => import.options.consent = Some(words.to_owned()),
    }
    Ok(true)
}

/// Returns `file` as the caller of `-C DIR` means it.
fn in_directory(global: &Global, file: &Path) -> PathBuf {
    if global.directory == Path::new(".") { file.to_path_buf() } else { global.directory.join(file) }
}

fn read(
    global: &Global,
    work: impl FnOnce(&mut dyn FnMut(u64)) -> anyhow::Result<ImportReport>,
) -> anyhow::Result<ImportReport> {
    let mut progress = RowsProgress::new(global);
    let report = work(&mut |rows| progress.advance(rows));
    progress.finish();
    report
}

fn exit(report: &ImportReport) -> Exit {
    if report.rejected > 0 { Exit::Incomplete } else { Exit::Done }
}

fn print(import: &Import<'_>, report: &ImportReport, is_tried: bool, global: &Global) -> anyhow::Result<()> {
    if global.json {
        writeln!(std::io::stdout().lock(), "{:#}", to_json(import, report, is_tried))?;
        return Ok(());
    }
    let shown: Vec<_> = report.rejections.iter().take(MOST_SHOWN).map(|rejected| rejected.diagnostic.clone()).collect();
    if !shown.is_empty() {
        output::always(&diagnostic::draw(&shown, global.colour_of_stderr()));
    }
    if report.rejected > shown.len() as u64 {
        let more = report.rejected - shown.len() as u64;
        output::always(&format!("and {} more rejected; `--json` lists the first thousand\n", rows(more)));
    }
    output::note(global, &text(import, report, is_tried));
    Ok(())
}

fn rows(count: u64) -> String {
    format!("{} {}", format::count(count), if count == 1 { "row" } else { "rows" })
}

fn text(import: &Import<'_>, report: &ImportReport, is_tried: bool) -> String {
    let mut text = String::new();
    for (path, kind) in import.kinds() {
        let _ = writeln!(text, "{} · {}", path.display(), kind.name());
    }
    let reasons: Vec<_> =
        report.reasons.iter().map(|(reason, count)| format!("{} {reason}", format::count(*count))).collect();
    let suppressed =
        if reasons.is_empty() { "suppressed".to_owned() } else { format!("suppressed ({})", reasons.join(", ")) };
    let stay = if report.stay_suppressed == 1 { "stays suppressed" } else { "stay suppressed" };
    let another = if import.kinds().count() > 1 { "another file" } else { "another row" };
    let left = report.left_elsewhere.iter();
    let left: Vec<_> = left.map(|(reason, count)| (*count, format!("left out: {reason} in {another}"))).collect();
    let left = left.iter().map(|(count, what)| (*count, what.as_str()));
    let parts = [
        (report.added, "new"),
        (report.asked, "asked to confirm"),
        (report.without_consent, "new, if they agreed"),
        (report.already_here, "already here"),
        (report.suppressed, suppressed.as_str()),
        (report.stay_suppressed, stay),
    ];
    let last = [(report.unconfirmed, "never confirmed, left out"), (report.rejected, "rejected")];
    let parts: Vec<_> = parts
        .into_iter()
        .chain(left)
        .chain(last)
        .filter(|(count, what)| *count > 0 || *what == "new")
        .map(|(count, what)| format!("{} {what}", format::count(count)))
        .collect();
    let would = if is_tried { "would import " } else { "" };
    let _ = writeln!(text, "{would}{}: {}", rows(report.rows), parts.join(" · "));
    text
}

fn to_json(import: &Import<'_>, report: &ImportReport, is_tried: bool) -> Value {
    let files: Vec<_> = import.kinds().map(|(path, kind)| json!({ "file": path, "kind": kind.word() })).collect();
    let rejections: Vec<_> = report
        .rejections
        .iter()
        .map(|rejected| json!({ "file": rejected.file, "line": rejected.line, "reason": rejected.diagnostic.message }))
        .collect();
    json!({
        "dry_run": is_tried,
        "files": files,
        "rows": report.rows,
        "new": report.added,
        "asked": report.asked,
        "without_consent": report.without_consent,
        "already_here": report.already_here,
        "suppressed": report.suppressed,
        "suppressed_by_reason": report.reasons,
        "stay_suppressed": report.stay_suppressed,
        "left_out_by_reason_elsewhere": report.left_elsewhere,
        "never_confirmed": report.unconfirmed,
        "rejected": report.rejected,
        "rejections": rejections,
    })
}
