//! Documents `[[topic]]`.

use super::setting::Unset::{Required, Value};
use super::setting::{TableReference, setting};

/// What readers choose among.
pub(super) const TOPIC: TableReference = TableReference {
    header: "[[topic]]",
    about: "Topics that readers choose among when they subscribe and on their unsubscribe page, one table for each. An issue \
            goes to the readers of one with `audience = { topic = \"deep\" }`: see [Topics](subscribers.md#topics-and-tags).",
    settings: &[
        setting(
            "name",
            "text",
            Required,
            "Its name in files: lower-case letters, digits and hyphens. Do not change it after readers chose it.",
        ),
        setting("title", "text", Required, "Its name for readers."),
        setting(
            "default",
            "boolean",
            Value("false"),
            "Whether it is ticked in forms, and readers who were never asked get it.",
        ),
    ],
};
