//! Makes a new issue from a template: sets a few values and keeps comments and order.

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::file::ISSUES_FOLDER;
use crate::diagnostic::{Diagnostic, Problems, SourceFile};
use crate::fs::regular_file;
use crate::toml::Text;

/// The template of newsletters that have none of their own.
pub const DEFAULT_TEMPLATE: &str = include_str!("../../issues/_template.toml");

/// Where a newsletter keeps its own, in the folder of the issues.
const TEMPLATE_FILE: &str = "_template.toml";

/// The template of the newsletter in `root`: its own, or [`DEFAULT_TEMPLATE`].
///
/// Errors when there is one that cannot be read.
pub fn issue_template(root: &Path) -> Result<Arc<SourceFile>, Problems> {
    let path = root.join(ISSUES_FOLDER).join(TEMPLATE_FILE);
    if path.symlink_metadata().is_ok() {
        return SourceFile::read(root, &path, regular_file::MAX_TEXT);
    }
    let path = Path::new(ISSUES_FOLDER).join(TEMPLATE_FILE);
    Ok(Arc::new(SourceFile::new(path, DEFAULT_TEMPLATE)))
}

/// The words of the template of the newsletter in `root` that no issue should say.
///
/// Errors as [`issue_template`] does.
pub fn template_texts(root: &Path) -> Result<BTreeSet<String>, Problems> {
    Ok(author_texts(&*issue_template(root)?).into_iter().map(|(words, _)| words).collect())
}

/// Returns what an issue or a template says where each issue has words of its own, with their places: title and preheader,
/// title and description of each link, those of lists too, and quotations. Nothing when it is not TOML.
pub fn author_texts(issue: &SourceFile) -> Vec<(String, Range<usize>)> {
    let Ok(document) = DeTable::parse(&issue.text) else { return Vec::new() };
    let mut found: Vec<_> = texts(document.get_ref(), &["title", "preheader"]).collect();
    for section in tables(document.get_ref(), "section") {
        for part in std::iter::once(section).chain(tables(section, "part")) {
            found.extend(tables(part, "link").flat_map(|link| texts(link, &["title", "description"])));
            found.extend(tables(part, "quote").flat_map(|quote| texts(quote, &["text", "by"])));
            found.extend(part.get("list").into_iter().flat_map(|list| texts_of_list(list, issue)));
        }
    }
    found.sort_by_key(|(_, place)| place.start);
    found
}

/// Returns the authors, addresses and tags of links in `issue` that are those of [`DEFAULT_TEMPLATE`], with their places. A
/// template of the newsletter's own may set some of them for every issue. Nothing when it is not TOML.
pub fn template_examples(issue: &SourceFile) -> Vec<(String, Range<usize>)> {
    let Ok(template) = DeTable::parse(DEFAULT_TEMPLATE) else { return Vec::new() };
    let examples: BTreeSet<_> = examples(template.get_ref()).map(|(key, value, _)| (key, value)).collect();
    let Ok(document) = DeTable::parse(&issue.text) else { return Vec::new() };
    let left = self::examples(document.get_ref()).filter(|(key, value, _)| examples.contains(&(*key, value.clone())));
    left.map(|(_, value, place)| (value, place)).collect()
}

/// The authors, addresses and tags of links, each with its key and place.
fn examples(document: &DeTable<'_>) -> impl Iterator<Item = (&'static str, String, Range<usize>)> {
    let sections = tables(document, "section");
    let parts = sections.flat_map(|section| std::iter::once(section).chain(tables(section, "part")));
    parts.flat_map(|part| tables(part, "link")).flat_map(|link| {
        ["url", "author", "tags"].into_iter().flat_map(|key| {
            let value = link.get(key);
            let values = value.into_iter().flat_map(|value| match value.get_ref().as_array() {
                Some(items) => items.iter().collect(),
                None => vec![value],
            });
            values.filter_map(move |value| Some((key, value.get_ref().as_str()?.trim().to_owned(), value.span())))
        })
    })
}

fn tables<'t, 'd>(table: &'t DeTable<'d>, key: &str) -> impl Iterator<Item = &'t DeTable<'d>> + use<'t, 'd> {
    let array = table.get(key).and_then(|value| value.get_ref().as_array());
    array.into_iter().flatten().filter_map(|value| value.get_ref().as_table())
}

fn texts<'t>(table: &'t DeTable<'_>, keys: &'t [&str]) -> impl Iterator<Item = (String, Range<usize>)> + 't {
    let values = keys.iter().filter_map(|key| table.get(*key));
    let texts = values.filter_map(|value| Some((value.get_ref().as_str()?.trim().to_owned(), value.span())));
    texts.filter(|(text, _)| !text.is_empty())
}

/// Returns the titles of a `list`, `* [Title](https://…): words`, and the words behind them.
fn texts_of_list(list: &Spanned<DeValue<'_>>, file: &SourceFile) -> Vec<(String, Range<usize>)> {
    let Some(value) = list.get_ref().as_str() else { return Vec::new() };
    let list = Text::new(value, list.span(), &file.text);
    let mut found = Vec::new();
    let mut start = 0;
    for line in list.value.split_inclusive('\n') {
        let mut add = |range: Range<usize>| {
            let words = line[range.clone()].trim_matches(|mark: char| mark.is_whitespace() || ":-–—".contains(mark));
            if !words.is_empty() {
                found.push((words.to_owned(), list.place(start + range.start..start + range.end)));
            }
        };
        if let Some(end) = line.find("](")
            && let Some(begin) = line[..end].rfind('[')
            && let Some(target) = line[end..].find(')')
        {
            add(begin + 1..end);
            add(end + target + 1..line.trim_end().len());
        }
        start += line.len();
    }
    found
}

