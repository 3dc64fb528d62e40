//! Searches a text for the forms of leftover markup and resolves overlaps between them.

use std::sync::{LazyLock, OnceLock};

use regex::Regex;
use regex_syntax::hir::literal::{Extractor, Literal};

use super::form::{Form, Leftover, Match, TextForm};
use super::html_forms::HTML_FORMS;
use super::markdown_forms::MARKDOWN_FORMS;
use super::merge_forms::MERGE_FORMS;

/// All forms; earlier ones take precedence.
static FORMS: LazyLock<Vec<CandidateForm>> = LazyLock::new(|| {
    let forms = MERGE_FORMS.iter().chain(HTML_FORMS).chain(MARKDOWN_FORMS);
    forms.map(CandidateForm::of).collect()
});

/// A form whose pattern is compiled when a text may match it: compiling all takes longer than the rest of a check.
struct CandidateForm {
    form: &'static Form,
    /// The beginnings of its matches; `None` where they have too many.
    beginnings: Option<Vec<String>>,
    pattern: OnceLock<Option<Regex>>,
}

impl CandidateForm {
    fn of(form: &'static Form) -> Self {
        let beginnings = regex_syntax::parse(form.pattern).ok().and_then(|pattern| {
            let literals = Extractor::new().extract(&pattern);
            let text = |literal: &Literal| String::from_utf8(literal.as_bytes().to_vec()).ok();
            literals.literals()?.iter().map(text).collect()
        });
        Self { form, beginnings, pattern: OnceLock::new() }
    }

    /// Returns its pattern if `text` may match it.
    fn pattern(&self, text: &str) -> Option<&Regex> {
        let may_match = |beginnings: &Vec<String>| beginnings.iter().any(|beginning| text.contains(beginning.as_str()));
        if !self.beginnings.as_ref().is_none_or(may_match) {
            return None;
        }
        self.pattern.get_or_init(|| Regex::new(self.form.pattern).ok()).as_ref()
    }
}

/// Returns the markup left in `text`, in order. No two pieces overlap.
pub(crate) fn leftovers_in(text: &str, form: TextForm) -> Vec<Leftover> {
    // Most texts have none of the characters that markup is made of.
    if !text.contains(MARKS) && !text.contains("''") {
        return Vec::new();
    }
    let mut found: Vec<Leftover> = Vec::new();
    for candidate in FORMS.iter() {
        let Some(pattern) = candidate.pattern(text) else { continue };
        let mut from = 0;
        while let Some(next) = pattern.find_at(text, from) {
            let range = next.range();
            let one = Match { text, range: range.clone(), form };
            let is_free = || found.iter().all(|other| range.end <= other.range.start || other.range.end <= range.start);
            match candidate.form.judge.severity(&one).filter(|_| is_free()) {
                Some(severity) => {
                    from = range.end.max(from + 1);
                    found.push(Leftover { range, severity, kind: candidate.form.kind });
                }
                // A shorter match may begin inside.
                None => from = text.ceil_char_boundary(range.start + 1),
            }
            if from >= text.len() {
                break;
            }
        }
    }
    found.sort_by_key(|leftover| leftover.range.start);
    found
}

/// The characters that markup is made of.
const MARKS: [char; 24] = [
    '*', '_', '~', '=', '`', '[', ']', '{', '}', '<', '>', '|', '%', '#', '$', '&', '@', '-', ':', '\\', '«', '^', '!',
    '/',
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_compiles() {
        let forms = MERGE_FORMS.iter().chain(HTML_FORMS).chain(MARKDOWN_FORMS);
        let broken: Vec<_> = forms.filter_map(|form| Regex::new(form.pattern).err()).collect();
        assert!(broken.is_empty(), "{broken:?}");
    }
}
