//! The rules of `newsletter check`: every rule is documented and has a case that breaks it and one
//! that does not.

#![expect(clippy::needless_raw_string_hashes, reason = "snapbox writes expectations with them")]

mod fixture;
mod mistakes;
mod others;
mod pasted;
mod remembered_links;
mod report;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use newsletter::check::{self, GUARANTEES, rules};
use snapbox::{assert_data_eq, str};

use crate::support::Project;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/check/rules")
}

#[test]
fn every_rule_breaks_and_holds_as_its_fixture_says() {
    let mut wrong = Vec::new();
    for rule in rules() {
        let path = folder().join(format!("{}.toml", rule.name));
        match fs::read_to_string(&path) {
            Ok(text) => wrong.extend(fixture::differences(rule.name, &path, &text)),
            Err(error) => wrong.push(format!("{}: {error}", path.display())),
        }
    }
    assert!(wrong.is_empty(), "{}\n(SNAPSHOTS=overwrite writes what was said)", wrong.join("\n"));
}

#[test]
fn the_sample_the_fixtures_change_breaks_no_rule() {
    assert_eq!(fixture::Case::default().findings(None), "");
}

#[test]
fn every_fixture_belongs_to_a_rule() {
    let rules: BTreeSet<String> = rules().map(|rule| format!("{}.toml", rule.name)).collect();
    let files = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let lost: Vec<String> = files.filter(|file| !rules.contains(file)).collect();
    assert_eq!(lost, Vec::<String>::new());
}

#[test]
fn every_rule_has_a_unique_name_and_says_what_why_and_by_what_authority() {
    let mut names = BTreeSet::new();
    for rule in rules() {
        let lower = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        assert!(names.insert(rule.name) && rule.name.bytes().all(lower), "{}", rule.name);
        for words in [rule.what, rule.why] {
            assert!(words.ends_with('.') && words.len() > 15, "{}: {words}", rule.name);
        }
        assert!(!rule.example.is_empty() && !rule.source.is_empty(), "{}", rule.name);
    }
}

#[test]
fn the_documentation_describes_every_rule() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules.md");
    let document = fs::read_to_string(&path).unwrap();
    let (before, rest) = document.split_once("<!-- rules -->\n").unwrap();
    let (written, after) = rest.split_once("<!-- end of the rules -->").unwrap();
    let reference = format!("\n{}", check::reference());
    if std::env::var("SNAPSHOTS").is_ok_and(|value| value == "overwrite") {
        let document = format!("{before}<!-- rules -->\n{reference}<!-- end of the rules -->{after}");
        fs::write(&path, document).unwrap();
    } else {
        assert!(written == reference, "docs/rules.md is not what the rules say; SNAPSHOTS=overwrite writes it anew");
    }
}

#[test]
fn each_of_the_hundred_things_is_a_rule_or_a_guarantee_or_has_a_reason_to_be_neither() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let document = fs::read_to_string(root.join("docs/rules.md")).unwrap();
    let (_, origins) = document.split_once("## Where the rules come from\n").unwrap();
    let (table, own) = origins.split_once("\nRules besides these:").unwrap();
    let in_backticks = |text: &str| -> Vec<String> {
        let words = text.split('`').skip(1).step_by(2);
        words.filter(|word| !word.contains(' ')).map(str::to_owned).collect()
    };
    let mut numbers: Vec<u32> = Vec::new();
    let mut named = in_backticks(own);
    for row in table.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| |")) {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [number, here] = cells[..] else { panic!("{row}") };
        numbers.push(number.parse().unwrap());
        let has_reason = here.starts_with("No rule: ") && here.len() > 40;
        assert!(has_reason || !in_backticks(here).is_empty(), "neither a rule nor a guarantee nor a reason: {row}");
        named.extend(in_backticks(here));
    }
    assert_eq!(numbers, (1..=100).collect::<Vec<_>>());
    named.sort();
    let guarantees = GUARANTEES.iter().map(|guarantee| guarantee.former_rule);
    let mut expected: Vec<&str> = rules().map(|rule| rule.name).chain(guarantees).collect();
    expected.sort_unstable();
    assert_eq!(named, expected);
}

#[test]
fn a_rule_is_explained() {
    let output = Project::empty().run(["check", "--explain", "link-shortener"]);
    assert_eq!((output.code, output.stderr.as_str()), (0, ""));
    assert_data_eq!(
        output.stdout,
        str![[r#"
link-shortener (warn)

No link goes through a URL shortener.

why      It hides where it leads, dies with its service, and shares a reputation with
         all the spam that uses it.
example  url = "https://bit.ly/3xyz"
source   SpamAssassin 25_url_shortener

To change its level: `link-shortener = "off"` (or `"warn"`, `"error"`) under `[check]`.

"#]]
    );
    let output = Project::empty().run(["check", "--explain", "link-shortner"]);
    assert_eq!((output.code, output.stdout.as_str()), (2, ""));
    assert_data_eq!(
        output.stderr,
        str![[r#"
error: there is no rule `link-shortner`
hint: did you mean `link-shortener`?
hint: `newsletter check --explain list` lists all rules

"#]]
    );
    let output = Project::empty().run(["check", "--explain", "link-dup"]);
    assert_data_eq!(
        output.stdout,
        str![[r#"
`link-dup` is now called `link-duplicate`.

link-duplicate (warn)

No link is in the issue twice or was in an issue of the last year. All spellings of the
address of a page are that page: with `www.` or without, `youtu.be`, versions of a paper
at arXiv, a DOI at its publisher. Links that return are exempt: sponsored ones, those of
two earlier issues, front pages of sites, and sections that repeat links in two of the
last ten issues. A section of links that are all elsewhere in the issue is a summary,
and another version in the title or another entry of a change log is news.

why      Readers notice, and it looks careless.
example  the same `url` as in issue 41
source   common sense

To change its level: `link-duplicate = "off"` (or `"warn"`, `"error"`) under `[check]`.

"#]]
    );
    let output = Project::empty().run(["check", "--explain", "hdr-msgid"]);
    assert_data_eq!(
        output.stdout,
        str![[r#"
hdr-msgid (always guaranteed)

Every reader's message has a Message-ID of its own, in the form `<left@right>`.

source   RFC 5322, 3.6.4; Gmail's SMTP errors

No author, configuration, style sheet or subscriber data can
change this, so it is no longer a rule.

"#]]
    );
    let output = Project::empty().run(["check", "--explain", "list"]);
    assert_eq!(output.stdout.lines().count(), rules().count());
}
