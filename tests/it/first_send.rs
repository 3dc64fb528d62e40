//! The first send of a new newsletter. Nothing that `newsletter init` wrote reaches people: an
//! example among the settings, a sender or site at a domain for examples, a sentence or link of the
//! sample issue, one alone or in another spelling. And what is wrong around a first send (DNS, the
//! unsubscribe page, the archive, its pictures, clock, disk) is said before it.
//!
//! Every newsletter here mails by a program that notes whom it was called for.

#![expect(clippy::needless_raw_string_hashes, reason = "snapbox writes expectations with them")]

mod preflight;

use std::fs;
use std::os::unix::fs::PermissionsExt;

use snapbox::{assert_data_eq, str};

use crate::support::{ISSUE, Project};

/// What `init` wrote, with every example replaced, mailing by a program.
fn finished() -> Project {
    let project = Project::empty();
    assert_eq!(project.run(["init"]).code, 0);
    let config = project.read("newsletter.toml");
    let config =
        config.replace("www.letter.example", "kettles.example.org").replace("letter.example", "kettles.example.org");
    let config = config.replace("My Newsletter", "Distributed Kettles").replace("Your Name", "Grace");
    let config = config.replace("Example Street 1, 12345 Example", "Kettle Lane 2, 10115 Berlin");
    let config = config.replace("courier = \"outbox\"", "courier = \"sendmail\"\nsendmail = \"./sendmail\"");
    fs::remove_file(project.path("issues/001-hello.toml")).unwrap();
    let project = project.file("newsletter.toml", config).file("issues/001-first-things.toml", ISSUE);
    let project = project
        .subscribers(["ada@example.org"])
        .file("sendmail", "#!/bin/sh\ncat > /dev/null\necho \"$5\" >> mailed\n");
    fs::set_permissions(project.path("sendmail"), fs::Permissions::from_mode(0o700)).unwrap();
    project
}

/// The examples `check` finds, a line each: rule, file and line, message.
fn found(project: &Project) -> String {
    let output = project.run(["check", "--json"]);
    let answer: serde_json::Value = serde_json::from_str(&output.stdout).unwrap();
    let problems = answer["problems"].as_array().unwrap().iter().map(|problem| {
        let [rule, file, message] = ["rule", "file", "message"].map(|key| problem[key].as_str().unwrap_or("-"));
        format!("{rule} {file}:{} {message}\n", problem["line"])
    });
    let said = problems.filter(|problem| problem.starts_with("example-")).collect::<String>();
    assert!(said.is_empty() || output.code == 3, "{said}");
    said
}

/// Has `project` sent, which must not happen.
fn refused(project: &Project) {
    for arguments in [["send", "1", "--yes"], ["send", "1", "--dry-run"]] {
        let output = project.run(arguments);
        assert_eq!(output.code, 3, "{output:?}");
        assert!(!project.path("mailed").exists(), "{output:?}");
    }
}

/// `newsletter.toml` with one text replaced, which has to be there once.
fn changed(project: &Project, from: &str, to: &str) {
    let config = project.read("newsletter.toml");
    assert_eq!(config.matches(from).count(), 1, "{from}");
    project.write("newsletter.toml", config.replace(from, to));
}

#[test]
fn a_finished_newsletter_is_sent() {
    let project = finished();
    assert_eq!(found(&project), "");
    let output = project.run(["send", "1", "--yes"]);
    assert_eq!(output.code, 0, "{output:?}");
    assert_eq!(project.read("mailed"), "ada@example.org\n");
}

