//! Recognizes what people get wrong in TOML, by reading a broken file line by line: one problem for each mistake, with the
//! line to write instead. The parser's own errors name the character it stumbled over.

mod line;
mod mistake;
mod scan;
mod statement;
mod value;

use line::{Line, Reading};

pub(super) use mistake::Mistake;

/// Returns the mistakes in `text`, which is not TOML, in order.
pub(super) fn mistakes(text: &str) -> Vec<Mistake> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let line = Line::at(text, at);
        let end = line.end;
        at = match statement::mistake(&line) {
            Reading::Fine { next } => next.max(end),
            Reading::Wrong { mistake, next } => {
                found.push(mistake);
                next.max(end)
            }
        };
    }
    found
}

#[cfg(test)]
mod tests;
