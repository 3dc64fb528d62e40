//! Tests `newsletter subscribers`: lists brought in, exported, tagged, erased and counted.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use snapbox::{assert_data_eq, str};

use crate::opt_outs::exports::EXPORTS;
use crate::support::{Mailing, Output, Project, Script, SmtpServer};

pub(crate) const MAILCHIMP: &str = "Email Address,First Name,Last Name,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,LAST_CHANGED,LEID,EUID,NOTES,TAGS\n\
    ada@example.org,Ada,Lovelace,2,,,2024-01-02 10:00:00,192.0.2.77,2024-01-02 10:00:00,1001,0a1b,,\"\"\"Editors\"\"\"\n\
    bo@example.org,Bo,B,2,,,2024-01-02 10:00:00,192.0.2.77,2024-01-02 10:00:00,1002,0a1c,,\n";
const MAILCHIMP_UNSUBSCRIBED: &str = "Email Address,First Name,LEID,EUID,UNSUB_TIME,UNSUB_CAMPAIGN_TITLE,TAGS\n\
    cy@example.org,Cy,1003,0a1d,2024-02-02 10:00:00,Hello,\n";
const MAILCHIMP_CLEANED: &str = "Email Address,First Name,LEID,EUID,CLEAN_TIME,CLEAN_CAMPAIGN_TITLE,TAGS\n\
    dee@example.org,Dee,1004,0a1e,2024-03-02 10:00:00,Hello,\n";

/// What a run said, and its exit code.
pub(crate) fn told(output: &Output) -> String {
    format!("{}{}exit {}\n", output.stdout, output.stderr, output.code)
}

pub(crate) fn run(project: &Project, arguments: &[&str]) -> String {
    told(&project.run([&["subscribers"], arguments].concat()))
}

pub(crate) fn mailchimp() -> Project {
    let project = Project::new().subscribers([]);
    let project = project.file("subscribed.csv", MAILCHIMP).file("unsubscribed.csv", MAILCHIMP_UNSUBSCRIBED);
    project.file("cleaned.csv", MAILCHIMP_CLEANED)
}

pub(crate) const FILES: [&str; 4] = ["import", "subscribed.csv", "unsubscribed.csv", "cleaned.csv"];

