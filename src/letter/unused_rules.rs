//! Drops rules for what a letter does not contain: the inliner keeps every rule that selects nothing.

use std::collections::BTreeSet;
use std::mem;
use std::sync::LazyLock;

use cssparser::Token as CssToken;

use super::style_sheet::LetterStyleSheet;
use crate::html::css::Statement;
use crate::html::css::tokens::{closes_block, opens_block, tokens};
use crate::html::token::{self, Token};
use crate::templates::mail::letter::CSS;

/// Returns `html`, which has the style sheet `style`, without those of its selectors that name a class or type which the
/// built-in style sheet knows and no element of `html` has. Any other name may be a mail client's own: `.moz-text-html`,
/// `u + .body`.
pub(super) fn without_unused_rules(html: &str, style: &LetterStyleSheet) -> String {
    let tokens: Vec<Token<'_>> = token::tokens(html).collect();
    let mut present = BTreeSet::new();
    for token in &tokens {
        let Token::Start(tag) = token else { continue };
        present.insert(Name::Type(tag.name()));
        let classes = tag.attributes().filter(|(name, _)| *name == "class");
        present.extend(classes.flat_map(|(_, value)| value.split_ascii_whitespace()).map(Name::Class));
    }
    let is_absent = |name: &Name<'_>| !present.contains(name) && (style.is_built_in() || KNOWN.contains(name));
    let mut pruned = String::with_capacity(html.len());
    for token in tokens {
        match token {
            Token::Style(_) => pruned.push_str(&without_absent(style.statements(), &is_absent)),
            other => pruned.push_str(other.as_str()),
        }
    }
    pruned
}

/// The names in the built-in style sheet, which many letters are compared with.
static KNOWN: LazyLock<BTreeSet<Name<'static>>> = LazyLock::new(|| {
    // Not from its statements, because most of its tokens are in declarations. A test compares the two.
    let after = |part: &'static str| part.rsplit(['}', ';']).next()?.rsplit("*/").next();
    let preludes = CSS.split_inclusive('{').filter_map(after);
    names(preludes).collect()
});

/// Returns the names in those of `preludes` that are selectors.
fn names<'a>(preludes: impl Iterator<Item = &'a str>) -> impl Iterator<Item = Name<'a>> {
    preludes.filter(|prelude| !is_at_rule(prelude)).flat_map(selectors).flat_map(|selector| selector.names)
}

/// A name in a selector.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Name<'a> {
    Class(&'a str),
    Type(&'a str),
}

/// A selector of a rule.
struct Selector<'a> {
    text: &'a str,
    /// The names an element must have, or one around it. Those in parentheses are alternatives.
    names: Vec<Name<'a>>,
}

/// Returns the selectors before the block that ends `prelude`.
fn selectors(prelude: &str) -> Vec<Selector<'_>> {
    let (mut selectors, mut names, mut start) = (Vec::new(), Vec::new(), 0);
    let (mut depth, mut before) = (0_usize, None);
    for (token, range) in tokens(prelude) {
        match token {
            CssToken::Comma | CssToken::CurlyBracketBlock if depth == 0 => {
                selectors.push(Selector { text: prelude[start..range.start].trim(), names: mem::take(&mut names) });
                start = range.end;
            }
            _ if opens_block(&token) => depth += 1,
            _ if closes_block(&token) => depth = depth.saturating_sub(1),
            CssToken::Ident(_) if depth == 0 => match before {
                Some('.') => names.push(Name::Class(&prelude[range])),
                Some(':') => {}
                _ => names.push(Name::Type(&prelude[range])),
            },
            _ => {}
        }
        before = match token {
            CssToken::Delim(sign) => Some(sign),
            CssToken::Colon => Some(':'),
            _ => None,
        };
    }
    selectors
}

fn is_at_rule(prelude: &str) -> bool {
    prelude.trim_start().starts_with('@')
}

