//! What others say of an issue: pages asked for, `SpamAssassin`'s score. Asked by the command line; here are the facts.

use std::collections::BTreeMap;

use url::{Host, Url};

use super::domain::is_example;
use crate::model::{Block, Inline, Issue, Prose};
use crate::web::Answer;

/// What others say of an issue. Nothing, unless somebody asked.
#[derive(Debug, Clone, Copy, Default)]
pub struct Outside<'a> {
    /// Whether its pages answer, by the address that was asked for.
    pub answers: Option<&'a Answers>,
    /// What `SpamAssassin` makes of its message.
    pub spam: Option<&'a SpamScore>,
}

/// What pages answered, by the address that was asked for.
pub type Answers = BTreeMap<String, Answer>;

/// An address in an issue that readers follow or load.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing<'a> {
    /// As the issue has it.
    pub written: &'a str,
    /// The page to ask for: without the part of it that browsers keep to themselves.
    pub page: Url,
}

/// Every web address in an issue, each once, in order: its links, those in prose, pictures of other sites. Not the names
/// kept free for documents, and nothing of the newsletter's own, which need not be there before the issue is.
pub fn outgoing(issue: &Issue) -> Vec<Outgoing<'_>> {
    let mut written = Vec::new();
    prose(&issue.intro, &mut written);
    for section in &issue.sections {
        prose(&section.prose, &mut written);
        for link in &section.links {
            written.push(link.url.as_str());
            written.extend(link.image.iter().filter(|image| image.file.is_none()).map(|image| image.url.as_str()));
            prose(&link.blurb, &mut written);
        }
    }
    prose(&issue.outro, &mut written);
    let mut outgoing: Vec<Outgoing<'_>> = Vec::new();
    for written in written {
        let Some(page) = page(written) else { continue };
        if !outgoing.iter().any(|known| known.written == written) {
            outgoing.push(Outgoing { written, page });
        }
    }
    outgoing
}

fn page(written: &str) -> Option<Url> {
    let mut page = Url::parse(written).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    page.set_fragment(None);
    let is_example = matches!(page.host(), Some(Host::Domain(host)) if is_example(host));
    (!is_example).then_some(page)
}

fn prose<'a>(prose: &'a Prose, written: &mut Vec<&'a str>) {
    blocks(&prose.0, written);
}

fn blocks<'a>(blocks: &'a [Block], written: &mut Vec<&'a str>) {
    for block in blocks {
        match block {
            Block::Paragraph(words) => inlines(words, written),
            Block::List { items, .. } => items.iter().for_each(|item| self::blocks(item, written)),
            Block::Quote(inside) => self::blocks(inside, written),
            Block::Code(_) | Block::Rule => {}
        }
    }
}

fn inlines<'a>(words: &'a [Inline], written: &mut Vec<&'a str>) {
    for inline in words {
        match inline {
            Inline::Emphasis(inside) | Inline::Strong(inside) => inlines(inside, written),
            Inline::Link { url, .. } => written.push(url),
            Inline::Text(_) | Inline::Code(_) | Inline::LineBreak | Inline::Slot(_) => {}
        }
    }
}

/// What `SpamAssassin` makes of a message.
#[derive(Debug, Clone, PartialEq)]
pub struct SpamScore {
    /// Its points: 5 and more are spam to it.
    pub points: f64,
    /// Its rules that matched, with the points of each.
    pub rules: Vec<(String, f64)>,
}

/// What `SpamAssassin` is told to write at the end of its report, so that [`SpamScore::read`] can read it: lines of its
/// configuration.
pub const SPAM_REPORT: [&str; 3] =
    ["clear_report_template", "report newsletter-points _SCORE_", "report newsletter-rules _TESTSSCORES(,)_"];

impl SpamScore {
    /// Reads what `SpamAssassin` wrote; `None` when that is no such report.
    pub fn read(report: &str) -> Option<Self> {
        // The message stands before the report, whatever it says.
        let value = |name: &str| report.lines().rev().find_map(|line| line.strip_prefix(name)).map(str::trim);
        let points = value("newsletter-points ")?.parse().ok()?;
        let rules = value("newsletter-rules ")?.split(',').filter_map(|rule| {
            let (name, points) = rule.split_once('=')?;
            Some((name.to_owned(), points.parse().ok()?))
        });
        Some(Self { points, rules: rules.collect() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_read_from_its_end() {
        let report =
            "Subject: x\n\nnewsletter-points -9\n--end--\nnewsletter-points 1.5\nnewsletter-rules A=2.5,B=-1\n";
        let rules = vec![("A".to_owned(), 2.5), ("B".to_owned(), -1.0)];
        assert_eq!(SpamScore::read(report), Some(SpamScore { points: 1.5, rules }));
        let none = SpamScore { points: 0.0, rules: Vec::new() };
        assert_eq!(SpamScore::read("newsletter-points 0.0\nnewsletter-rules none\n"), Some(none));
        assert_eq!(SpamScore::read("newsletter-points many\nnewsletter-rules \n"), None);
        assert_eq!(SpamScore::read(""), None);
    }
}
