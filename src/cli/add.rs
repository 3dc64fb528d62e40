//! `newsletter add URL...`: links into `links.md`, or straight into an issue.

use std::io::{Read, Write};

use clap::Args;
use serde_json::{Value, json};

use super::exit::Exit;
use super::global::Global;
use super::output;
use crate::app::failure::Failure;
use crate::app::gather::{AddOptions, AddReport, AddedLink, Destination, Outcome, Place, WantedPicture, add};
use crate::config::Newsletter;
use crate::inbox::{self, InboxEntry};
use crate::model::LinkKind;

/// The most bytes of a list on standard input.
const LONGEST_LIST: u64 = 4 * 1024 * 1024;

/// Arguments of `add`.
#[derive(Debug, Args)]
pub struct Options {
    /// Addresses of pages; `-` reads a list of links from standard input
    #[arg(value_name = "URL", required = true)]
    urls: Vec<String>,
    /// Add to issue ISSUE instead of `links.md`
    #[arg(long, value_name = "ISSUE")]
    issue: Option<String>,
    /// Section to add to; the default is the last one of an issue
    #[arg(long, value_name = "TITLE")]
    section: Option<String>,
    /// Title of the link, instead of the page's own
    #[arg(long)]
    title: Option<String>,
    /// Author of the page, instead of the one the page states
    #[arg(long, value_name = "NAME", requires = "issue")]
    author: Option<String>,
    /// Kind of page: article, video, audio, paper, pdf, tool or podcast
    #[arg(long, value_parser = kind, requires = "issue")]
    kind: Option<LinkKind>,
    /// Your words about the link, Markdown
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// Add the picture of the page too: scaled down, in `issues/img/`
    #[arg(long, requires = "issue")]
    image: bool,
    /// Add links that are in an issue or in `links.md` already
    #[arg(long)]
    again: bool,
    /// Show what would be added, and write nothing
    #[arg(short = 'n', long)]
    dry_run: bool,
}

pub(super) fn run(options: &Options, global: &Global) -> anyhow::Result<Exit> {
    let newsletter = Newsletter::open(&global.directory)?;
    let (entries, not_understood) = entries(options)?;
    if entries.len() > 1 && options.title.is_some() {
        return Err(Failure::usage("`--title` is for a single URL").hint("run the command once for each link").into());
    }
    let wanted = AddOptions {
        issue: options.issue.as_deref(),
        place: options.section.as_deref().map_or(Place::Own, Place::Section),
        title: options.title.as_deref(),
        author: options.author.as_deref(),
        kind: options.kind,
        note: options.note.as_deref(),
        is_of_strangers: false,
        picture: if options.image { WantedPicture::OfPage } else { WantedPicture::None },
        again: options.again,
        dry_run: options.dry_run,
    };
    let report = add(&newsletter, &global.directory, &entries, &wanted)?;
    let is_whole = |link: &AddedLink| link.no_picture.is_none() && matches!(link.outcome, Outcome::Added(_));
    let is_complete = not_understood.is_empty() && report.links.iter().all(is_whole);
    if global.json {
        writeln!(std::io::stdout().lock(), "{:#}", to_json(&report, &not_understood, options.dry_run))?;
    } else {
        for line in &not_understood {
            output::always(&format!("warning: line {line} of the list has no link\n"));
        }
        for link in &report.links {
            print(link, &report, options, global)?;
        }
    }
    Ok(if is_complete { Exit::Done } else { Exit::Incomplete })
}

/// Returns the links that were named, and the lines of the list that are none.
fn entries(options: &Options) -> anyhow::Result<(Vec<InboxEntry>, Vec<usize>)> {
    let mut entries = Vec::new();
    let mut not_understood = Vec::new();
    for url in &options.urls {
        if url == "-" {
            let mut list = String::new();
            std::io::stdin().lock().take(LONGEST_LIST).read_to_string(&mut list)?;
            let found = inbox::read(&list);
            entries.extend(found.entries);
            not_understood.extend(found.not_understood);
        } else {
            entries.push(InboxEntry { url: url.trim().to_owned(), ..InboxEntry::default() });
        }
    }
    Ok((entries, not_understood))
}