#[test]
fn each_example_of_init_stops_a_send_alone_and_in_any_spelling() {
    let cases = [
        ("name        = \"Distributed Kettles\"", "name = \"My Newsletter\"", "10 `My Newsletter`"),
        ("name        = \"Distributed Kettles\"", "name = \"  my NEWSLETTER \"", "10 `my NEWSLETTER`"),
        ("\"Grace <you@kettles.example.org>\"", "\"you@letter.example\"", "13 `you@letter.example`"),
        ("\"Grace <you@kettles.example.org>\"", "'\"Your Name\" <grace@kettles.example.org>'", "13 `Your Name`"),
        ("\"Grace <you@kettles.example.org>\"", "\"Grace <You@Letter.Example>\"", "13 `You@letter.example`"),
        (
            "#reply_to        = \"reply@kettles.example.org\"",
            "reply_to = \"reply@letter.example\"",
            "14 `reply@letter.example`",
        ),
        (
            "#reply_to        = \"reply@kettles.example.org\"",
            "reply_to = \"you@letter.example\"",
            "14 `you@letter.example`",
        ),
        (
            "site = \"https://kettles.example.org/\"",
            "site = \"https://WWW.Letter.example\"",
            "21 `https://www.letter.example/`",
        ),
        (
            "\"Distributed Kettles, Kettle Lane 2, 10115 Berlin\"",
            "\"My Newsletter,  Example Street 1, 12345 EXAMPLE\"",
            "26 `My Newsletter,  Example Street 1, 12345 EXAMPLE`",
        ),
        (
            "\"https://kettles.example.org/unsubscribe/{token}\"",
            "\"https://www.letter.example/unsubscribe/{token}\"",
            "55 `https://www.letter.example/unsubscribe/{token}`",
        ),
        (
            "mailto = \"unsubscribe@kettles.example.org\"",
            "mailto = 'mailto:unsubscribe@letter.example'",
            "56 `unsubscribe@letter.example`",
        ),
        ("test_to = [\"you@kettles.example.org\"]", "test_to = [\"you@letter.example\"]", "67 `you@letter.example`"),
        (
            "test_to = [\"you@kettles.example.org\"]",
            "test_to = [\"a@b.dev\",\n  \"you@letter.example\"]",
            "68 `you@letter.example`",
        ),
    ];
    for (right, wrong, said) in cases {
        let project = finished();
        changed(&project, right, wrong);
        let (line, value) = said.split_once(' ').unwrap();
        let expected =
            format!("example-settings newsletter.toml:{line} {value} is still the example from `newsletter init`\n");
        assert_eq!(found(&project), expected);
        refused(&project);
    }
}

#[test]
fn a_sender_or_site_at_a_domain_for_examples_needs_readers_who_are_there_too() {
    let cases = [
        ("\"Grace <you@kettles.example.org>\"", "\"Grace <grace@mail.example.com>\"", "13 `grace@mail.example.com`"),
        (
            "#reply_to        = \"reply@kettles.example.org\"",
            "reply_to = \"grace@kettles.test\"",
            "14 `grace@kettles.test`",
        ),
        ("#envelope_sender = \"bounces@kettles.example.org\"", "envelope_sender = \"b@a.invalid\"", "15 `b@a.invalid`"),
        (
            "site = \"https://kettles.example.org/\"",
            "site = \"https://kettles.example.net/\"",
            "21 `https://kettles.example.net/`",
        ),
        ("site = \"https://kettles.example.org/\"", "site = \"https://www.localhost/\"", "21 `https://www.localhost/`"),
        (
            "\"https://kettles.example.org/unsubscribe/{token}\"",
            "\"https://a.EXAMPLE.org/{token}\"",
            "55 `https://a.example.org/{token}`",
        ),
        ("mailto = \"unsubscribe@kettles.example.org\"", "mailto = \"u@tea.example.org\"", "56 `u@tea.example.org`"),
        (
            "#base_url = \"https://kettles.example.org/img/\"",
            "base_url = \"https://img.test/\"",
            "43 `https://img.test/`",
        ),
        (
            "#logo     = \"https://kettles.example.org/logo.png\"",
            "logo = \"https://a.example/l.png\"",
            "38 `https://a.example/l.png`",
        ),
    ];
    for (right, wrong, said) in cases {
        let project = finished();
        changed(&project, right, wrong);
        // The others are at a domain of their own.
        let config = project.read("newsletter.toml").replace("kettles.example.org\"", "kettles.dev\"");
        let config = config
            .replace("kettles.example.org/", "kettles.dev/")
            .replace("you@kettles.example.org", "you@kettles.dev");
        project.write("newsletter.toml", config);
        let issue = ISSUE.replace("example.org/", "kettle.dev/").replace("example.net/", "tea.dev/");
        let project = project.file("issues/001-first-things.toml", issue);
        assert_eq!(found(&project), "", "{wrong}: every reader is at such a domain");
        let project = project.subscribers(["ada@example.org", "grace@people.dev"]);
        let (line, value) = said.split_once(' ').unwrap();
        let expected = format!(
            "example-domain newsletter.toml:{line} {value} is at an example domain, but `grace@people.dev` is not\n"
        );
        assert_eq!(found(&project), expected);
        refused(&project);
    }
}

