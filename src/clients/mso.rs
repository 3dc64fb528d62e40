//! Reads conditional comments, which only Word evaluates.

/// The meaning of a comment or another `<!...>` to Word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ConditionalComment<'a> {
    /// `<!--[if mso]>...<![endif]-->`: content for Word.
    ForWord(&'a str),
    /// `<!--[if !mso]><!-->`: what follows is for all other clients.
    HiddenFromWord,
    /// `<!--<![endif]-->`: what follows is for all clients again.
    EndOfHidden,
    /// No condition: a comment as to all other clients.
    Ordinary,
}

/// Reads a comment, from `<!` to `>`, as Word 16 does (Microsoft, "About conditional comments").
pub(super) fn parse(comment: &str) -> ConditionalComment<'_> {
    let Some(inside) = comment.strip_prefix("<!--").and_then(|rest| rest.strip_suffix("-->")) else {
        return ConditionalComment::Ordinary;
    };
    if inside.trim() == "<![endif]" {
        return ConditionalComment::EndOfHidden;
    }
    let Some((condition, content)) = inside.strip_prefix("[if ").and_then(|rest| rest.split_once("]>")) else {
        return ConditionalComment::Ordinary;
    };
    match (content.strip_suffix("<![endif]"), holds(condition)) {
        (Some(content), true) => ConditionalComment::ForWord(content),
        // `<!--[if !mso]><!-->`: the content is `<!`, which other clients take for a comment.
        (None, false) => ConditionalComment::HiddenFromWord,
        _ => ConditionalComment::Ordinary,
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
