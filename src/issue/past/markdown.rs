//! Reads an issue in Markdown: headings are sections and parts, items that begin with a link are links, the rest is text.

use chrono::{Datelike, NaiveDate};
use comrak::nodes::{Node, NodeValue};
use comrak::{Arena, Options, format_commonmark, parse_document};

use super::front_matter::FrontMatter;
use super::inline_html::{convert, text_of};
use super::{LeftOut, PastIssue, PastLink, PastPart, PastSection};

/// The longest name of an author.
const LONGEST_NAME: usize = 60;

/// Reads the issue `text`, whose file is called `name`.
pub fn read_markdown(text: &str, name: &str) -> PastIssue {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n");
    let head = FrontMatter::read(&text);
    let arena = Arena::new();
    let document = parse_document(&arena, &text[head.end..], &options());
    let mut issue = PastIssue {
        number: head.number(),
        title: head.title().map(str::to_owned),
        date: head.date().or_else(|| date_in(name)),
        is_draft: head.is_draft(),
        ..PastIssue::default()
    };
    for block in document.children().collect::<Vec<_>>() {
        let line = head.lines + block.data.borrow().sourcepos.start.line;
        issue.left_out.extend(convert(&arena, block).into_iter().map(|(line, what)| (head.lines + line, what)));
        read_block(block, line, &mut issue);
    }
    // `This Week in Rust 549`, `issue-400.markdown`.
    let in_title = issue.title.as_deref().and_then(number_of_title);
    issue.number = issue.number.or(in_title).or_else(|| if date_in(name).is_some() { None } else { last_number(name) });
    issue
}

fn options() -> Options<'static> {
    let mut options = Options::default();
    options.extension.strikethrough = true;
    options.extension.table = true;
    options.render.width = 0;
    options
}

fn read_block(block: Node<'_>, number: usize, issue: &mut PastIssue) {
    let value = block.data.borrow().value.clone();
    match value {
        NodeValue::Heading(heading) => {
            let title = inlines(block);
            if heading.level == 1 && issue.sections.is_empty() {
                issue.title.get_or_insert_with(|| plain(block));
            } else if heading.level <= 2 || issue.sections.is_empty() {
                issue.sections.push(PastSection { title: Some(title), parts: Vec::new() });
            } else {
                part_of(issue).push(PastPart { title: Some(title), ..PastPart::default() });
            }
        }
        NodeValue::List(_) => {
            for item in block.children().collect::<Vec<_>>() {
                match link(item) {
                    // Links before all sections need one.
                    Some(link) => current(issue).links.push(link),
                    None => add_text(issue, &format!("- {}", inner(item).replace('\n', "\n  "))),
                }
            }
        }
        NodeValue::ThematicBreak => {}
        NodeValue::HtmlBlock(html) if html.literal.trim_start().starts_with("<!--") => {}
        NodeValue::HtmlBlock(_) => issue.left_out.push((number, LeftOut::Html)),
        NodeValue::Paragraph => match link(block) {
            Some(link) if !issue.sections.is_empty() => current(issue).links.push(link),
            _ => add_text(issue, &markdown(block)),
        },
        _ => add_text(issue, &markdown(block)),
    }
}

fn part_of(issue: &mut PastIssue) -> &mut Vec<PastPart> {
    if issue.sections.is_empty() {
        issue.sections.push(PastSection::default());
    }
    let last = issue.sections.len() - 1;
    &mut issue.sections[last].parts
}

/// Returns the part that is being read.
fn current(issue: &mut PastIssue) -> &mut PastPart {
    let parts = part_of(issue);
    if parts.is_empty() {
        parts.push(PastPart::default());
    }
    let last = parts.len() - 1;
    &mut parts[last]
}

fn add_text(issue: &mut PastIssue, text: &str) {
    let text = text.trim();
    if text.is_empty() {
        return;
    }
    let target = if issue.sections.is_empty() {
        &mut issue.intro
    } else {
        // Text below links begins a part without a title.
        if !current(issue).links.is_empty() {
            part_of(issue).push(PastPart::default());
        }
        &mut current(issue).text
    };
    if !target.is_empty() {
        // Items of one list stay together.
        let is_list = text.starts_with("- ")
            && target.lines().next_back().is_some_and(|last| last.starts_with("- ") || last.starts_with("  "));
        target.push_str(if is_list { "\n" } else { "\n\n" });
    }
    target.push_str(text);
}

