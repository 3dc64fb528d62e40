//! Defines a link of the inbox, and writes it as a line.

/// A link of the inbox.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InboxEntry {
    /// Its address, as written.
    pub url: String,
    /// Its title, plain text.
    pub title: Option<String>,
    /// The curator's words.
    pub note: Option<String>,
    /// Words to file it under, without `#`.
    pub tags: Vec<String>,
    /// The section it is meant for.
    pub section: Option<String>,
    /// Its line, from 1; 0 for one that is not in a file.
    pub line: usize,
}

impl InboxEntry {
    /// Returns it as a list item, without a line end: `- [Title](https://…) the note #tag`.
    pub fn to_line(&self) -> String {
        // In brackets the address may have parentheses and need not be encoded.
        let has_marks = self.url.contains(['(', ')', '<', '>']);
        let mut line = match &self.title {
            Some(title) if has_marks => {
                format!("- [{}](<{}>)", escaped(title), self.url.replace('<', "%3C").replace('>', "%3E"))
            }
            Some(title) => format!("- [{}]({})", escaped(title), self.url),
            None => format!("- {}", self.url),
        };
        let note = self.note.as_deref().map(one_line).filter(|note| !note.is_empty());
        for word in note.into_iter().chain(self.tags.iter().map(|tag| format!("#{tag}"))) {
            line.push(' ');
            line.push_str(&word);
        }
        line
    }
}

fn escaped(title: &str) -> String {
    one_line(title)
        .chars()
        .flat_map(|character| [Some('\\').filter(|_| "[]\\".contains(character)), Some(character)])
        .flatten()
        .collect()
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
