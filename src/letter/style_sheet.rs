//! A style sheet made ready for mail: comments gone, custom properties replaced by their values, the accent made
//! legible. What CSS allows beyond that goes through untouched; it is read as leniently as browsers read it.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use anyhow::{anyhow, bail};

use super::markers::Markers;
use crate::model::Colour;
use crate::templates::colour::{hex, legible};

/// How deep custom properties may refer to one another.
const DEPTH: usize = 8;

/// How many bytes a sheet may grow to when they are replaced.
const LARGEST: usize = 1 << 20;

/// What stands behind the text in a sheet that does not say so in `--ground`, `--tint` and their dark kin.
const LIGHT_GROUND: Colour = Colour { red: 0xff, green: 0xff, blue: 0xff };
const DARK_GROUND: Colour = Colour { red: 0x16, green: 0x18, blue: 0x1d };

/// Custom properties by name, with the dashes.
type Properties<'a> = BTreeMap<&'a str, Cow<'a, str>>;

/// `css` for the `style` element of a letter. `--accent` and `--accent-dark` are `accent`, made legible on the grounds
/// the sheet names, unless the sheet sets them itself.
///
/// Errors name the line of a reference to a property nobody defines, and of what would break out of the element.
pub(super) fn prepare(css: &str, accent: Colour) -> anyhow::Result<String> {
    refuse_break_out(css)?;
    let css = without_comments(css);
    let properties = properties(&css, accent);
    let css = substitute(&css, &properties)?;
    Ok(squeeze(&without_definitions(&css)))
}

/// `--accent` and `--accent-dark` of a page styled with `css`: its own, or `accent` made legible on the grounds it names.
pub fn accents(css: &str, accent: Colour) -> [String; 2] {
    let css = without_comments(css);
    let properties = properties(&css, accent);
    ["--accent", "--accent-dark"].map(|name| properties[name].clone().into_owned())
}

/// The custom properties of `css`, free of comments, and the accents it does not set itself.
fn properties(css: &str, accent: Colour) -> Properties<'_> {
    let mut properties: Properties = definitions(css).into_iter().map(|found| named(&css[found])).collect();
    let ground = |name, default| properties.get(name).and_then(|value| colour(value)).unwrap_or(default);
    let light = [ground("--ground", LIGHT_GROUND), ground("--tint", LIGHT_GROUND)];
    let dark = [ground("--ground-dark", DARK_GROUND), ground("--tint-dark", DARK_GROUND)];
    properties.entry("--accent").or_insert_with(|| hex(legible(accent, &light)).into());
    properties.entry("--accent-dark").or_insert_with(|| hex(legible(accent, &dark)).into());
    properties
}

/// A `style` element ends at the first `</style`, quoted or not (WHATWG HTML, raw text elements).
fn refuse_break_out(css: &str) -> anyhow::Result<()> {
    if let Some(at) = css.to_ascii_lowercase().find("</style") {
        bail!("`letter.css` line {}: `</style` would end the style sheet inside the letter; remove it", line(css, at));
    }
    if let Some(at) = css.find(Markers::is_reserved) {
        bail!("`letter.css` line {}: a private-use character; write it as an escape, `\\e000`", line(css, at));
    }
    Ok(())
}

