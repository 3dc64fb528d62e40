//! Documents `[[topic]]`.

use crate::schema::Unset::{Required, Value};
use crate::schema::{Kind, TableFields, field};

/// What readers choose among.
pub(super) const TOPIC: TableFields = TableFields {
    header: "[[topic]]",
    about: "Topics that readers choose among when they subscribe and on their unsubscribe page, one table for each. An issue \
            goes to the readers of one with `audience = { topic = \"deep\" }`: see [Topics](subscribers.md#topics-and-tags).",
    fields: &[
        field(
            "name",
            Kind::LINE,
            Required,
            "Its name in files: lower-case letters, digits and hyphens. Do not change it after readers chose it.",
        ),
        field("title", Kind::LINE, Required, "Its name for readers."),
        field(
            "default",
            Kind::Flag,
            Value("false"),
            "Whether it is ticked in forms, and readers who were never asked get it.",
        ),
    ],
};
