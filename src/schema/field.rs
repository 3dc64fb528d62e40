//! Defines what is documented about a key.

use super::kind::Kind;

/// A table of a file.
pub(crate) struct TableFields {
    /// Its header: `[send]`, `[[section.link]]`; empty for the top of the file.
    pub(crate) header: &'static str,
    /// A sentence or two about the table.
    pub(crate) about: &'static str,
    pub(crate) fields: &'static [Field],
}

/// A key of a table.
pub(crate) struct Field {
    pub(crate) key: &'static str,
    /// The type of its value.
    pub(crate) kind: Kind,
    pub(crate) default: Unset,
    pub(crate) meaning: &'static str,
}

/// The value of a key that is not set.
pub(crate) enum Unset {
    /// It must be set.
    Required,
    /// A value, as TOML.
    Value(&'static str),
    /// A value that depends on others, in words.
    Derived(&'static str),
    /// There is none.
    Off,
}

/// Returns a key with its documentation.
pub(crate) const fn field(key: &'static str, kind: Kind, default: Unset, meaning: &'static str) -> Field {
    Field { key, kind, default, meaning }
}
