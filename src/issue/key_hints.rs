//! Suggests where a key belongs that an issue file has in the wrong table.

/// Returns where a key belongs that the last section or link of a file swallowed: TOML gives every key to the table above it.
pub(super) fn hint_for_issue_key(key: &str) -> Option<String> {
    match key {
        "outro" => {
            Some("`outro` belongs above the first `[[section]]`, or write `[outro]` and `text` below it".to_owned())
        }
        "number" | "date" | "preheader" | "subject" | "draft" | "slug" | "intro" | "audience" => {
            Some(format!("`{key}` belongs above the first `[[section]]`"))
        }
        // A word for the same thing in other tools.
        "blurb" | "summary" | "body" | "content" => Some("the text about a link is its `description`".to_owned()),
        _ => None,
    }
}

/// Returns where a key belongs that is in the table of a link by mistake: its own suggestions, or those of
/// [`hint_for_issue_key`].
pub(super) fn hint_for_key_in_link(key: &str) -> Option<String> {
    match key {
        "text" | "list" => Some(format!(
            "the text about a link is its `description`; `{key}` after links belongs in a `[[section.part]]`"
        )),
        _ => hint_for_issue_key(key),
    }
}

/// Returns the name here of a key that a quotation has elsewhere.
pub(super) fn hint_for_quote_key(key: &str) -> Option<String> {
    match key {
        "author" | "source" | "who" | "from" => Some("the person who said it is `by`".to_owned()),
        "quote" | "words" => Some("the words are `text`".to_owned()),
        _ => hint_for_issue_key(key),
    }
}

/// Returns where a key belongs that stands at the top of a file by mistake.
pub(super) fn hint_for_link_key(key: &str) -> Option<String> {
    let inside = "links belong in sections: write `[[section]]` with its `title`, then `[[section.link]]`";
    match key {
        "link" | "links" | "item" | "article" => Some(inside.to_owned()),
        "list" | "part" | "quote" | "text" => Some(format!("`{key}` belongs below `[[section]]`")),
        _ => None,
    }
}

/// Returns why a letter to one reader does not have a key that issues have.
pub(super) fn hint_for_letter_key(key: &str) -> Option<String> {
    let is_of_issues = ["number", "date", "slug", "draft", "audience"].contains(&key);
    is_of_issues.then(|| format!("`{key}` tells issues apart; a letter to one reader has none: delete it"))
}
