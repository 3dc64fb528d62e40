//! Checks some four hundred texts as people paste them, each in an issue of its own: markup, merge fields and addresses
//! of `tests/fixtures/check/markup.toml` are found on their line, and innocent texts are not.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

use crate::support::Project;

/// Texts by the field they are pasted into.
type Texts = BTreeMap<String, Vec<String>>;

/// The texts of the fixture, by what `check` says about them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fixture {
    errors: Texts,
    warnings: Texts,
    innocent: Texts,
}

/// What `check` says about a text at worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Worst {
    Nothing,
    Warning,
    Error,
}

/// Rules that are about the texts of the fixture; the others find what else is wrong with such short issues.
const RULES: [&str; 2] = ["markup-left", "link-typo"];

/// The fields of an issue with innocent values.
const FIELDS: [(&str, &str); 9] = [
    ("title", "A plain title"),
    ("preheader", "A preheader that is long enough for the inbox of all readers of it"),
    ("subject", "{title}"),
    ("text", "Plain words."),
    ("url", "https://kettles.example.net/x"),
    ("author", "Ada"),
    ("source", "Wired"),
    ("tag", "one"),
    ("alt", "A graph"),
];

/// Returns an issue whose `field` is `value`, and the line of it.
fn issue(number: usize, field: &str, value: &str) -> (String, usize) {
    let values: BTreeMap<&str, String> = FIELDS
        .iter()
        .map(|(name, innocent)| {
            (*name, toml::Value::String((*if *name == field { &value } else { innocent }).to_owned()))
        })
        .map(|(name, value)| (name, one_line(&value)))
        .collect();
    let text = format!(
        "number = {number}\ntitle = {}\npreheader = {}\nsubject = {}\ndate = 2026-11-24\n[[section]]\ntitle = \"S\"\n\
         text = {}\n[[section.link]]\nurl = {}\ntitle = \"T\"\nauthor = {}\nsource = {}\ntags = [{}]\n\
         image = \"img/skew.png\"\nalt = {}\n",
        values["title"],
        values["preheader"],
        values["subject"],
        values["text"],
        values["url"],
        values["author"],
        values["source"],
        values["tag"],
        values["alt"]
    );
    let key = if field == "tag" { "tags = ".to_owned() } else { format!("{field} = ") };
    let line = text.lines().position(|line| line.starts_with(&key)).unwrap();
    (text, line + 1)
}

/// Writes a string as TOML in one line.
fn one_line(value: &toml::Value) -> String {
    serde_json::to_string(value.as_str().unwrap()).unwrap()
}

#[test]
fn what_people_paste_is_found_in_its_place_and_innocent_texts_are_not() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let fixture = fs::read_to_string(root.join("tests/fixtures/check/markup.toml")).unwrap();
    let Fixture { errors, warnings, innocent } = toml::from_str(&fixture).unwrap();
    let levels = [(Worst::Error, errors), (Worst::Warning, warnings), (Worst::Nothing, innocent)];
    let mut cases = Vec::new();
    for (level, texts) in levels {
        for (field, value) in
            texts.into_iter().flat_map(|(field, values)| values.into_iter().map(move |value| (field.clone(), value)))
        {
            let (text, line) = issue(cases.len() + 1, &field, &value);
            cases.push((level, field, value, text, line));
        }
    }
    let config = include_str!("../../fixtures/check/newsletter.toml");
    let mut project = Project::empty().file("newsletter.toml", config);
    project = project.file("issues/img/skew.png", fs::read(root.join("issues/img/042-write-skew.png")).unwrap());
    for (index, (.., text, _)) in cases.iter().enumerate() {
        project = project.file(&format!("issues/{:03}-x.toml", index + 1), text);
    }
    let answer: Value = serde_json::from_str(&project.run(["check", "--json"]).stdout).unwrap();
    let mut wrong = String::new();
    for (index, (level, field, value, _, line)) in cases.iter().enumerate() {
        let file = format!("issues/{:03}-x.toml", index + 1);
        let found: Vec<&Value> = answer["problems"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|problem| {
                let is_about_it = problem["rule"].as_str().is_none_or(|rule| RULES.contains(&rule));
                problem["file"] == file.as_str() && is_about_it
            })
            .collect();
        let worst =
            found.iter().map(|problem| if problem["severity"] == "error" { Worst::Error } else { Worst::Warning });
        let is_in_place = found.iter().all(|problem| problem["line"] == *line && problem["help"].is_string());
        if worst.max().unwrap_or(Worst::Nothing) != *level || !is_in_place {
            writeln!(wrong, "{field} = {value:?} should be {level:?}, found {found:#?}").unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
