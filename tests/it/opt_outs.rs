//! Tests that subscribers who said no get nothing, in the lists that services, spreadsheets and
//! people write.
//!
//! The kind: a column says who gets mail, under any heading, in any language, with any values, and one person in the list
//! said no. Either the list is read without that person, or nothing is sent and the question names the column. The other
//! kind: a column looks like that and is none; the list is readable, by default or by the line that the question prints.
//!
//! The tables of `first.rs` were written with the net, those of `second.rs` after it was frozen: what it missed then is told in
//! `docs/subscribers.md`.

pub(crate) mod exports;
mod first;
mod harmless;
mod language;
mod noted;
mod second;
mod told;

use std::collections::BTreeSet;

use newsletter::config::Newsletter;
use newsletter::subscribers::audience;

use crate::support::Project;

/// Who gets mail by `list`, or the first line of what is wrong with it and its help.
fn mailed(project: &Project, list: &str) -> Result<Vec<String>, String> {
    project.write("subscribers.csv", list);
    let newsletter = Newsletter::open(project.root()).unwrap();
    let audience = audience(&newsletter, &BTreeSet::from(["name".to_owned()])).map_err(|problems| {
        let first = &problems.0[0];
        format!("{}\n{}", first.message, first.help.as_deref().unwrap_or_default())
    })?;
    if let Some(first) = audience.rejected.first() {
        return Err(format!("{}\n{}", first.message, first.help.as_deref().unwrap_or_default()));
    }
    Ok(audience.subscribers().unwrap().map(|subscriber| subscriber.unwrap().address.to_string()).collect())
}

/// The line `fields = […]` that a question prints.
fn fields_line(question: &str) -> Option<&str> {
    let start = question.find("fields = [")?;
    let length = question[start..].find(['`'])?;
    Some(&question[start..start + length])
}

/// Whether nobody who said no (`gone` in the address) gets mail by any of `lists`, each with its name; and how many there were.
fn subscribers_who_said_no_are_not_mailed(lists: impl IntoIterator<Item = (String, String)>) -> usize {
    let project = Project::new();
    let (mut wrong, mut count) = (Vec::new(), 0);
    for (name, list) in lists {
        count += 1;
        match mailed(&project, &list) {
            Ok(people) if people.iter().any(|one| one.contains("gone")) => wrong.push(format!("mailed: {name}")),
            Ok(people) if people.is_empty() => wrong.push(format!("nobody is left: {name}")),
            Ok(_) => {}
            Err(question) if question.contains("subscribers") || question.contains("is not a known") => {}
            Err(other) => wrong.push(format!("something else: {name}: {other}")),
        }
    }
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
    count
}
