//! Writes a past issue as an issue file.

use chrono::NaiveDate;

use super::{PastIssue, PastLink};
use crate::issue::splice::{markdown_title, quoted, quoted_text};

/// Returns the issue file of `issue`, whose number is `number` unless its date takes that place.
pub fn written(issue: &PastIssue, number: Option<u32>, title: &str, date: NaiveDate) -> String {
    let mut file = File::default();
    if let Some(number) = number {
        file.pair("number", &number.to_string());
    }
    file.pair("title", &quoted(title));
    file.pair("date", &date.to_string());
    if !issue.intro.is_empty() {
        file.0.push('\n');
        file.pair("intro", &quoted_text(&issue.intro));
    }
    for section in &issue.sections {
        file.table("section");
        if let Some(title) = &section.title {
            file.pair("title", &quoted(title));
        }
        for (index, part) in section.parts.iter().enumerate() {
            // The first part without a title is the section itself.
            let is_section = index == 0 && part.title.is_none();
            if !is_section {
                file.table("section.part");
            }
            if let Some(title) = &part.title {
                file.pair("title", &quoted(title));
            }
            if !part.text.is_empty() {
                file.pair("text", &quoted_text(&part.text));
            }
            for link in &part.links {
                file.link(link, if is_section { "section.link" } else { "section.part.link" });
            }
        }
    }
    file.0
}

/// The text of a file, as far as it is written.
#[derive(Default)]
struct File(String);

impl File {
    fn table(&mut self, name: &str) {
        self.0.extend(["\n[[", name, "]]\n"]);
    }

    fn pair(&mut self, key: &str, value: &str) {
        self.0.extend([key, " = ", value, "\n"]);
    }

    fn link(&mut self, link: &PastLink, table: &str) {
        self.table(table);
        self.pair("url", &quoted(&link.url));
        self.pair("title", &quoted(&markdown_title(&link.title)));
        if let Some(author) = &link.author {
            self.pair("author", &quoted(author));
        }
        if !link.note.is_empty() {
            self.pair("description", &quoted_text(&link.note));
        }
    }
}
