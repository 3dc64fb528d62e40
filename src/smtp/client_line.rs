//! Describes a line of the client before the first message, which may contain credentials.

use crate::secret::Secret;

/// A line of the client.
#[derive(Debug)]
pub(super) struct ClientLine {
    /// The bytes to send, line end included; may contain credentials.
    pub(super) bytes: Secret,
    /// The line for the log, without credentials and line end.
    pub(super) shown: String,
}

impl ClientLine {
    /// A line without credentials, shown in the log as it is.
    pub(super) fn open(text: String) -> Self {
        let shown = text.trim_end().to_owned();
        Self { bytes: Secret::new(text), shown }
    }
}
