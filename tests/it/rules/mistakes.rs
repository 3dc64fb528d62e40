//! Plants twenty common mistakes in a copy of this repository's issue 42; each is reported on its
//! line.

use std::fs;
use std::path::Path;

use crate::support::Project;

const ISSUE: &str = "issues/042-what-survives-a-retry.toml";
const SHEET: &str = "templates/letter.css";
const CONFIG: &str = "newsletter.toml";

/// A mistake.
struct Mistake {
    /// The file it is in.
    file: &'static str,
    /// A text that occurs in it once.
    right: &'static str,
    /// Its replacement.
    wrong: String,
    /// A text on the line of the mistake.
    line: &'static str,
    /// The rules that find it, or `load` for a problem reported while the file is read.
    rules: &'static [&'static str],
    /// Findings elsewhere: the rule, and a text on the line of the issue if there is one.
    more: &'static [(&'static str, &'static str)],
}

/// A copy of this repository's newsletter.
fn copy() -> Project {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &str| fs::read(root.join(path)).unwrap();
    let files = [
        CONFIG,
        ISSUE,
        SHEET,
        "issues/041-clocks-that-lie.toml",
        "issues/img/042-shards.png",
        "issues/img/042-state-graph.png",
        "issues/img/042-write-skew.png",
    ];
    files.into_iter().fold(Project::empty(), |project, path| project.file(path, read(path)))
}

impl Mistake {
    /// Returns how the findings differ from the expected ones.
    fn difference(&self) -> Option<String> {
        let project = copy();
        let text = project.read(self.file);
        assert_eq!(text.matches(self.right).count(), 1, "{:?} stands once in {}", self.right, self.file);
        let text = text.replace(self.right, &self.wrong);
        project.write(self.file, &text);
        let output = project.run(["check", "42", "--json"]);
        let answer: serde_json::Value = serde_json::from_str(&output.stdout).unwrap();
        let found = answer["problems"].as_array().unwrap().iter().map(|problem| {
            let rule = problem["rule"].as_str().unwrap_or("load");
            format!("{rule} {}:{}", problem["file"].as_str().unwrap_or("-"), problem["line"])
        });
        let mut found: Vec<String> = found.collect();
        let here = self.rules.iter().map(|rule| format!("{rule} {}:{}", self.file, line_of(&text, self.line)));
        let issue = project.read(ISSUE);
        let elsewhere = self.more.iter().map(|(rule, line)| format!("{rule} {ISSUE}:{}", line_of(&issue, line)));
        let mut expected: Vec<String> = here.chain(elsewhere).collect();
        found.sort();
        expected.sort();
        (found != expected).then(|| format!("{:?}\n  expected {expected:?}\n  found    {found:?}", self.line))
    }
}

/// The first line of `text` with `words` on it, from 1.
fn line_of(text: &str, words: &str) -> usize {
    1 + text.lines().position(|line| line.contains(words)).unwrap()
}

/// A mistake that is found on its own line alone.
fn mistake(
    file: &'static str,
    right: &'static str,
    wrong: &str,
    line: &'static str,
    rules: &'static [&'static str],
) -> Mistake {
    Mistake { file, right, wrong: wrong.to_owned(), line, rules, more: &[] }
}

