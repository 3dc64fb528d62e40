//! Recognises what people get wrong in TOML, by reading a broken file line by line: one problem for each mistake, with the
//! line to write instead. The parser's own errors name the character it stumbled over.

mod line;
mod scan;
mod statement;
mod trap;
mod value;

use line::{Line, Reading};

pub(super) use trap::Trap;

/// Returns the mistakes in `text`, which is not TOML, in order.
pub(super) fn traps(text: &str) -> Vec<Trap> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let line = Line::at(text, at);
        let end = line.end;
        at = match statement::trap(&line) {
            Reading::Fine { next } => next.max(end),
            Reading::Wrong { trap, next } => {
                found.push(trap);
                next.max(end)
            }
        };
    }
    found
}

#[cfg(test)]
mod tests;
