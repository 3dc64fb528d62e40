//! Finds the mistake in a value: its quotes, its escapes, its missing quotes, its date.

use std::ops::Range;

use super::line::{Line, Reading, begins_statement};
use super::mistake::{Mistake, line_number, write};
use super::scan::{basic_end, list_end, outside_strings, quoted, string_end, wrong_escape};
use crate::diagnostic::{Problem, quote};
use crate::toml::day::{days, why_no_day};

/// The marks that word processors put in place of quotes.
const TYPOGRAPHIC: [char; 12] = ['“', '”', '„', '‟', '«', '»', '‘', '’', '‚', '「', '」', '`'];

/// The value of a key, up to the end of the file.
pub(super) struct Value<'l, 't> {
    line: &'l Line<'t>,
    key: &'t str,
    /// Where it begins.
    start: usize,
    /// It and everything behind it.
    rest: &'t str,
}

impl<'l, 't> Value<'l, 't> {
    /// Returns the value of `key` that follows `start` on `line`.
    pub(super) fn after(line: &'l Line<'t>, key: &'t str, start: usize) -> Self {
        let rest = &line.text[start..];
        let gap = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        Self { line, key, start: start + gap, rest: &rest[gap..] }
    }

    /// Returns the mistake in it.
    pub(super) fn mistake(&self) -> Reading {
        for delimiter in ["\"\"\"", "'''"] {
            if self.rest.starts_with(delimiter) {
                return self.several_lines(delimiter);
            }
        }
        let on_line = self.on_line();
        match on_line.chars().next() {
            None | Some('#') => {
                let problem = Problem::new(format!("invalid TOML: `{}` has no value", self.key));
                let start = self.line.start + self.line.written().trim_end().len();
                self.line.wrong(start..start, problem.help(format!("write `{} = \"…\"`, or delete the line", self.key)))
            }
            Some(quotes @ ('"' | '\'')) => self.one_line(quotes),
            Some('[' | '{') => self.list(),
            Some(mark) if TYPOGRAPHIC.contains(&mark) => self.typographic(),
            Some(_) => self.bare(),
        }
    }

