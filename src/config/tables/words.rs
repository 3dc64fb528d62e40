//! Reads `[words]`: the texts that letters and archive contain besides the author's, in the newsletter's language.

use std::collections::BTreeSet;

use crate::diagnostic::Problem;
use crate::diagnostic::suggestion::quote;
use crate::model::{MONTH_SEPARATORS, Word, Words};
use crate::toml::Table;

/// Reads the table. What it does not name is said in English.
pub(in crate::config) fn read(table: &Table<'_>) -> Words {
    let own = Word::ALL.iter().filter_map(|&(word, name, english)| {
        let text = if word == Word::Start { table.line_or_empty(name)? } else { table.line(name)? };
        for problem in problems(word, &text.value, english) {
            table.error(text.span.clone(), problem);
        }
        Some((word, text.value))
    });
    let words = Words::new(own.collect());
    table.reject_unknown(|_| None);
    words
}

/// Returns what is wrong with how `word` is said: each of its gaps stands in it once, and no other. Only `{number}` and
/// the `{count}` of one may be left out.
fn problems(word: Word, said: &str, english: &str) -> Vec<Problem> {
    let help = || format!("the English text is `{english}`");
    let mut problems = Vec::new();
    for gap in word.gaps() {
        let count = said.matches(&format!("{{{gap}}}")).count();
        // A letter may go without its number, and `one_link` may say it in a word.
        let may_be_missing = matches!(word, Word::Issue | Word::OneLink);
        if count != 1 && !(count == 0 && may_be_missing) {
            let wrong = if count == 0 { "is missing".to_owned() } else { format!("appears {count} times") };
            problems.push(Problem::new(format!("`{{{gap}}}` {wrong} in {}", quote(said))).help(help()));
        }
    }
    let parts = said.split(MONTH_SEPARATORS).filter(|name| !name.trim().is_empty()).count();
    if word == Word::Months && parts != 12 {
        let message = format!("`months` has {parts} {}, not twelve", if parts == 1 { "name" } else { "names" });
        problems.push(Problem::new(message).help("write their names with commas between them"));
    }
    let digits: BTreeSet<char> = said.chars().collect();
    if word == Word::Digits && (digits.len() != 10 || said.chars().count() != 10) {
        problems.push(Problem::new("`digits` is not ten different characters").help("write them in order, zero first"));
    }
    let gaps = said.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0));
    let strange = gaps.filter(|gap| !word.gaps().any(|own| own == *gap));
    problems.extend(strange.map(|gap| Problem::new(format!("unknown field `{{{gap}}}`")).help(help())));
    problems
}
