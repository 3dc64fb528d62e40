//! CSS as letters hold it, read into declarations and rules. As lenient as a mail client: what makes no sense is passed
//! over. Values stay text.

/// A property and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Declaration<'a> {
    /// Its name, lower case.
    pub(crate) property: String,
    /// Its value without `!important`.
    pub(crate) value: &'a str,
    /// Everything after the colon, as written.
    pub(crate) written: &'a str,
    /// Whether it says `!important`.
    pub(crate) important: bool,
    /// All of it, as written.
    pub(crate) source: &'a str,
    /// Where it starts in the text it was read from.
    pub(crate) start: usize,
}

impl Declaration<'_> {
    /// The value in pixels, when it is one length in `px` (or a bare zero).
    pub(crate) fn pixels(&self) -> Option<f64> {
        pixels(self.value)
    }
}

/// A length in `px`, or a bare zero.
pub(crate) fn pixels(value: &str) -> Option<f64> {
    match value.trim() {
        "0" => Some(0.0),
        length => length.strip_suffix("px")?.trim().parse().ok(),
    }
}

/// Whether a colour stands in `css` that is written with spaces, as Gmail reads none: `rgb(0 128 0)`.
pub(crate) fn has_spaced_colour(css: &str) -> bool {
    let css = css.to_ascii_lowercase();
    ["rgb(", "rgba(", "hsl(", "hsla("].iter().any(|opening| {
        css.match_indices(opening).any(|(at, _)| {
            let inside = css[at + opening.len()..].split(')').next().unwrap_or_default();
            !inside.contains(',') && inside.split_whitespace().count() > 1
        })
    })
}

/// A rule with the at-rules it stands in, outermost first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StyleRule<'a> {
    /// `@media (max-width: 599px)` and the like, without the brace.
    pub(crate) at: Vec<&'a str>,
    /// Its selectors.
    pub(crate) selectors: Vec<&'a str>,
    /// Its declarations.
    pub(crate) declarations: Vec<Declaration<'a>>,
}

impl StyleRule<'_> {
    /// Whether it holds for readers whose device is set to dark.
    pub(crate) fn is_dark(&self) -> bool {
        self.at.iter().any(|at| {
            let at: String = at.to_ascii_lowercase().split_whitespace().collect();
            at.contains("prefers-color-scheme:dark")
        })
    }
}

/// A style sheet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Sheet<'a> {
    /// Every rule, in order.
    pub(crate) rules: Vec<StyleRule<'a>>,
    /// Every at-rule, in order; blocks and statements (`@import`) alike.
    pub(crate) at_rules: Vec<AtRule<'a>>,
}

/// An at-rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AtRule<'a> {
    /// What stands before its brace or semicolon, after those of the at-rules it stands in, outermost first.
    pub(crate) path: Vec<&'a str>,
    /// What stands between its braces, when it has any.
    pub(crate) block: Option<&'a str>,
}

impl<'a> AtRule<'a> {
    /// What stands before its brace or semicolon.
    pub(crate) fn prelude(&self) -> &'a str {
        self.path.last().copied().unwrap_or_default()
    }

    /// Whether it stands in another.
    pub(crate) fn is_nested(&self) -> bool {
        self.path.len() > 1
    }
}

/// Reads a style sheet.
pub(crate) fn sheet(css: &str) -> Sheet<'_> {
    let mut sheet = Sheet::default();
    read_rules(css, 0, css.len(), &mut Vec::new(), &mut sheet);
    sheet
}

/// Reads the rules of `css[at..end]`, which stand in the at-rules `around`.
fn read_rules<'a>(css: &'a str, mut at: usize, end: usize, around: &mut Vec<&'a str>, sheet: &mut Sheet<'a>) {
    while at < end {
        let stop = next(css, at, end, b"{;}");
        let prelude = without_comments(css[at..stop].trim());
        if css.as_bytes().get(stop) != Some(&b'{') || stop >= end {
            if prelude.starts_with('@') {
                let path = around.iter().copied().chain([prelude]).collect();
                sheet.at_rules.push(AtRule { path, block: None });
            }
            at = stop + 1;
            continue;
        }
        let close = closing(css, stop + 1, end);
        if prelude.starts_with('@') {
            around.push(prelude);
            sheet.at_rules.push(AtRule { path: around.clone(), block: Some(css[stop + 1..close].trim()) });
            // What holds declarations (`@font-face`, `@page`) has no rules to read.
            read_rules(css, stop + 1, close, around, sheet);
            around.pop();
        } else {
            sheet.rules.push(StyleRule {
                at: around.clone(),
                selectors: selectors(prelude),
                declarations: declarations_between(css, stop + 1, close),
            });
        }
        at = close + 1;
    }
}

/// The selectors of a rule: what stands between commas outside parentheses (`:not(a, b)`).
fn selectors(prelude: &str) -> Vec<&str> {
    let mut selectors = Vec::new();
    let mut at = 0;
    while at <= prelude.len() {
        let stop = next(prelude, at, prelude.len(), b",");
        selectors.push(prelude[at..stop].trim());
        at = stop + 1;
    }
    selectors
}

/// A prelude without the comment before it.
fn without_comments(mut prelude: &str) -> &str {
    while let Some(rest) = prelude.strip_prefix("/*") {
        prelude = rest.split_once("*/").map_or("", |(_, after)| after.trim_start());
    }
    prelude
}

