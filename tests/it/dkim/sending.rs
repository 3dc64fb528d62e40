//! Mail signed on its way out, as `[dkim]` says.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use newsletter::message::dkim::{Algorithm, DkimKey};
use snapbox::{assert_data_eq, str};

use super::dkimpy;
use crate::support::{Mailing, Project, Script, Served, SmtpServer};

/// A key in `dkim.pem` for its owner's eyes, and its record.
fn with_key(project: &Project) -> String {
    let pem = DkimKey::generate(Algorithm::Rsa).unwrap();
    project.write("dkim.pem", &pem);
    fs::set_permissions(project.path("dkim.pem"), fs::Permissions::from_mode(0o600)).unwrap();
    DkimKey::from_pem(pem.as_bytes()).unwrap().record().unwrap()
}

/// A newsletter that signs, and the record of its key.
fn signing<'a>(subscribers: impl IntoIterator<Item = &'a str>) -> (Mailing, String) {
    let mailing = Mailing::new(SmtpServer::start(Script::default()), subscribers);
    let record = with_key(&mailing.project);
    let config = mailing.project.read("newsletter.toml");
    let dkim = "[dkim]\nselector = \"nl2026\"\nkey = { file = \"dkim.pem\" }\n";
    mailing.project.write("newsletter.toml", format!("{config}\n{dkim}"));
    (mailing, record)
}

/// The header fields a signature covers.
fn covered(message: &[u8]) -> String {
    let text = String::from_utf8(message.to_vec()).unwrap();
    let header = text.split_once("; h=").unwrap().1.split_once(';').unwrap().0;
    header.split_whitespace().collect()
}

#[test]
#[ignore = "needs dkimpy; ./check runs it"]
fn every_message_is_signed_and_both_ways_out_are_covered() {
    let (mailing, record) = signing(["ada", "bo", "cy"]);
    let told = mailing.send(["--yes"]);
    let signing = told.lines().find(|line| line.starts_with("Signing"));
    assert_eq!(signing, Some("Signing  · DKIM example.org, selector nl2026"));
    let received = mailing.server.accepted();
    assert_eq!(received.len(), 3);
    for message in &received {
        assert_eq!(dkimpy(&message.bytes, &record), "good");
        assert_data_eq!(
            covered(&message.bytes),
            str![
                "from:from:to:to:subject:subject:date:message-id:mime-version:content-type:list-id:list-unsubscribe:list-unsubscribe-post:list-archive:feedback-id:precedence"
            ]
        );
    }
}

#[test]
#[ignore = "needs dkimpy; ./check runs it"]
fn a_message_sent_again_is_byte_identical_signature_and_all() {
    let (mailing, record) = signing(["drop-after-dot-lost"]);
    mailing.send(["--yes"]);
    mailing.send(["--yes", "--in-doubt", "resend"]);
    let sent = mailing.server.wait_until(|record| record.discarded.len() == 2, |record| record.discarded.clone());
    assert_eq!(sent[0].bytes, sent[1].bytes);
    assert_eq!(dkimpy(&sent[1].bytes, &record), "good");
}

#[test]
fn the_ledger_keeps_the_letter_and_not_the_key() {
    let (mailing, _) = signing(["ada"]);
    mailing.send(["--yes"]);
    let pem = mailing.project.read("dkim.pem");
    let lines: Vec<_> = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    let kept: Vec<u8> = [".newsletter/ledger.sqlite3", ".newsletter/ledger.sqlite3-wal"]
        .iter()
        .flat_map(|file| fs::read(mailing.project.path(file)).unwrap_or_default())
        .collect();
    let kept = String::from_utf8_lossy(&kept).into_owned();
    assert!(kept.contains("List-Unsubscribe-Post"), "the letter is in it");
    assert!(lines.iter().all(|line| !kept.contains(line)));
}

#[test]
fn a_letter_is_the_same_under_every_signing_key() {
    let (mailing, _) = signing(["defer-once"]);
    mailing.send(["--yes", "--wait", "0s"]);
    let config = mailing.project.read("newsletter.toml");
    mailing.project.write("newsletter.toml", config.split_once("[dkim]").unwrap().0);
    let told = mailing.send(["--yes", "--wait", "1m"]);
    assert!(told.contains("Sent issue 1 to 1 of 1 recipient"), "{told}");
}