fn in_the_issue() -> Vec<Mistake> {
    let issue = |right, wrong, line, rules| mistake(ISSUE, right, wrong, line, rules);
    let long = "Ten years old and still the text to send to a colleague. ".repeat(2000);
    vec![
        issue("\"https://authzed.com/docs\"", "\"htps://authzed.com/docs\"", "htps://", &["load"]),
        issue(
            "\"https://authzed.com/docs\"",
            "\"https://www.aphyr.com/posts/299-the-trouble-with-timestamps?utm_medium=mail#top\"",
            "aphyr.com",
            &["link-duplicate", "link-tracking-parameters"],
        ),
        issue(
            "alt          = \"Two transactions cross: each reads what the other is about to write\"\n",
            "",
            "042-write-skew.png",
            &["load"],
        ),
        issue("\"https://authzed.com/docs\"", "\"https://bit.ly/3xyz\"", "bit.ly", &["link-shortener"]),
        issue("\"https://authzed.com/docs\"", "\"http://10.0.0.7/docs\"", "10.0.0.7", &["link-http", "link-ip"]),
        issue("This week is about", "This [week](http://jepsen.io/) is about", "[week]", &["link-http"]),
        issue(
            "Two people rebuilt",
            "[aws.amazon.com](https://jepsen.io/) has it; two people rebuilt",
            "[aws",
            &["link-mismatch"],
        ),
        issue(
            "document is candid",
            "document, which is [here](https://raft.github.io/), is candid",
            "[here]",
            &["link-text-vague"],
        ),
        issue(
            "\"What survives a retry\"",
            "\"Re: What survives a retry\"\nsubject = \"{title}\"",
            "subject =",
            &["subject-fake-reply"],
        ),
        issue("Hello {subscriber.name|friend},", "Hello {{first_name}},", "{{first", &["markup-left"]),
        issue(
            "preheader = \"Idempotency keys, a lock that is not one, and two models of the outage everybody read about\"",
            "preheader = \"Issue 42\"",
            "preheader",
            &["preheader"],
        ),
        issue("= 2026-11-24", "= 2026-11-04", "2026-11-04", &["issue-monotonic"]),
        issue(
            "\"An outage, modelled twice\"",
            "\"AN OUTAGE, MODELLED TWICE, AND WHAT THEY FOUND\"",
            "AN OUTAGE",
            &["text-capitals"],
        ),
        issue(
            "\"A small graph of states; one path ends in a state that is not allowed\"",
            "\"Image of state-graph.png\"",
            "Image of",
            &["image-alt-words"],
        ),
        Mistake {
            more: &[("content-long-item", "How to do distributed locking")],
            ..issue(
                "Ten years old and still the text to send to a colleague who wants",
                &format!("{long} who wants"),
                "The second time",
                &["size-html", "size-message"],
            )
        },
    ]
}

fn in_the_settings_and_the_style() -> Vec<Mistake> {
    let sheet = |right, wrong, line, rules| mistake(SHEET, right, wrong, line, rules);
    vec![
        mistake(CONFIG, "ada@bytes.example.org>\"", "no-reply@bytes.example.org>\"", "no-reply", &["reply-to"]),
        sheet(
            "  color: var(--quiet);\n  font: var(--small);\n}\n\n.opening .meta {",
            "  color: rgb(0 0 0);\n  font: var(--small);\n}\n\n.opening .meta {",
            "rgb(0",
            &["css-gmail-kill"],
        ),
        Mistake {
            more: &[("unsubscribe-link", "title     = ")],
            ..sheet("  --quiet: #5c626b;", "  --quiet: #ffffff;", "--quiet: #ffffff", &["css-hidden"])
        },
        sheet(
            "@media (max-width: 599px) {",
            "@media (max-width: 599px) {\n@media (hover) { p { margin: 0 !important; } }",
            "(hover)",
            &["css-gmail-kill"],
        ),
        sheet("  --quiet: #5c626b;", "  --quiet: #a0a0a0;", "--quiet: #a0a0a0", &["contrast", "contrast-dark"]),
    ]
}

#[test]
fn twenty_mistakes_are_caught_each_on_its_line() {
    let mistakes: Vec<Mistake> = in_the_issue().into_iter().chain(in_the_settings_and_the_style()).collect();
    assert_eq!(mistakes.len(), 20);
    let differences: Vec<String> = mistakes.iter().filter_map(Mistake::difference).collect();
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[test]
fn the_copy_the_mistakes_are_planted_in_has_none() {
    let output = copy().run(["check"]);
    assert_eq!(
        (output.code, output.stderr.as_str()),
        (
            0,
            concat!(
                "note: there is no `subscribers.example.csv` here, so the subscriber list was not checked\n",
                "2 issues checked, no problems\n"
            )
        )
    );
}
