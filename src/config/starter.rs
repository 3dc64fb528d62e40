//! Holds the configuration that `newsletter init` writes, and its example values, so that a check can find those left
//! in place.

use std::path::Path;
use std::sync::{Arc, LazyLock};

use toml::de::{DeTable, DeValue};

use super::parse::{Config, parse_config};
use crate::diagnostic::{Place, SourceFile};

/// The configuration of a new newsletter.
pub const STARTER_CONFIG: &str = include_str!("../app/init/starter/newsletter.toml");

/// The starter configuration with every example set that it shows in a comment.
static CONFIG: LazyLock<Option<Config>> = LazyLock::new(|| {
    let set = |line: &str| line.strip_prefix('#').filter(|rest| !rest.starts_with(' ')).unwrap_or(line).to_owned();
    let text: Vec<String> = STARTER_CONFIG.lines().map(set).collect();
    let source = Arc::new(SourceFile::new("newsletter.toml", text.join("\n")));
    parse_config(&source, Path::new("/")).ok()
});

/// The configuration `init` writes, with the examples in its comments as if they were set.
pub fn starter_config() -> Option<&'static Config> {
    CONFIG.as_ref()
}

/// The place of the value of `key` in the table `table` of `file`; of its item `item` when it is a list.
pub fn value_place(file: &Arc<SourceFile>, table: &str, key: &str, item: Option<usize>) -> Option<Place> {
    let document = DeTable::parse(&file.text).ok()?;
    let value = document.get_ref().get(table)?.get_ref().as_table()?.get(key)?;
    let span = match (value.get_ref(), item) {
        (DeValue::Array(items), Some(item)) => items.get(item)?.span(),
        _ => value.span(),
    };
    Some(Place { source: Arc::clone(file), span })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_starter_configuration_can_be_read_with_all_its_examples() {
        let config = starter_config().unwrap();
        assert_eq!(config.publication.from.address.to_string(), "you@letter.example");
        assert_eq!(config.publication.envelope_sender.to_string(), "bounces@letter.example");
    }
}
