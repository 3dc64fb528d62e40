//! The table `[words]`: what letters and archive say by themselves, in the newsletter's language.

use crate::load::suggestion::quote;
use crate::load::table::Table;
use crate::load::toml_file::Fault;
use crate::model::{Word, Words};

/// Reads the table. What it does not name is said in English.
pub(super) fn read(table: &Table<'_>) -> Words {
    let own = Word::ALL.iter().filter_map(|&(word, name, english)| {
        let text = table.line(name)?;
        for fault in faults(word, &text.value, english) {
            table.error(text.span.clone(), fault);
        }
        Some((word, text.value))
    });
    let words = Words::new(own.collect());
    table.finish(|_| None);
    words
}

/// What is wrong with how `word` is said: each of its gaps stands in it once, and no other.
fn faults(word: Word, said: &str, english: &str) -> Vec<Fault> {
    let help = || format!("in English it is `{english}`");
    let mut faults = Vec::new();
    for gap in word.gaps() {
        let count = said.matches(&format!("{{{gap}}}")).count();
        if count != 1 {
            let wrong = if count == 0 { "is missing".to_owned() } else { format!("stands {count} times") };
            faults.push(Fault::new(format!("`{{{gap}}}` {wrong} in {}", quote(said))).help(help()));
        }
    }
    let gaps = said.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0));
    let strange = gaps.filter(|gap| !word.gaps().any(|own| own == *gap));
    faults.extend(strange.map(|gap| Fault::new(format!("nothing takes the place of `{{{gap}}}`")).help(help())));
    faults
}
