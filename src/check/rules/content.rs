//! Rules about what an issue contains, how much of it there is, and its date.

use chrono::TimeDelta;

use crate::check::descriptions::{LONG_DESCRIPTION, bare_links, long_descriptions};
use crate::check::habits::Habit;
use crate::check::issue_context::IssueContext;
use crate::check::rule::{Check, Finding, Rule};
use crate::check::rules::unsubscribe::unsubscribe_offset;
use crate::check::text_length::{LARGEST, largest_section};
use crate::check::word_count::prose_words;
use crate::diagnostic::{Severity, quote};
use crate::model::{Heading, Item, Section};

pub(super) const RULES: [Rule; 12] = [
    SIZE_HTML,
    SIZE_HTML_NEAR,
    SIZE_MESSAGE,
    LAYOUT_TALL_TABLE,
    CONTENT_EMPTY_ITEM,
    CONTENT_LONG_ITEM,
    CONTENT_ITEM_COUNT,
    LEGAL_ADDRESS,
    LEGAL_REASON,
    ISSUE_MONOTONIC,
    ISSUE_DATE,
    SPAM_SCORE,
];

const SIZE_HTML: Rule = Rule {
    name: "size-html",
    level: Severity::Error,
    what: "The HTML part has at most 102,400 bytes.",
    why: "Gmail cuts it there, hides the rest behind a link, and drops the style sheet.",
    example: "an issue of 120 KB",
    source: "github.com/hteumeuleu/email-bugs, 41 and 56",
    check: Check::Issue(size_html),
};

fn size_html(context: &IssueContext<'_>) -> Vec<Finding> {
    let size = context.html().len();
    if size <= LARGEST {
        return Vec::new();
    }
    let cut_link = unsubscribe_offset(context).filter(|offset| *offset > LARGEST);
    let lost = cut_link.map_or("", |_| ", with the link to unsubscribe behind the cut");
    let wrong = format!("the HTML has {size} bytes; Gmail cuts it at {LARGEST}{lost}");
    let help = "this is the longest section: split the issue in two, or write less";
    vec![Finding::new(wrong).at(largest_section(context)).help(help)]
}

const SIZE_HTML_NEAR: Rule = Rule {
    name: "size-html-near",
    level: Severity::Warning,
    what: "The HTML part has at most 81,920 bytes, and at most 102,400 once encoded.",
    why: "It is not known which of the two Gmail counts, and forwarding adds to both.",
    example: "an issue of 90 KB",
    source: "github.com/hteumeuleu/email-bugs, 41; github.com/TryGhost/Ghost, 25798",
    check: Check::Issue(size_html_near),
};

/// In bytes.
const LARGE: usize = 81_920;

fn size_html_near(context: &IssueContext<'_>) -> Vec<Finding> {
    let size = context.html().len();
    let parts = context.message.parts();
    let encoded = parts.iter().find(|part| part.media_type() == "text/html").map_or(0, |part| part.body.len());
    if size > LARGEST || (size <= LARGE && encoded <= LARGEST) {
        return Vec::new();
    }
    let wrong = format!("the HTML has {size} bytes, {encoded} once encoded; Gmail cuts at about {LARGEST}");
    vec![Finding::new(wrong).at(largest_section(context)).help("this is the longest section")]
}

const SIZE_MESSAGE: Rule = Rule {
    name: "size-message",
    level: Severity::Warning,
    what: "The complete message has at most 150 KB.",
    why: "Large mail is slow on phones and, multiplied by the number of readers, slow to send.",
    example: "an issue of ten thousand words",
    source: "practice",
    check: Check::Issue(size_message),
};

/// In bytes.
const LARGE_MESSAGE: usize = 150 * 1024;

fn size_message(context: &IssueContext<'_>) -> Vec<Finding> {
    let size = context.samples[0].text.len();
    if size <= LARGE_MESSAGE {
        return Vec::new();
    }
    let wrong = format!("the message has {size} bytes; {LARGE_MESSAGE} are the limit");
    vec![Finding::new(wrong).at(largest_section(context))]
}

const LAYOUT_TALL_TABLE: Rule = Rule {
    name: "layout-tall-table",
    level: Severity::Warning,
    what: "No section has more than 25 links, or 62 in lists.",
    why: "A section is one table, and Outlook on Windows breaks a table taller than about 1,700 pixels at a page boundary, \
          in the middle of a line.",
    example: "a section with 40 links",
    source: "Email on Acid: Outlook's page breaks",
    check: Check::Issue(layout_tall_table),
};