/// Reads the declarations of a `style` attribute or of a rule's block.
pub(crate) fn declarations(text: &str) -> Vec<Declaration<'_>> {
    declarations_between(text, 0, text.len())
}

fn declarations_between(text: &str, mut at: usize, end: usize) -> Vec<Declaration<'_>> {
    let mut declarations = Vec::new();
    while at < end {
        let stop = next(text, at, end, b";{}");
        let whole = &text[at..stop];
        let inside = without_comments(whole.trim_start());
        if let Some((property, written)) = inside.split_once(':') {
            let start = at + (whole.len() - inside.len());
            let written = written.trim_end();
            let (value, important) = split_important(written);
            let property = property.trim();
            // The names of custom properties are the only ones that know capitals.
            let property = if property.starts_with("--") { property.to_owned() } else { property.to_ascii_lowercase() };
            declarations.push(Declaration { property, value, written, important, source: inside.trim_end(), start });
        }
        // A block in a block is CSS nesting; what is in it is not ours.
        at = if text.as_bytes().get(stop) == Some(&b'{') { closing(text, stop + 1, end) + 1 } else { stop + 1 };
    }
    declarations
}

fn split_important(written: &str) -> (&str, bool) {
    match written.rsplit_once('!') {
        Some((value, word)) if word.trim().eq_ignore_ascii_case("important") => (value.trim(), true),
        _ => (written.trim(), false),
    }
}

/// Where the block that is open at `at` closes.
fn closing(text: &str, mut at: usize, end: usize) -> usize {
    let mut depth = 0_usize;
    loop {
        let stop = next(text, at, end, b"{}");
        if stop >= end {
            return end;
        }
        match (text.as_bytes()[stop], depth) {
            (b'{', _) => depth += 1,
            (_, 0) => return stop,
            _ => depth -= 1,
        }
        at = stop + 1;
    }
}

/// Where one of `wanted` next stands outside strings, comments and parentheses; `end` when nowhere.
fn next(text: &str, mut at: usize, end: usize, wanted: &[u8]) -> usize {
    let bytes = text.as_bytes();
    let mut parentheses = 0_usize;
    while at < end {
        match bytes[at] {
            quote @ (b'"' | b'\'') => {
                at += 1;
                while at < end && bytes[at] != quote && bytes[at] != b'\n' {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
            }
            b'/' if bytes[at..end].starts_with(b"/*") => {
                at += text[at..end].find("*/").map_or(end - at, |length| length + 1);
            }
            b'(' => parentheses += 1,
            b')' => parentheses = parentheses.saturating_sub(1),
            byte if parentheses == 0 && wanted.contains(&byte) => return at,
            _ => {}
        }
        at += 1;
    }
    end
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_style_attribute_is_its_declarations() {
        let read: Vec<_> = declarations("Color : RED!Important;; font:16px/26px 'a;b', url(x;y) ;broken")
            .into_iter()
            .map(|one| (one.property, one.value, one.important, one.start))
            .collect();
        assert_eq!(
            read,
            [("color".to_owned(), "RED", true, 0), ("font".to_owned(), "16px/26px 'a;b', url(x;y)", false, 24),]
        );
    }

    #[test]
    fn a_sheet_is_its_rules_and_at_rules() {
        let css = "@import 'x';/* a { } */ a:not(.b, i), b > c{color:red}@media (x) { @supports (y) { p { margin:0 } } td{} }";
        let sheet = sheet(css);
        let rules: Vec<_> = sheet.rules.iter().map(|rule| (rule.at.join(" "), rule.selectors.join("|"))).collect();
        assert_eq!(
            rules,
            [("", "a:not(.b, i)|b > c"), ("@media (x) @supports (y)", "p"), ("@media (x)", "td")]
                .map(|(at, selectors)| (at.to_owned(), selectors.to_owned()))
        );
        let at_rules: Vec<_> = sheet.at_rules.iter().map(|at| (at.path.join(" "), at.block.map(str::len))).collect();
        let expected = [("@import 'x'", None), ("@media (x)", Some(37)), ("@media (x) @supports (y)", Some(14))];
        assert_eq!(at_rules, expected.map(|(path, block)| (path.to_owned(), block)));
    }

    #[test]
    fn only_pixels_are_pixels() {
        assert_eq!(["0", "16px", " 1.5 px", "1em", "auto"].map(pixels), [Some(0.0), Some(16.0), Some(1.5), None, None]);
    }

    #[test]
    fn colours_with_spaces_are_told_from_those_with_commas() {
        let spaced = ["color: RGB(0 128 0)", "hsl(120 100% 25%)", "rgb(0,0,0), rgba(0 0 0 / 50%)"];
        let plain = ["color: rgb(0, 128, 0)", "rgb(var)", "#008000", "rgb("];
        assert_eq!(spaced.map(has_spaced_colour), [true; 3]);
        assert_eq!(plain.map(has_spaced_colour), [false; 4]);
    }

    proptest! {
        #[test]
        fn any_text_is_read(css in "([{};:,()'\"!@a-z \n\\\\]|/\\*|\\*/|é)*") {
            sheet(&css);
            declarations(&css);
        }
    }
}