#[test]
#[ignore = "needs dkimpy; ./check runs it"]
fn test_mail_rehearsal_and_render_are_signed_as_well() {
    let (mailing, record) = signing(["ada"]);
    mailing.send(["--test", "ada@example.org"]);
    let tested = mailing.server.accepted();
    assert_eq!(dkimpy(&tested[0].bytes, &record), "good");
    mailing.send(["--dry-run", "--eml", "rehearsal"]);
    let written = fs::read_dir(mailing.project.path("rehearsal")).unwrap().next().unwrap().unwrap();
    assert_eq!(dkimpy(&fs::read(written.path()).unwrap(), &record), "good");
    let rendered = mailing.project.run(["render", "1", "--eml"]);
    assert_eq!(dkimpy(rendered.stdout.as_bytes(), &record), "good");
}

#[test]
#[ignore = "needs dkimpy; ./check runs it"]
fn a_preview_shows_the_signature_and_does_without_where_there_is_no_key() {
    let (mailing, record) = signing(["ada"]);
    let mut preview = Served::start(&mailing.project, &[]);
    assert_eq!(dkimpy(preview.get("/1.eml").body.as_bytes(), &record), "good");
    drop(preview);
    fs::remove_file(mailing.project.path("dkim.pem")).unwrap();
    preview = Served::start(&mailing.project, &[]);
    let warning = preview.line();
    assert!(warning.starts_with("warning: messages are shown without a DKIM signature: cannot read"), "{warning}");
    assert!(preview.get("/1.eml").body.starts_with("Date: "));
}

#[test]
fn a_key_others_can_read_signs_nothing() {
    let (mailing, _) = signing(["ada"]);
    fs::set_permissions(mailing.project.path("dkim.pem"), fs::Permissions::from_mode(0o644)).unwrap();
    assert_data_eq!(
        mailing.send(["--yes"]),
        str![[r#"
error: other users of this machine can read or change `[ROOT]/dkim.pem` (mode 644)
help: run `chmod 600 [ROOT]/dkim.pem`
exit 3

"#]]
    );
    assert_eq!(mailing.server.connections(), 0);
}

#[test]
fn an_invalid_key_signs_nothing_and_is_not_shown() {
    let (mailing, _) = signing(["ada"]);
    fs::write(mailing.project.path("dkim.pem"), "swordfish\n").unwrap();
    assert_data_eq!(
        mailing.send(["--yes"]),
        str![[r#"
error: the key of `[dkim]`, from `[ROOT]/dkim.pem`, cannot sign: not a private key in PEM format
help: `newsletter dkim keygen` creates one that can
exit 3

"#]]
    );
}

#[test]
fn a_part_of_a_letter_is_rendered_without_the_key() {
    let (mailing, _) = signing(["ada"]);
    fs::remove_file(mailing.project.path("dkim.pem")).unwrap();
    let codes = ["--html", "--text", "--eml"].map(|part| mailing.project.run(["render", "1", part]).code);
    assert_eq!(codes, [0, 0, 3]);
}

#[test]
#[ignore = "needs dkimpy; ./check runs it"]
fn the_key_comes_from_a_command_or_the_environment_too() {
    let (mailing, record) = signing(["ada"]);
    let config = mailing.project.read("newsletter.toml");
    let signed = |key: &str| {
        mailing.project.write("newsletter.toml", config.replace("{ file = \"dkim.pem\" }", key));
        let pem = mailing.project.read("dkim.pem");
        let mut command = mailing.project.command(["render", "1", "--eml"]);
        let output = mailing.project.finish(command.env("KEY", pem));
        dkimpy(output.stdout.as_bytes(), &record)
    };
    assert_eq!(signed("{ command = [\"cat\", \"dkim.pem\"] }"), "good");
    assert_eq!(signed("{ env = \"KEY\" }"), "good");
}
