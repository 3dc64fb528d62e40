//! Tests `check` and `send` on exports of other services, as a new user meets them.

use std::fs;
use std::process::Command;

use snapbox::{assert_data_eq, str};

use super::exports::EXPORTS;
use crate::support::{Output, Project};

/// The addresses in the outbox of a newsletter.
fn outbox(project: &Project) -> String {
    let letters = fs::read_dir(project.path("outbox")).into_iter().flatten().flat_map(|folder| {
        fs::read_dir(folder.unwrap().path()).into_iter().flatten().map(|letter| letter.unwrap().path())
    });
    letters.map(|letter| fs::read_to_string(letter).unwrap()).collect()
}

#[test]
fn a_fresh_newsletter_mails_no_unsubscribed_address_of_any_export() {
    for (service, list) in EXPORTS {
        let project = Project::empty();
        project.run(["init"]);
        project.write("subscribers.csv", list);
        let check = project.run(["check"]);
        assert_eq!(check.code, 0, "{service}: {}", check.stderr);
        let send = project.run(["send", "1", "--yes"]);
        assert_eq!(send.code, 0, "{service}: {}", send.stderr);
        let mailed = outbox(&project);
        assert!(mailed.contains("in@example.org") || mailed.contains("regular@example.org"), "{service}: {mailed}");
        assert!(!mailed.contains("out") || !mailed.contains("To: out"), "{service}");
        let out = (1..=6).map(|number| format!("out{number}@example.org")).chain(["out@example.org".to_owned()]);
        assert!(!out.into_iter().any(|address| mailed.contains(&address)), "{service}");
    }
}

