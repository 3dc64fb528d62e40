//! Knows the names of CSS and the values of each property, from a reduced copy of mdn-data made by `scripts/refresh-css`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

/// The names of CSS.
#[derive(Debug, Deserialize)]
pub(crate) struct Vocabulary {
    /// The units of dimensions.
    pub(crate) units: Vec<String>,
    /// The names of at-rules, without `@`.
    pub(crate) at_rules: Vec<String>,
    /// The names of pseudo-classes, without colon.
    pub(crate) pseudo_classes: Vec<String>,
    /// The names of pseudo-elements, without colons.
    pub(crate) pseudo_elements: Vec<String>,
    /// The syntax of each property, in the value definition syntax of CSS Values 4; empty where it is unknown.
    properties: BTreeMap<String, String>,
    /// The syntax of each type and function that others refer to.
    syntaxes: BTreeMap<String, String>,
}

static VOCABULARY: LazyLock<Vocabulary> =
    LazyLock::new(|| serde_json::from_str(include_str!("syntax.json")).expect("a committed file, read by a test"));

/// Returns the names of CSS.
pub(crate) fn vocabulary() -> &'static Vocabulary {
    &VOCABULARY
}

/// Prefixes of browsers, which name what is or was not yet a standard.
const PREFIXES: [&str; 5] = ["-webkit-", "-moz-", "-ms-", "-o-", "-apple-"];

impl Vocabulary {
    /// Whether a client or browser has a property of this name, in lower case. Those of Word and of browsers have
    /// prefixes.
    pub(crate) fn has_property(&self, name: &str) -> bool {
        let is_prefixed = || PREFIXES.iter().any(|prefix| name.starts_with(prefix));
        name.starts_with("--") || name.starts_with("mso-") || self.properties.contains_key(name) || is_prefixed()
    }

    /// Returns the names of all properties.
    pub(crate) fn properties(&self) -> impl Iterator<Item = &str> {
        self.properties.keys().map(String::as_str)
    }

    /// Returns the syntax of the values of a property, if it is known.
    pub(super) fn syntax_of_property(&self, name: &str) -> Option<&str> {
        self.properties.get(name).map(String::as_str).filter(|syntax| !syntax.is_empty())
    }

    /// Returns the syntax of a type, or of a function with its parentheses, if it is known.
    pub(super) fn syntax_of_type(&self, name: &str) -> Option<&str> {
        self.syntaxes.get(name).map(String::as_str).filter(|syntax| !syntax.is_empty())
    }
}

/// Whether `name` has a prefix of a browser.
pub(crate) fn is_prefixed(name: &str) -> bool {
    PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}
