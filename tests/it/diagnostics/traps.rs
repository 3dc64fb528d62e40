//! Mistakes that people make in TOML are one problem each, on the line of the mistake, with the right line in the help.

use serde_json::Value;

use crate::support::{CONFIG, Project};

/// An issue, the mistake replacing one of its lines.
fn issue(number: usize, right: &str, wrong: &str) -> (String, usize) {
    let text = format!(
        "number = {number}\ntitle = \"Words\"\npreheader = \"Some words about what is in this issue, long enough for an inbox\"\n\
         date = 2026-11-28\nintro = '''\nHello.\n'''\n\n[[section]]\ntitle = \"Links\"\ntext = '''\nMore words.\n'''\n\n\
         [[section.link]]\nurl = \"https://letter.example.org/a\"\ntitle = \"A\"\ntags = [\"a\", \"b\"]\n\
         description = \"Plain words about it.\"\n"
    );
    assert_eq!(text.matches(right).count(), 1, "{right}");
    let line = text[..text.find(right).unwrap()].lines().count() + 1;
    (text.replace(right, wrong), line)
}

/// What is right, the mistake, the line of the problem behind that of the mistake, and a part of the help.
const MISTAKES: [(&str, &str, usize, &str); 50] = [
    ("date = 2026-11-28", "date = 28.11.2026", 0, "`date = 2026-11-28`"),
    ("date = 2026-11-28", "date = 11/28/2026", 0, "`date = 2026-11-28`"),
    ("date = 2026-11-28", "date = 11/12/2026", 0, "`date = 2026-12-11`, or `date = 2026-11-12`"),
    ("date = 2026-11-28", "date = 28-11-2026", 0, "`date = 2026-11-28`"),
    ("date = 2026-11-28", "date = 2026/11/28", 0, "`date = 2026-11-28`"),
    ("date = 2026-11-28", "date = 2026.11.28", 0, "`date = 2026-11-28`"),
    ("date = 2026-11-28", "date = 2026-1-5", 0, "`date = 2026-01-05`"),
    ("date = 2026-11-28", "date = 20261128", 0, "`date = 2026-11-28`"),
    ("date = 2026-11-28", "date = 28 Nov 2026", 0, "`date = 2026-11-28`"),
    ("date = 2026-11-28", "date = Nov 28, 2026", 0, "`date = 2026-11-28`"),
    ("date = 2026-11-28", "date = 28. November 2026", 0, "`date = 2026-11-28`"),
    ("date = 2026-11-28", "date = 2026年11月28日", 0, "`date = 2026-11-28`"),
    ("date = 2026-11-28", "date = \"28 Nov 2026\"", 0, "`date = 2026-11-28`"),
    ("date = 2026-11-28", "date = \"28.11.2026\"", 0, "`date = 2026-11-28`"),
    ("date = 2026-11-28", "date = \"11/28/2026\"", 0, "`date = 2026-11-28`"),
    ("date = 2026-11-28", "date = \"November 28, 2026\"", 0, "`date = 2026-11-28`"),
    ("date = 2026-11-28", "date = tomorrow", 0, "\"tomorrow\""),
    ("title = \"Words\"", "title = \"He said \"hi\" there\"", 0, "`title = 'He said \"hi\" there'`"),
    ("title = \"Words\"", "title = \"\"Hi\" there\"", 0, "`title = '\"Hi\" there'`"),
    ("title = \"Words\"", "title = \"Say \"hi\"\"", 0, "`title = 'Say \"hi\"'`"),
    ("title = \"Words\"", "title = 'It's here'", 0, "`title = \"It's here\"`"),
    ("title = \"Words\"", "title = 'It's \"here\"'", 0, "title = "),
    ("title = \"Words\"", "title = “Words”", 0, "`title = \"Words\"`"),
    ("title = \"Words\"", "title = „Words“", 0, "`title = \"Words\"`"),
    ("title = \"Words\"", "title = «Words»", 0, "`title = \"Words\"`"),
    ("title = \"Words\"", "title = ‘Words’", 0, "`title = \"Words\"`"),
    ("title = \"Words\"", "title = 「Words」", 0, "`title = \"Words\"`"),
    ("title = \"Words\"", "title = \"Words”", 0, "`title = \"Words\"`"),
    ("title = \"Words\"", "title = “Words\"", 0, "`title = \"Words\"`"),
    ("title = \"Words\"", "title = \"Words", 0, "`title = \"Words\"`"),
    ("title = \"Words\"", "title = 'Words", 0, "`title = \"Words\"`"),
    ("title = \"Words\"", "title = Words", 0, "`title = \"Words\"`"),
    ("title = \"Words\"", "title = Words and more\"", 0, "`title = \"Words and more\"`"),
    ("title = \"Words\"", "title = \"Words\" and more", 0, "`title = \"Words and more\"`"),
    ("title = \"Words\"", "title = \"snake\\_case\"", 0, "`title = 'snake\\_case'`"),
    ("title = \"Words\"", "title = \"C:\\Users\"", 0, "`title = 'C:\\Users'`"),
    ("title = \"Words\"", "title = \"C:\\temp\"", 0, "between `'`"),
    ("title = \"Words\"", "title =", 0, "title = "),
    ("title = \"Words\"", "title: \"Words\"", 0, "`title = \"Words\"`"),
    ("title = \"Words\"", "title = \"Words\"\ndraft = False", 1, "`draft = false`"),
    ("title = \"Words\"", "title = \"Words\"\ndraft = yes", 1, "`draft = true`"),
    ("intro = '''\nHello.\n'''", "intro = '''\nHello.\n\"\"\"", 0, "'''"),
    ("intro = '''\nHello.\n'''", "intro = '''\nHello.\n", 0, "'''"),
    ("intro = '''\nHello.\n'''", "intro = \"Hello.\nMore.\"", 0, "`\"\"\"`"),
    ("intro = '''\nHello.\n'''", "intro = \"\"\"\nsnake\\_case\n\"\"\"", 1, "`'''`"),
    ("[[section]]", "[[section]", 0, "`[[section]]`"),
    ("tags = [\"a\", \"b\"]", "tags = [a, b]", 0, "`tags = [\"a\", \"b\"]`"),
    ("tags = [\"a\", \"b\"]", "tags = [“a”, “b”]", 0, "`tags = [\"a\", \"b\"]`"),
    ("tags = [\"a\", \"b\"]", "tags = \"a\", \"b\"", 0, "`tags = [\"a\", \"b\"]`"),
    ("tags = [\"a\", \"b\"]", "tags = [\"a\", \"b\"", 0, "tags = "),
];

