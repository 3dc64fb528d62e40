//! Checks the newsletter's own style sheets against a letter and an archive with everything in them.

use chrono::Months;

use crate::app::prepare::specimen_letters;
use crate::archive::{ArchiveSource, EarlierPages, files};
use crate::check::{OwnStyleSheet, StyleSheetUse, style_sheet_findings, with_marks};
use crate::config::{Newsletter, own_style_sheet};
use crate::diagnostic::Diagnostic;
use crate::issue::{specimen, specimens_of_leads};
use crate::letter;
use crate::model::{
    Colour, Direction, Issue, IssueNumber, Item, Link, Logo, Ornament, Part, Publication, ReaderTopic, Section,
    SectionStyle, Subscription, Theme,
};
use crate::templates;
use crate::templates::web::find::with_found;

/// Returns what the rules find in `templates/letter.css` and `templates/web.css`, if the newsletter has them.
pub(crate) fn check_style_sheets(newsletter: &Newsletter) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (name, used_for) in [("letter.css", StyleSheetUse::Letter), ("web.css", StyleSheetUse::Archive)] {
        match own_style_sheet(&newsletter.root, name) {
            // A copy of the built-in one has nothing of its own to be checked.
            Ok(Some(source)) if source.text == built_in(used_for) => {}
            Ok(Some(source)) => {
                let css = with_marks(&source.text);
                let documents = documents(&newsletter.publication, used_for, &css);
                let own = OwnStyleSheet { source: &source, used_for, documents: &documents };
                found.extend(style_sheet_findings(newsletter, &own));
            }
            Err(problems) if used_for == StyleSheetUse::Archive => found.extend(problems.0),
            // Without its style sheet no letter is rendered, and that is an error of each issue.
            Ok(None) | Err(_) => {}
        }
    }
    found
}

fn built_in(used_for: StyleSheetUse) -> &'static str {
    match used_for {
        StyleSheetUse::Letter => templates::mail::letter::CSS,
        StyleSheetUse::Archive => templates::web::page::CSS,
    }
}

/// Returns the documents that `css` can style, its rules inlined. None if the style sheet has an error of its own, which
/// every issue reports.
fn documents(publication: &Publication, used_for: StyleSheetUse, css: &str) -> Vec<String> {
    let made: Option<Vec<Vec<String>>> = [Direction::LeftToRight, Direction::RightToLeft]
        .into_iter()
        .map(|direction| {
            let publication = with_everything(publication, direction);
            match used_for {
                StyleSheetUse::Letter => specimen_letters(&publication, css).ok(),
                StyleSheetUse::Archive => pages(&publication, css),
            }
        })
        .collect();
    made.unwrap_or_default().concat()
}

/// The issues of an archive that has more of them than its home page shows with a picture.
const ISSUES: u32 = 12;

/// Returns the pages of an archive of two years, with more topics than its home page shows and more links of one than are
/// shown with a description.
fn pages(publication: &Publication, css: &str) -> Option<Vec<String>> {
    let issue = specimen(publication).ok()?;
    let leads = specimens_of_leads(publication).ok()?;
    // The issues after the first without such a lead have its content; only the newest has no page after it.
    let copies = leads.len() + 2..ISSUES as usize;
    let issues = (1..=ISSUES)
        .zip(leads.into_iter().chain(std::iter::repeat(issue)))
        .map(|(number, issue)| in_archive(issue, number));
    let issues: Vec<Issue> = issues.collect();
    let files = files(&ArchiveSource {
        publication,
        issues: &issues,
        css,
        feed_items: 0,
        earlier_pages: &EarlierPages::default(),
    })
    .ok()?;
    let number = |path: &str| path.split(['-', '/']).next().and_then(|number| number.parse().ok());
    let is_copy = |path: &str| number(path).is_some_and(|number| copies.contains(&number));
    // One topic has all that others have.
    let is_needed = |path: &str| {
        path.ends_with("/index.html") && !path.starts_with("topics/") && !is_copy(path)
            || ["index.html", "topics/index.html", "topics/all/index.html"].contains(&path)
    };
    let pages = files.iter().filter(|file| is_needed(&file.path));
    pages.map(|page| letter::inlined(&with_found(std::str::from_utf8(&page.bytes).ok()?), css).ok()).collect()
}

/// A flag whose words are dark.
const BRIGHT: Colour = Colour { red: 0xff, green: 0xd4, blue: 0 };

/// Returns `issue` as one of an archive. Its tags are the topics of all, and more of its own.
fn in_archive(issue: Issue, number: u32) -> Issue {
    let more = issue.links().next().cloned().into_iter().flat_map(|link| {
        (0..5).map(move |index| Link {
            tags: vec!["all".to_owned(), format!("{number} {index}")],
            sponsored: false,
            ..link.clone()
        })
    });
    let parts = vec![Part { heading: None, items: vec![Item::List(more.collect())] }];
    let mut sections = issue.sections.clone();
    sections.push(Section { style: SectionStyle::Full, heading: None, parts });
    let date = issue.date - Months::new(ISSUES - number);
    Issue { number: IssueNumber(number), date, sections, ..issue }
}

/// Returns the publication with all that one can have, reading in `direction`.
fn with_everything(publication: &Publication, direction: Direction) -> Publication {
    let (language, theme) = match direction {
        Direction::LeftToRight => (publication.language.clone(), publication.theme),
        // Whatever the newsletter's flag is, letters with a bright one are among these.
        Direction::RightToLeft => ("ar".to_owned(), Theme { flag: BRIGHT, ..publication.theme }),
    };
    let page = publication.page("subscribe");
    let subscription = match direction {
        Direction::LeftToRight => Subscription::Form(page),
        Direction::RightToLeft => Subscription::Link(page),
    };
    let logo = Logo { url: publication.page("logo.png"), file: None, alt: String::new() };
    Publication {
        direction,
        language,
        theme: Theme { ornament: Ornament::Always, ..theme },
        logo: Some(logo),
        topics: vec![ReaderTopic { name: "all".to_owned(), title: "All".to_owned(), is_default: true }],
        has_topic_page: true,
        subscription: Some(subscription),
        ..publication.clone()
    }
}