#[test]
fn an_unknown_status_column_stops_check_and_send_at_its_place() {
    let project = Project::empty();
    project.run(["init"]);
    project.write("subscribers.csv", "email,Zustand,vip\nada@example.org,dabei,yes\ngone@example.net,weg,no\n");
    let [check, send] = [&["check"][..], &["send", "1", "--yes"]].map(|arguments| project.run(arguments));
    assert_eq!((check.code, send.code), (3, 3), "{}", send.stderr);
    assert_data_eq!(
        check.stderr,
        str![[r#"
error: `Zustand` (`dabei`, `weg`) and `vip` (`yes`, `no`) may each decide who gets mail, but their meaning is not known
 --> subscribers.csv:1:7
  |
1 | email,Zustand,vip
  |       ^^^^^^^
  |
  = help: in `newsletter.toml` under `[subscribers]`, write `fields = ["Zustand", "vip"]` if they are only fields; if one of them says who gets mail, write `status = "Zustand"` and `subscribed = ["…"]` (with `fields = ["vip"]`), and subscribers with any other value get no mail

issue 1: 1 error

"#]]
    );
    assert_data_eq!(
        send.stderr,
        str![[r#"
error: `Zustand` (`dabei`, `weg`) and `vip` (`yes`, `no`) may each decide who gets mail, but their meaning is not known
 --> subscribers.csv:1:7
  |
1 | email,Zustand,vip
  |       ^^^^^^^
  |
  = help: in `newsletter.toml` under `[subscribers]`, write `fields = ["Zustand", "vip"]` if they are only fields; if one of them says who gets mail, write `status = "Zustand"` and `subscribed = ["…"]` (with `fields = ["vip"]`), and subscribers with any other value get no mail
error: 1 error; nothing was sent or written

"#]]
    );
    assert_eq!(outbox(&project), "");
}

#[test]
fn those_whose_status_is_not_subscribed_are_left_out_and_counted() {
    let project = Project::empty();
    project.run(["init"]);
    let config = project.read("newsletter.toml");
    let setting = "[subscribers]\nstatus = \"Zustand\"\nsubscribed = [\"dabei\"]\nfields = [\"vip\"]\n";
    project.write("newsletter.toml", config.replace("[subscribers]\n", setting));
    project.write(
        "subscribers.csv",
        "email,Zustand,vip\nada@example.org,dabei,yes\ngone@example.net,weg,no\nbo@example.org,,no\nGONE@example.net,dabei,no\n",
    );
    let send = project.run(["send", "1", "--yes"]);
    assert_eq!(send.code, 0, "{}", send.stderr);
    let line = send.stderr.lines().skip_while(|line| !line.starts_with("Recipients")).skip(1).take(2);
    assert_data_eq!(
        line.collect::<Vec<_>>().join("\n"),
        str![[r#"
  2 not subscribed (empty, `weg`) · 1 listed twice
  1 recipient gets the issue: ada@example.org
"#]]
    );
    let mailed = outbox(&project);
    assert!(mailed.contains("ada@example.org") && !mailed.contains("gone@") && !mailed.contains("bo@"), "{mailed}");
}

#[test]
fn a_guessed_encoding_and_a_taken_column_are_told_before_a_send() {
    let project = Project::empty();
    project.run(["init"]);
    project.write(
        "subscribers.csv",
        b"Kontakt;Name\r\nada@example.org;Ada\r\nivan@example.org;\xC8\xE2\xE0\xED\r\nzoe@example.org;Zo\xEB\r\n",
    );
    let send = project.run(["send", "1", "--dry-run"]);
    assert_eq!(send.code, 0, "{}", send.stderr);
    let told: Vec<_> = send
        .stderr
        .lines()
        .filter(|line| line.contains("windows-1252") || line.contains("which holds only addresses"))
        .collect();
    assert_data_eq!(
        told.join("\n"),
        str![[r#"
warning: no column is called `email`; using `Kontakt`, which holds only addresses
  2 names read as windows-1252: Èâàí
"#]]
    );
}

#[test]
fn an_unknown_status_is_named_with_its_count_and_first_line() {
    let project = Project::empty();
    project.run(["init"]);
    project.write(
        "subscribers.csv",
        "email,status\nada@example.org,active\nbo@example.org,sleepy\ncy@example.org,sleepy\ndi@example.org,sleepy\n",
    );
    let send = project.run(["send", "1", "--yes"]);
    assert_eq!(send.code, 3);
    assert_data_eq!(
        send.stderr,
        str![[r#"
error: `sleepy` is not a known value of `status`, here and in 2 other rows
 --> subscribers.csv:3:16
  |
3 | bo@example.org,sleepy
  |                ^^^^^^
  |
  = help: write one of `active`, `pending`, `unsubscribed`, `bounced`, `complained`; or list the values of subscribers who get mail, in `newsletter.toml` under `[subscribers]`: `status = "status"` and `subscribed = ["active"]`; fix these rows, or pass `--skip-bad-rows` to ignore them
error: 1 error; nothing was sent or written

"#]]
    );
    let send = project.run(["send", "1", "--yes", "--skip-bad-rows"]);
    assert_eq!(send.code, 0, "{}", send.stderr);
    assert!(send.stderr.contains("3 bad rows"), "{}", send.stderr);
}

#[test]
#[ignore = "needs git; ./check runs it"]
fn a_list_in_git_is_a_warning_and_never_stops_anything() {
    let project = Project::empty();
    project.run(["init"]);
    let git = |arguments: &[&str]| {
        let done = Command::new("git").current_dir(project.root()).args(arguments).output().unwrap();
        assert!(done.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
    };
    git(&["init", "--quiet"]);
    let quiet = |output: &Output| output.code == 0 && output.stderr == "issue 1: no problems\n";
    assert!(quiet(&project.run(["check"])), "not in git");
    git(&["add", "--force", "subscribers.csv"]);
    assert!(quiet(&project.run(["check"])), "in git, and nowhere else");
    git(&["remote", "add", "origin", "https://x:secret@github.com/ada/letter.git"]);
    let output = project.run(["check"]);
    assert_data_eq!(
        output.stderr,
        str![[r#"
warning[list-in-git]: `subscribers.csv` is tracked by git and pushed to `github.com`: anyone with access to the repository has every address
help: `git rm --cached subscribers.csv` and a line `subscribers.csv` in `.gitignore` keep it out from now on, but not out of the history; if the repository is private and this is intended: `list-in-git = "off"` under `[check]`

issue 1: 1 warning

"#]]
    );
    assert_eq!(output.code, 0);
    assert_eq!(project.run(["check", "--strict"]).code, 0, "not even then");
    assert_eq!(project.run(["send", "1", "--yes"]).code, 0);
    git(&["rm", "--quiet", "--cached", "subscribers.csv"]);
    assert!(quiet(&project.run(["check"])), "taken out");
}

#[test]
fn a_check_without_a_list_says_so() {
    let project = Project::new();
    let output = project.run(["check"]);
    assert_eq!(output.code, 0);
    assert_data_eq!(
        output.stderr,
        str![[r#"
note: there is no `subscribers.csv` here, so the subscriber list was not checked
issue 1: no problems

"#]]
    );
    let json: serde_json::Value = serde_json::from_str(&project.run(["check", "--json"]).stdout).unwrap();
    assert_eq!(json["note"], "there is no `subscribers.csv` here, so the subscriber list was not checked");
    assert_eq!(project.run(["check", "--strict"]).code, 0, "a note is no warning");
}
