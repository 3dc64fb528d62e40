//! Tests the parts of the manual that are neither run nor links: blocks of settings and of issues are loaded, commands in
//! sentences exist.

use std::ffi::OsString;

use crate::manual::{Part, documents, parts, read};
use crate::support::{CONFIG, ISSUE, Project};

/// The commands in the sentences of `document`, between backticks.
fn mentioned(document: &str) -> Vec<String> {
    let lines =
        parts(document).into_iter().filter_map(|part| if let Part::Line(line) = part { Some(line) } else { None });
    let text = lines.collect::<Vec<_>>().join("\n");
    let code = text.split('`').skip(1).step_by(2).map(|code| code.split_whitespace().collect::<Vec<_>>().join(" "));
    code.filter(|code| code.starts_with("newsletter ")).collect()
}

#[test]
fn every_command_in_a_sentence_is_one_that_the_program_knows() {
    let (mut wrong, mut seen) = (Vec::new(), 0);
    for page in documents() {
        for command in mentioned(&read(&page)) {
            seen += 1;
            let words: Vec<OsString> = command.split(' ').map(|word| word.trim_matches('"').into()).collect();
            // A word in capitals stands for another.
            let words = if words[1] == "help" { vec![words[0].clone(), "help".into(), "send".into()] } else { words };
            if let Err(error) = newsletter::cli::parse(words) {
                use clap::error::ErrorKind::{InvalidSubcommand, InvalidValue, UnknownArgument};
                if matches!(error.kind(), InvalidSubcommand | InvalidValue | UnknownArgument) {
                    wrong.push(format!("{}: `{command}`: {error}", page.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(seen > 40, "the pages mention only {seen} commands");
}

/// Puts what `block` says in place of what `base` says, table by table.
fn with(base: &str, block: &toml::Table) -> toml::Table {
    let mut all: toml::Table = toml::from_str(base).unwrap();
    for (name, value) in block {
        match (all.get_mut(name), value) {
            (Some(toml::Value::Table(there)), toml::Value::Table(more)) => there.extend(more.clone()),
            (_, value) => {
                all.insert(name.clone(), value.clone());
            }
        }
    }
    all
}

/// What a block leaves to the rest of the file, table by table.
const ASSUMED: [(&str, &str); 2] = [
    ("smtp", "[smtp]\nhost = \"smtp.example.org\"\nuser = \"ada@example.org\"\n"),
    ("ledger", "[ledger]\nurl = \"postgres://weekly@db.example.org/weekly\"\n"),
];

/// `block` in a newsletter: among its settings, or in an issue.
fn in_place(mut block: toml::Table) -> Project {
    if ["title", "section", "list", "link", "audience"].iter().any(|key| block.contains_key(*key)) {
        for of_section in ["list", "link"] {
            if let Some(value) = block.remove(of_section) {
                let section = toml::Table::from_iter([(of_section.to_owned(), value)]);
                block.insert("section".to_owned(), toml::Value::Array(vec![section.into()]));
            }
        }
        let topic = "\n[[topic]]\nname = \"deep\"\ntitle = \"Deep\"\n";
        let issue = with(ISSUE, &block);
        let path = format!("issues/{:03}-first-things.toml", issue["number"].as_integer().unwrap());
        return Project::empty()
            .file("newsletter.toml", format!("{CONFIG}{topic}"))
            .file(&path, toml::to_string(&issue).unwrap());
    }
    let lacks = |key: &str| {
        block.get(key).and_then(|table| table.as_table()).is_some_and(|table| table.keys().all(|key| key == "password"))
    };
    let assumed: String = ASSUMED.iter().filter(|(key, _)| lacks(key)).map(|(_, text)| *text).collect();
    Project::new().file("newsletter.toml", toml::to_string(&with(&format!("{CONFIG}{assumed}"), &block)).unwrap())
}

#[test]
fn every_block_of_settings_and_of_an_issue_loads() {
    let (mut wrong, mut seen) = (Vec::new(), 0);
    for page in documents() {
        for part in parts(&read(&page)) {
            let Part::Block { language: "toml", begin, lines } = part else { continue };
            seen += 1;
            let output = match toml::from_str(&lines.join("\n")) {
                Ok(block) => in_place(block).run(["check"]),
                Err(error) => panic!("{}:{begin}: {error}", page.display()),
            };
            if output.code != 0 {
                wrong.push(format!("{}:{begin}\n{}", page.display(), output.stderr));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    assert!(seen > 30, "the pages have only {seen} blocks");
}

/// Blocks are checked by their language: one without is commands, and there is no other than these.
#[test]
fn every_block_has_a_language_by_which_it_is_tried() {
    let known = ["", "console", "csv", "html", "markdown", "sh", "text", "toml", "yaml"];
    let mut wrong = Vec::new();
    for page in documents() {
        for part in parts(&read(&page)) {
            if let Part::Block { language, begin, .. } = part
                && !known.contains(&language)
            {
                wrong.push(format!("{}:{begin}: {language}", page.display()));
            }
        }
    }
    assert_eq!(wrong.join("\n"), "");
}
