//! Reads `[preview]`.

use crate::config::editor::EditorAddress;
use crate::toml::Table;

/// `[preview]`, as far as it is said.
#[derive(Default)]
pub(in crate::config) struct Preview {
    pub(in crate::config) port: Option<u16>,
    pub(in crate::config) editor: Option<EditorAddress>,
}

pub(in crate::config) fn read(table: &Table<'_>) -> Preview {
    let port = table.integer("port", 1..=u32::from(u16::MAX)).and_then(|port| u16::try_from(port).ok());
    let preview = Preview { port, editor: table.parsed("editor", EditorAddress::parse) };
    table.reject_unknown(|_| None);
    preview
}
