//! Collects the `<meta>` and `<link>` elements of a page.

use super::markup::{Markup, single_spaces};
use super::text::{printable, without_references};

/// The `<meta>` elements of a page, by the name in lower case.
#[derive(Debug, Default)]
pub(super) struct Meta {
    values: Vec<(String, String)>,
    /// `<link rel="canonical">`.
    pub(super) canonical: Option<String>,
    /// `<base href>`.
    pub(super) base: Option<String>,
}

impl Meta {
    pub(super) fn of(markup: &Markup) -> Self {
        let mut found = Self::default();
        for (_, element) in markup.named(&["meta", "link", "base"]) {
            match &*element.name {
                "meta" => {
                    let name = ["property", "name", "itemprop"].iter().find_map(|key| element.attribute(key));
                    let value = element.attribute("content").map(|content| printable(&without_references(content)));
                    if let (Some(name), Some(value)) = (name, value.filter(|value| !value.is_empty())) {
                        found.values.push((name.trim().to_ascii_lowercase(), value));
                    }
                }
                "link" => {
                    let is_canonical = element
                        .attribute("rel")
                        .is_some_and(|rel| rel.split_whitespace().any(|one| one.eq_ignore_ascii_case("canonical")));
                    if is_canonical && found.canonical.is_none() {
                        found.canonical = element.attribute("href").map(single_spaces);
                    }
                }
                _ => found.base = found.base.take().or_else(|| element.attribute("href").map(single_spaces)),
            }
        }
        found
    }

    /// Returns the first value under the first of `names` that has one.
    pub(super) fn first(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| self.values.iter().find(|(own, _)| own == name)).map(|(_, value)| value.as_str())
    }

    /// Returns all values under `name`.
    pub(super) fn all<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'s str> {
        self.values.iter().filter(move |(own, _)| own == name).map(|(_, value)| value.as_str())
    }
}

/// Returns the text of `<title>`; one inside a drawing is the drawing's.
pub(super) fn title_element(markup: &Markup) -> Option<String> {
    let mut titles = markup.named(&["title"]);
    let own = titles.find(|(index, _)| !markup.ancestors(*index).any(|outer| markup.elements[outer].is(&["svg"])))?;
    Some(printable(&without_references(&markup.text(own.0)))).filter(|title| !title.is_empty())
}
