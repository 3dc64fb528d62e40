//! Tests messages by programs that are not ours: two parsers, a spam filter, an HTML validator, a
//! mail client.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use newsletter::letter::{self, LetterStyleSheet};
use newsletter::message::{DeliveryStamp, FrozenLetter, MessageKeys, PlanId, TokenKey};
use newsletter::model::{EmailAddress, Subscriber};
use newsletter::templates;
use tempfile::TempDir;

use crate::support::{Project, judged};
use newsletter::config;

/// Who the messages are for where it does not matter.
const READER: &str = "mina@example.net";

/// The newsletter of this repository.
pub(crate) fn sample() -> Project {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    ["newsletter.toml", "subscribers.example.csv", "issues"].iter().fold(Project::empty(), |project, name| {
        let copied = Command::new("cp").arg("-r").arg(root.join(name)).arg(project.root()).status().unwrap();
        assert!(copied.success());
        project
    })
}

/// One rendering of an issue, as `newsletter render` writes it.
pub(crate) fn rendered(project: &Project, issue: &str, part: &str) -> Vec<u8> {
    let output = project.command(["render", issue, part, "--as", READER]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// The `url` of every link of an issue file.
fn links(issue: &str) -> Vec<String> {
    let issue: toml::Table = issue.parse().unwrap();
    let sections = issue["section"].as_array().unwrap().iter();
    let links = sections.filter_map(|section| section.get("link")?.as_array()).flatten();
    links.map(|link| link["url"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn two_parsers_find_issues_41_and_42_sound_and_see_every_link_in_both_parts() {
    let project = sample();
    for (issue, file) in [("41", "issues/041-clocks-that-lie.toml"), ("42", "issues/042-what-survives-a-retry.toml")] {
        let facts = judged([&rendered(&project, issue, "--eml")]).remove(0);
        let [text, html] = ["text", "html"].map(|part| facts[part].as_str().unwrap());
        let links = links(&project.read(file));
        assert!(links.len() > 2, "{links:?}");
        for link in links {
            assert!(text.lines().any(|line| line.trim_start() == link), "{link} does not stand on a line of its own");
            assert!(html.contains(&format!("href=\"{}\"", link.replace('&', "&amp;"))), "{link}");
        }
        assert_eq!(text.trim_end(), String::from_utf8(rendered(&project, issue, "--text")).unwrap().trim_end());
        assert_eq!(html.trim_end(), String::from_utf8(rendered(&project, issue, "--html")).unwrap().trim_end());
    }
}

/// Names as they stand in lists people really have, and as somebody hostile would write them.
const NAMES: [&str; 22] = [
    "Ada",
    "Ada Lovelace",
    "O'Leary, Bo",
    "Dr. Bo \"Bosse\" Svensson",
    "back\\slash",
    "Jürgen Groß",
    "Владимир Набоков",
    "村上 春樹",
    "أدا لوفلايس",
    "Zoë 🦀 Ferris",
    "e\u{301}",
    "a@b.example",
    "Eve <eve@example.net>",
    "eve@example.net, mallory@example.net",
    "eve@example.net; mallory@example.net",
    "group: eve@example.net;",
    "(comment)",
    "=?utf-8?q?=0D=0ABcc:_eve=40example.net?=",
    "<b>bold</b> & \"quoted\" 'single'",
    "{subscriber.name}",
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen",
    "ÄÖÜäöüß ÄÖÜäöüß ÄÖÜäöüß ÄÖÜäöüß ÄÖÜäöüß ÄÖÜäöüß ÄÖÜäöüß ÄÖÜäöüß",
];

#[test]
fn two_parsers_see_each_name_as_written_and_no_other_recipient() {
    let project = Project::new();
    let newsletter = config::Newsletter::open(project.root()).unwrap();
    let loaded = newsletter.issue("1", project.root(), |_| false).unwrap();
    let style = LetterStyleSheet::prepare(templates::mail::letter::CSS, newsletter.publication.theme).unwrap();
    let letter = letter::render(&loaded.issue, &newsletter.publication, &style).unwrap();
    let stamp =
        DeliveryStamp { plan: PlanId([42; 16]), date: chrono::DateTime::from_timestamp(1_795_341_600, 0).unwrap() };
    let frozen = FrozenLetter::freeze(&letter, &newsletter.publication, &stamp).unwrap();
    let messages: Vec<_> = NAMES
        .iter()
        .map(|name| {
            let fields = BTreeMap::from([("name".to_owned(), (*name).to_owned())]);
            let reader = Subscriber { address: EmailAddress::parse(READER).unwrap(), fields };
            let mut message = Vec::new();
            frozen.compose(&reader, &MessageKeys { tokens: TokenKey::new(&[7; 32]), dkim: None }, &mut message);
            message
        })
        .collect();
    let judged = judged(&messages);
    for (name, facts) in NAMES.iter().zip(&judged) {
        assert_eq!(facts["to"], serde_json::json!([[name, READER]]));
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let text = words(facts["text"].as_str().unwrap());
        assert!(text.contains(&format!("Hello {},", words(name))), "{text}");
        assert_eq!(facts["headers"], judged[0]["headers"]);
    }
}

#[test]
#[ignore = "needs SpamAssassin; ./check runs it"]
fn spamassassin_holds_nothing_against_issue_42() {
    let (score, report) = spamassassin(&rendered(&sample(), "42", "--eml"));
    println!("{report}");
    let points = |line: &str| line.split_whitespace().next()?.parse::<f32>().ok();
    let rules: Vec<_> = report.lines().filter(|line| points(line).is_some_and(|points| points > 0.0)).collect();
    assert_eq!(rules.join("\n"), "");
    assert!(score <= 0.5, "{score}");
}

/// Returns the points that `SpamAssassin` gives to `message`, and the rules it gives them for.
pub(crate) fn spamassassin(message: &[u8]) -> (f32, String) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("message.eml");
    fs::write(&path, message).unwrap();
    let output = Command::new("spamassassin")
        // Without the network, without the caller's preferences; -t appends the report.
        .args(["--local", "--test-mode", "--nocreate-prefs"])
        .arg(&path)
        .env("HOME", folder.path())
        .env("LC_ALL", "C.UTF-8")
        .stdin(Stdio::null())
        .output()
        .expect("spamassassin is missing; run ./check");
    let said = String::from_utf8_lossy(&output.stdout);
    let (_, report) = said.split_once("Content analysis details:").expect("a report");
    let score = report.trim_start().trim_start_matches('(').split_once(" points").unwrap().0.parse().unwrap();
    (score, report.to_owned())
}

#[test]
#[ignore = "needs html-validate; ./check runs it"]
fn html_validate_finds_no_error_in_the_letters() {
    let project = sample();
    for issue in ["41", "42"] {
        project.write("letter.html", rendered(&project, issue, "--html"));
        html_validate("letter.json", &project.path("letter.html"));
    }
}

#[test]
#[ignore = "needs html-validate; ./check runs it"]
fn html_validate_finds_no_error_in_the_web_archive() {
    let project = sample();
    let built = project.run(["build"]);
    assert_eq!(built.code, 0, "{built:?}");
    assert!(project.path("public/index.html").exists());
    html_validate("page.json", &project.path("public"));
}

/// Fails with what `html-validate` says against the file or folder at `path`.
pub(crate) fn html_validate(rules: &str, path: &Path) {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/html");
    let output = Command::new(format!("{folder}/node_modules/.bin/html-validate"))
        .args(["--config", &format!("{folder}/{rules}")])
        .arg(path)
        .output()
        .expect("html-validate is missing; run ./check, or `npm ci` in tests/html");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
#[ignore = "needs html5lib; ./check runs it"]
fn html5lib_finds_no_error_in_the_letters() {
    let project = sample();
    for issue in ["41", "42"] {
        project.write("letter.html", rendered(&project, issue, "--html"));
        assert_eq!(html5_errors(&project.path("letter.html")), "");
    }
}

/// Returns what html5lib says against the file at `path`, a line an error.
pub(crate) fn html5_errors(path: &Path) -> String {
    let python = std::env::var_os("NEWSLETTER_PYTHON").expect("NEWSLETTER_PYTHON is not set; ./check sets it");
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/python/html5_errors.py");
    let output = Command::new(python).arg(script).arg(path).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
#[ignore = "needs neomutt; ./check runs it"]
fn neomutt_shows_the_text_part_as_it_was_written() {
    let project = sample();
    project.write("inbox/cur/1:2,S", rendered(&project, "42", "--eml"));
    project.write("inbox/new/.keep", "");
    project.write("inbox/tmp/.keep", "");
    let shown = project.path("shown.txt");
    let keys = format!("<pipe-message>cat >{}<enter><exit><quit>", shown.display());
    // A folder that is there, or it asks whether to make one.
    let neomutt = format!(
        "neomutt -n -F /dev/null -R -f {inbox} -e 'set folder={inbox} pipe_decode wait_key=no quit=yes' \
         -e 'alternative_order text/plain' -e 'push \"{keys}\"'",
        inbox = project.path("inbox").display()
    );
    // `script` lends it a terminal; the open pipe at its stdin keeps that terminal from ending before the keys are read.
    let mut terminal = Command::new("script")
        .args(["--quiet", "--return", "--command", &neomutt, "/dev/null"])
        .env("TERM", "xterm")
        .env("LC_ALL", "C.UTF-8")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("script, of bsdutils, is missing; run ./check");
    let stdin = terminal.stdin.take();
    assert!(terminal.wait().unwrap().success(), "is neomutt missing? run ./check");
    drop(stdin);
    let shown = fs::read_to_string(shown).unwrap();
    let (_, body) = shown.split_once("\n\n").unwrap();
    assert_eq!(body.trim_end(), String::from_utf8(rendered(&project, "42", "--text")).unwrap().trim_end());
}