/// Where `at` is, for people: lines count from one.
fn line(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

/// The definitions of custom properties in the `:root` rules of `css`, those inside at-rules left out: mail knows one
/// value each. Ranges from the name to the end of the value.
fn definitions(css: &str) -> Vec<Range<usize>> {
    let code = without_strings(css);
    let (mut found, mut start, mut open) = (Vec::new(), 0, Vec::new());
    for (at, byte) in code.bytes().enumerate() {
        match byte {
            b'(' => open.push(b')'),
            b')' if open.last() == Some(&b')') => drop(open.pop()),
            b'{' => {
                open.push(if open.is_empty() && code[start..at].trim() == ":root" { b'r' } else { b'}' });
                start = at + 1;
            }
            b';' | b'}' if open.last() != Some(&b')') => {
                let name = start + code[start..at].len() - code[start..at].trim_start().len();
                if open.last() == Some(&b'r') && code[name..at].starts_with("--") {
                    found.push(name..at);
                }
                if byte == b'}' {
                    open.pop();
                }
                start = at + 1;
            }
            _ => {}
        }
    }
    found
}

/// A definition as name and value.
fn named(definition: &str) -> (&str, Cow<'_, str>) {
    let (name, value) = definition.split_once(':').unwrap_or((definition, ""));
    (name.trim(), value.trim().into())
}

/// `#rrggbb`.
fn colour(value: &str) -> Option<Colour> {
    let digits = value.strip_prefix('#').filter(|digits| digits.len() == 6)?;
    let [_, red, green, blue] = u32::from_str_radix(digits, 16).ok()?.to_be_bytes();
    Some(Colour { red, green, blue })
}

/// `css` with every `var()` replaced.
fn substitute(css: &str, properties: &Properties) -> anyhow::Result<String> {
    expand(css, properties, DEPTH).map_err(|(at, problem)| anyhow!("`letter.css` line {}: {problem}", line(css, at)))
}

/// `text` with every `var()` replaced, or where it cannot be and why.
fn expand(text: &str, properties: &Properties, depth: usize) -> Result<String, (usize, String)> {
    if depth == 0 {
        return Err((0, format!("custom properties refer to one another more than {DEPTH} times in a row")));
    }
    let code = without_strings(text);
    let (mut expanded, mut done) = (String::with_capacity(text.len()), 0);
    while let Some(start) = code[done..].find("var(").map(|found| done + found) {
        let inside = start + "var(".len();
        let end = closing(&code, inside).ok_or_else(|| (start, "this `var(` is never closed".to_owned()))?;
        let comma = code[inside..end].find(',').map(|found| inside + found);
        let name = text[inside..comma.unwrap_or(end)].trim();
        let fallback = comma.map(|comma| &text[comma + 1..end]);
        let value = properties.get(name).map(Cow::as_ref).or(fallback).ok_or_else(|| {
            (start, format!("`{name}` is not defined; give it a value in a `:root` rule outside every at-rule"))
        })?;
        expanded.push_str(&text[done..start]);
        expanded.push_str(expand(value, properties, depth - 1).map_err(|(_, problem)| (start, problem))?.trim());
        done = end + 1;
        if expanded.len() > LARGEST {
            return Err((start, "custom properties make the style sheet larger than 1 MiB".to_owned()));
        }
    }
    expanded.push_str(&text[done..]);
    Ok(expanded)
}

/// Where the parenthesis closes that is open at `from`.
fn closing(code: &str, from: usize) -> Option<usize> {
    let mut depth = 0_usize;
    code.bytes().enumerate().skip(from).find_map(|(at, byte)| {
        match byte {
            b'(' => depth += 1,
            b')' if depth == 0 => return Some(at),
            b')' => depth -= 1,
            _ => {}
        }
        None
    })
}

/// `css` without the definitions nothing refers to any more.
fn without_definitions(css: &str) -> String {
    let (mut kept, mut done) = (String::with_capacity(css.len()), 0);
    for definition in definitions(css) {
        kept.push_str(&css[done..definition.start]);
        let end = definition.end;
        done = if css[end..].starts_with(';') { end + 1 } else { end };
    }
    kept + &css[done..]
}

/// A stretch of a style sheet.
enum Stretch<'a> {
    Code(&'a str),
    /// With its quotes.
    String(&'a str),
    /// With its delimiters.
    Comment(&'a str),
}

fn stretches(css: &str) -> Vec<Stretch<'_>> {
    let (mut stretches, mut rest) = (Vec::new(), css);
    while let Some(at) = next_stretch(rest) {
        let (code, after) = rest.split_at(at);
        stretches.push(Stretch::Code(code));
        let comment = after.strip_prefix("/*");
        let end = match comment {
            Some(inside) => inside.find("*/").map_or(after.len(), |found| found + 4),
            None => string_end(after),
        };
        let stretch = &after[..end];
        stretches.push(if comment.is_some() { Stretch::Comment(stretch) } else { Stretch::String(stretch) });
        rest = &after[end..];
    }
    stretches.push(Stretch::Code(rest));
    stretches
}

fn next_stretch(css: &str) -> Option<usize> {
    let comment = css.find("/*");
    let string = css.find(['"', '\'']);
    comment.into_iter().chain(string).min()
}

/// Where the string ends that `text` starts with: after its quote, or before the end of the line (CSS Syntax, 4.3.5).
fn string_end(text: &str) -> usize {
    let mut characters = text.char_indices();
    let quote = characters.next().map(|(_, quote)| quote);
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' => drop(characters.next()),
            '\n' => return at,
            _ if Some(character) == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// `css` with its comments reduced to the line ends in them: Gmail may skip a rule that follows a comment.
fn without_comments(css: &str) -> String {
    let mut kept = String::with_capacity(css.len());
    for stretch in stretches(css) {
        match stretch {
            Stretch::Code(text) | Stretch::String(text) => kept.push_str(text),
            Stretch::Comment(text) => {
                kept.push(' ');
                kept.extend(text.chars().filter(|&character| character == '\n'));
            }
        }
    }
    kept
}

/// `css`, free of comments, with every byte of a string replaced: what is left at its place is code.
fn without_strings(css: &str) -> String {
    stretches(css)
        .iter()
        .map(|stretch| match stretch {
            Stretch::Code(text) | Stretch::Comment(text) => (*text).to_owned(),
            Stretch::String(text) => "_".repeat(text.len()),
        })
        .collect()
}

/// `css` with runs of white space reduced to one space or one line end, to nothing after a comma.
fn squeeze(css: &str) -> String {
    let mut squeezed = String::with_capacity(css.len());
    for stretch in stretches(css.trim()) {
        match stretch {
            Stretch::Code(text) | Stretch::Comment(text) => squeeze_code(text, &mut squeezed),
            Stretch::String(text) => squeezed.push_str(text),
        }
    }
    squeezed
}

fn squeeze_code(code: &str, squeezed: &mut String) {
    let space = |character: char| character.is_ascii_whitespace();
    for run in code.split_inclusive(|character| !space(character)) {
        let word = run.trim_start_matches(space);
        match &run[..run.len() - word.len()] {
            "" => {}
            // A list of fonts stands in most of the letter's elements.
            _ if squeezed.ends_with(',') => {}
            space => squeezed.push(if space.contains('\n') { '\n' } else { ' ' }),
        }
        squeezed.push_str(word);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RED: Colour = Colour { red: 0xff, green: 0, blue: 0 };

    #[test]
    fn custom_properties_become_their_values() {
        let css = ":root { --ink: #222222; --gap: 8px; color-scheme: light; --font: 'A; B', var(--more) }
            :root { --more: serif }
            p { color: var(--ink); margin: calc(2 * var( --gap )) var(--none, var(--gap)); font: var(--font) }";
        let expected = ":root { color-scheme: light; }
:root { }
p { color: #222222; margin: calc(2 * 8px) 8px; font: 'A; B',serif }";
        assert_eq!(prepare(css, RED).unwrap(), expected);
    }

    #[test]
    fn the_accent_is_legible_on_the_grounds_the_sheet_names() {
        let cases = [
            ("", "#ed0000 #ff1010"),
            ("--tint: #d0d0d0; --ground-dark: #000000; --tint-dark: #000000", "#b70000 #ff0000"),
            ("--accent: #123456", "#123456 #ff1010"),
        ];
        for (grounds, expected) in cases {
            let css = prepare(&format!("a {{ --both: var(--accent) var(--accent-dark) }} :root {{ {grounds} }}"), RED);
            let css = css.unwrap();
            let found = css.strip_prefix("a { --both: ").and_then(|css| css.split(" }").next());
            assert_eq!(found, Some(expected), "{grounds}");
        }
    }

    #[test]
    fn comments_go_and_strings_stay() {
        let css = "/* it's */ a::after { content: '/* no  comment; var(--x) */' } /* the\nend */ b { color: red }";
        let expected = "a::after { content: '/* no  comment; var(--x) */' }\nb { color: red }";
        assert_eq!(prepare(css, RED).unwrap(), expected);
    }

    #[test]
    fn properties_of_at_rules_are_no_values_for_mail() {
        let css = "@media print { :root { --ink: black } }\np { color: var(--ink) }";
        let expected =
            "`letter.css` line 2: `--ink` is not defined; give it a value in a `:root` rule outside every at-rule";
        assert_eq!(prepare(css, RED).unwrap_err().to_string(), expected);
    }

    #[test]
    fn a_sheet_that_doubles_itself_is_refused() {
        let level = |level| format!("--p{level}:{};", format!("var(--p{}) ", level + 1).repeat(99));
        let doubling = (0..7).map(level).collect::<Vec<_>>().concat();
        let css = format!(":root {{{doubling}--p7:xxxx}} a {{ color: var(--p0) }}");
        let expected = "`letter.css` line 1: custom properties make the style sheet larger than 1 MiB";
        assert_eq!(prepare(&css, RED).unwrap_err().to_string(), expected);
    }
}