/// Returns `template` with each of `values` (a top-level key, its value as TOML) in the place of its own, or above
/// everything else, and without the lines of the keys that have no value.
///
/// Errors when the template is not TOML.
pub fn fill_template(template: &Arc<SourceFile>, values: &[(&str, Option<toml::Value>)]) -> Result<String, Problems> {
    let document = DeTable::parse(&template.text).map_err(|error| {
        let span = error.span().unwrap_or_default();
        Problems(vec![Diagnostic::error(format!("invalid TOML: {}", error.message()), template, span)])
    })?;
    let mut added = String::new();
    let mut replaced: Vec<(Range<usize>, String)> = Vec::new();
    for (key, value) in values {
        match document.get_ref().get(*key).map(Spanned::span) {
            Some(span) => replaced.push(match value {
                Some(value) => (span, value.to_string()),
                None => (line_around(&template.text, span), String::new()),
            }),
            None => added.extend(value.iter().map(|value| format!("{key} = {value}\n"))),
        }
    }
    // From the end, so that what is still to be replaced stays where it was.
    replaced.sort_by_key(|(span, _)| std::cmp::Reverse(span.start));
    let mut filled = template.text.clone();
    for (span, value) in replaced {
        filled.replace_range(span, &value);
    }
    // The comment by which editors find the schema stays the first line.
    let head = filled.find('\n').filter(|_| filled.starts_with("#:schema ")).map_or(0, |end| end + 1);
    let blank = head + filled[head..].len() - filled[head..].trim_start_matches(['\r', '\n']).len();
    filled.insert_str(if head == 0 { 0 } else { blank }, &added);
    Ok(filled)
}

/// The line that `span` is on, with its end.
fn line_around(text: &str, span: Range<usize>) -> Range<usize> {
    let start = text[..span.start].rfind('\n').map_or(0, |end| end + 1);
    let end = text[span.end..].find('\n').map_or(text.len(), |end| span.end + end + 1);
    start..end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_the_built_in_template_are_those_an_issue_has_to_say_itself() {
        let words: Vec<String> = author_texts(&source(DEFAULT_TEMPLATE)).into_iter().map(|(word, _)| word).collect();
        assert_eq!(
            words,
            [
                "Untitled",
                "Shown after the subject in an inbox: say in 40 to 110 characters what is worth opening",
                "A title",
                "Why it is worth the reader's time.",
            ]
        );
    }

    #[test]
    fn words_in_parts_lists_and_quotations_are_the_authors_own_too() {
        let issue = source(
            "title = 'One'\n[[section]]\ntitle = 'Reading'\ntext = 'In each issue.'\nlist = \"\"\"\n* [Two](https://a.org): three\n\
             \"\"\"\n[[section.part]]\ntitle = 'Europe'\n[[section.part.link]]\ntitle = 'Four'\ndescription = 'Five'\n\
             [[section.quote]]\ntext = 'Six'\nby = 'Seven'\n",
        );
        let texts = author_texts(&issue);
        let words: Vec<&str> = texts.iter().map(|(words, _)| words.as_str()).collect();
        assert_eq!(words, ["One", "Two", "three", "Four", "Five", "Six", "Seven"]);
        assert_eq!(&issue.text[texts[1].1.clone()], "Two");
    }

    fn source(text: &str) -> Arc<SourceFile> {
        Arc::new(SourceFile::new("issues/_template.toml", text))
    }

    #[test]
    fn values_are_set_and_everything_else_stays() {
        let template = source("# mine\ntitle  = 'x' # the title\nnumber = 0\n\n[[section]]\ntitle = 'Reading'\n");
        let values = [
            ("number", Some(toml::Value::Integer(43))),
            ("title", Some(toml::Value::String("Say \"hi\"".to_owned()))),
            ("draft", Some(toml::Value::Boolean(true))),
        ];
        assert_eq!(
            fill_template(&template, &values).unwrap(),
            "draft = true\n# mine\ntitle  = 'Say \"hi\"' # the title\nnumber = 43\n\n[[section]]\ntitle = 'Reading'\n"
        );
    }

    #[test]
    fn the_comment_with_the_schema_stays_the_first_line() {
        let template = source("#:schema ../schemas/issue.json\n\ntitle = 'x'\n");
        assert_eq!(
            fill_template(&template, &[("draft", Some(toml::Value::Boolean(true)))]).unwrap(),
            "#:schema ../schemas/issue.json\n\ndraft = true\ntitle = 'x'\n"
        );
    }

    #[test]
    fn a_template_that_is_not_toml_is_a_problem_with_a_place() {
        let problems = fill_template(&source("title = \n"), &[]).unwrap_err();
        assert_eq!(problems.0[0].place.as_ref().unwrap().line_and_column(), (1, 9));
    }
}
