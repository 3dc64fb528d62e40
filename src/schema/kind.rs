//! Defines the types of values.

use std::fmt::{self, Display, Formatter};

/// The form of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Form {
    /// Its name in documents: `duration`.
    pub(crate) name: &'static str,
    /// A regular expression that every right value matches; some wrong ones do too.
    pub(crate) pattern: &'static str,
}

/// The type of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Text of a form.
    Text(Form),
    /// One of these texts.
    OneOf(&'static [&'static str]),
    /// A whole number from the first to the second.
    Integer(u32, u32),
    /// A number from the first to the second, with a fraction or without.
    Decimal(u32, u32),
    /// `true` or `false`.
    Flag,
    /// A day, with a time or without, bare or in quotes.
    Date,
    /// A list of values.
    List(&'static Kind),
    /// The one or the other.
    Either(&'static Kind, &'static Kind),
    /// Where a secret is: `{ env = "" }`, `{ file = "" }` or `{ command = [] }`.
    Secret,
    /// The name of a rule of `check`.
    Rule,
}

impl Form {
    /// Text that says something, on one line.
    pub(crate) const LINE: Self = Self { name: "text", pattern: r"\S" };
    /// Text that may be empty.
    pub(crate) const ANY: Self = Self { name: "text", pattern: "" };
}

impl Kind {
    /// Text that says something, on one line.
    pub(crate) const LINE: Self = Self::Text(Form::LINE);
    /// Text that may be empty.
    pub(crate) const ANY_TEXT: Self = Self::Text(Form::ANY);
    /// A whole number, 1 or more.
    pub(crate) const NUMBER: Self = Self::Integer(1, u32::MAX);

    /// Returns text that is called `name` in documents.
    pub(crate) const fn named(name: &'static str) -> Self {
        Self::Text(Form { name, pattern: r"\S" })
    }

    /// Returns text that is called `name` in documents and matches `pattern`.
    pub(crate) const fn formed(name: &'static str, pattern: &'static str) -> Self {
        Self::Text(Form { name, pattern })
    }

    /// Returns the name of several of them.
    fn plural(self) -> String {
        let one = self.to_string();
        if one.ends_with('s') { format!("{one}es") } else { format!("{one}s") }
    }
}

impl Display for Kind {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(form) => f.write_str(form.name),
            Self::OneOf(words) => {
                for (index, word) in words.iter().enumerate() {
                    let before = match index {
                        0 => "",
                        _ if index + 1 == words.len() => " or ",
                        _ => ", ",
                    };
                    write!(f, "{before}`\"{word}\"`")?;
                }
                Ok(())
            }
            Self::Integer(0 | 1, u32::MAX) => f.write_str("number"),
            Self::Integer(least, most) | Self::Decimal(least, most) => write!(f, "number, {least} to {most}"),
            Self::Flag => f.write_str("`true` or `false`"),
            Self::Date => f.write_str("date"),
            Self::List(item) => write!(f, "list of {}", item.plural()),
            Self::Either(one, other) => {
                let comma = if matches!(other, Self::List(_)) { "," } else { "" };
                write!(f, "{one}{comma} or {other}")
            }
            Self::Secret => f.write_str("secret"),
            Self::Rule => f.write_str("rule"),
        }
    }
}

/// Values of each type, as TOML.
#[cfg(test)]
pub(crate) const SAMPLES: [&str; 8] = ["'x'", "3", "true", "1.5", "['x']", "[3]", "{ a = 1 }", "2026-11-24"];

#[cfg(test)]
impl Kind {
    /// Returns whether it takes values of the type that `sample` has.
    fn takes(self, sample: &str) -> bool {
        match self {
            Self::Text(_) | Self::OneOf(_) | Self::Rule => sample == "'x'",
            Self::Integer(..) => sample == "3",
            Self::Decimal(..) => ["3", "1.5"].contains(&sample),
            Self::Flag => sample == "true",
            Self::Date => ["'x'", "2026-11-24"].contains(&sample),
            Self::List(item) => {
                sample.strip_prefix('[').is_some_and(|item_of| item.takes(item_of.trim_end_matches(']')))
            }
            Self::Either(one, other) => one.takes(sample) || other.takes(sample),
            Self::Secret => sample.starts_with('{'),
        }
    }

    /// Returns where this type and a loader differ about the values of `key`. `errors`: what the loader says of a value,
    /// written as TOML.
    pub(crate) fn differences(self, key: &str, errors: impl Fn(&str) -> Vec<String>) -> Vec<String> {
        let is_refused = |value: &str| {
            let starts =
                [format!("`{key}` must be"), format!("an item of `{key}` must be"), format!("`{key}` in plain text")];
            errors(value).iter().any(|error| starts.iter().any(|start| error.starts_with(start)))
        };
        let mut found: Vec<String> = SAMPLES
            .iter()
            .filter(|sample| is_refused(sample) == self.takes(sample))
            .map(|sample| format!("{key} = {sample}"))
            .collect();
        if let Self::Integer(least, most) = self {
            let inside = [least, most].map(u64::from).into_iter().filter(|number| is_refused(&number.to_string()));
            let outside = [u64::from(least).checked_sub(1), u64::from(most).checked_add(1)].into_iter().flatten();
            let outside = outside.filter(|number| !is_refused(&number.to_string()));
            found.extend(inside.chain(outside).map(|number| format!("{key} = {number}")));
        }
        if let Self::OneOf(words) = self {
            let is_unknown =
                |word: &str| errors(&format!("'{word}'")).iter().any(|error| error.starts_with(&format!("`{word}`")));
            found.extend(words.iter().filter(|word| is_unknown(word)).map(|word| format!("{key} = '{word}'")));
            found.extend(Some(format!("{key} = 'zzz'")).filter(|_| !is_unknown("zzz")));
        }
        found
    }
}