fn kind(word: &str) -> Result<LinkKind, String> {
    let found = LinkKind::ALL.iter().find(|(name, _)| *name == word).map(|(_, kind)| *kind);
    let names = || LinkKind::ALL.map(|(name, _)| name).join(", ");
    found.ok_or_else(|| format!("the kinds are {}", names()))
}

fn print(added: &AddedLink, report: &AddReport, options: &Options, global: &Global) -> anyhow::Result<()> {
    let AddedLink { link, no_picture, outcome } = added;
    let name = if link.title.is_empty() { &link.url } else { &link.title };
    let would = if options.dry_run { "would add" } else { "added" };
    let file = report.file.display();
    match outcome {
        Outcome::Added(line) => output::note(global, &format!("{would} `{name}` to {file}:{line}\n")),
        Outcome::NotRead(line, reason) => {
            let hint = match report.destination {
                Destination::Issue(number) => {
                    format!("write its title; `send` refuses issue {number} until `# not read` is gone")
                }
                Destination::Inbox => "its title is missing".to_owned(),
            };
            output::always(&format!(
                "warning: {} was not read: {}\n  {would} to {file}:{line}; {hint}\n",
                link.url, reason.0
            ));
        }
        Outcome::Known(place) => {
            let place = match (place.issue, place.line) {
                (Some(issue), line) => format!("was in issue {issue} (line {line})"),
                (None, 0) => "is named twice".to_owned(),
                (None, line) => format!("is in {} (line {line})", place.file.display()),
            };
            output::always(&format!("warning: {} {place}; `--again` adds it all the same\n", link.url));
        }
        Outcome::NotUnderstood(reason) => output::always(&format!("warning: {reason}\n")),
        Outcome::NoPlace(block) => {
            output::always(&format!(
                "warning: {file} is written in a way into which no link can be inserted; it stays as it is. Insert this:\n"
            ));
            writeln!(std::io::stdout().lock(), "{block}")?;
        }
    }
    if let Some(reason) = no_picture {
        output::always(&format!("warning: {} has no picture: {reason}\n", link.url));
    }
    Ok(())
}

fn to_json(report: &AddReport, not_understood: &[usize], is_dry_run: bool) -> Value {
    let links = report.links.iter().map(|AddedLink { link, no_picture, outcome }| {
        let kind = link.kind.and_then(|kind| LinkKind::ALL.iter().find(|(_, own)| *own == kind)).map(|(name, _)| *name);
        let mut data = json!({
            "url": link.url,
            "title": Some(&link.title).filter(|title| !title.is_empty()),
            "author": link.author,
            "kind": kind,
            "reading_time": link.reading_time,
            "image": link.image.as_ref().map(|image| &image.path),
            "alt": link.image.as_ref().map(|image| &image.alt),
            "no_picture": no_picture,
        });
        let (name, more) = match outcome {
            Outcome::Added(line) => ("added", json!({ "line": line })),
            Outcome::NotRead(line, reason) => ("not_read", json!({ "line": line, "reason": reason.0 })),
            Outcome::Known(place) => (
                "known",
                json!({ "issue": place.issue.map(output::issue_in_json), "file": place.file, "line": place.line }),
            ),
            Outcome::NotUnderstood(reason) => ("not_understood", json!({ "reason": reason })),
            Outcome::NoPlace(block) => ("no_place", json!({ "block": block })),
        };
        data["outcome"] = name.into();
        data["details"] = more;
        data
    });
    json!({
        "file": report.file,
        "dry_run": is_dry_run,
        "links": links.collect::<Vec<_>>(),
        "lines_not_understood": not_understood,
    })
}
