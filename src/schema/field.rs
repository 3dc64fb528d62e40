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

#[cfg(test)]
impl TableFields {
    /// Returns where the types of its fields and a loader differ, but for the fields `left_out`. `load`: reads a file in which
    /// a field has a value, written as TOML.
    pub(crate) fn differences<T>(
        &self,
        left_out: &[&str],
        load: impl Fn(&Field, &str) -> Result<T, crate::diagnostic::Problems>,
    ) -> Vec<String> {
        let errors = |field: &Field, value: &str| -> Vec<String> {
            let problems = load(field, value).err().map(|problems| problems.0).unwrap_or_default();
            problems.into_iter().map(|problem| problem.message).collect()
        };
        let fields = self.fields.iter().filter(|field| !left_out.contains(&field.key));
        let found = fields.flat_map(|field| field.kind.differences(field.key, |value| errors(field, value)));
        found.map(|difference| format!("{} {difference}", self.header)).collect()
    }
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
