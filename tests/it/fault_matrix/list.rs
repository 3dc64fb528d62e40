//! Tests rows 37 to 48: the subscriber list, and its changes during a delivery.

use snapbox::{assert_data_eq, str};

use super::{after, mailing, sent, told};
use crate::support::{ISSUE, Mailing, Script, SmtpServer, run_by};

const ISSUE_FILE: &str = "issues/001-first-things.toml";

/// A delivery of which Ada has hers, and Bo and Cy do not.
fn begun() -> Mailing {
    let mailing = mailing(Script::default(), &["ada", "bo", "cy"]);
    mailing.send(["--yes", "--limit", "1"]);
    mailing
}

/// A newsletter for exactly this list.
fn listed(list: impl AsRef<[u8]>) -> Mailing {
    let mailing = mailing(Script::default(), &[]);
    mailing.project.write("subscribers.csv", list);
    mailing
}

#[test]
fn row_37_a_list_that_is_edited_while_it_is_sent_changes_nothing() {
    let locals: Vec<_> = (0..20).map(|number| format!("reader{number:02}")).collect();
    let server = SmtpServer::start(Script::default());
    let mailing = Mailing::configured(server, locals.iter().map(String::as_str), "connections = 1", "");
    let sender = mailing.start(["--yes", "--rate", "20/s"]);
    mailing.server.wait_for_accepted(2);
    mailing.project.write("subscribers.csv", "email\nreader00@example.org\nnew@example.org\n");
    assert_data_eq!(
        told(&mailing.finish(sender), &mailing.project),
        str![[r#"
Sent issue 1 to 20 of 20 recipients
exit 0
accepted: 20 recipients

"#]]
    );
    assert_eq!(mailing.accepted(), locals);
}

#[test]
fn row_37_new_subscribers_are_counted_and_wait_for_the_next_issue() {
    let mailing = begun();
    mailing.project.write("subscribers.csv", "email\nada@example.org\ncy@example.org\nnew@example.org\n");
    assert_data_eq!(
        sent(&mailing, ["--yes"]),
        str![[r#"
Issue 1 · First things
1 sent, 2 left
1 recipient joined the list after YYYY-MM-DD and will not receive this issue
Sent issue 1 to 3 of 3 recipients
exit 0
accepted: ada, bo, cy

"#]]
    );
}

#[test]
fn row_38_an_issue_that_was_edited_is_refused_until_it_is_meant() {
    let mailing = begun();
    mailing.project.write(ISSUE_FILE, ISSUE.replace("Until next week", "Until next month"));
    assert_data_eq!(
        sent(&mailing, ["--yes"]),
        str![[r#"
error: issue 1 was edited after it was first sent: the letter was [..] and is now [..]
hint: `newsletter send 1 --allow-changed` sends the new letter to the 2 recipients left
hint: undo the edit to continue with the letter the others received
exit 6
accepted: ada
planned: bo, cy

"#]]
    );
}

#[test]
fn row_38_an_issue_that_is_gone_or_has_another_name_does_not_touch_those_left() {
    let mailing = begun();
    std::fs::rename(mailing.project.path(ISSUE_FILE), mailing.project.path("issues/001-other-things.toml")).unwrap();
    let renamed = sent(&mailing, ["--yes", "--limit", "1"]);
    std::fs::remove_file(mailing.project.path("issues/001-other-things.toml")).unwrap();
    assert_data_eq!(
        format!("{renamed}\n{}", sent(&mailing, ["--yes"])),
        str![[r#"
error: issue 1 was edited after it was first sent: the letter was [..] and is now [..]
hint: `newsletter send 1 --allow-changed` sends the new letter to the 2 recipients left
hint: undo the edit to continue with the letter the others received
exit 6
accepted: ada
planned: bo, cy

Issue 1 · First things
1 sent, 2 left
The issue's file is gone; the remaining recipients get the letter frozen on YYYY-MM-DD
Sent issue 1 to 3 of 3 recipients
exit 0
accepted: ada, bo, cy

"#]]
    );
}

#[test]
fn row_39_another_sender_or_another_list_identity_is_another_letter() {
    let told = [
        "from = \"Bo Example <bo@example.org>\"",
        "from = \"Ada Example <ada@example.org>\"\nlist_id = \"other.example.org\"",
    ]
    .map(|line| {
        let mailing = begun();
        let config = mailing.project.read("newsletter.toml");
        mailing.project.write("newsletter.toml", config.replace("from = \"Ada Example <ada@example.org>\"", line));
        let output = mailing.project.run(["send", "1", "--yes"]);
        // What the ledger knows is only told to the newsletter it belongs to.
        mailing.project.write("newsletter.toml", config);
        after(&mailing, &output)
    });
    assert_data_eq!(
        told.join("\n"),
        str![[r#"
error: issue 1 was edited after it was first sent: the letter was [..] and is now [..]
hint: `newsletter send 1 --allow-changed` sends the new letter to the 2 recipients left
hint: undo the edit to continue with the letter the others received
exit 6
accepted: ada
planned: bo, cy

error: the ledger `.newsletter/ledger.sqlite3` belongs to the newsletter `test-letter.example.org`, not to `other.example.org`
hint: each newsletter needs a ledger of its own: set another `path` under `[ledger]`
hint: if this is the same newsletter under a new name, set `list_id = "test-letter.example.org"` under `[newsletter]`
hint: to change its `list_id` for good: `newsletter send N --allow-new-key`; the unsubscribe links in earlier mail will then stop working
exit 6
accepted: ada
planned: bo, cy

"#]]
    );
}

#[test]
fn row_39_another_key_of_the_unsubscribe_links_is_refused() {
    let mailing = begun();
    mailing.project.write(".newsletter/unsubscribe.key", "another key, long enough to be a key of links\n");
    assert_data_eq!(
        sent(&mailing, ["--yes"]),
        str![[r#"
error: the unsubscribe key has changed: with a new key, the unsubscribe links in the mail of issue 1 and earlier would stop working
hint: restore `.newsletter/unsubscribe.key` from the machine that sent or from a backup
hint: if `list_id` was changed, or the `name` that it is derived from, change it back: every link depends on it
hint: if the key is lost for good, `newsletter send N --allow-new-key` sends with a new one; the unsubscribe links in earlier mail will then stop working
exit 6
accepted: ada
planned: bo, cy

"#]]
    );
}

#[test]
fn row_40_two_spellings_of_one_address_get_one_message() {
    let list =
        "email\nAda@Example.org\nada@example.org\n ada@EXAMPLE.org \nbo@xn--mller-kva.example\nbo@müller.example\n";
    assert_data_eq!(
        sent(&listed(list), ["--yes"]),
        str![[r#"
Sent issue 1 to 2 of 2 recipients
exit 0
accepted: Ada, bo@xn--mller-kva.example

"#]]
    );
}

#[test]
fn row_41_dots_and_tags_are_other_people() {
    let list = "email\na.da@example.org\nada@example.org\nada+news@example.org\n";
    assert_data_eq!(
        sent(&listed(list), ["--yes"]),
        str![[r#"
Sent issue 1 to 3 of 3 recipients
exit 0
accepted: a.da, ada, ada+news

"#]]
    );
}

#[test]
fn row_42_rows_that_are_none_stop_everything_and_are_all_named() {
    let list = "email,name\nada@example.org,Ada\nbo@@example.org,Bo\n\"\"\"cy\"\"@example.org\",Cy\ndi@example.org,Di,too many\ned@exa\u{0}mple.org,Ed\n";
    assert_data_eq!(
        sent(&listed(list), ["--yes"]),
        str![[r#"
error: `bo@@example.org` is not an address: it has more than one `@`
 --> subscribers.csv:3:1
  |
3 | bo@@example.org,Bo
  | ^^^^^^^^^^^^^^^

error: `"cy"@example.org` is not an address: quotes, comments and angle brackets are not supported
 --> subscribers.csv:4:1
  |
4 | """cy""@example.org",Cy
  | ^^^^^^^^^^^^^^^^^^^^

error: this row has 3 cells, but the list has 2 columns
 --> subscribers.csv:5:1
  |
5 | di@example.org,Di,too many
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: put a value that contains a `,` in double quotes

error: `email` contains a NUL character
 --> subscribers.csv:6:1
  |
6 | ed@exa␀mple.org,Ed
  | ^^^^^^^^^^^^^^^
  |
  = help: fix these rows, or pass `--skip-bad-rows` to ignore them
error: 4 errors; nothing was sent or written
exit 3
no ledger

"#]]
    );
}

#[test]
fn row_43_lists_of_other_programs_are_read_as_they_are() {
    let utf16: Vec<u8> = "\u{feff}email\r\nada@example.org\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let told = [
        &b"\xef\xbb\xbfemail\r\nada@example.org\r\n"[..],
        b"email;name\nada@example.org;Ada\n",
        b"email\tname\rada@example.org\tAda\r",
        &utf16,
        b"email,name\nada@example.org,J\xf6rg\n",
    ]
    .map(|list| sent(&listed(list), ["--yes"]));
    assert_data_eq!(
        told.join("\n"),
        str![[r#"
Sent issue 1 to 1 of 1 recipient
exit 0
accepted: ada

Sent issue 1 to 1 of 1 recipient
exit 0
accepted: ada

Sent issue 1 to 1 of 1 recipient
exit 0
accepted: ada

Sent issue 1 to 1 of 1 recipient
exit 0
accepted: ada

Sent issue 1 to 1 of 1 recipient
exit 0
accepted: ada

"#]]
    );
}

#[test]
fn row_44_a_long_list_is_planned_in_little_memory() {
    let list =
        (0..50_000).fold(String::from("email\n"), |list, number| list + &format!("reader{number}@example.org\n"));
    let mailing = listed(list);
    let command = mailing.project.command(["send", "1", "--yes", "--limit", "1"]);
    let mut shell = std::process::Command::new("sh");
    // Kilobytes of address space; threads and libraries take most of it.
    shell.args(["-c", "ulimit -v 400000; exec \"$@\"", "sh"]);
    assert_data_eq!(
        after(&mailing, &mailing.project.finish(&mut run_by(shell, &command))),
        str![[r#"
Sent issue 1 to 1 of 50,000 recipients, the limit of this run
Recipients left: 49,999. To continue: newsletter send 1
exit 5
accepted: reader0
planned: 49999 recipients

"#]]
    );
}

#[test]
fn row_45_a_subscriber_suppressed_during_the_send_gets_nothing() {
    let locals: Vec<_> = (0..60).map(|number| format!("reader{number:02}")).collect();
    let server = SmtpServer::start(Script::default());
    let mailing = Mailing::configured(server, locals.iter().map(String::as_str), "connections = 1", "");
    let sender = mailing.start(["--yes", "--rate", "20/s"]);
    mailing.server.wait_for_accepted(2);
    mailing.run(["suppress", "reader59@example.org"]);
    assert_data_eq!(
        told(&mailing.finish(sender), &mailing.project),
        str![[r#"
Sent issue 1 to 59 of 60 recipients
exit 0
accepted: 59 recipients
suppressed: reader59

"#]]
    );
}

#[test]
fn row_46_a_suppressed_address_stays_suppressed_in_every_list() {
    let mailing = listed("email\nada@example.org\n");
    mailing.run(["suppress", "bo@example.org"]);
    mailing.project.write("subscribers.csv", "email\nada@example.org\nBo@Example.org\n");
    assert_data_eq!(
        sent(&mailing, ["--yes"]),
        str![[r#"
Sent issue 1 to 1 of 1 recipient
exit 0
accepted: ada

"#]]
    );
}

#[test]
fn row_47_an_empty_audience_begins_no_delivery() {
    let all_suppressed = listed("email\nada@example.org\n");
    all_suppressed.run(["suppress", "ada@example.org"]);
    let told = [listed("email\n"), all_suppressed, listed("email\nada@example.org\n")]
        .map(|mailing| sent(&mailing, ["--yes"]));
    assert_data_eq!(
        told.join("\n"),
        str![[r#"
error: the list has a heading but no subscribers
 --> subscribers.csv:1:1
  |
1 | email
  | ^^^^^
  |
  = help: add one subscriber per line; or delete the file, if your readers are in the ledger
error: 1 error; nothing was sent or written
exit 3
no ledger

error: no recipients: 1 suppressed
hint: `newsletter suppress --list` shows suppressed addresses, and `newsletter check` shows problems in the list
exit 6
no ledger

Sent issue 1 to 1 of 1 recipient
exit 0
accepted: ada

"#]]
    );
}

#[test]
fn row_48_a_number_that_is_not_the_one_expected_sends_nothing() {
    let mailing = mailing(Script::default(), &["ada", "bo", "cy"]);
    assert_data_eq!(
        sent(&mailing, ["--confirm", "2"]) + "\n" + &sent(&mailing, []),
        str![[r#"
error: `--confirm 2` was given, but 3 recipients would now get the issue
hint: check the list, then confirm that number
exit 6
no ledger

error: not confirmed: 3 recipients would get the issue
hint: `newsletter send 1 --confirm 3` sends only to exactly 3 recipients
hint: `newsletter send 1 --yes` sends without confirmation
exit 6
no ledger

"#]]
    );
    assert_eq!(mailing.begun(), 0);
}
