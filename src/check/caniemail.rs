//! Which large mail client supports which feature of HTML and CSS: a reduced copy of caniemail's data, made by
//! `scripts/refresh-caniemail`.

pub(super) mod features;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

/// The table.
#[derive(Debug, Deserialize)]
pub(super) struct Table {
    /// The day caniemail's data is of.
    pub(super) date: String,
    /// The clients, in the order of the letters of each feature.
    clients: Vec<String>,
    /// For each feature a letter a client: `y` yes, `a` in part, `n` no, `u` unknown.
    features: BTreeMap<String, String>,
}

static TABLE: LazyLock<Table> =
    LazyLock::new(|| serde_json::from_str(include_str!("caniemail.json")).expect("a committed file, read by a test"));

/// The table.
pub(super) fn table() -> &'static Table {
    &TABLE
}

impl Table {
    /// The clients that do not support the feature at all; none for a feature nobody tested.
    pub(super) fn without(&self, feature: &str) -> Vec<&str> {
        let letters = self.features.get(feature).map_or("", String::as_str);
        let clients = self.clients.iter().zip(letters.chars());
        clients.filter(|(_, letter)| *letter == 'n').map(|(client, _)| client.as_str()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_a_letter_for_every_client() {
        let table = table();
        assert!(table.features.len() > 250);
        assert!(table.features.values().all(|letters| letters.len() == table.clients.len()));
        assert_eq!(table.without("css-border-radius"), ["Outlook on Windows"]);
        assert_eq!(table.without("no-such-feature"), Vec::<&str>::new());
    }
}