#[test]
fn an_unsubscribed_address_does_not_count_as_a_subscriber_at_another_domain() {
    let project =
        finished().file("subscribers.csv", "email,status\nada@example.org,active\ngrace@people.dev,unsubscribed\n");
    assert_eq!(found(&project), "");
}

#[test]
fn each_sentence_and_link_of_the_sample_issue_stops_a_send() {
    let sample = Project::empty();
    sample.run(["init"]);
    let sample = sample.read("issues/001-hello.toml");
    let cases = [
        ("\"First things\"", "\"The sample issue\""),
        ("\"First things\"", "\"The Sample  ISSUE\""),
        (
            "Two links about clocks, and one that says why they lie to you",
            "A sentence that makes the letter worth opening",
        ),
        ("this is the *first* issue.", "my news. It shows what **an issue** can hold: much!"),
        ("this is the *first* issue.", "this is the\\nsample that `newsletter init` wrote."),
        ("https://example.org/clocks", "https://example.org/two-generals"),
        ("https://example.org/clocks", "https://EXAMPLE.com/talks/clocks/"),
        ("\"On clocks\"", "\"There is no now\""),
        ("\"On clocks\"", "\"TinyServe\""),
        (
            "Why two machines never agree, shown with three drawings.",
            "A static file server in 4 KB, and every line of it can be read! Try it.",
        ),
        (
            "Why two machines never agree, shown with three drawings.",
            "Nice. **Read it for** the last paragraph, where the\\nauthor says what to do instead.",
        ),
        ("Until next week.", "Close with a line of your own."),
        ("Until next week.", "> It worked on the first try, so now I am looking for the bug."),
    ];
    let said = |issue: String| found(&finished().file("issues/001-first-things.toml", issue));
    for (right, wrong) in cases {
        let issue = ISSUE.replace(right, wrong);
        let line = 1 + ISSUE.lines().position(|line| line.contains(right)).unwrap();
        let project = finished().file("issues/001-first-things.toml", issue);
        let said = found(&project);
        assert!(said.starts_with(&format!("example-text issues/001-first-things.toml:{line} ")), "{wrong}: {said}");
        assert_eq!(said.lines().count(), 1, "{said}");
        refused(&project);
    }
    assert_eq!(said(sample).lines().count(), 17);
    // What anybody may say.
    let own =
        ["A tool of the week.", "Hello, friend.", "There is no tomorrow.", "What an issue!", "That is where it ends."];
    for words in own {
        assert_eq!(said(ISSUE.replace("Until next week.", words)), "");
    }
}

#[test]
fn the_outbox_may_have_examples() {
    let project = Project::empty();
    project.run(["init"]);
    let output = project.run(["send", "1", "--yes"]);
    assert_eq!(output.code, 0, "{output:?}");
    // What was only written to a folder stops no sooner for it.
    let config = project.read("newsletter.toml").replace("courier = \"outbox\"", "courier = \"sendmail\"");
    project.write("newsletter.toml", config);
    let output = project.run(["send", "1", "--yes"]);
    assert_eq!((output.code, output.stderr.matches("error[example-").count()), (3, 25), "{}", output.stderr);
}

#[test]
fn the_address_for_tests_is_not_mailed_as_long_as_it_is_the_example() {
    let project = finished();
    changed(&project, "test_to = [\"you@kettles.example.org\"]", "test_to = [\"you@letter.example\"]");
    let output = project.run(["send", "1", "--test"]);
    assert_data_eq!(
        format!("{}exit {}\n", output.stderr, output.code),
        str![[r#"
error: `you@letter.example` in `test_to` is still the example from `newsletter init`
hint: write your own address into `test_to` under `[send]` in `newsletter.toml`
hint: or `newsletter send 1 --test you@your.domain`
exit 3

"#]]
    );
    assert!(!project.path("mailed").exists());
    assert_eq!(project.run(["send", "1", "--test", "ada@example.org"]).code, 0);
    assert_eq!(project.read("mailed"), "ada@example.org\n");
}