    /// The part of it on its first line.
    fn on_line(&self) -> &'t str {
        self.rest.split('\n').next().unwrap_or_default().trim_end()
    }

    /// The whole of it on its first line, without a comment.
    fn span(&self) -> Range<usize> {
        self.start..self.start + self.on_line().len()
    }

    fn wrong(&self, span: Range<usize>, message: &str, words: &str) -> Reading {
        let right = format!("{} = {}", self.key, quoted(words));
        let form = format!("{} = '…'", self.key);
        self.line.wrong(span, Problem::new(format!("invalid TOML: {message}")).help(write(&right, &form)))
    }

    /// A text between typographic quotes.
    fn typographic(&self) -> Reading {
        let words = self.on_line().trim_matches(TYPOGRAPHIC).trim_matches(['"', '\'']);
        let first = self.rest.chars().next().map_or(0, char::len_utf8);
        self.wrong(self.start..self.start + first, "typographic quotes around the text", words)
    }

    /// A text that begins with one quotation mark.
    fn one_line(&self, quotes: char) -> Reading {
        let on_line = self.on_line();
        let inside = &on_line[1..];
        let (end, wrong_escape) = string_end(inside, quotes);
        let Some(end) = end else { return self.unclosed(quotes) };
        let behind = inside[end + 1..].trim_start();
        if !behind.is_empty() && !behind.starts_with('#') {
            return self.quotes_inside(quotes, end, behind);
        }
        if let Some(at) = wrong_escape {
            let place = self.start + 1 + at;
            let length = inside[at + 1..].chars().next().map_or(0, char::len_utf8);
            let escape = &inside[at..at + 1 + length];
            let message = format!("{} is not a valid escape inside `\"`", quote(escape));
            return self.wrong(place..place + 1 + length, &message, &inside[..end]);
        }
        Reading::Fine { next: self.line.end }
    }

    /// A text with quotation marks inside, or several texts.
    fn quotes_inside(&self, quotes: char, end: usize, behind: &str) -> Reading {
        let on_line = self.on_line();
        let place = self.start + 1 + end;
        if behind.starts_with(',') {
            let right = format!("{} = [{on_line}]", self.key);
            let problem = Problem::new("invalid TOML: several values without brackets");
            return self.line.wrong(place + 1..place + 2, problem.help(write(&right, &format!("{} = […]", self.key))));
        }
        let last = on_line.rfind(quotes).filter(|&last| last > end + 1);
        let words = last.map_or(&on_line[1..], |last| &on_line[1..last]);
        let message =
            if last.is_some() { "quotation marks inside the text" } else { "text after the closing quotation mark" };
        if last.is_none() && !behind.contains(['"', '\'']) {
            let words = format!("{} {behind}", &on_line[1..=end]);
            return self.wrong(place..place + 1, message, &words);
        }
        self.wrong(place..place + 1, message, words)
    }

    /// A text that does not end on its line.
    fn unclosed(&self, quotes: char) -> Reading {
        let on_line = self.on_line();
        let span = self.start..self.start + 1;
        // A text over several lines ends with the same mark before the next statement.
        let below = &self.line.text[self.line.end..];
        let mut next = self.line.end;
        for line in below.split_inclusive('\n') {
            if begins_statement(line) || line.trim_start().starts_with('#') {
                break;
            }
            next += line.len();
            if line.trim_end().ends_with(quotes) {
                let three = quotes.to_string().repeat(3);
                let problem = Problem::new("invalid TOML: text of several lines needs three quotation marks");
                let problem = problem.help(format!("write `{three}` above and below the text"));
                let mistake = Mistake { span, lines: self.line.start..next, loses_rest: false, problem };
                return Reading::Wrong { mistake, next };
            }
        }
        let words = on_line[1..].trim_end_matches(TYPOGRAPHIC).trim_end_matches(['\'', '"']);
        self.wrong(span, "a string that is never closed", words)
    }

    /// A text between three quotation marks.
    fn several_lines(&self, delimiter: &'static str) -> Reading {
        let span = self.start..self.start + 3;
        let body = self.start + 3;
        let end = if delimiter == "'''" {
            self.line.text[body..].find(delimiter).map(|at| body + at)
        } else {
            basic_end(&self.line.text[body..]).map(|at| body + at)
        };
        let closed = end.unwrap_or(self.line.text.len());
        if let Some(mistake) = self.statement_inside(body..closed, end.is_some(), delimiter) {
            return mistake;
        }
        let Some(end) = end else {
            let problem = Problem::new("invalid TOML: a string that is never closed");
            let problem = problem.help(format!("close it with `{delimiter}` on a line of its own"));
            let mistake = Mistake { span, lines: self.line.start..self.line.text.len(), loses_rest: true, problem };
            return Reading::Wrong { mistake, next: self.line.text.len() };
        };
        let next = self.line.text[end..].find('\n').map_or(self.line.text.len(), |length| end + length + 1);
        let escape = if delimiter == "'''" { None } else { wrong_escape(&self.line.text[body..end]) };
        if let Some(at) = escape {
            let place = body + at;
            let written: String = self.line.text[place..].chars().take(2).collect();
            let problem =
                Problem::new(format!("invalid TOML: {} is not a valid escape inside `\"\"\"`", quote(&written)));
            let problem = problem
                .help("write `'''` in place of `\"\"\"` above and below the text: backslashes need no escape there");
            let mistake = Mistake {
                span: place..place + written.len(),
                lines: self.line.start..next,
                loses_rest: false,
                problem,
            };
            return Reading::Wrong { mistake, next };
        }
        let mark = &delimiter[..1];
        let behind = self.line.text[end + 3..next].trim_start_matches(mark).trim();
        if !behind.is_empty() && !behind.starts_with('#') {
            let problem = Problem::new(format!("invalid TOML: text after the closing `{delimiter}`"));
            let other = if delimiter == "'''" { "\"\"\"" } else { "'''" };
            let help = format!("move them above it; if `{delimiter}` is part of the text, write `{other}` around it");
            let mistake = Mistake {
                span: end..end + 3,
                lines: self.line.start..next,
                loses_rest: false,
                problem: problem.help(help),
            };
            return Reading::Wrong { mistake, next };
        }
        Reading::Fine { next }
    }

    /// The mistake of a text that goes on over the next statement, because it was not closed.
    fn statement_inside(&self, body: Range<usize>, is_closed: bool, delimiter: &str) -> Option<Reading> {
        let text = self.line.text;
        let mut at = body.start;
        let mut last = at;
        for line in text[body.clone()].split_inclusive('\n') {
            let whole = Line::at(text, at).written();
            // The quotes that seem to close it open the next text, or there are none.
            let opens_next = at > body.start && begins_statement(whole) && (!is_closed || at + line.len() >= body.end);
            if opens_next && at > self.line.end - 1 {
                let number = line_number(text, at);
                let other =
                    ["'''", "\"\"\""].into_iter().find(|other| *other != delimiter && text[last..at].trim() == *other);
                let help = match other {
                    Some(other) => format!("write `{delimiter}` in place of `{other}` below the text"),
                    None => format!("write `{delimiter}` on a line of its own above line {number}"),
                };
                let problem = Problem::new(format!("invalid TOML: a string that is not closed before line {number}"));
                let span = self.start..self.start + 3;
                let mistake =
                    Mistake { span, lines: self.line.start..text.len(), loses_rest: true, problem: problem.help(help) };
                return Some(Reading::Wrong { mistake, next: at });
            }
            if !line.trim().is_empty() {
                last = at;
            }
            at += line.len();
        }
        None
    }

    /// A list or an inline table.
    fn list(&self) -> Reading {
        let Some(end) = list_end(self.rest) else {
            let on_line = self.on_line();
            let is_alone =
                self.rest.split('\n').nth(1).is_none_or(|next| next.trim().is_empty() || begins_statement(next));
            if is_alone && on_line.starts_with('[') {
                let right = format!("{} = {}]", self.key, on_line.trim_end_matches(','));
                let problem = Problem::new("invalid TOML: a list that is never closed");
                return self.line.wrong_to_the_end(
                    self.start..self.start + 1,
                    problem.help(write(&right, &format!("{} = […]", self.key))),
                );
            }
            return Reading::Fine { next: self.line.end };
        };
        let next = self.rest[end..].find('\n').map_or(self.line.text.len(), |length| self.start + end + length + 1);
        let list = &self.rest[..end];
        if list.contains('\n') || !list.starts_with('[') {
            return Reading::Fine { next };
        }
        let outside = outside_strings(list);
        let items: Vec<String> = list[1..list.len() - 1]
            .split(',')
            .map(str::trim)
            .filter(|item| !item.is_empty())
            .map(|item| quoted(item.trim_matches(TYPOGRAPHIC).trim_matches(['"', '\''])))
            .collect();
        let right = format!("{} = [{}]", self.key, items.join(", "));
        let form = format!("{} = [\"…\", \"…\"]", self.key);
        if let Some(at) = outside.iter().find(|(_, letter)| TYPOGRAPHIC.contains(letter)).map(|(at, _)| self.start + at)
        {
            let problem = Problem::new("invalid TOML: typographic quotes around the text").help(write(&right, &form));
            let length = self.line.text[at..].chars().next().map_or(0, char::len_utf8);
            return self.line.wrong(at..at + length, problem);
        }
        let is_literal = list[1..list.len() - 1].split(',').map(str::trim).all(|item| {
            item.is_empty()
                || item.starts_with(['"', '\'', '[', '{', '-', '+'])
                || item.starts_with(|first: char| first.is_ascii_digit())
                || matches!(item, "true" | "false")
        });
        if !is_literal {
            let at =
                outside.iter().find(|(_, letter)| letter.is_alphabetic()).map_or(self.start, |(at, _)| self.start + at);
            let problem = Problem::new("invalid TOML: text without quotes").help(write(&right, &form));
            return self.line.wrong(at..at + 1, problem);
        }
        Reading::Fine { next }
    }

    /// A value without quotes: a number, a date, a truth value, or words.
    fn bare(&self) -> Reading {
        let words = self.on_line().split(" #").next().unwrap_or_default().trim_end();
        let span = self.start..self.start + words.len();
        let found = days(words);
        if let [first, others @ ..] = &found[..]
            && !words.starts_with(&first.to_string())
        {
            let right = format!("{} = {first}", self.key);
            let mut help = write(&right, &right);
            for other in others {
                help.extend([", or `", self.key, " = ", &other.to_string(), "`"]);
            }
            let message = format!("invalid TOML: {} is not a date in TOML's form", quote(words));
            return self.line.wrong(span, Problem::new(message).help(help));
        }
        if let Some(reason) = why_no_day(words).filter(|_| found.is_empty()) {
            let problem = Problem::new(format!("invalid TOML: {} is not a date", quote(words)));
            return self.line.wrong(span, problem.help(reason));
        }
        let truth = match words.to_lowercase().as_str() {
            "true" | "yes" | "on" => Some(true),
            "false" | "no" | "off" => Some(false),
            _ => None,
        };
        if let Some(truth) = truth.filter(|truth| words != truth.to_string()) {
            let right = format!("{} = {truth}", self.key);
            let problem = Problem::new(format!("invalid TOML: {} is neither `true` nor `false`", quote(words)));
            return self.line.wrong(span, problem.help(write(&right, &right)));
        }
        if truth.is_none() && words.starts_with(|first: char| first.is_alphabetic()) && !matches!(words, "inf" | "nan")
        {
            let inside = words.trim_end_matches(TYPOGRAPHIC).trim_end_matches(['"', '\'']);
            return self.wrong(self.span().start..self.start + words.len(), "text without quotes", inside);
        }
        Reading::Fine { next: self.line.end }
    }
}
