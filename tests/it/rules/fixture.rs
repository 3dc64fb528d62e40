//! A rule's fixture: the sample newsletter with a mistake in it, what the rule says of that, and the sample with something
//! close to the mistake that is none.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use newsletter::check::{self, KnownLinks};
use newsletter::diagnostic::{self, Diagnostic, SourceFile};
use newsletter::letter::{self, Letter};
use newsletter::load::{Config, IssueFile, LoadedIssue, Newsletter, SubscriberList, parse_config, parse_issue};
use newsletter::model::{Piece, Slotted};
use newsletter::templates;
use newsletter::web::Answer;
use serde::Deserialize;

const CONFIG: &str = include_str!("../../fixtures/check/newsletter.toml");
const ISSUE: &str = include_str!("../../fixtures/check/issue.toml");
const PAST: &str = include_str!("../../fixtures/check/past.toml");

/// A rule's file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fixture {
    /// What breaks it.
    breaks: Vec<Case>,
    /// What comes close and does not.
    holds: Vec<Case>,
}

/// The sample newsletter, changed. Each change is a text and what takes its place.
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
    /// In the letter's HTML.
    html: Vec<[String; 2]>,
    /// In the letter's text.
    text: Vec<[String; 2]>,
    /// In the finished messages.
    message: Vec<[String; 2]>,
    /// Headers of the finished messages with what they are to be; nothing takes a header away.
    headers: BTreeMap<String, String>,
    /// What became of asking for pages.
    answers: BTreeMap<String, Answer>,
    /// What `SpamAssassin` wrote.
    spam: Option<String>,
    /// The list of subscribers.
    list: Option<String>,
    /// How often the words of the issue's first description are to stand in it.
    times: Option<usize>,
    /// What the rule says.
    says: Option<String>,
}

/// How the rule's fixture differs from what the rule does. Rewrites the fixture when asked to.
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
    /// What `rule`, or any rule, says of it, as the terminal shows it.
    pub(super) fn findings(&self, rule: Option<&str>) -> String {
        let config = source("newsletter.toml", changed(CONFIG, &self.config));
        let Config { publication, settings, .. } =
            parse_config(&config, Path::new("/")).unwrap_or_else(|problems| panic!("{problems}"));
        let newsletter =
            Newsletter { root: PathBuf::from("/"), publication, settings, source: config, warnings: Vec::new() };
        let mut found = match &self.list {
            Some(list) => in_list(&newsletter, list),
            None => self.in_issue(&newsletter),
        };
        found.retain(|found| rule.is_none() || found.rule == rule);
        diagnostic::draw(&found, false)
    }

    fn in_issue(&self, newsletter: &Newsletter) -> Vec<Diagnostic> {
        let past = issue(newsletter, "041-clocks.toml", changed(PAST, &self.past));
        let mut text = changed(ISSUE, &self.issue);
        if let Some(times) = self.times {
            let words = "Exactly-once is a property of effects, not of messages. ";
            text = text.replacen(words, &words.repeat(times), 1);
        }
        let loaded = issue(newsletter, "042-retry.toml", text);
        let style_sheet =
            self.css.as_ref().map(|more| source("templates/letter.css", format!("{}\n{more}", templates::letter::CSS)));
        let known_links = KnownLinks::of([&past, &loaded]);
        let spam = self.spam.as_deref().map(|report| check::SpamScore::read(report).unwrap());
        let case = check::Case {
            newsletter,
            loaded: &loaded,
            known_links: &known_links,
            style_sheet: style_sheet.as_ref(),
            template_words: &BTreeSet::from(["Untitled".to_owned(), "Why it is worth the reader's time.".to_owned()]),
            weigh: &|file| Some(if file.contains("large") { 300 * 1024 } else { 20 * 1024 }),
            now: now(),
            outside: check::Outside {
                answers: (!self.answers.is_empty()).then_some(&self.answers),
                spam: spam.as_ref(),
            },
        };
        let css = style_sheet.as_ref().map_or(templates::letter::CSS, |source| &source.text);
        let rendered = letter::render(&loaded.issue, &newsletter.publication, css).unwrap();
        let letter =
            Letter { html: slotted(rendered.html, &self.html), text: slotted(rendered.text, &self.text), ..rendered };
        let messages = case.messages(&letter).unwrap().map(|message| {
            let message = changed(&String::from_utf8(message).unwrap(), &self.message);
            self.with_headers(&message).into_bytes()
        });
        case.findings_in(&messages).unwrap()
    }

    fn with_headers(&self, message: &str) -> String {
        let (header, body) = message.split_once("\r\n\r\n").unwrap();
        let mut fields: Vec<String> = Vec::new();
        for line in header.split("\r\n") {
            match fields.last_mut() {
                Some(field) if line.starts_with([' ', '\t']) => field.extend(["\r\n", line]),
                _ => fields.push(line.to_owned()),
            }
        }
        for (name, value) in &self.headers {
            fields.retain(|field| !field.to_lowercase().starts_with(&format!("{}:", name.to_lowercase())));
            if !value.is_empty() {
                fields.push(format!("{name}: {}", value.replace('\n', "\r\n")));
            }
        }
        format!("{}\r\n\r\n{body}", fields.join("\r\n"))
    }
}

/// Two days before the sample issue's date.
fn now() -> DateTime<Utc> {
    "2026-11-22T10:00:00Z".parse().unwrap()
}

fn source(path: &str, text: String) -> Arc<SourceFile> {
    Arc::new(SourceFile::new(path, text))
}

fn issue(newsletter: &Newsletter, name: &str, text: String) -> LoadedIssue {
    let path = format!("issues/{name}");
    let file = IssueFile::at(&Path::new("/").join(&path)).unwrap();
    let measure = |_: &str| Ok((800, 400));
    parse_issue(&source(&path, text), &file, &newsletter.publication, &newsletter.settings.subject, &measure)
        .unwrap_or_else(|problems| panic!("{problems}"))
}

fn in_list(newsletter: &Newsletter, list: &str) -> Vec<Diagnostic> {
    let list = SubscriberList::read("subscribers.csv".into(), list.as_bytes().to_vec()).unwrap();
    let audience = list.audience().unwrap();
    let found = audience.list().rows().unwrap().flat_map(|row| {
        let row = row.unwrap();
        check::row_findings(newsletter, &row, audience.earlier(row.line), || audience.list().place(&row))
    });
    found.collect()
}

fn changed(text: &str, changes: &[[String; 2]]) -> String {
    let mut text = text.to_owned();
    for [from, to] in changes {
        assert!(text.contains(from.as_str()), "{from:?} is not in what it should be changed in");
        text = text.replace(from.as_str(), to);
    }
    text
}

/// The same change in every literal that has it; one has to.
fn slotted(text: Slotted, changes: &[[String; 2]]) -> Slotted {
    let mut text = text;
    for [from, to] in changes {
        let mut count = 0;
        for piece in &mut text.0 {
            if let Piece::Literal(literal) = piece {
                count += literal.matches(from.as_str()).count();
                *literal = literal.replace(from.as_str(), to);
            }
        }
        assert!(count > 0, "{from:?} is not in the letter");
    }
    text
}