#[test]
fn the_three_files_of_mailchimp_are_readers_and_suppressions() {
    let project = mailchimp();
    let tried = run(&project, &[&FILES[..], &["-n"]].concat());
    assert!(!project.path(".newsletter/ledger.sqlite3").exists(), "a dry run keeps nothing");
    assert_data_eq!(
        tried,
        str![[r"
subscribed.csv · Mailchimp
unsubscribed.csv · Mailchimp
cleaned.csv · Mailchimp
would import 4 rows: 2 new · 2 suppressed (1 bounced, 1 unsubscribed)
exit 0

"]]
    );
    assert!(run(&project, &FILES).ends_with("\n4 rows: 2 new · 2 suppressed (1 bounced, 1 unsubscribed)\nexit 0\n"));
    let again = run(&project, &FILES);
    assert!(again.ends_with("\n4 rows: 0 new · 2 already here · 2 stay suppressed\nexit 0\n"), "{again}");
    assert_data_eq!(
        run(&project, &["list"]),
        str![[r"
2024-01-02  active         ada@example.org  +Editors
2024-01-02  active         bo@example.org
2024-02-02  unsubscribed   cy@example.org
2024-03-02  bounced        dee@example.org
exit 0

"]]
    );
    let ada: serde_json::Value =
        serde_json::from_str(&project.run(["subscribers", "show", "ada@example.org", "--json"]).stdout).unwrap();
    assert_eq!(ada["evidence"][0]["what"], "confirmed");
    assert_eq!(ada["evidence"][0]["at"], "2024-01-02T10:00:00+00:00");
    assert_eq!(ada["evidence"][0]["evidence"]["network"], "192.0.2.0/24");
    assert_eq!(ada["subscription"]["fields"]["name"], "Ada Lovelace");
    assert_eq!(ada["named_in"], serde_json::json!(["newsletter.toml", "subscribed.csv:2"]));
}

#[test]
fn no_old_list_revives_anybody() {
    let project = mailchimp();
    assert!(run(&project, &FILES).ends_with("exit 0\n"));
    assert_eq!(project.run(["suppress", "ada@example.org"]).code, 0);
    let old = run(&project, &["import", "subscribed.csv"]);
    assert!(old.ends_with("\n2 rows: 0 new · 1 already here · 1 stays suppressed\nexit 0\n"), "{old}");
    project.write("plain.csv", "email\ncy@example.org\ndee@example.org\n");
    let plain = run(&project, &["import", "plain.csv", "--as", "plain", "--consent", "I swear"]);
    assert!(plain.ends_with("\n2 rows: 0 new · 2 stay suppressed\nexit 0\n"), "{plain}");
    let added = run(&project, &["add", "cy@example.org", "--consent", "by mail"]);
    assert!(added.contains("stays suppressed (unsubscribed)") && added.ends_with("exit 4\n"), "{added}");
}

#[test]
fn consent_that_nobody_told_of_is_asked_for() {
    let project = Project::new().subscribers([]).file("list.csv", "email,name\nada@example.org,Ada\nbo@example.org,\n");
    assert_data_eq!(
        run(&project, &["import", "list.csv"]),
        str![[r"
error: `list.csv` is not an export that is known
hint: `--as plain` reads it as `subscribers.csv` is read: by its headings
hint: known are our own export, Mailchimp, Substack, Ghost, beehiiv, Buttondown, Kit, listmonk, Keila, MailPoet, phpList, curated.co
exit 3

"]]
    );
    assert_data_eq!(
        run(&project, &["import", "list.csv", "--as", "plain"]),
        str![[r#"
error: 2 rows say nothing about how these people agreed; nothing was imported
hint: `--consent "signed up at our stand, May 2026"` keeps how they agreed, with each of them
hint: `--confirm` mails each of them a link to confirm, as fast as `confirm_rate` under `[serve]` allows
exit 6

"#]]
    );
    assert!(run(&project, &["list"]).contains("no such reader"), "nothing was imported");
    let no_pages = run(&project, &["import", "list.csv", "--as", "plain", "--confirm"]);
    assert!(no_pages.contains("there is no `[serve]` table") && no_pages.ends_with("exit 3\n"), "{no_pages}");
    let kept = run(&project, &["import", "list.csv", "--as", "plain", "--consent", "at our stand", "--tag", "stand"]);
    assert!(kept.ends_with("\n2 rows: 2 new\nexit 0\n"), "{kept}");
    let ada = run(&project, &["show", "ada@example.org"]);
    assert!(ada.contains("imported: a plain list: list.csv, SHA-256 ") && ada.contains(" · at our stand\n"), "{ada}");
    assert!(run(&project, &["list", "--tag", "stand"]).contains("bo@example.org  +stand"));
    assert_eq!(run(&project, &["tag", "ada@example.org", "+vip", "-stand"]), "ada@example.org: vip\nexit 0\n");
    assert_data_eq!(
        run(&project, &["tag", "eve@example.org", "+vip"]),
        str![[r"
error: the ledger has no subscriber `eve@example.org`
hint: the tags of readers of `subscribers.csv` are in its column `tags`; `newsletter subscribers import` brings these readers into the ledger
exit 2

"]]
    );
}

#[test]
fn readers_are_asked_to_confirm_once() {
    let serve = "[serve]\nurl = \"https://letter.example.org/\"\n[send]\ncourier = \"sendmail\"\n";
    let project =
        Project::new().subscribers([]).config(serve).file("list.csv", "email\nada@example.org\nbo@example.org\n");
    let arguments = ["import", "list.csv", "--as", "plain", "--confirm"];
    let asked = run(&project, &arguments);
    assert!(asked.contains("\n2 rows: 0 new · 2 asked to confirm\n") && asked.ends_with("exit 0\n"), "{asked}");
    assert!(run(&project, &arguments).ends_with("\n2 rows: 0 new · 2 already here\nexit 0\n"));
    let pending = run(&project, &["list", "--state", "pending"]);
    assert!(pending.contains("ada@example.org") && pending.contains("bo@example.org"), "{pending}");
    let added = run(&project, &["add", "cy@example.org"]);
    assert!(added.contains("cy@example.org is asked to confirm"), "{added}");
    assert!(run(&project, &["report"]).starts_with("0 active · 3 pending · 0 suppressed\n"));
}

#[test]
fn a_tag_waits_for_the_confirmation_with_whom_it_is_about() {
    let serve = "[serve]\nurl = \"https://letter.example.org/\"\n";
    let mailing = Mailing::new(SmtpServer::start(Script::default()), []);
    let project = &mailing.project;
    project.write("newsletter.toml", format!("{}\n{serve}", project.read("newsletter.toml")));
    project.write("list.csv", "email\nada@example.org\n");
    let asked = run(project, &["import", "list.csv", "--as", "plain", "--confirm", "--tag", "stand"]);
    assert!(asked.contains("1 asked to confirm"), "{asked}");
    assert!(run(project, &["add", "bo@example.org", "--tag", "friend"]).contains("is asked to confirm"));
    let mut ledger =
        newsletter::ledger::open(&newsletter::ledger::LedgerLocation::File(project.path(".newsletter/ledger.sqlite3")))
            .unwrap();
    let confirmed = |signup| newsletter::readers::Event::Confirm(signup, newsletter::readers::Evidence::default());
    ledger
        .change_readers(&mut |records| {
            for signup in records.waiting_signups(chrono::DateTime::UNIX_EPOCH)? {
                let key = newsletter::message::TokenKey::new(
                    project.read(".newsletter/unsubscribe.key").trim_end().as_bytes(),
                );
                let (who, now) = (key.identify("example.org", &signup.address), signup.requested_at);
                records.happen(&who, confirmed(signup), now)?;
            }
            Ok(())
        })
        .unwrap();
    let list = run(project, &["list"]);
    assert!(list.contains("ada@example.org  +stand\n") && list.contains("bo@example.org  +friend\n"), "{list}");
    let ada = run(project, &["show", "ada@example.org"]);
    assert!(ada.contains("a plain list: list.csv"), "{ada}");
}

#[test]
fn a_dry_run_waits_for_nobody_and_keeps_nobody_waiting() {
    let project = mailchimp();
    assert!(run(&project, &FILES).ends_with("exit 0\n"));
    project.write("more.csv", format!("{MAILCHIMP}eve@example.org,Eve,E,2,,,2024-01-02 10:00:00,192.0.2.77,,1,0a,,\n"));
    let writing = rusqlite::Connection::open(project.path(".newsletter/ledger.sqlite3")).unwrap();
    writing.execute_batch("BEGIN IMMEDIATE").unwrap();
    let tried = run(&project, &["import", "more.csv", "--dry-run"]);
    assert!(tried.ends_with("\nwould import 3 rows: 1 new · 2 already here\nexit 0\n"), "{tried}");
}

#[test]
fn every_export_is_told_by_its_headings() {
    let project = Project::new().subscribers([]);
    let mut told = String::new();
    let more = [
        (
            "listmonk",
            "uuid,email,name,attributes,status,created_at,updated_at\n\
            a1,in@example.org,Ada,\"{\"\"city\"\": \"\"Bremen\"\"}\",enabled,2024-01-02 10:00:00 +0000 UTC,2024-01-02 10:00:00 +0000 UTC\n\
            a2,out1@example.org,Bo,{},blocklisted,2024-01-02 10:00:00 +0000 UTC,2024-01-02 10:00:00 +0000 UTC\n",
        ),
        (
            "curated.co",
            "Email Address,Subscribed at,UTM Source,UTM Medium,UTM Term,UTM Content,UTM Campaign,UTM Last Path,UTM Referrer\n\
            in@example.org,2024-01-02 10:00:00 UTC,,,,,,/issues/1,\n",
        ),
    ];
    for (service, list) in EXPORTS.iter().chain(&more) {
        project.write("list.csv", list);
        let import = ["subscribers", "import", "list.csv", "-n", "--consent", "they said so"];
        let output = project.run(import);
        if output.code == 3 {
            writeln!(told, "{service}: not known").unwrap();
            continue;
        }
        let lines = output.stderr.lines().rev().take(2).collect::<Vec<_>>();
        let lines = lines.into_iter().rev().collect::<Vec<_>>().join(": ").replace("list.csv · ", "");
        writeln!(told, "{service}: {lines}").unwrap();
    }
    assert_data_eq!(
        told,
        str![[r"
Mailchimp: Mailchimp: would import 2 rows: 0 new · 1 suppressed (1 unsubscribed) · 1 rejected
Substack: Substack: would import 4 rows: 2 new · 2 suppressed (2 unsubscribed)
Ghost: Ghost: would import 3 rows: 1 new · 2 suppressed (2 unsubscribed)
beehiiv: beehiiv: would import 2 rows: 1 new · 1 suppressed (1 unsubscribed)
MailPoet: MailPoet: would import 6 rows: 1 new · 4 suppressed (1 bounced, 3 unsubscribed) · 1 never confirmed, left out
phpList: phpList: would import 4 rows: 1 new · 2 suppressed (2 unsubscribed) · 1 never confirmed, left out
Kit: Kit: would import 5 rows: 1 new · 4 suppressed (1 bounced, 1 complained, 2 unsubscribed)
Buttondown: Buttondown: would import 16 rows: 10 new · 5 suppressed (1 bounced, 1 complained, 3 unsubscribed) · 1 never confirmed, left out
Keila: Keila: would import 3 rows: 1 new · 2 suppressed (1 bounced, 1 unsubscribed)
Mailcoach: not known
The Newsletter Plugin: not known
Resend: not known
Loops: not known
Brevo: not known
MailerLite: not known
Campaign Monitor: not known
HubSpot: not known
Klaviyo: not known
Constant Contact: not known
Shopify: not known
WordPress.com: not known
listmonk: listmonk: would import 2 rows: 1 new · 1 suppressed (1 unsubscribed)
curated.co: curated.co: would import 1 row: 1 new

"]]
    );
}

#[test]
fn an_export_carries_everything_to_another_machine() {
    let project = mailchimp();
    assert!(run(&project, &FILES).ends_with("exit 0\n"));
    assert_eq!(
        run(&project, &["tag", "ada@example.org", "+=vip, very"]),
        "ada@example.org: =vip, very, Editors\nexit 0\n"
    );
    let exported = project.run(["subscribers", "export"]);
    assert_eq!((exported.code, exported.stderr.as_str()), (0, "exported 4 readers\n"));
    let moved = Project::new().file("subscribers.csv", &exported.stdout);
    let key = project.read(".newsletter/unsubscribe.key");
    moved.write(".newsletter/unsubscribe.key", key);
    own_only(&moved.path(".newsletter/unsubscribe.key"));
    let imported = run(&moved, &["import", "subscribers.csv"]);
    assert!(imported.ends_with("\n4 rows: 2 new · 2 suppressed (1 bounced, 1 unsubscribed)\nexit 0\n"), "{imported}");
    assert_eq!(moved.run(["subscribers", "export"]).stdout, exported.stdout);
    assert!(run(&moved, &["import", "subscribers.csv"]).contains("0 new · 2 already here · 2 stay suppressed"));
    let file = run(&moved, &["export", "-o", "out.csv"]);
    assert_eq!(file, "exported 4 readers\nexit 0\n");
    assert_eq!(moved.read("out.csv"), exported.stdout);
    assert!(run(&moved, &["export", "-o", "out.csv"]).ends_with("exit 6\n"));
}

#[test]
fn an_export_is_a_list_that_a_send_reads_with_the_same_key_only() {
    let project = mailchimp();
    assert!(run(&project, &FILES).ends_with("exit 0\n"));
    let exported = project.run(["subscribers", "export"]).stdout;
    let laptop = Project::new().file("subscribers.csv", &exported);
    let other = told(&laptop.run(["send", "1", "--yes"]));
    assert!(other.contains("the unsubscribe key is another one") && other.ends_with("exit 6\n"), "{other}");
    laptop.write(".newsletter/unsubscribe.key", project.read(".newsletter/unsubscribe.key"));
    own_only(&laptop.path(".newsletter/unsubscribe.key"));
    let sent = told(&laptop.run(["send", "1", "--yes"]));
    assert!(sent.contains("2 from subscribers.csv") || sent.contains("2 of 2 recipients"), "{sent}");
    assert!(sent.ends_with("exit 0\n"), "{sent}");
    let checked = told(&laptop.run(["check"]));
    assert!(checked.ends_with("exit 0\n"), "{checked}");
}

fn own_only(path: &Path) {
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
}

/// The files below `folder` that have `needle` in any case.
fn having(folder: &Path, needle: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(having(&path, needle));
        } else {
            let bytes = fs::read(&path).unwrap().to_ascii_lowercase();
            if bytes.windows(needle.len()).any(|window| window == needle.as_bytes()) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

#[test]
fn erasing_leaves_no_byte_but_in_files_that_are_named() {
    let mailing = Mailing::new(SmtpServer::start(Script::default()), ["ada", "bo"]);
    let project = &mailing.project;
    project.write("old.csv", "email,name\nCy.Gone@Example.org,Cy\nzoe@example.org,Zoe\n");
    let arguments = ["import", "old.csv", "--as", "plain", "--consent", "at our stand"];
    assert!(run(project, &arguments).ends_with("\n2 rows: 2 new\nexit 0\n"));
    assert!(mailing.send(["--yes"]).ends_with("exit 0\n"));
    assert!(run(project, &["tag", "cy.gone@example.org", "+vip"]).ends_with("exit 0\n"));
    assert_eq!(project.run(["suppress", "cy.gone@example.org"]).code, 0);
    assert_eq!(project.run(["ledger", "backup", "copy.sqlite3"]).code, 0);
    assert!(having(project.root(), "cy.gone@example.org").len() >= 3);

    let unasked = run(project, &["erase", "cy.gone@example.org"]);
    assert!(unasked.contains("not confirmed") && unasked.ends_with("exit 6\n"), "{unasked}");
    project.write("exports.zip", [b"PK\x03\x04".as_slice(), b"cy.gone@example.org"].concat());
    project.write(".git/objects/ab", "cy.gone@example.org");
    assert_data_eq!(
        run(project, &["erase", "CY.gone@EXAMPLE.org", "--yes"]),
        str![[r"
CY.gone@example.org is erased from the ledger, and no old list brings them back
still named: copy.sqlite3
still named: old.csv:2
not searched: .git
not searched: exports.zip
hint: delete these lines and files yourself; copies elsewhere are not searched
exit 4

"]]
    );
    fs::remove_file(project.path("exports.zip")).unwrap();
    fs::remove_file(project.path(".git/objects/ab")).unwrap();
    let named: Vec<_> = ["copy.sqlite3", "old.csv"].map(|file| project.path(file)).into();
    assert_eq!(having(project.root(), "cy.gone@example.org"), named);
    let again = run(project, &arguments);
    assert!(again.ends_with("\n2 rows: 0 new · 1 already here · 1 stays suppressed\nexit 0\n"), "{again}");
    let added = run(project, &["add", "cy.gone@example.org", "--consent", "by mail"]);
    assert!(added.contains("was erased") && added.ends_with("exit 4\n"), "{added}");
    assert_eq!(having(project.root(), "cy.gone@example.org"), named, "and they left nothing behind");
    for file in named {
        fs::remove_file(file).unwrap();
    }
    let gone = run(project, &["erase", "cy.gone@example.org", "--yes"]);
    assert!(gone.ends_with("exit 0\n"), "{gone}");
    assert!(mailing.send(["--yes"]).contains("Nothing left to do: 4 sent"), "the counts stay");
    assert_eq!(
        run(project, &["show", "cy.gone@example.org"]).lines().nth(1).unwrap().trim(),
        "erased       only a digest is kept, so that no old list brings them back"
    );
}

#[test]
fn the_report_counts_and_names_nobody() {
    let mailing = Mailing::new(SmtpServer::start(Script::default()), ["bo"]);
    let project = &mailing.project;
    for (file, text) in [("subscribed.csv", MAILCHIMP), ("unsubscribed.csv", MAILCHIMP_UNSUBSCRIBED)] {
        project.write(file, text);
    }
    assert!(run(project, &FILES[..3]).ends_with("exit 0\n"));
    assert!(mailing.send(["--yes"]).ends_with("exit 0\n"));
    assert_eq!(project.run(["suppress", "ada@example.org"]).code, 0);
    let report = run(project, &["report"]);
    assert!(report.starts_with("1 active · 0 pending · 2 suppressed\n") && !report.contains('@'), "{report}");
    assert!(report.contains("\n2024-01-01  2     2 "), "{report}");
    let json: serde_json::Value =
        serde_json::from_str(&project.run(["subscribers", "report", "--json"]).stdout).unwrap();
    assert_eq!(
        json["weeks"][1],
        serde_json::json!({"week": "2024-01-29", "came": 0, "confirmed": 0, "left": {"unsubscribed": 1}})
    );
    assert_eq!((&json["issues"][0]["reached"], &json["issues"][0]["lost"]), (&2.into(), &1.into()));
}