#[test]
fn each_mistake_is_one_error_on_its_line_with_the_right_line() {
    let mut project = Project::empty().file("newsletter.toml", CONFIG);
    let mut lines = Vec::new();
    for (index, (right, wrong, behind, _)) in MISTAKES.iter().enumerate() {
        let (text, line) = issue(index + 1, right, wrong);
        project = project.file(&format!("issues/{:03}-x.toml", index + 1), text);
        lines.push(line + behind);
    }
    let answer: Value = serde_json::from_str(&project.run(["check", "--json"]).stdout).unwrap();
    let problems = answer["problems"].as_array().unwrap();
    let mut wrong = Vec::new();
    for (index, (_, written, _, help)) in MISTAKES.iter().enumerate() {
        let file = format!("issues/{:03}-x.toml", index + 1);
        let found: Vec<&Value> = problems.iter().filter(|problem| problem["file"] == file.as_str()).collect();
        let is_right = matches!(&found[..], [one] if one["severity"] == "error" && one["line"] == lines[index]
            && one["help"].as_str().is_some_and(|said| said.contains(help)));
        if !is_right {
            wrong.push(format!("{written}: line {}, {help}: {found:#?}", lines[index]));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_text_keeps_its_places_without_its_common_indent_and_dubious_escapes_are_warnings() {
    let text = "number = 1\ntitle = \"Words\"\npreheader = \"Some words about what is in this issue, long enough for an inbox\"\n\
                date = 2026-11-28\nintro = '''\n    Hello.\n\n    More *|FNAME|* words.\n    '''\n\n[outro]\n\
                text = \"\"\"\nOne \\\ntwo, and C:\\temp.\n\"\"\"\n\n[[section]]\ntitle = \"S\"\ntext = \"More.\"\n";
    let project = Project::empty().file("newsletter.toml", CONFIG).file("issues/001-x.toml", text);
    let answer: Value = serde_json::from_str(&project.run(["check", "1", "--json"]).stdout).unwrap();
    let found: Vec<String> = answer["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|problem| format!("{}:{} {}", problem["line"], problem["column"], problem["message"].as_str().unwrap()))
        .filter(|problem| problem.contains('\\') || problem.contains("FNAME"))
        .collect();
    assert_eq!(
        found,
        [
            "13:5 inside `\"\"\"`, a `\\` at the end of a line joins it to the next line",
            "14:12 `\\t` is a tab in `\"`",
            "8:10 `*|FNAME|*` is a merge field of another service, and nothing fills it",
        ]
    );
}
