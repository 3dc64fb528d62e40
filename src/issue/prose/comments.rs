//! Leaves HTML comments out of a Markdown text; in code they are text and stay.

use std::ops::Range;

use comrak::Arena;
use comrak::nodes::NodeValue;

use super::parser::parse_tree;
use super::position::SourceLines;
use super::rewritten::Rewritten;
use crate::diagnostic::Problem;

const OPENING: &str = "<!--";
const CLOSING: &str = "-->";

/// Returns `markdown` without its comments, and what is wrong with them by byte range of `markdown`.
pub(super) fn without_comments(markdown: &str) -> (Rewritten, Vec<(Range<usize>, Problem)>) {
    let mut rest = Rewritten::default();
    if !markdown.contains(OPENING) {
        rest.push(markdown, 0..markdown.len());
        return (rest, Vec::new());
    }
    let (comments, problems) = find(markdown);
    let mut done = 0;
    for comment in comments {
        // Comments on the lines of a block overlap if the block does.
        let start = comment.start.max(done);
        rest.push(&markdown[done..start], done..start);
        done = comment.end.max(done);
        // A comment between two words leaves one space.
        if rest.text.is_empty() || rest.text.ends_with([' ', '\t', '\n']) {
            done += markdown[done..].len() - markdown[done..].trim_start_matches([' ', '\t']).len();
        }
    }
    rest.push(&markdown[done..], done..markdown.len());
    (rest, problems)
}

/// Returns `html` without the comments in it.
pub(super) fn strip_comments(html: &str) -> String {
    let mut rest = html;
    let mut stripped = String::new();
    while let Some((before, after)) = rest.split_once(OPENING) {
        stripped.push_str(before);
        rest = after.split_once(CLOSING).map_or("", |(_, behind)| behind);
    }
    stripped + rest
}

/// Whether `html` is a comment.
pub(super) fn is_comment(html: &str) -> bool {
    html.starts_with(OPENING)
}

/// Problems, each with its bytes in the text.
type Problems = Vec<(Range<usize>, Problem)>;

fn find(markdown: &str) -> (Vec<Range<usize>>, Problems) {
    let arena = Arena::new();
    let lines = SourceLines::new(markdown);
    let (mut comments, mut problems) = (Vec::new(), Vec::new());
    for node in parse_tree(&arena, markdown).descendants() {
        let node = node.data();
        let range = lines.range(node.sourcepos);
        match &node.value {
            NodeValue::HtmlInline(html) if is_comment(html) => {
                comments.extend(Some(range.clone()).filter(|_| markdown[range].starts_with(OPENING)));
            }
            NodeValue::HtmlBlock(_) => {
                let mut from = range.start;
                while let Some(start) = markdown[from..range.end].find(OPENING).map(|at| from + at) {
                    let inside = start + OPENING.len();
                    let length = markdown[inside..range.end].find(CLOSING);
                    if length.is_none() {
                        problems.push((start..inside, not_closed()));
                    }
                    from = length.map_or(range.end, |length| inside + length + CLOSING.len());
                    comments.push(start..from);
                }
            }
            NodeValue::Text(text) if text.contains(OPENING) => {
                let openings = markdown[range.clone()].match_indices(OPENING).map(|(at, _)| range.start + at);
                let plain = openings.filter(|at| !markdown[..*at].ends_with('\\'));
                problems.extend(plain.map(|at| (at..at + OPENING.len(), not_closed())));
            }
            _ => {}
        }
    }
    comments.sort_by_key(|comment| comment.start);
    (comments, problems)
}

fn not_closed() -> Problem {
    Problem::new("a comment that is not closed").help("end it with `-->`, or write `` `<!--` `` for readers")
}
