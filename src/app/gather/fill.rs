//! Adds facts that are missing in the links of an issue.

use std::path::{Path, PathBuf};

use anyhow::Context;
use url::Url;

use super::page_reader::{NotRead, ReadPage, allowed_hosts, read_page};
use super::picture::{NewPictures, pinned_picture};
use super::target::{file_to_write, write};
use crate::config::Newsletter;
use crate::fetch::{self, Downloader, NamedBy, SystemResolver};
use crate::fs::regular_file;
use crate::issue::{FactValue, MissingFact, WrittenLink, insert_facts, markdown_title, web_url, written_links};
use crate::model::LinkKind;

/// What became of a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum FillOutcome {
    /// These facts were added.
    Filled(Vec<(MissingFact, FactValue)>),
    /// The page states nothing that is missing.
    NothingFound,
    /// Its page was not read.
    NotRead(NotRead),
    /// The file is written so that no lines fit in: the facts to write by hand.
    NoPlace(Vec<(MissingFact, FactValue)>),
}

/// A link with missing facts and what became of it.
#[derive(Debug, Clone)]
pub(crate) struct FilledLink {
    pub(crate) link: WrittenLink,
    /// The reason for which a picture that was wanted is missing.
    pub(crate) no_picture: Option<String>,
    pub(crate) outcome: FillOutcome,
}

/// What was filled in.
#[derive(Debug)]
pub(crate) struct FillReport {
    /// The file, relative to the newsletter's folder.
    pub(crate) file: PathBuf,
    /// The links that lacked something.
    pub(crate) links: Vec<FilledLink>,
    /// The number of links that lacked nothing.
    pub(crate) complete: usize,
}

/// What to fill in.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct FillOptions {
    /// Whether links without a picture get that of their page.
    pub(crate) has_image: bool,
    /// Whether nothing is written.
    pub(crate) dry_run: bool,
}

/// Reads the pages of the links of the issue `word` that lack a title, an author, a kind or a reading time, and adds what
/// they state; the picture too, if it is wanted. Nothing that is there is changed but a guessed title.
///
/// Errors when there is no such issue, when it is sent, and when its file cannot be read or written.
pub(crate) fn fill(
    newsletter: &Newsletter,
    word: &str,
    directory: &Path,
    options: FillOptions,
) -> anyhow::Result<FillReport> {
    let file = file_to_write(newsletter, word, directory)?;
    let shown = file.path.strip_prefix(&newsletter.root).unwrap_or(&file.path).to_owned();
    let read = || -> anyhow::Result<String> {
        let bytes = regular_file::read(&file.path, regular_file::MAX_TEXT)
            .with_context(|| format!("cannot read `{}`", shown.display()))?;
        String::from_utf8(bytes).with_context(|| format!("`{}` is not UTF-8; save it as UTF-8", shown.display()))
    };
    let before = read()?;
    let links = written_links(&before);
    if links.is_empty() {
        // Its problems, if there are any, say why.
        newsletter.read_issue(&file)?;
    }
    let (open, complete): (Vec<_>, Vec<_>) =
        links.into_iter().partition(|link| !link.missing.is_empty() || (options.has_image && !link.has_image));
    let urls: Vec<Result<Url, String>> = open.iter().map(|link| web_url(&link.url)).collect();
    let valid: Vec<&Url> = urls.iter().filter_map(|url| url.as_ref().ok()).collect();
    let (allowed, names) = (allowed_hosts(newsletter), SystemResolver);
    let downloader = Downloader::new(&names, fetch::tls_config(), &allowed);
    let mut pages = fetch::by_host(&valid, &|index| read_page(valid[index], NamedBy::Person, &downloader)).into_iter();
    // The pages took their time: the file is read as it is now.
    let mut text = read()?;
    if written_links(&text).iter().map(|link| &link.url).ne(written_links(&before).iter().map(|link| &link.url)) {
        anyhow::bail!("`{}` was changed meanwhile; run the command again", shown.display());
    }
    let mut filled = Vec::new();
    let mut pictures = NewPictures::default();
    for (link, url) in open.into_iter().zip(urls) {
        let mut no_picture = None;
        let outcome = match url {
            Err(reason) => FillOutcome::NotRead(NotRead(reason)),
            Ok(_) => match pages.next() {
                Some(Ok(page)) => {
                    let wanted = Some(&page).filter(|_| options.has_image && !link.has_image);
                    let pinned = wanted.map(|page| pinned_picture(page, &downloader));
                    let title = page.facts.title.as_ref().map(|title| title.value.clone()).unwrap_or_default();
                    let mut facts = facts_of(&link, page);
                    match pinned {
                        Some(Ok((picture, alt))) => {
                            let path = pictures.put(newsletter, file.number, &title, picture);
                            facts.push((MissingFact::Image, FactValue::Text(path)));
                            facts.push((MissingFact::Alt, FactValue::Text(alt)));
                        }
                        Some(Err(reason)) => no_picture = Some(reason),
                        None => {}
                    }
                    if facts.is_empty() {
                        FillOutcome::NothingFound
                    } else if let Some(changed) = insert_facts(&text, &link, &facts) {
                        text = changed;
                        FillOutcome::Filled(facts)
                    } else {
                        // Without a line that names it, a picture is of no use.
                        for (_, value) in facts.iter().filter(|(fact, _)| *fact == MissingFact::Image) {
                            if let FactValue::Text(path) = value {
                                pictures.forget(path);
                            }
                        }
                        facts.retain(|(fact, _)| !matches!(fact, MissingFact::Image | MissingFact::Alt));
                        FillOutcome::NoPlace(facts)
                    }
                }
                Some(Err(reason)) => FillOutcome::NotRead(reason),
                None => FillOutcome::NothingFound,
            },
        };
        filled.push(FilledLink { link, no_picture, outcome });
    }
    if !options.dry_run && filled.iter().any(|link| matches!(link.outcome, FillOutcome::Filled(_))) {
        pictures.write(newsletter)?;
        write(&file.path, text.as_bytes())?;
    }
    Ok(FillReport { file: shown, links: filled, complete: complete.len() })
}

/// Returns what `page` states of the facts that `link` lacks.
fn facts_of(link: &WrittenLink, page: ReadPage) -> Vec<(MissingFact, FactValue)> {
    let facts = page.facts;
    let kind = facts.kind.and_then(|kind| LinkKind::ALL.iter().find(|(_, own)| *own == kind.value));
    let stated = [
        (MissingFact::Title, facts.title.map(|title| FactValue::Text(markdown_title(&title.value)))),
        (MissingFact::Author, facts.author.map(|author| FactValue::Text(author.value))),
        (MissingFact::Kind, kind.map(|(name, _)| FactValue::Text((*name).to_owned()))),
        (MissingFact::ReadingTime, facts.reading_time.map(|minutes| FactValue::Number(minutes.value))),
    ];
    let is_missing = |fact: &MissingFact| link.missing.contains(fact);
    stated.into_iter().filter(|(fact, _)| is_missing(fact)).filter_map(|(fact, value)| Some((fact, value?))).collect()
}
