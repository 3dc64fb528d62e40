//! Reads `[[topic]]`: what readers choose among.

use crate::diagnostic::Problem;
use crate::diagnostic::suggestion::{did_you_mean, quote};
use crate::issue::slug;
use crate::model::ReaderTopic;
use crate::toml::Table;

/// The most topics: a form with more is read by nobody.
const MOST: usize = 30;

/// Returns the topics, in the order in which forms show them.
pub(in crate::config) fn read(top: &Table<'_>) -> Vec<ReaderTopic> {
    let mut topics: Vec<ReaderTopic> = Vec::new();
    let tables = top.tables("topic");
    for (index, table) in tables.iter().enumerate() {
        table.require(&[("name", "name = \"deep\""), ("title", "title = \"Deep dives\"")]);
        let name = table.parsed("name", name);
        let title = table.line("title").map(|text| text.value);
        let is_default = table.boolean("default").unwrap_or(false);
        table.reject_unknown(|_| None);
        if index == MOST {
            table.error(table.span(), Problem::new(format!("more than {MOST} topics")));
            break;
        }
        let (Some(name), Some(title)) = (name, title) else { continue };
        if topics.iter().any(|topic| topic.name == name) {
            let problem = Problem::new(format!("there are two topics {}", quote(&name)));
            table.error(table.value_span("name").unwrap_or_default(), problem.help("give one of them another `name`"));
            continue;
        }
        topics.push(ReaderTopic { name, title, is_default });
    }
    topics
}

/// Lower-case letters, digits and hyphens: it is in forms, in the ledger, and in lists.
fn name(text: &str) -> Result<String, Problem> {
    let right = slug(text);
    if right == text {
        return Ok(right);
    }
    let problem =
        Problem::new(format!("{} is not a name for a topic: lower-case letters, digits and hyphens", quote(text)));
    Err(match right.as_str() {
        "" => problem.help("for instance `name = \"deep\"`; readers see its `title`"),
        right => problem.help(did_you_mean(right, [right]).unwrap_or_default()),
    })
}
