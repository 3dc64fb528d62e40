//! Compares values with the syntax of their property, so that a value that browsers skip is found.

use std::collections::BTreeSet;

use cssparser::Token;

use super::grammar::{self, Grammar};
use super::tokens::tokens;
use super::vocabulary::{is_prefixed, vocabulary};

/// A part of a value.
#[derive(Debug, Clone, PartialEq)]
enum Part<'a> {
    Word(String),
    Number { is_integer: bool, is_zero: bool },
    Percentage,
    Dimension(String),
    Text,
    Url,
    Hash(&'a str),
    Sign(char),
    Function(String, Vec<Part<'a>>),
}

/// The most parts of a value that is compared. Longer ones are rare, and comparing takes long.
const MOST_PARTS: usize = 60;

/// How deep syntaxes and functions may refer to one another.
const MOST_DEPTH: usize = 24;

/// Values of every property (CSS Cascade 5, 7).
const WIDE: [&str; 5] = ["inherit", "initial", "unset", "revert", "revert-layer"];

/// Functions that compute a number (CSS Values 4, 10).
const MATH: [&str; 14] =
    ["calc", "min", "max", "clamp", "round", "mod", "rem", "abs", "sign", "sqrt", "pow", "hypot", "sin", "cos"];

/// Functions whose result is known only later.
const LATE: [&str; 4] = ["var", "env", "attr", "if"];

/// Whether `property`, in lower case, accepts `value`. True where this is not known: for properties of browsers and of
/// Word, and for values with `var()`.
pub(crate) fn accepts(property: &str, value: &str) -> bool {
    if property.starts_with("--") || property.starts_with("mso-") || is_prefixed(property) {
        return true;
    }
    let Some(syntax) = vocabulary().syntax_of_property(property) else { return true };
    let Some(parts) = parts(value) else { return true };
    let is_wide = matches!(parts.as_slice(), [Part::Word(word)] if WIDE.contains(&word.as_str()));
    if is_wide || parts.len() > MOST_PARTS || has_late_or_prefixed(&parts) {
        return true;
    }
    let Some(grammar) = grammar::parse(syntax) else { return true };
    matches(&grammar, &parts, 0, MOST_DEPTH).contains(&parts.len())
}

/// Returns the words that `property` accepts, also those of the types it refers to.
pub(crate) fn words_of(property: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    if let Some(grammar) = vocabulary().syntax_of_property(property).and_then(grammar::parse) {
        collect_words(&grammar, &mut found, 6);
    }
    found
}

fn collect_words(grammar: &Grammar, found: &mut BTreeSet<String>, depth: usize) {
    if depth == 0 {
        return;
    }
    let mut inside = |syntax: Option<&str>| {
        if let Some(grammar) = syntax.and_then(grammar::parse) {
            collect_words(&grammar, found, depth - 1);
        }
    };
    match grammar {
        Grammar::Keyword(word) => {
            found.insert(word.clone());
        }
        Grammar::Type(name) => inside(vocabulary().syntax_of_type(name)),
        Grammar::Property(name) => inside(vocabulary().syntax_of_property(name)),
        Grammar::Sequence(parts) | Grammar::All(parts) | Grammar::Some(parts) | Grammar::One(parts) => {
            for part in parts {
                collect_words(part, found, depth);
            }
        }
        Grammar::Repeated { part, .. } => collect_words(part, found, depth),
        Grammar::Sign(_) | Grammar::Function(..) => {}
    }
}

fn has_late_or_prefixed(parts: &[Part<'_>]) -> bool {
    parts.iter().any(|part| match part {
        Part::Function(name, inside) => {
            LATE.contains(&name.as_str()) || is_prefixed(name) || has_late_or_prefixed(inside)
        }
        Part::Word(word) => is_prefixed(word),
        _ => false,
    })
}

/// Returns the parts of a value; `None` if it has a token that is in no value.
fn parts(value: &str) -> Option<Vec<Part<'_>>> {
    let mut levels: Vec<(Option<String>, Vec<Part<'_>>)> = vec![(None, Vec::new())];
    for (token, range) in tokens(value) {
        let part = match token {
            Token::WhiteSpace(_) | Token::Comment(_) => continue,
            Token::Ident(word) => Part::Word(word.to_ascii_lowercase()),
            Token::Number { value, int_value, .. } => {
                Part::Number { is_integer: int_value.is_some(), is_zero: value == 0.0 }
            }
            Token::Percentage { .. } => Part::Percentage,
            Token::Dimension { unit, .. } => Part::Dimension(unit.to_ascii_lowercase()),
            Token::QuotedString(_) => Part::Text,
            Token::UnquotedUrl(_) => Part::Url,
            Token::Hash(_) | Token::IDHash(_) => Part::Hash(&value[range.start + 1..range.end]),
            Token::Comma => Part::Sign(','),
            Token::Colon => Part::Sign(':'),
            Token::Delim(sign) => Part::Sign(sign),
            Token::SquareBracketBlock => Part::Sign('['),
            Token::CloseSquareBracket => Part::Sign(']'),
            Token::Function(name) => {
                levels.push((Some(name.to_ascii_lowercase()), Vec::new()));
                continue;
            }
            // As in `calc((1px + 2px) * 3)`.
            Token::ParenthesisBlock => {
                levels.push((Some("calc".to_owned()), Vec::new()));
                continue;
            }
            Token::CloseParenthesis if levels.len() > 1 => {
                let (name, inside) = levels.pop()?;
                Part::Function(name?, inside)
            }
            _ => return None,
        };
        levels.last_mut()?.1.push(part);
    }
    // What is not closed ends with the value.
    while levels.len() > 1 {
        let (name, inside) = levels.pop()?;
        let part = Part::Function(name?, inside);
        levels.last_mut()?.1.push(part);
    }
    levels.pop().map(|(_, parts)| parts)
}

/// Returns every index at which what `grammar` describes may end, if it begins at `start`.
fn matches(grammar: &Grammar, parts: &[Part<'_>], start: usize, depth: usize) -> BTreeSet<usize> {
    if depth == 0 {
        // Too deep to tell: anything may follow.
        return (start..=parts.len()).collect();
    }
    let one = |fits: bool| if fits { BTreeSet::from([start + 1]) } else { BTreeSet::new() };
    match grammar {
        Grammar::Keyword(word) => one(matches!(parts.get(start), Some(Part::Word(own)) if own == word)),
        Grammar::Sign(sign) => one(matches!(parts.get(start), Some(Part::Sign(own)) if own == sign)),
        Grammar::Function(name, inside) => one(match parts.get(start) {
            Some(Part::Function(own, arguments)) => {
                own == name && matches(inside, arguments, 0, depth - 1).contains(&arguments.len())
            }
            _ => false,
        }),
        Grammar::Type(name) => matches_type(name, parts, start, depth),
        Grammar::Property(name) => match vocabulary().syntax_of_property(name).and_then(grammar::parse) {
            Some(grammar) => matches(&grammar, parts, start, depth - 1),
            None => (start..=parts.len()).collect(),
        },
        Grammar::Sequence(inside) => inside.iter().fold(BTreeSet::from([start]), |ends, part| {
            let next = ends.into_iter().flat_map(|end| {
                let mut found = matches(part, parts, end, depth);
                // A comma is left out together with what is before or after it (CSS Values 4, 2.1).
                if *part == Grammar::Sign(',') && (end == start || end == parts.len()) {
                    found.insert(end);
                }
                found
            });
            next.collect()
        }),
        Grammar::One(inside) => inside.iter().flat_map(|part| matches(part, parts, start, depth)).collect(),
        Grammar::All(inside) => in_any_order(inside, inside.len(), parts, start, depth),
        Grammar::Some(inside) => in_any_order(inside, 1, parts, start, depth),
        Grammar::Repeated { part, least, most, has_commas } => {
            let mut found = BTreeSet::new();
            let mut ends = BTreeSet::from([start]);
            for count in 0..=*most {
                if count >= *least {
                    found.extend(&ends);
                }
                let after = |end: usize| match parts.get(end) {
                    Some(Part::Sign(',')) if *has_commas && count > 0 => Some(end + 1),
                    _ if *has_commas && count > 0 => None,
                    _ => Some(end),
                };
                let next = ends.iter().copied().filter_map(after).flat_map(|end| matches(part, parts, end, depth));
                let next: BTreeSet<usize> = next.filter(|end| !ends.contains(end)).collect();
                if next.is_empty() {
                    break;
                }
                ends = next;
            }
            found
        }
    }
}

/// Returns the ends of at least `least` of `inside`, each at most once.
fn in_any_order(inside: &[Grammar], least: usize, parts: &[Part<'_>], start: usize, depth: usize) -> BTreeSet<usize> {
    // Which of them were used, and where they end.
    let mut states = BTreeSet::from([(0_u64, start)]);
    let mut found = BTreeSet::new();
    for count in 0..=inside.len() {
        if count >= least {
            found.extend(states.iter().map(|(_, end)| *end));
        }
        let mut next = BTreeSet::new();
        for (used, at) in &states {
            for (index, part) in inside.iter().enumerate().filter(|(index, _)| used & (1 << index) == 0) {
                next.extend(matches(part, parts, *at, depth).into_iter().map(|end| (used | 1 << index, end)));
            }
        }
        states = next;
    }
    found
}

fn matches_type(name: &str, parts: &[Part<'_>], start: usize, depth: usize) -> BTreeSet<usize> {
    let part = parts.get(start);
    let is_math = matches!(part, Some(Part::Function(name, _)) if MATH.contains(&name.as_str()));
    let has_unit = |units: &[&str]| matches!(part, Some(Part::Dimension(unit)) if units.contains(&unit.as_str()));
    let is_zero = matches!(part, Some(Part::Number { is_zero: true, .. }));
    let fits = match name {
        "length" => is_math || is_zero || matches!(part, Some(Part::Dimension(unit)) if is_length_unit(unit)),
        "percentage" => is_math || part == Some(&Part::Percentage),
        "number" | "number-token" => is_math || matches!(part, Some(Part::Number { .. })),
        "integer" => is_math || matches!(part, Some(Part::Number { is_integer: true, .. })),
        "angle" => is_math || is_zero || has_unit(&["deg", "grad", "rad", "turn"]),
        "zero" => is_zero,
        "time" => is_math || has_unit(&["s", "ms"]),
        "frequency" => is_math || has_unit(&["hz", "khz"]),
        "resolution" => is_math || has_unit(&["dpi", "dpcm", "dppx", "x"]),
        "flex" => has_unit(&["fr"]),
        "dimension" | "dimension-token" => is_math || matches!(part, Some(Part::Dimension(_))),
        "string" | "string-token" => part == Some(&Part::Text),
        "url" | "url-token" => {
            matches!(part, Some(Part::Url))
                || matches!(part, Some(Part::Function(name, _)) if name == "url" || name == "src")
        }
        "ident" | "ident-token" | "custom-ident" => {
            matches!(part, Some(Part::Word(word)) if !WIDE.contains(&word.as_str()))
        }
        "dashed-ident" | "custom-property-name" => matches!(part, Some(Part::Word(word)) if word.starts_with("--")),
        "hex-color" | "hash-token" => {
            matches!(part, Some(Part::Hash(digits))
                if [3, 4, 6, 8].contains(&digits.len()) && digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
        }
        _ => {
            return match vocabulary().syntax_of_type(name).and_then(grammar::parse) {
                Some(grammar) => matches(&grammar, parts, start, depth - 1),
                // A type that is not known here may be anything.
                None => (start + 1..=parts.len()).collect(),
            };
        }
    };
    if fits { BTreeSet::from([start + 1]) } else { BTreeSet::new() }
}

/// Whether `unit`, in lower case, is one of lengths.
fn is_length_unit(unit: &str) -> bool {
    let others = ["deg", "grad", "rad", "turn", "s", "ms", "hz", "khz", "dpi", "dpcm", "dppx", "x", "fr"];
    !others.contains(&unit) && vocabulary().units.iter().any(|known| known.eq_ignore_ascii_case(unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_accepted_as_in_a_browser() {
        let cases = [
            ("margin", "0 auto", true),
            ("margin", "16px 1.5rem 0", true),
            ("margin", "16", false),
            ("margin", "1px 2px 3px 4px 5px", false),
            ("margin", "calc((1px + 2em) * 3) min(1px, 2vw)", true),
            ("padding", "auto", false),
            ("color", "#b7410e", true),
            ("color", "#b7410", false),
            ("color", "reed", false),
            ("color", "RED", true),
            ("color", "rgb(0, 128, 0)", true),
            ("color", "rgb(0 128 0 / 50%)", true),
            ("color", "windowtext", true),
            ("color", "inherit", true),
            ("color", "var(--ink)", true),
            ("background", "url(a.png) no-repeat center / cover, #ffffff", true),
            ("background", "linear-gradient(to right, red 10%, blue)", true),
            ("background", "none", true),
            ("background", "whit", false),
            ("font", "16px/26px Georgia, 'Times New Roman', serif", true),
            ("font", "italic bold 0.8em/1.2 Arial", true),
            ("font", "600 13px/20px 'Segoe UI',-apple-system,Roboto,sans-serif", true),
            ("font", "16px", false),
            ("font-family", "Georgia, Times New Roman, serif", true),
            ("font-size", "16 px", false),
            ("font-size", "16pxx", false),
            ("font-weight", "650", true),
            ("font-weight", "heavy", false),
            ("line-height", "1.5", true),
            ("text-decoration", "underline #b7410e 1px", true),
            ("text-decoration-thickness", "1px", true),
            ("border-top", "2px solid #b7410e", true),
            ("border", "0", true),
            ("border", "1px sold red", false),
            ("display", "inline-block", true),
            ("display", "-webkit-box", true),
            ("display", "hidden", false),
            ("float", "start", false),
            ("width", "100%", true),
            ("width", "fit-content", true),
            ("text-align", "centre", false),
            ("white-space", "pre-wrap", true),
            ("word-break", "break-word", true),
            ("overflow-wrap", "anywhere", true),
            ("color-scheme", "light dark", true),
            ("color-scheme", "only dark", true),
            ("grid-template-columns", "6rem 1fr", true),
            ("grid-template-columns", "repeat(auto-fill, minmax(0, 1fr)) [end]", true),
            ("content", "\"\"", true),
            ("list-style", "none", true),
            ("box-shadow", "0 0 1px rgba(0, 0, 0, .5), inset 0 1px red", true),
            ("transition", "color 0.2s ease-in", true),
            ("transform", "rotate(3deg)", true),
            ("mso-line-height-rule", "exactly", true),
            ("-webkit-text-size-adjust", "100%", true),
            ("vertical-align", "top", true),
            ("max-width", "none", true),
            ("z-index", "1.5", false),
            ("opacity", "50%", true),
            ("filter", "grayscale(1)", true),
            ("margin-inline", "-1.5rem", true),
            ("aspect-ratio", "16 / 9", true),
            ("text-wrap", "balance", true),
            ("order", "1", true),
            ("gap", "1.5rem", true),
            ("place-items", "center", true),
            ("text-underline-offset", "0.2em", true),
            ("outline", "2px solid red", true),
            ("unknown-property", "anything", true),
        ];
        let wrong: Vec<_> =
            cases.into_iter().filter(|(property, value, expected)| accepts(property, value) != *expected).collect();
        assert_eq!(wrong, []);
    }

    #[test]
    fn every_syntax_of_a_property_can_be_read() {
        let unread: Vec<&str> = vocabulary()
            .properties()
            .filter(|name| vocabulary().syntax_of_property(name).is_some_and(|syntax| grammar::parse(syntax).is_none()))
            .collect();
        assert_eq!(unread, Vec::<&str>::new());
    }

    #[test]
    fn the_words_of_a_property_are_those_of_its_types_too() {
        let words = words_of("text-align");
        assert!(words.contains("center") && words.contains("justify"));
        assert!(words_of("border").contains("solid"));
    }

    #[test]
    fn deep_and_long_values_do_not_take_long() {
        accepts("width", &"calc(".repeat(10_000));
        assert!(accepts("font-family", &"a, ".repeat(10_000)));
        accepts("background", &"url(a.png) no-repeat center, ".repeat(12));
    }
}