/// Of a table that fits a page of Word's, in pixels.
const TALLEST: usize = 1625;
/// Of a short link, in pixels.
const LINK_HEIGHT: usize = 65;
/// Of a link in a list, in pixels.
const ITEM_HEIGHT: usize = 26;

fn layout_tall_table(context: &IssueContext<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for section in &context.issue().sections {
        let height = |item: &Item| match item {
            Item::List(links) => links.len() * ITEM_HEIGHT,
            item => item.links().len() * LINK_HEIGHT,
        };
        if section.items().map(height).sum::<usize>() > TALLEST {
            let title = section.heading.as_ref().map(Heading::plain).unwrap_or_default();
            let links = section.links().count();
            let wrong = format!("the section {} has {links} links in one table", quote(&title));
            found.push(Finding::new(wrong).at(context.place_of(&title)).help("split the section in two"));
        }
    }
    found
}

const CONTENT_EMPTY_ITEM: Rule = Rule {
    name: "content-empty-item",
    level: Severity::Warning,
    what: "Every link has a description, where most have one. Sections of titles alone are lists, and what two of the last \
           ten issues did is a habit; both are exempt.",
    why: "A list of titles is a feed; readers subscribe to the curator.",
    example: "a link without `description` among others with one",
    source: "practice",
    check: Check::Issue(content_empty_item),
};

fn content_empty_item(context: &IssueContext<'_>) -> Vec<Finding> {
    let issue = context.issue();
    if context.earlier_links().is_habit(issue.number, Habit::BareLink) {
        return Vec::new();
    }
    let bare = bare_links(issue);
    let Some((link, places)) = bare.first().and_then(|first| context.links().nth(*first)) else { return Vec::new() };
    let title = quote(&link.plain_title());
    let wrong = match bare.len() {
        1 => format!("{title} has no description"),
        2 => format!("{title} and another link have no description"),
        all => format!("{title} and {} other links have no description", all - 1),
    };
    let help = "add a `description`: whom is it for, and what is in it?";
    vec![Finding::new(wrong).at(context.place_in_issue(&places.title)).help(help)]
}

const CONTENT_LONG_ITEM: Rule = Rule {
    name: "content-long-item",
    level: Severity::Warning,
    what: "No description of a link has more than 100 words and three times as many as is usual in the issue. Where two of the \
           last ten issues have long ones, they are a habit and exempt.",
    why: "A longer one is a summary, and readers skip it.",
    example: "a `description` of three paragraphs among short ones",
    source: "practice",
    check: Check::Issue(content_long_item),
};

fn content_long_item(context: &IssueContext<'_>) -> Vec<Finding> {
    let issue = context.issue();
    if context.earlier_links().is_habit(issue.number, Habit::LongDescription) {
        return Vec::new();
    }
    let long = long_descriptions(issue).into_iter().filter_map(|index| context.links().nth(index));
    let findings = long.map(|(link, places)| {
        let (title, words) = (quote(&link.plain_title()), prose_words(&link.description));
        let wrong = format!("the description of {title} has {words} words; readers skip more than {LONG_DESCRIPTION}");
        Finding::new(wrong).at(context.place_in_issue(&places.title))
    });
    findings.collect()
}

const CONTENT_ITEM_COUNT: Rule = Rule {
    name: "content-item-count",
    level: Severity::Warning,
    what: "An issue is not empty and has at most 40 links, not counting those in lists, which are meant to be skimmed.",
    why: "Readers do not get further, and Gmail cuts the letter.",
    example: "an issue without a section",
    source: "practice",
    check: Check::Issue(content_item_count),
};

/// Links.
const MOST_LINKS: usize = 40;

fn content_item_count(context: &IssueContext<'_>) -> Vec<Finding> {
    let issue = context.issue();
    let items = issue.sections.iter().flat_map(Section::items);
    let links = items.filter(|item| matches!(item, Item::Link(_))).count();
    let has_words = !issue.intro.is_empty() || !issue.outro.is_empty();
    let wrong = if links > MOST_LINKS {
        format!("the issue has {links} links; readers do not get past {MOST_LINKS}")
    } else if issue.sections.is_empty() && !has_words {
        "the issue is empty".to_owned()
    } else {
        return Vec::new();
    };
    vec![Finding::new(wrong).at(context.place_in_issue(&context.places().title))]
}

const LEGAL_ADDRESS: Rule = Rule {
    name: "legal-address",
    level: Severity::Warning,
    what: "The postal address in the footer is an address.",
    why: "Laws against spam require one, the American CAN-SPAM and the German DDG among them.",
    example: "address = \"-\"",
    source: "CAN-SPAM, 15 U.S.C. 7704(a)(5)",
    check: Check::Issue(legal_address),
};

