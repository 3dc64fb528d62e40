//! Scans values of TOML: where strings and lists end, and what is outside of strings.

/// Writes `words` as a TOML string in one line.
pub(super) fn quoted(words: &str) -> String {
    match (words.contains(['"', '\\']), words.contains('\'')) {
        (false, _) => format!("\"{words}\""),
        (true, false) => format!("'{words}'"),
        (true, true) => format!("\"{}\"", words.replace('\\', "\\\\").replace('"', "\\\"")),
    }
}

/// Returns where the closing mark of a string in one line stands, and the first wrong escape before it.
pub(super) fn string_end(inside: &str, quotes: char) -> (Option<usize>, Option<usize>) {
    if quotes == '\'' {
        return (inside.find('\''), None);
    }
    let mut escaped = false;
    for (at, letter) in inside.char_indices() {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return (Some(at), wrong_escape(&inside[..at])),
            _ => {}
        }
    }
    (None, None)
}

/// Returns where the first backslash stands that begins no escape.
pub(super) fn wrong_escape(inside: &str) -> Option<usize> {
    let mut letters = inside.char_indices();
    while let Some((at, letter)) = letters.next() {
        if letter != '\\' {
            continue;
        }
        let (next, kind) = letters.next()?;
        let digits = match kind {
            'b' | 't' | 'n' | 'f' | 'r' | 'e' | '"' | '\\' | '\n' => 0,
            // At the end of a line.
            ' ' | '\t' | '\r' if inside[next..].trim_start_matches([' ', '\t', '\r']).starts_with('\n') => 0,
            'x' => 2,
            'u' => 4,
            'U' => 8,
            _ => return Some(at),
        };
        let hex = inside.get(next + 1..next + 1 + digits);
        if !hex.is_some_and(|hex| hex.bytes().all(|digit| digit.is_ascii_hexdigit())) {
            return Some(at);
        }
    }
    None
}

/// Returns where `"""` closes a text.
pub(super) fn basic_end(body: &str) -> Option<usize> {
    let mut at = 0;
    loop {
        let quotes = at + body[at..].find("\"\"\"")?;
        let slashes = body[..quotes].bytes().rev().take_while(|&byte| byte == b'\\').count();
        if slashes % 2 == 0 {
            return Some(quotes);
        }
        at = quotes + 1;
    }
}

/// Returns where a list or an inline table ends, behind its bracket.
pub(super) fn list_end(list: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, letter) in outside_strings(list) {
        match letter {
            '[' | '{' => depth += 1,
            ']' | '}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}

/// Returns the characters of `text` that are outside strings in one line and outside comments.
pub(super) fn outside_strings(text: &str) -> Vec<(usize, char)> {
    let mut outside = Vec::new();
    let mut inside: Option<char> = None;
    let mut escaped = false;
    let mut comment = false;
    for (at, letter) in text.char_indices() {
        match (inside, letter) {
            (_, '\n') => (inside, escaped, comment) = (None, false, false),
            _ if comment => {}
            (Some('"'), '\\') if !escaped => escaped = true,
            (Some(quotes), _) => {
                if letter == quotes && !escaped {
                    inside = None;
                }
                escaped = false;
            }
            (None, '"' | '\'') => inside = Some(letter),
            (None, '#') => comment = true,
            (None, _) => outside.push((at, letter)),
        }
    }
    outside
}
