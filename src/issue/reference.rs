//! Describes every field of an issue, for editors. Tests hold the description to what the loader reads.

use serde_json::Value;

use crate::model::LinkKind;
use crate::schema::Unset::{Derived, Off, Required, Value as Default};
use crate::schema::{Field, FileSchema, Kind, TableFields, field, json_schema};

/// The names of the kinds of links.
const KINDS: [&str; LinkKind::ALL.len()] = {
    let mut names = [""; LinkKind::ALL.len()];
    let mut index = 0;
    while index < names.len() {
        names[index] = LinkKind::ALL[index].0;
        index += 1;
    }
    names
};

const MARKDOWN: Kind = Kind::formed("Markdown", "");
const RULES: Kind = Kind::List(&Kind::Rule);
const TAGS: Kind = Kind::List(&Kind::LINE);
const WEB_ADDRESS: Kind = Kind::formed("http(s) URL", r"^\s*[Hh][Tt][Tt][Pp][Ss]?://");

const TITLE: Field = field("title", Kind::LINE, Off, "The heading. It may contain code and emphasis, or be a link.");
const TEXT: Field =
    field("text", MARKDOWN, Off, "Text. It stands where it is in the file, above or between the links.");
const LIST: Field = field(
    "list",
    MARKDOWN,
    Off,
    "A list of links, each beginning with its link: `* [Title](https://example.org/) by Ada: words`.",
);

/// The fields of a link.
const LINK: &[Field] = &[
    field("url", WEB_ADDRESS, Off, "The address. It may be missing only if the description has a link."),
    field("title", Kind::LINE, Required, "The title. It may contain code and emphasis."),
    field("author", Kind::LINE, Off, "Who wrote it."),
    field("source", Kind::LINE, Derived("the host name"), "Where it was published; without it, the name of the host."),
    field("kind", Kind::OneOf(&KINDS), Off, "What it is; shown only when it is given."),
    field("reading_time", Kind::Integer(1, 1440), Off, "Minutes."),
    field("description", MARKDOWN, Off, "Your words about it."),
    field("facts", TAGS, Off, "Facts to show instead of kind and source: `[\"20 August\", \"Berlin\"]`."),
    field("tags", TAGS, Off, "The topics of the web archive; shown in lists."),
    field("image", Kind::LINE, Off, "A PNG, JPEG or GIF in `issues/img/`, `\"img/clock.png\"`, or an https address."),
    field("alt", Kind::ANY_TEXT, Off, "The text in place of the picture; `\"\"` marks a decoration."),
    field(
        "lead",
        Kind::Flag,
        Default("false"),
        "Moves the link above the first section, with its picture across the letter.",
    ),
    field("sponsored", Kind::Flag, Default("false"), "Marks the link as paid for by its author, or else its source."),
    field("button", Kind::LINE, Off, "The words on the button of a sponsored link."),
    field("allow", RULES, Off, "Rules of `newsletter check` that are not applied to this link."),
];

/// The fields of a quotation.
const QUOTE: &[Field] = &[
    field("text", MARKDOWN, Required, "The words."),
    field("by", Kind::LINE, Derived("the site of `url`"), "Who said it."),
    field("url", WEB_ADDRESS, Off, "Where it was said."),
];

pub(super) const TABLES: &[&TableFields] = &[
    &TableFields {
        header: "",
        about: "",
        fields: &[
            field("number", Kind::NUMBER, Off, "The number of the issue, as in the name of its file."),
            field("title", Kind::LINE, Required, "The title of the issue."),
            field(
                "date",
                Kind::Date,
                Required,
                "The date of the issue; a time beside it, `2026-11-24T18:00:00+01:00`, is for the feeds.",
            ),
            field("preheader", Kind::LINE, Off, "The text an inbox shows after the subject, 40 to 110 characters."),
            field(
                "subject",
                Kind::LINE,
                Derived("the pattern in `newsletter.toml`"),
                "Replaces the pattern in `newsletter.toml`. Fields: `{newsletter}`, `{number}`, `{title}`, `{date}`, \
                 `{subscriber.COLUMN|fallback}`.",
            ),
            field(
                "slug",
                Kind::formed("text", r"^\s*[a-z0-9-]+\s*$"),
                Derived("from the name of the file"),
                "The last part of the web address.",
            ),
            field("draft", Kind::Flag, Default("false"), "A draft is never sent or published."),
            field("allow", RULES, Off, "Rules of `newsletter check` that are not applied to this issue."),
            field("intro", MARKDOWN, Off, "Text before the sections."),
            field("outro", MARKDOWN, Off, "Text after the sections; below them, write it as `text` of `[outro]`."),
        ],
    },
    &TableFields {
        header: "[audience]",
        about: "The subscribers it is for; without it, everybody.",
        fields: &[
            field("topic", Kind::LINE, Off, "The topic of `newsletter.toml` that they chose."),
            field("tags", TAGS, Off, "Tags of which they have all."),
            field("without", TAGS, Off, "Tags of which they have none."),
        ],
    },
    &TableFields {
        header: "[outro]",
        about: "Text after the sections.",
        fields: &[field("text", MARKDOWN, Required, "The text.")],
    },
    &TableFields {
        header: "[[section]]",
        about: "A section of the letter: text, links and parts, in the order of the file.",
        fields: &[
            TITLE,
            field(
                "style",
                Kind::OneOf(&["full", "brief"]),
                Default("\"full\""),
                "`\"brief\"` shows each link as a title, its source and a sentence.",
            ),
            field("intro", MARKDOWN, Off, "Text, like `text`."),
            TEXT,
            LIST,
        ],
    },
    &TableFields { header: "[[section.link]]", about: "A link.", fields: LINK },
    &TableFields { header: "[[section.quote]]", about: "A quotation.", fields: QUOTE },
    &TableFields {
        header: "[[section.part]]",
        about: "A part of a section, with a title of its own or without; also for text after links.",
        fields: &[TITLE, TEXT, LIST],
    },
    &TableFields { header: "[[section.part.link]]", about: "A link.", fields: LINK },
    &TableFields { header: "[[section.part.quote]]", about: "A quotation.", fields: QUOTE },
];

/// Returns the JSON Schema of issue files. `rules`: the names of the rules of `check`, each with what it wants.
pub fn issue_schema(rules: &[(&str, &str)]) -> Value {
    let a_link = ["[[section.link]]", "[[section.part.link]]"];
    json_schema(&FileSchema {
        title: "An issue of a newsletter",
        tables: TABLES,
        lists_too: &[],
        required: &[],
        at_least_one: &a_link.map(|header| (header, &["url", "description"][..])),
        needs: &a_link.map(|header| [(header, "image", "alt"), (header, "button", "sponsored")]).concat(),
        free: &[],
        rules,
    })
}

#[cfg(test)]
mod tests;