/// Joins the `statements` of a style sheet, without the selectors that name something absent.
fn without_absent<'a>(
    statements: impl Iterator<Item = Statement<'a>>,
    is_absent: &dyn Fn(&Name<'_>) -> bool,
) -> String {
    let mut kept = String::new();
    // Of each open block, where it begins in `kept`, and how long it is without content.
    let mut open: Vec<(usize, usize)> = Vec::new();
    let mut skips = false;
    for statement in statements {
        match statement {
            Statement::Prelude(prelude) => {
                let start = kept.len();
                if is_at_rule(prelude) {
                    kept.push_str(prelude);
                } else {
                    let selectors = with_all_names(prelude, is_absent);
                    skips = selectors.is_empty();
                    kept.push_str(&selectors);
                }
                open.push((start, kept.len()));
            }
            Statement::Declaration(declaration) => {
                if !skips {
                    kept.push_str(declaration);
                }
                if declaration.ends_with('}') {
                    skips = false;
                    let block = open.pop();
                    // A rule that is left out leaves nothing, and neither does an at-rule whose rules are all left out.
                    if let Some((start, inside)) = block
                        && kept[inside..].trim_matches(|sign: char| sign.is_whitespace() || sign == '}').is_empty()
                    {
                        kept.truncate(start);
                    }
                }
            }
        }
    }
    kept
}

/// Returns `prelude` with those of its selectors that name nothing absent; empty when none is left.
fn with_all_names(prelude: &str, is_absent: &dyn Fn(&Name<'_>) -> bool) -> String {
    let selectors = selectors(prelude);
    let is_kept = |selector: &&Selector<'_>| !selector.names.iter().any(is_absent);
    let kept: Vec<&str> = selectors.iter().filter(is_kept).map(|selector| selector.text).collect();
    if kept.len() == selectors.len() {
        return prelude.to_owned();
    }
    if kept.is_empty() {
        return String::new();
    }
    let white_space = &prelude[..prelude.len() - prelude.trim_start().len()];
    format!("{white_space}{} {{", kept.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Colour, Theme};

    fn style(css: &str) -> LetterStyleSheet {
        LetterStyleSheet::prepare(css, Theme::of_accent(Colour { red: 0xff, green: 0, blue: 0 })).unwrap()
    }

    fn pruned(css: &str) -> String {
        let page =
            |css: &str| format!("<html><head><style>{css}</style></head><body><p class=\"quiet\">x</p></body></html>");
        let html = without_unused_rules(&page(css), &style(css));
        let css = html.split_once("<style>").unwrap().1.split_once("</style>").unwrap().0.to_owned();
        assert_eq!(html, page(&css), "the rest stays as it is");
        css
    }

    #[test]
    fn rules_for_what_a_letter_lacks_are_dropped() {
        let cases = [
            (".quiet { color: red }\n.sponsored { color: red }", ".quiet { color: red }"),
            (".sponsored strong, .quiet { color: red }", ".quiet { color: red }"),
            ("pre { margin: 0; top: 0 }p { margin: 0 }", "p { margin: 0 }"),
            ("@media print {\n.sponsored { color: red }\n}\np { top: 0 }", "\np { top: 0 }"),
            ("@media print {.quiet, .sponsored {color: red}}", "@media print {.quiet {color: red}}"),
            ("[data-ogsc] .sponsored, [data-ogsb] .quiet { top: 0 }", "[data-ogsb] .quiet { top: 0 }"),
            ("li:hover { top: 0 }a:hover { top: 0 }", ""),
        ];
        for (css, expected) in cases {
            assert_eq!(pruned(css), expected, "{css}");
        }
    }

    #[test]
    fn the_names_in_the_built_in_sheet_are_those_of_its_statements() {
        let sheet = style(CSS);
        let preludes = sheet.statements().filter_map(|statement| match statement {
            Statement::Prelude(prelude) => Some(prelude),
            Statement::Declaration(_) => None,
        });
        assert_eq!(*KNOWN, names(preludes).collect());
    }

    #[test]
    fn of_the_built_in_sheet_the_same_is_left_without_comparing_names() {
        let html = format!("<html><head><style>{CSS}</style></head><body><p class=\"lead\">x</p></body></html>");
        let (built_in, own) = (style(CSS), style(&format!("{CSS}\n")));
        assert_eq!((built_in.is_built_in(), own.is_built_in()), (true, false));
        assert_eq!(without_unused_rules(&html, &built_in), without_unused_rules(&html, &own));
    }

    #[test]
    fn names_of_mail_clients_and_alternatives_are_kept() {
        for css in [
            "u + .body p { top: 0 }",
            ".moz-text-html p { top: 0 }",
            "#outlook { top: 0 }",
            "p:not(.sponsored) { top: 0 }",
            "[class=sponsored] p { top: 0 }",
            "@font-face { font-family: a; src: url(https://example.org/a) }",
            "@import url(https://example.org/a);",
            ":root { color-scheme: light dark }",
        ] {
            assert_eq!(pruned(css), css);
        }
    }
}