/// The shortest possible address, in characters.
const SHORTEST_ADDRESS: usize = 10;

fn legal_address(context: &IssueContext<'_>) -> Vec<Finding> {
    let address = &context.publication().postal_address;
    if address.chars().filter(|character| !character.is_whitespace()).count() >= SHORTEST_ADDRESS {
        return Vec::new();
    }
    let wrong = format!("{} is not a postal address", quote(address));
    vec![Finding::new(wrong).at(context.place_in_settings(address))]
}

const LEGAL_REASON: Rule = Rule {
    name: "legal-reason",
    level: Severity::Warning,
    what: "The footer says why the reader gets the letter.",
    why: "A reader who has forgotten subscribing reports spam; a reader who is reminded unsubscribes.",
    example: "reason = \".\"",
    source: "M3AAWG, sender best common practices",
    check: Check::Issue(legal_reason),
};

fn legal_reason(context: &IssueContext<'_>) -> Vec<Finding> {
    let reason = &context.publication().reason;
    if reason.chars().any(char::is_alphanumeric) {
        return Vec::new();
    }
    let finding = Finding::new("the footer does not say why the reader gets the letter");
    let help = "set `reason` under `[newsletter]`, or remove it for the default";
    vec![finding.at(context.place_in_settings("reason")).help(help)]
}

const ISSUE_MONOTONIC: Rule = Rule {
    name: "issue-monotonic",
    level: Severity::Warning,
    what: "Issues with higher numbers have later dates.",
    why: "The archive is sorted by number and the feed by date. Usually the date was copied from last week's issue.",
    example: "issue 42 dated before issue 41",
    source: "common sense",
    check: Check::Issue(issue_monotonic),
};

fn issue_monotonic(context: &IssueContext<'_>) -> Vec<Finding> {
    let issue = context.issue();
    let Some((earlier, date)) = context.earlier_links().date_before(issue.number) else { return Vec::new() };
    if issue.date >= date {
        return Vec::new();
    }
    let wrong = format!("issue {} is dated {}, before issue {earlier} of {date}", issue.number, issue.date);
    vec![Finding::new(wrong).at(context.place_in_issue(&context.places().date))]
}

const ISSUE_DATE: Rule = Rule {
    name: "issue-date",
    level: Severity::Warning,
    what: "The date is at most a year ahead.",
    why: "A later one is a typing error, and keeps the issue at the top of the feed until then.",
    example: "date = 2062-11-24",
    source: "common sense",
    check: Check::Issue(issue_date),
};

fn issue_date(context: &IssueContext<'_>) -> Vec<Finding> {
    let date = context.issue().date;
    if date <= context.now().date_naive() + TimeDelta::days(366) {
        return Vec::new();
    }
    vec![Finding::new(format!("{date} is more than a year ahead")).at(context.place_in_issue(&context.places().date))]
}

const SPAM_SCORE: Rule = Rule {
    name: "spam-score",
    level: Severity::Warning,
    what: "With `--spam`: SpamAssassin gives the message at most `spam_limit` points (`[check]`, 2 by default).",
    why: "It is the one filter that gives its reasons, and many servers run it. What its rules say about headers, markup \
          and words, other filters learn by themselves.",
    example: "a subject in capitals and no name in `from`: 2.6 points",
    source: "SpamAssassin, without network tests and Bayes",
    check: Check::Issue(spam_score),
};

/// Rules that are named.
const NAMED: usize = 4;

fn spam_score(context: &IssueContext<'_>) -> Vec<Finding> {
    let Some(score) = context.spam_score() else { return Vec::new() };
    let limit = context.settings().spam_limit;
    if score.points <= limit {
        return Vec::new();
    }
    let mut rules: Vec<&(String, f64)> = score.rules.iter().filter(|(_, points)| *points >= 0.1).collect();
    rules.sort_by(|(_, one), (_, other)| other.total_cmp(one));
    let named: Vec<String> = rules.iter().take(NAMED).map(|(name, points)| format!("`{name}` {points:.1}")).collect();
    let wrong = format!("SpamAssassin gives {:.1} points, more than {limit:.1}: {}", score.points, named.join(", "));
    let number = context.issue().number;
    let help =
        format!("mail counts as spam at 5; `newsletter render {number} --eml | spamassassin -L -t` explains each rule");
    vec![Finding::new(wrong).at(context.place_in_issue(&context.places().subject)).help(help)]
}
