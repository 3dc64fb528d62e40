//! Tests a letter that was edited, or whose issue is gone, during a delivery.

use snapbox::{assert_data_eq, str};

use super::accepting;
use crate::support::{ISSUE, Mailing};

#[test]
fn another_way_to_unsubscribe_is_another_letter() {
    let mailing = Mailing::new(accepting(), ["ada", "bo"]);
    mailing.send(["--yes", "--limit", "1"]);
    let config = mailing.project.read("newsletter.toml");
    mailing.project.write("newsletter.toml", config.replace("unsubscribe@", "leave@"));
    assert_data_eq!(
        mailing.send(["--yes"]),
        str![[r"
error: issue 1 was edited after it was first sent: the letter was [..] and is now [..]
hint: `newsletter send 1 --allow-changed` sends the new letter to the 1 recipient left
hint: undo the edit to continue with the letter the others received
exit 6

"]]
    );
    assert_eq!(mailing.accepted(), ["ada"]);
}

#[test]
fn an_edited_issue_is_refused_until_it_is_meant() {
    let mailing = Mailing::new(accepting(), ["ada", "bo", "cy"]);
    mailing.send(["--yes", "--limit", "1"]);
    mailing.project.write("issues/001-first-things.toml", ISSUE.replace("Until next week", "Until next month"));
    assert_data_eq!(
        mailing.send(["--yes"]),
        str![[r"
error: issue 1 was edited after it was first sent: the letter was [..] and is now [..]
hint: `newsletter send 1 --allow-changed` sends the new letter to the 2 recipients left
hint: undo the edit to continue with the letter the others received
exit 6

"]]
    );
    assert_eq!(mailing.accepted(), ["ada"]);
    assert_data_eq!(
        mailing.send(["--yes", "--allow-changed"]),
        str![[r"
Issue 1 · First things
1 sent, 2 left
Sent issue 1 to 3 of 3 recipients
exit 0

"]]
    );
    let goodbye = |bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes).into_owned();
        ["Until next week", "Until next month"].into_iter().find(|words| text.contains(words)).unwrap()
    };
    let said: Vec<_> = mailing.server.accepted().iter().map(|message| goodbye(&message.bytes)).collect();
    assert_eq!(said, ["Until next week", "Until next month", "Until next month"]);
}

#[test]
fn an_issue_edited_after_its_delivery_is_not_sent_again() {
    let mailing = Mailing::new(accepting(), ["ada"]);
    mailing.send(["--yes"]);
    mailing.project.write("issues/001-first-things.toml", ISSUE.replace("Until next week", "Until next month"));
    assert_data_eq!(
        mailing.send(["--yes"]),
        str![[r"
Nothing left to do: 1 sent
exit 0

"]]
    );
}

#[test]
fn an_issue_whose_file_is_gone_goes_on_with_the_frozen_letter() {
    let mailing = Mailing::new(accepting(), ["ada", "bo", "cy"]);
    mailing.send(["--yes", "--limit", "1"]);
    std::fs::remove_file(mailing.project.root().join("issues/001-first-things.toml")).unwrap();
    assert_data_eq!(
        mailing.send(["--yes"]),
        str![[r#"
Issue 1 · First things
1 sent, 2 left
The issue's file is gone; the remaining recipients get the letter frozen on YYYY-MM-DD
Sent issue 1 to 3 of 3 recipients
exit 0

"#]]
    );
    assert_eq!(mailing.accepted(), ["ada", "bo", "cy"]);
    assert_data_eq!(
        mailing.send(["--yes"]),
        str![[r"
Nothing left to do: 3 sent
exit 0

"]]
    );
    assert_data_eq!(
        mailing.send(["--test", "ada@example.org"]),
        str![[r"
error: there are no issues yet
help: `newsletter new` creates one
exit 3

"]]
    );
}
