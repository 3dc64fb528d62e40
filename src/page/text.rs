//! Compares and cleans the words of pages.

/// Returns the letters and digits of `text` in lower case: what is left when two spellings of a name are compared.
pub(super) fn squashed(text: &str) -> String {
    text.chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Named references that sites write twice over, so that one is left when a page is read.
const REFERENCES: [(&str, &str); 16] = [
    ("&quot;", "\""),
    ("&apos;", "'"),
    ("&lt;", "<"),
    ("&gt;", ">"),
    ("&nbsp;", " "),
    ("&ndash;", "–"),
    ("&mdash;", "—"),
    ("&hellip;", "…"),
    ("&rsquo;", "’"),
    ("&lsquo;", "‘"),
    ("&ldquo;", "“"),
    ("&rdquo;", "”"),
    ("&auml;", "ä"),
    ("&ouml;", "ö"),
    ("&uuml;", "ü"),
    ("&szlig;", "ß"),
];

/// Decodes character references in text that should have none.
pub(super) fn without_references(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let mut written = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('&') {
        written.push_str(&rest[..start]);
        rest = &rest[start..];
        let (decoded, length) = reference(rest).unwrap_or_else(|| ("&".to_owned(), 1));
        written.push_str(&decoded);
        rest = &rest[length..];
    }
    written.push_str(rest);
    written.replace("&amp;", "&")
}

fn reference(text: &str) -> Option<(String, usize)> {
    if let Some((name, character)) = REFERENCES.iter().find(|(name, _)| text.starts_with(name)) {
        return Some(((*character).to_owned(), name.len()));
    }
    let end = text.find(';').filter(|end| *end < 10)?;
    let number = text.get(2..end).filter(|_| text.starts_with("&#"))?;
    let code = match number.strip_prefix(['x', 'X']) {
        Some(digits) => u32::from_str_radix(digits, 16).ok()?,
        None => number.parse().ok()?,
    };
    Some((char::from_u32(code)?.to_string(), end + 1))
}

/// Returns `text` without characters that show nothing and change what is around them: controls, marks of direction,
/// soft hyphens, tags. Joiners stay, which scripts need.
pub fn printable(text: &str) -> String {
    let is_hidden = |character: char| {
        (character.is_control() && !character.is_whitespace())
            || matches!(character, '\u{ad}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
    };
    let shown: String = text.chars().filter(|character| !is_hidden(*character)).collect();
    super::markup::single_spaces(&shown)
}