/// Returns the link with which a paragraph or an item begins; what follows is the note.
fn link(block: Node<'_>) -> Option<PastLink> {
    let is_item = matches!(block.data.borrow().value, NodeValue::Item(_));
    let paragraph = if is_item { block.first_child()? } else { block };
    if !matches!(paragraph.data.borrow().value, NodeValue::Paragraph) {
        return None;
    }
    let mut first = paragraph.first_child()?;
    while matches!(first.data.borrow().value, NodeValue::Strong | NodeValue::Emph) {
        first = first.first_child()?;
    }
    let url = match &first.data.borrow().value {
        NodeValue::Link(link) => link.url.clone(),
        _ => return None,
    };
    let title = plain(first);
    if !(url.starts_with("https://") || url.starts_with("http://")) || title.is_empty() {
        return None;
    }
    // Emphasis around the link goes with it.
    let mut emptied = first;
    while let Some(around) = emptied.parent().filter(|around| !around.same_node(paragraph)) {
        if around.children().nth(1).is_some() {
            break;
        }
        emptied = around;
    }
    emptied.detach();
    let first_line = markdown(paragraph);
    paragraph.detach();
    let rest = if is_item { inner(block) } else { String::new() };
    let (author, words) = author(first_line.trim());
    let words = words.trim_start_matches([':', '-', '–', '—', ',', ' ', '\\']).trim();
    let note = [words, rest.trim()].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n\n");
    Some(PastLink { url, title, author, note })
}

/// Returns the author of `by Ada Lovelace`, and the rest.
fn author(words: &str) -> (Option<String>, &str) {
    let Some(name) = words.strip_prefix("by ") else { return (None, words) };
    let end = name.find('\n').unwrap_or(name.len());
    let (name, rest) = name.split_at(end);
    let is_name = name.chars().count() <= LONGEST_NAME
        && name.chars().all(|character| character.is_alphanumeric() || " .'’-,&".contains(character));
    if is_name { (Some(name.trim().to_owned()), rest) } else { (None, words) }
}

/// Returns the Markdown of the blocks of an item, without its marker.
fn inner(item: Node<'_>) -> String {
    let blocks: Vec<String> = item.children().map(|block| markdown(block).trim().to_owned()).collect();
    blocks.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n\n")
}

fn markdown(node: Node<'_>) -> String {
    let mut written = String::new();
    // Writing to a string cannot fail.
    let _ = format_commonmark(node, &options(), &mut written);
    written.trim().to_owned()
}

/// Returns the inlines of a heading as Markdown.
fn inlines(heading: Node<'_>) -> String {
    markdown(heading).trim_start_matches('#').trim().to_owned()
}

/// Returns the text of a node without markup.
fn plain(node: Node<'_>) -> String {
    text_of(node).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns the date in `2026-11-28-this-week.md`, `2026_11_28.md` and `issue-20261128.md`.
fn date_in(name: &str) -> Option<NaiveDate> {
    (0..name.len()).find_map(|start| date_at(name, start))
}

fn date_at(name: &str, start: usize) -> Option<NaiveDate> {
    let (before, rest) = name.split_at_checked(start)?;
    let is_digit = |character: char| character.is_ascii_digit();
    [("%Y-%m-%d", 10), ("%Y_%m_%d", 10), ("%Y.%m.%d", 10), ("%Y%m%d", 8)].iter().find_map(|(form, length)| {
        let (written, behind) = rest.split_at_checked(*length)?;
        let is_whole = !before.ends_with(is_digit) && written.starts_with(is_digit) && !behind.starts_with(is_digit);
        let date = NaiveDate::parse_from_str(written, form).ok();
        date.filter(|date| is_whole && (1990..2100).contains(&date.year()))
    })
}

/// Returns the number of `This Week in Rust 549` and `#12: Clocks`, but none of `The best of 2025`.
fn number_of_title(title: &str) -> Option<u32> {
    let marked = ["#", "Issue ", "issue ", "No. ", "Nr. "].iter().find_map(|mark| {
        let digits = title.split_once(mark)?.1;
        let end = digits.find(|character: char| !character.is_ascii_digit()).unwrap_or(digits.len());
        digits[..end].parse().ok()
    });
    let is_last = title.ends_with(|character: char| character.is_ascii_digit());
    let last = || last_number(title).filter(|number| is_last && !(1900..2100).contains(number));
    marked.or_else(last).filter(|number| *number > 0)
}

fn last_number(text: &str) -> Option<u32> {
    let mut numbers = text.split(|character: char| !character.is_ascii_digit()).filter(|digits| !digits.is_empty());
    numbers.next_back()?.parse().ok().filter(|number| *number > 0)
}
