//! Defines what is documented about a setting.

/// A table of `newsletter.toml`.
pub(super) struct TableReference {
    /// Its header: `[send]`.
    pub(super) header: &'static str,
    /// A sentence or two about the table.
    pub(super) about: &'static str,
    pub(super) settings: &'static [Setting],
}

/// A key of a table.
pub(super) struct Setting {
    pub(super) key: &'static str,
    /// The type of its value.
    pub(super) kind: &'static str,
    pub(super) default: Unset,
    pub(super) meaning: &'static str,
}

/// The value of a setting that is not set.
pub(super) enum Unset {
    /// It must be set.
    Required,
    /// A value, as TOML.
    Value(&'static str),
    /// A value that depends on others, in words.
    Derived(&'static str),
    /// The feature is off.
    Off,
}

/// Returns a setting with its documentation.
pub(super) const fn setting(key: &'static str, kind: &'static str, default: Unset, meaning: &'static str) -> Setting {
    Setting { key, kind, default, meaning }
}
