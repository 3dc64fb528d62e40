//! Fills subject lines from a pattern with the fields of an issue, and slots for what differs per subscriber.

use std::ops::Range;

use chrono::NaiveDate;

use super::leftover::is_field_word;
use super::slots;
use super::slots::Part;
use crate::diagnostic::Problem;
use crate::diagnostic::suggestion::{closest, list, quote};
use crate::model::{IssueNumber, Piece, Slotted};
use crate::toml::{Table, Text};

/// The default pattern, unless a newsletter sets its own.
pub(crate) const DEFAULT_PATTERN: &str = "{newsletter} #{number}: {title}";

/// The default pattern for an issue without a number.
const DEFAULT_PATTERN_WITHOUT_NUMBER: &str = "{newsletter}: {title}";

/// The fields of an issue; a subscriber's columns come on top.
const FIELDS: [&str; 4] = ["newsletter", "number", "title", "date"];

/// The values of an issue's fields.
pub(crate) struct SubjectFields<'a> {
    pub(crate) publication: &'a str,
    pub(crate) number: IssueNumber,
    pub(crate) title: &'a str,
    pub(crate) date: NaiveDate,
}

impl SubjectFields<'_> {
    fn of(&self, field: &str) -> String {
        match field {
            "newsletter" => self.publication.to_owned(),
            "number" => self.number.to_string(),
            "title" => self.title.to_owned(),
            _ => self.date.format("%-d %B %Y").to_string(),
        }
    }
}

/// The subject of an issue: its `own` pattern or the newsletter's. What is wrong with its own is reported on `table`.
pub(crate) fn subject_line(
    table: &Table<'_>,
    own: Option<&Text<'_>>,
    pattern: &str,
    values: &SubjectFields<'_>,
) -> Slotted {
    if let Some(own) = own {
        report_problems(table, own);
    }
    let chosen = own.map_or(pattern, |own| own.value.as_str());
    if values.number.date().is_none() {
        return fill(chosen, values);
    }
    if own.is_none() && pattern == DEFAULT_PATTERN {
        return fill(DEFAULT_PATTERN_WITHOUT_NUMBER, values);
    }
    if let Some((range, _)) = braced(chosen).find(|(_, name)| *name == "number") {
        let (place, what, help) = match own {
            Some(own) => (own.place(range), "`{number}`", "write `{date}` instead, or leave it out"),
            None => (
                table.value_span("date").unwrap_or_default(),
                "`{number}` in the newsletter's `subject`",
                "change `subject` in `newsletter.toml`, or write one in this issue",
            ),
        };
        table.error(place, Problem::new(format!("this issue has no number for {what}")).help(help));
    }
    fill(chosen, values)
}

/// Reports what is wrong with a pattern.
pub(crate) fn report_problems(table: &Table<'_>, pattern: &Text<'_>) {
    for part in slots::split_at_slots(&pattern.value) {
        if let Part::Invalid(range, problem) = part {
            table.error(pattern.place(range), problem);
        }
    }
    for (range, name) in unknown_fields(&pattern.value) {
        let known = FIELDS.iter().copied();
        let range = pattern.place(range);
        if let Some(close) = closest(name, known.clone()) {
            let problem = Problem::new(format!("no field `{{{name}}}`"));
            table.error(range, problem.help(format!("did you mean `{{{close}}}`?")));
        } else if is_field_word(name) {
            let problem =
                Problem::new(format!("`{{{name}}}` is a merge field of another service, and nothing fills it"));
            table.error(range, problem.help("write `{subscriber.name|friend}`"));
        } else {
            let problem = Problem::new(format!("{} is not a field and is left as is", quote(&format!("{{{name}}}"))));
            table.warn(range, problem.help(format!("the fields are {}", list(known))));
        }
    }
}

/// Every `{word}` that is neither a field nor a slot, with its place.
fn unknown_fields(pattern: &str) -> Vec<(Range<usize>, &str)> {
    braced(pattern).filter(|(_, name)| !FIELDS.contains(name)).collect()
}

/// Every `{word}`, with its place.
fn braced(pattern: &str) -> impl Iterator<Item = (Range<usize>, &str)> {
    pattern.match_indices('{').filter_map(|(start, _)| {
        let inside = &pattern[start + 1..];
        let name = &inside[..inside.find('}')?];
        let word = !name.is_empty() && name.chars().all(|letter| letter.is_alphanumeric() || letter == '_');
        word.then_some((start..start + name.len() + 2, name))
    })
}

fn fill(pattern: &str, values: &SubjectFields<'_>) -> Slotted {
    let mut pieces = Vec::new();
    for part in slots::split_at_slots(pattern) {
        match part {
            Part::Text(text) => {
                let mut filled = String::new();
                let mut rest = 0;
                for (range, name) in braced(text).filter(|(_, name)| FIELDS.contains(name)) {
                    filled.push_str(&text[rest..range.start]);
                    filled.push_str(&values.of(name));
                    rest = range.end;
                }
                filled.push_str(&text[rest..]);
                pieces.push(Piece::Literal(filled));
            }
            Part::Slot(slot) => pieces.push(Piece::Slot(slot)),
            Part::Invalid(..) => {}
        }
    }
    Slotted(pieces)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Slot;

    #[test]
    fn a_pattern_is_filled_once_and_values_are_never_patterns() {
        let values = SubjectFields {
            publication: "Rustling {number}",
            number: IssueNumber(42),
            title: "On {date} and {subscriber.name|x}",
            date: NaiveDate::from_ymd_opt(2026, 11, 4).unwrap(),
        };
        let name = Slot::Field { column: "name".to_owned(), fallback: "you".to_owned() };
        assert_eq!(
            fill("{newsletter} #{number} for {subscriber.name|you}: {title}, {date} {{number}} {", &values),
            Slotted(vec![
                Piece::Literal("Rustling {number} #42 for ".to_owned()),
                Piece::Slot(name),
                Piece::Literal(": On {date} and {subscriber.name|x}, 4 November 2026 {42} {".to_owned()),
            ])
        );
    }
}
