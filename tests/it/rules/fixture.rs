//! Reads and runs the fixture of a rule: the sample newsletter with a mistake in it, the expected
//! finding, and the sample with something that comes close to the mistake.
//!
//! A fixture changes only what an author, a configuration, a style sheet or a list of subscribers can say. So every rule
//! is proven to be one that they can break.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use newsletter::archive::{self, ArchiveSource};
use newsletter::check::{self, EarlierLinks, IssueLinks};
use newsletter::config::{Config, Newsletter, parse_config};
use newsletter::diagnostic::{self, Diagnostic, SourceFile};
use newsletter::fetch::FetchResult;
use newsletter::issue::{IssueFile, LoadedIssue, parse_issue, specimen, specimens_of_leads};
use newsletter::letter::{self, LetterStyleSheet};
use newsletter::message::{DeliveryStamp, FrozenLetter, PlanId};
use newsletter::model::Colour;
use newsletter::pictures::{Examination, PictureFlaw, TransparentArt};
use newsletter::subscribers::SubscriberList;
use newsletter::templates;
use serde::Deserialize;

const CONFIG: &str = include_str!("../../fixtures/check/newsletter.toml");
const ISSUE: &str = include_str!("../../fixtures/check/issue.toml");
const PAST: &str = include_str!("../../fixtures/check/past.toml");

/// The rules about style sheets, for which everything a letter can show is rendered.
const STYLE_SHEET_RULES: [&str; 4] = ["css-skipped", "css-unknown", "css-unmatched", "css-without-effect"];

/// The fixture of a rule.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fixture {
    /// Cases that break it.
    breaks: Vec<Case>,
    /// Cases that come close and do not.
    holds: Vec<Case>,
}

/// The sample newsletter, changed. Each change is a text and its replacement.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Case {
    /// In `newsletter.toml`.
    config: Vec<[String; 2]>,
    /// In the issue.
    issue: Vec<[String; 2]>,
    /// In the issue before it.
    past: Vec<[String; 2]>,
    /// Added to the built-in style sheet, which then is the newsletter's own.
    css: Option<String>,
    /// Added to the built-in style sheet of the archive, which then is the newsletter's own.
    web: Option<String>,
    /// The answers of web servers.
    answers: BTreeMap<String, FetchResult>,
    /// The output of `SpamAssassin`.
    spam: Option<String>,
    /// A subscriber who may be a person.
    person: Option<String>,
    /// The folders of the web archive that letters of the issue link to.
    sent_pages: BTreeSet<String>,
    /// The list of subscribers.
    list: Option<String>,
    /// The columns of the list, where they matter to an issue.
    columns: Option<BTreeSet<String>>,
    /// A remote of the repository that has the list.
    remote: Option<String>,
    /// The number of letters that replace `LETTERS` in a change.
    letters: usize,
    /// The number of repetitions of the first sentence of the first description.
    times: Option<usize>,
    /// The expected findings.
    says: Option<String>,
}

