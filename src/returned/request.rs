//! Recognizes what readers ask for in a mail of a word or two.

use super::phrases::section;

/// What a reader asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Request {
    /// To get no more mail.
    Unsubscribe,
    /// To get mail.
    Subscribe,
    /// Says that a sign-up is meant.
    Confirm,
    /// Says that somebody else signed them up.
    NotMe,
}

/// Marks of answered and forwarded mail before a subject.
const ANSWERS: [&str; 15] = [
    "re:",
    "aw:",
    "fw:",
    "fwd:",
    "antw:",
    "sv:",
    "vs:",
    "res:",
    "wg:",
    "tr:",
    "rv:",
    "odp:",
    "回复：",
    "回复:",
    "答复:",
];
/// The fewest characters that may be a token rather than a word.
const SHORTEST_TOKEN: usize = 22;

/// Returns what the subject or the first line of `prose` asks for, if it says that and nothing else. A token may follow. An
/// answer without a word of its own says yes to what it answers.
pub(super) fn request(subject: &str, prose: &str) -> Option<Request> {
    let first = prose.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    let is_yes = || is_answer(subject) && has_no_words(prose);
    asked(subject).or_else(|| asked(first)).or_else(|| is_yes().then_some(Request::Confirm))
}

fn is_answer(subject: &str) -> bool {
    let low = subject.trim_start().to_lowercase();
    ANSWERS.iter().any(|answer| low.starts_with(answer))
}

fn is_quoted_line(line: &&str) -> bool {
    line.starts_with('>')
}

/// Returns whether everything is quoted, introduces what is quoted, or is a signature.
fn has_no_words(prose: &str) -> bool {
    let lines: Vec<&str> = prose.lines().map(str::trim_end).take_while(|line| *line != "--").collect();
    let lines: Vec<&str> = lines.into_iter().map(str::trim).filter(|line| !line.is_empty()).collect();
    let Some(first) = lines.iter().position(is_quoted_line) else { return lines.is_empty() };
    // `On 9 May 2024, Letter <letter@example.org> wrote:`. A sentence of a reader has neither numbers nor an address.
    let is_introduction =
        |line: &str| line.ends_with([':', '：']) && line.contains(|c: char| c.is_ascii_digit() || c == '@');
    let introduces = first == 0 || first == 1 && is_introduction(lines[0]);
    introduces && lines[first..].iter().all(is_quoted_line)
}

fn asked(line: &str) -> Option<Request> {
    let mut low = line.trim().to_lowercase().replace('’', "'");
    while let Some(rest) = ANSWERS.iter().find_map(|answer| low.strip_prefix(answer)) {
        low = rest.trim_start().to_owned();
    }
    // Quoted, or a question about it.
    if low.starts_with('>') || low.ends_with(['?', '？']) {
        return None;
    }
    let low = low.trim_matches(|c: char| !c.is_alphanumeric());
    let words = match low.rsplit_once(' ') {
        Some((words, token)) if token.len() >= SHORTEST_TOKEN => words.trim_end(),
        _ => low,
    };
    if section("unsubscribe").contains(&words) {
        return Some(Request::Unsubscribe);
    }
    if section("confirm").contains(&words) {
        return Some(Request::Confirm);
    }
    if section("not me").contains(&words) {
        return Some(Request::NotMe);
    }
    section("subscribe").contains(&words).then_some(Request::Subscribe)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_a_word_alone_in_any_language() {
        for (subject, text, expected) in [
            ("Unsubscribe", "", Some(Request::Unsubscribe)),
            ("", "unsubscribe\n\n-- \nAda", Some(Request::Unsubscribe)),
            ("Re: AW: Abmelden!", "", Some(Request::Unsubscribe)),
            ("", "Désabonner.", Some(Request::Unsubscribe)),
            ("отписаться", "", Some(Request::Unsubscribe)),
            ("退订", "", Some(Request::Unsubscribe)),
            ("unsubscribe u3kd-XqAb81pXv0Lq9aZ2w", "", Some(Request::Unsubscribe)),
            ("subscribe", "", Some(Request::Subscribe)),
            ("confirm 7p57x6737p57x6737p57x6737m", "", Some(Request::Confirm)),
            ("Re: Confirm: Letter", "Ja!\n\n> Somebody asked", Some(Request::Confirm)),
            ("Re: Confirm: Letter", "\nOn 9 May, Letter wrote:\n> Somebody asked\n-- \nAda", Some(Request::Confirm)),
            ("Re: Confirm: Letter", "", Some(Request::Confirm)),
            ("Re: Confirm: Letter", "What is this?\nOn Monday, Letter wrote:\n> Somebody asked", None),
            ("Re: Confirm: Letter", "> Somebody asked\nWho?", None),
            ("Re: Confirm: Letter", "Never write to me:\n> Somebody asked", None),
            ("not me 7p57x6737p57x6737p57x6737m", "", Some(Request::NotMe)),
            ("Re: Issue 7", "How do I unsubscribe my mother?", None),
            ("Issue 7", "> unsubscribe", None),
            ("unsubscribe link broken", "hello", None),
            ("", "", None),
        ] {
            assert_eq!(request(subject, text), expected, "{subject:?} {text:?}");
        }
    }
}
