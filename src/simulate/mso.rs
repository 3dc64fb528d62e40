//! Conditional comments, which Word reads and nobody else.

/// What a comment or another `<!...>` says to Word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Aside<'a> {
    /// `<!--[if mso]>...<![endif]-->`: this is for Word.
    Shown(&'a str),
    /// `<!--[if !mso]><!-->`: what follows is for the others.
    HideFromHere,
    /// `<!--<![endif]-->`: what follows is for all again.
    HideNoMore,
    /// Nothing, as to everybody else.
    Plain,
}

/// Reads a comment, from `<!` to `>`, as Word 16 does (Microsoft, "About conditional comments").
pub(super) fn read(comment: &str) -> Aside<'_> {
    let Some(inside) = comment.strip_prefix("<!--").and_then(|rest| rest.strip_suffix("-->")) else {
        return Aside::Plain;
    };
    if inside.trim() == "<![endif]" {
        return Aside::HideNoMore;
    }
    let Some((condition, content)) = inside.strip_prefix("[if ").and_then(|rest| rest.split_once("]>")) else {
        return Aside::Plain;
    };
    match (content.strip_suffix("<![endif]"), holds(condition)) {
        (Some(content), true) => Aside::Shown(content),
        // `<!--[if !mso]><!-->`: the rest of the comment is its own opening again.
        (None, false) => Aside::HideFromHere,
        _ => Aside::Plain,
    }
}

/// Whether a condition holds for Word 16: `mso`, `!mso`, `gte mso 9`, `(gte mso 9)|(IE)`.
fn holds(condition: &str) -> bool {
    condition.split('|').any(|alternative| {
        let words: Vec<&str> =
            alternative.split(|character: char| !character.is_ascii_alphanumeric() && character != '!').collect();
        let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
        matches!(words.as_slice(), ["mso" | "!IE" | "!ie"] | ["gt" | "gte", "mso", _] | ["mso", "16"])
    })
}
