//! Which elements a selector means: types, classes, identifiers, attributes, child and descendant. A selector with
//! anything else in it (`:hover`, `~`) is taken to mean none, as it does for most mail clients.

use super::document::Document;

/// A selector, ready to be matched.
pub(super) struct Selector<'a> {
    /// From the last compound to the first, each with whether it has to be the parent of the one before it.
    compounds: Vec<(Compound<'a>, bool)>,
}

#[derive(Default)]
struct Compound<'a> {
    name: Option<&'a str>,
    id: Option<&'a str>,
    classes: Vec<&'a str>,
    /// Names of attributes, with their values where those are asked for.
    attributes: Vec<(&'a str, Option<&'a str>)>,
}

impl<'a> Selector<'a> {
    /// Reads a selector; `None` when there is something in it that is not known here.
    pub(super) fn read(text: &'a str) -> Option<Self> {
        let mut compounds = Vec::new();
        let mut child = false;
        let mut rest = text.trim();
        while !rest.is_empty() {
            let end = compound_end(rest);
            compounds.push((compound(&rest[..end])?, child));
            let after = rest[end..].trim_start();
            child = after.starts_with('>');
            rest = after.strip_prefix('>').unwrap_or(after).trim_start();
        }
        // The mark stands on the later of two compounds; matching goes from the last to the first.
        compounds.reverse();
        (!compounds.is_empty()).then_some(Self { compounds })
    }

    /// How specific it is: identifiers, then classes and attributes, then types.
    pub(super) fn specificity(&self) -> (usize, usize, usize) {
        self.compounds.iter().fold((0, 0, 0), |(ids, classes, types), (compound, _)| {
            let named = usize::from(compound.name.is_some_and(|name| name != "*"));
            let id = usize::from(compound.id.is_some());
            (ids + id, classes + compound.classes.len() + compound.attributes.len(), types + named)
        })
    }

    /// Whether it means the element `index`.
    pub(super) fn matches(&self, document: &Document<'_>, index: usize) -> bool {
        matches_from(&self.compounds, document, Some(index), true)
    }
}

/// Whether the first of `compounds` means the element `at` (or, unless `here`, one it stands in), and the others those
/// around it.
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
        self.name.is_none_or(|name| name == "*" || element.name.eq_ignore_ascii_case(name))
            && self.id.is_none_or(|id| element.attribute("id") == Some(id))
            && self.classes.iter().all(|class| element.classes.contains(class))
            && self
                .attributes
                .iter()
                .all(|(name, value)| element.attribute(name).is_some_and(|own| value.is_none_or(|value| own == value)))
    }
}

fn compound_end(text: &str) -> usize {
    let mut bracket = false;
    text.find(|character: char| {
        bracket = (bracket || character == '[') && character != ']';
        !bracket && (character.is_ascii_whitespace() || character == '>')
    })
    .unwrap_or(text.len())
}

fn compound(text: &str) -> Option<Compound<'_>> {
    let mut compound = Compound::default();
    let mut rest = text;
    while let Some(kind) = rest.chars().next() {
        let after = &rest[kind.len_utf8()..];
        if kind == '[' {
            let (inside, more) = after.split_once(']')?;
            let (name, value) = match inside.split_once('=') {
                Some((name, value)) if !name.ends_with(['~', '|', '^', '$', '*']) => {
                    (name, Some(value.trim_matches(['"', '\''])))
                }
                Some(_) => return None,
                None => (inside, None),
            };
            compound.attributes.push((name, value));
            rest = more;
            continue;
        }
        let is_name = |character: char| character.is_alphanumeric() || matches!(character, '-' | '_');
        let (name, more) = match kind {
            '.' | '#' => after.split_at(after.find(|letter| !is_name(letter)).unwrap_or(after.len())),
            '*' => ("*", after),
            _ => rest.split_at(rest.find(|letter| !is_name(letter)).unwrap_or(rest.len())),
        };
        if name.is_empty() {
            return None;
        }
        match kind {
            '.' => compound.classes.push(name),
            '#' => compound.id = Some(name),
            _ => compound.name = Some(name),
        }
        rest = more;
    }
    Some(compound)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_selector_means_the_elements_it_means() {
        let document = Document::read("<div id=\"a\" class=\"x y\"><p><b>1</b></p><b lang=\"en\">2</b></div><b>3</b>");
        let meant = |selector: &str| -> Vec<usize> {
            let Some(selector) = Selector::read(selector) else { return vec![99] };
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
            assert_eq!(meant(selector), expected, "{selector}");
        }
        assert_eq!(Selector::read("#a .x b[lang]").map(|selector| selector.specificity()), Some((1, 2, 1)));
    }
}