/// Returns how the findings of `rule` differ from its fixture. Rewrites the fixture when asked to.
pub(super) fn differences(rule: &str, path: &Path, text: &str) -> Vec<String> {
    let fixture: Fixture = toml::from_str(text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    assert!(!fixture.breaks.is_empty() && !fixture.holds.is_empty(), "{} lacks a case", path.display());
    let mut wrong = Vec::new();
    let mut rewritten = text.to_owned();
    for case in &fixture.breaks {
        let said = case.findings(Some(rule));
        let expected = case.says.as_deref().unwrap_or_default();
        if said.is_empty() {
            wrong.push(format!("{rule}: a case that should break it does not"));
        } else if said != expected {
            wrong.push(format!("{rule} said:\n{said}\nexpected:\n{expected}"));
            rewritten = rewritten.replacen(&format!("says = '''\n{expected}'''"), &format!("says = '''\n{said}'''"), 1);
        }
    }
    for said in fixture.holds.iter().map(|case| case.findings(Some(rule))).filter(|said| !said.is_empty()) {
        wrong.push(format!("{rule} says of a case that should hold:\n{said}"));
    }
    if std::env::var("SNAPSHOTS").is_ok_and(|value| value == "overwrite") && rewritten != text {
        fs::write(path, rewritten).unwrap();
        return Vec::new();
    }
    wrong
}

impl Case {
    /// Returns the findings of `rule`, or of all rules, as the terminal shows them.
    pub(super) fn findings(&self, rule: Option<&str>) -> String {
        let config = source("newsletter.toml", self.changed(CONFIG, &self.config));
        let Config { publication, mut settings, .. } =
            parse_config(&config, Path::new("/")).unwrap_or_else(|problems| panic!("{problems}"));
        if rule.is_some_and(|rule| rule != "client-display") {
            // It takes longer than all others together.
            settings.checks.insert("client-display".to_owned(), None);
        }
        let newsletter =
            Newsletter { root: PathBuf::from("/"), publication, settings, source: config, warnings: Vec::new() };
        let mut found = match (&self.list, &self.remote) {
            (Some(list), _) => in_list(&newsletter, list),
            (None, Some(remote)) => {
                let list = check::ListInGit { name: "subscribers.csv".to_owned(), remotes: vec![remote.clone()] };
                check::git_findings(&newsletter, &list)
            }
            (None, None) => {
                let mut found = check::newsletter_findings(&newsletter, &|| self.person.clone());
                found.extend(self.in_issue(&newsletter));
                if rule.is_none_or(|rule| STYLE_SHEET_RULES.contains(&rule)) {
                    found.extend(self.in_style_sheets(&newsletter));
                }
                found
            }
        };
        found.retain(|found| rule.is_none() || found.rule == rule);
        diagnostic::draw(&found, false)
    }

    fn in_issue(&self, newsletter: &Newsletter) -> Vec<Diagnostic> {
        let past = issue(newsletter, "041-clocks.toml", self.changed(PAST, &self.past));
        let mut text = self.changed(ISSUE, &self.issue);
        if let Some(times) = self.times {
            let words = "Exactly-once is a property of effects, not of messages. ";
            text = text.replacen(words, &words.repeat(times), 1);
        }
        let loaded = issue(newsletter, "042-retry.toml", text);
        let style_sheet = self
            .css
            .as_ref()
            .map(|more| source("templates/letter.css", format!("{}\n{more}", templates::mail::letter::CSS)));
        let links = [&past, &loaded].map(IssueLinks::of);
        let earlier_links = EarlierLinks::of(&[&links[0], &links[1]]);
        let spam = self.spam.as_deref().map(|report| check::SpamScore::read(report).unwrap());
        let input = check::CheckInput {
            newsletter,
            loaded: &loaded,
            earlier_links: &earlier_links,
            style_sheet: style_sheet.as_ref(),
            template_texts: &BTreeSet::from(["Untitled".to_owned(), "Why it is worth the reader's time.".to_owned()]),
            examine: &|file| Some(examination(file)),
            sent_pages: &self.sent_pages,
            columns: &|| self.columns.clone(),
            now: now(),
            external: check::ExternalFacts {
                fetched: (!self.answers.is_empty()).then_some(&self.answers),
                spam_score: spam.as_ref(),
            },
        };
        let css = style_sheet.as_ref().map_or(templates::mail::letter::CSS, |source| &source.text);
        let style = LetterStyleSheet::prepare(css, newsletter.publication.theme).unwrap();
        let letter = letter::render(&loaded.issue, &newsletter.publication, &style).unwrap();
        let stamp = DeliveryStamp { plan: PlanId([0; 16]), date: now() };
        let letter = FrozenLetter::freeze(&letter, &newsletter.publication, &stamp).unwrap();
        input.findings(&check::sample_messages(&letter)).unwrap()
    }

    fn in_style_sheets(&self, newsletter: &Newsletter) -> Vec<Diagnostic> {
        let publication = &newsletter.publication;
        let specimen = specimen(publication).unwrap();
        let mut found = Vec::new();
        if let Some(more) = &self.css {
            let source = source("templates/letter.css", format!("{}\n{more}", templates::mail::letter::CSS));
            let css = check::with_marks(&source.text);
            let issues = std::iter::once(specimen.clone()).chain(specimens_of_leads(publication).unwrap());
            let style = LetterStyleSheet::prepare(&css, publication.theme);
            let render = |issue| letter::render(&issue, publication, style.as_ref().ok()?).ok();
            let documents: Vec<String> = issues.filter_map(render).map(|letter| letter.html.plain()).collect();
            let used_for = check::StyleSheetUse::Letter;
            let own = check::OwnStyleSheet { source: &source, used_for, documents: &documents };
            found.extend(added(check::style_sheet_findings(newsletter, &own), templates::mail::letter::CSS));
        }
        if let Some(more) = &self.web {
            let source = source("templates/web.css", format!("{}\n{more}", templates::web::page::CSS));
            let css = check::with_marks(&source.text);
            let issues = std::slice::from_ref(&specimen);
            let files = archive::files(&ArchiveSource {
                publication,
                issues,
                css: &css,
                feed_items: 0,
                earlier_pages: &archive::EarlierPages::default(),
            })
            .unwrap();
            let pages = files.iter().filter(|file| file.path.strip_suffix(".html").is_some());
            let documents: Vec<String> =
                pages.map(|page| letter::inlined(std::str::from_utf8(&page.bytes).unwrap(), &css).unwrap()).collect();
            let used_for = check::StyleSheetUse::Archive;
            let own = check::OwnStyleSheet { source: &source, used_for, documents: &documents };
            found.extend(added(check::style_sheet_findings(newsletter, &own), templates::web::page::CSS));
        }
        found
    }

    fn changed(&self, text: &str, changes: &[[String; 2]]) -> String {
        let mut text = text.to_owned();
        for [from, to] in changes {
            assert!(text.contains(from.as_str()), "{from:?} is not in what it should be changed in");
            text = text.replace(from.as_str(), &to.replace("LETTERS", &"x".repeat(self.letters)));
        }
        text
    }
}

/// Returns the findings in what was added to the style sheet `css`: what needs neighbours, a logo or the other direction is
/// not in the documents of a fixture.
fn added(found: Vec<Diagnostic>, css: &str) -> impl Iterator<Item = Diagnostic> {
    let length = css.len();
    found.into_iter().filter(move |found| found.place.as_ref().is_none_or(|place| place.span.start > length))
}

/// Returns a time two days before the sample issue's date.
fn now() -> DateTime<Utc> {
    "2026-11-22T10:00:00Z".parse().unwrap()
}

fn source(path: &str, text: String) -> Arc<SourceFile> {
    Arc::new(SourceFile::new(path, text))
}

fn issue(newsletter: &Newsletter, name: &str, text: String) -> LoadedIssue {
    let path = format!("issues/{name}");
    let file = IssueFile::at(&Path::new("/").join(&path)).unwrap();
    let measure = |name: &str| match name {
        "dot.png" => Ok((1, 1)),
        "tall.png" => Ok((160, 2400)),
        "steep.png" => Ok((700, 6000)),
        "flat.png" => Ok((1200, 90)),
        _ => Ok((800, 400)),
    };
    parse_issue(&source(&path, text), &file, &newsletter.publication, &newsletter.settings.subject, &measure)
        .unwrap_or_else(|problems| panic!("{problems}"))
}

/// Returns what is in the file of a picture, which its name says.
fn examination(file: &str) -> Examination {
    let drawing = |level| TransparentArt::of(vec![(Colour { red: level, green: level, blue: level }, 1.0)]);
    let flaws = [
        ("bomb", PictureFlaw::TooManyPixels),
        ("cmyk", PictureFlaw::Cmyk),
        ("broken", PictureFlaw::Broken),
        ("fade", PictureFlaw::EmptyFirstFrame),
        ("turned", PictureFlaw::Turned),
        ("place", PictureFlaw::Location),
    ];
    Examination {
        bytes: if file.contains("large") { 300 * 1024 } else { 20 * 1024 },
        flaws: flaws.into_iter().filter(|(word, _)| file.contains(word)).map(|(_, flaw)| flaw).collect(),
        art: match file {
            "ink.png" => Some(drawing(0x10)),
            "chalk.png" => Some(drawing(0xff)),
            "clay.png" => Some(drawing(0x80)),
            _ => None,
        },
    }
}

fn in_list(newsletter: &Newsletter, list: &str) -> Vec<Diagnostic> {
    let list = SubscriberList::read("subscribers.csv".into(), list.as_bytes().to_vec()).unwrap();
    let audience = list.audience().unwrap();
    let rules = check::RowRules::of(newsletter);
    let found = audience.list().rows().unwrap().flat_map(|row| {
        let row = row.unwrap();
        rules.findings(&row, audience.first_line_of(row.line), || audience.list().place(&row))
    });
    found.collect()
}
