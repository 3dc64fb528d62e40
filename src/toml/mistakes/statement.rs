//! Reads a line of a TOML file as far as its mistakes need: a header, or a key with its value.

use super::line::{Line, Reading, key};
use super::mistake::write;
use super::value::Value;
use crate::diagnostic::Problem;

/// Returns the mistake in the statement that begins here, if it has one.
pub(super) fn mistake(line: &Line<'_>) -> Reading {
    let written = line.written();
    let words = written.trim_start();
    let start = line.start + (written.len() - words.len());
    if words.is_empty() || words.starts_with('#') {
        return Reading::Fine { next: line.end };
    }
    if words.starts_with('[') {
        return header(line, start);
    }
    let Some(key) = key(words) else { return Reading::Fine { next: line.end } };
    let rest = &words[key.len()..];
    let gap = rest.len() - rest.trim_start().len();
    let sign = rest.trim_start().chars().next();
    let value = start + key.len() + gap + 1;
    match sign {
        Some('=') => Value::after(line, key, value).mistake(),
        Some(':') if rest.trim_start()[1..].starts_with([' ', '"', '\'']) => {
            let problem = Problem::new("invalid TOML: `:` between a key and its value");
            let right = format!("{key} = {}", rest.trim_start()[1..].trim());
            line.wrong(value - 1..value, problem.help(write(&right, &format!("{key} = …"))))
        }
        _ => Reading::Fine { next: line.end },
    }
}

fn header(line: &Line<'_>, start: usize) -> Reading {
    let written = line.text[start..line.end].split('#').next().unwrap_or_default().trim_end();
    let name = written.trim_matches(['[', ']', ' ']);
    let is_name = !name.is_empty() && name.chars().all(|letter| letter.is_alphanumeric() || "_-.".contains(letter));
    let opening = written.chars().take_while(|&mark| mark == '[').count();
    let closing = written.chars().rev().take_while(|&mark| mark == ']').count();
    if !is_name || opening == closing && opening <= 2 {
        return Reading::Fine { next: line.end };
    }
    let count = opening.max(closing).min(2);
    let right = format!("{}{name}{}", "[".repeat(count), "]".repeat(count));
    let problem = Problem::new("invalid TOML: a header with too few or too many brackets").help(write(&right, &right));
    // The tables below it belong to a header that is not there.
    line.wrong_to_the_end(start..start + written.len(), problem)
}
