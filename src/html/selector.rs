//! Reads selectors and finds the elements they select: types, classes, identifiers, attributes, child and descendant.
//! A selector with anything else in it (`:hover`, `~`) selects nothing, as it does in most mail clients.
//!
//! The crate `selectors` supports all of CSS but would not save code: it asks for an implementation of `SelectorImpl`
//! (10 types) and of `Element` (27 methods without a default), more lines than this file has.

use cssparser::{CowRcStr, ParseError, Parser, Token};

use crate::html::document::Document;

/// A selector, ready to be matched.
pub(crate) struct Selector<'a> {
    /// The compounds from right to left, each with whether it must be the parent of the one to its right.
    compounds: Vec<(Compound<'a>, bool)>,
}

#[derive(Default)]
struct Compound<'a> {
    name: Option<CowRcStr<'a>>,
    id: Option<CowRcStr<'a>>,
    classes: Vec<CowRcStr<'a>>,
    attributes: Vec<Attribute<'a>>,
}

/// The name of an attribute, and the value it must have, if any.
type Attribute<'a> = (CowRcStr<'a>, Option<CowRcStr<'a>>);

/// What an element must have for a selector to select it, besides other things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SelectorKey<'s> {
    /// This class.
    Class(&'s str),
    /// This name, in any case.
    Name(&'s str),
    /// Nothing that is asked for here.
    Anything,
}

impl<'a> Selector<'a> {
    /// Reads a selector; `None` if it uses anything that is not supported here.
    pub(crate) fn parse(text: &'a str) -> Option<Self> {
        let mut input = Parser::new(text);
        let mut compounds = Vec::new();
        let mut child = false;
        input.skip_whitespace();
        loop {
            compounds.push((compound(&mut input)?, child));
            if input.is_exhausted() {
                break;
            }
            child = input.try_parse(|rest| rest.expect_delim('>')).is_ok();
            input.skip_whitespace();
        }
        // Matching goes from right to left.
        compounds.reverse();
        Some(Self { compounds })
    }

    /// Returns its specificity: the numbers of identifiers, of classes and attributes, and of types.
    pub(crate) fn specificity(&self) -> (usize, usize, usize) {
        self.compounds.iter().fold((0, 0, 0), |(ids, classes, types), (compound, _)| {
            let named = usize::from(compound.name.is_some());
            let id = usize::from(compound.id.is_some());
            (ids + id, classes + compound.classes.len() + compound.attributes.len(), types + named)
        })
    }

    /// Returns what it asks of an element first.
    pub(crate) fn key(&self) -> SelectorKey<'_> {
        let Some((last, _)) = self.compounds.first() else { return SelectorKey::Anything };
        match (last.classes.first(), &last.name) {
            (Some(class), _) => SelectorKey::Class(class),
            (None, Some(name)) => SelectorKey::Name(name),
            (None, None) => SelectorKey::Anything,
        }
    }

    /// Whether it selects the element `index`.
    pub(crate) fn matches(&self, document: &Document<'_>, index: usize) -> bool {
        matches_from(&self.compounds, document, Some(index), true)
    }
}

/// Whether the first of `compounds` matches the element `at` (or, unless `here`, one of its ancestors), and the others
/// ancestors of that.
fn matches_from(
    compounds: &[(Compound<'_>, bool)],
    document: &Document<'_>,
    mut at: Option<usize>,
    here: bool,
) -> bool {
    let Some(((compound, child), outer)) = compounds.split_first() else { return true };
    while let Some(index) = at {
        let element = &document.elements[index];
        if compound.matches(document, index) && matches_from(outer, document, element.parent, *child) {
            return true;
        }
        if here {
            return false;
        }
        at = element.parent;
    }
    false
}

impl Compound<'_> {
    fn matches(&self, document: &Document<'_>, index: usize) -> bool {
        let element = &document.elements[index];
        let has = |(name, value): &Attribute<'_>| {
            element.attribute(name).is_some_and(|own| value.as_ref().is_none_or(|value| own == value.as_ref()))
        };
        self.name.as_ref().is_none_or(|name| element.name.eq_ignore_ascii_case(name))
            && self.id.as_ref().is_none_or(|id| element.attribute("id") == Some(id))
            && self.classes.iter().all(|class| element.classes.contains(&class.as_ref()))
            && self.attributes.iter().all(has)
    }
}

/// Reads the compound at the start of `input`, up to the combinator.
fn compound<'a>(input: &mut Parser<'a>) -> Option<Compound<'a>> {
    let mut compound = Compound::default();
    let mut is_empty = true;
    loop {
        let before = input.state();
        match input.next_including_whitespace().cloned() {
            Ok(Token::Ident(name)) if is_empty => compound.name = Some(name),
            Ok(Token::Delim('*')) if is_empty => {}
            Ok(Token::IDHash(id)) => compound.id = Some(id),
            Ok(Token::Delim('.')) => match input.next_including_whitespace().cloned() {
                Ok(Token::Ident(class)) => compound.classes.push(class),
                _ => return None,
            },
            Ok(Token::SquareBracketBlock) => compound.attributes.push(input.parse_nested_block(attribute).ok()?),
            _ => {
                input.reset(&before);
                return (!is_empty).then_some(compound);
            }
        }
        is_empty = false;
    }
}

/// Reads the inside of an attribute selector: a name, or a name and its value.
fn attribute<'a>(input: &mut Parser<'a>) -> Result<Attribute<'a>, ParseError<()>> {
    let name = input.expect_ident_cloned()?;
    if input.is_exhausted() {
        return Ok((name, None));
    }
    input.expect_delim('=')?;
    Ok((name, Some(input.expect_ident_or_string()?.clone())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selectors_match_as_in_a_browser() {
        let document = Document::parse("<div id=\"a\" class=\"x y\"><p><b>1</b></p><b lang=\"en\">2</b></div><b>3</b>");
        let selected = |selector: &str| -> Vec<usize> {
            let Some(selector) = Selector::parse(selector) else { return vec![99] };
            (0..document.elements.len()).filter(|&index| selector.matches(&document, index)).collect()
        };
        let cases: [(&str, &[usize]); 12] = [
            ("b", &[2, 3, 4]),
            ("div b", &[2, 3]),
            ("div > b", &[3]),
            ("div>p>b", &[2]),
            ("div > p b", &[2]),
            (".x.y", &[0]),
            ("#a .z", &[]),
            ("*", &[0, 1, 2, 3, 4]),
            ("b[lang]", &[3]),
            ("[lang=\"en\"]", &[3]),
            ("[data-ogsc] b", &[]),
            ("b:hover", &[99]),
        ];
        for (selector, expected) in cases {
            assert_eq!(selected(selector), expected, "{selector}");
        }
        assert_eq!(Selector::parse("#a .x b[lang]").map(|selector| selector.specificity()), Some((1, 2, 1)));
    }
}
