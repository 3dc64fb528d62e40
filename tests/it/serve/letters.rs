//! Tests the newsletter's own letters to one reader, and the newest issue in place of a welcome.

use snapbox::{assert_data_eq, str};

use super::world::{Served, confirm, mail, path};

const CONFIRM: &str = "title = \"One thing <first>\"\nintro = \"Please press the button, *whoever* you are.\"\n\n\
    [outro]\ntext = \"Bye.\"\n";

#[test]
fn a_confirmation_is_the_newsletters_own_letter_with_button_and_way_out() {
    let served = Served::prepared(&["ada"], |mailing| mailing.project.write("letters/confirm.toml", CONFIRM), "");
    served.sign_up("zoe");
    let mail = mail(&served, "zoe", 2);
    for words in [
        "Subject: Confirm: Test Letter\r\n",
        "One thing <first>",
        "One thing &lt;first&gt;",
        "Please press the button",
        "whoever</em>",
        "Yes, send it to me:",
        "It was not me",
        "Bye.",
    ] {
        assert!(mail.contains(words), "{words}: {mail}");
    }
    for words in ["Issue 0", "January 1970", "Read online", "Forwarded"] {
        assert!(!mail.contains(words), "{words}: {mail}");
    }
    confirm(&served, "zoe", 2);
    assert_eq!(served.subscribers(), ["zoe@example.org"]);
    assert_eq!(served.post(&path(&mail, "/not-me/"), "").status, 200);
}

#[test]
fn letters_are_checked_and_rendered_by_their_names() {
    let served = Served::new(&["ada"], "");
    let project = &served.mailing.project;
    let built_in = served.mailing.run(["render", "confirm", "--text"]);
    assert!(built_in.contains("Yes, send it to me") && built_in.ends_with("exit 0\n"), "{built_in}");
    let missing = served.mailing.run(["check", "confirm"]);
    assert!(missing.contains("there is no `letters/confirm.toml`") && missing.ends_with("exit 3\n"), "{missing}");
    project.write("letters/confirm.toml", format!("number = 1\n{CONFIRM}").replace("Bye", "Bye {subscriber.name|x}"));
    assert_data_eq!(
        served.mailing.run(["check", "confirm"]),
        str![[r#"
error: unknown key `number`
 --> letters/confirm.toml:1:1
  |
1 | number = 1
  | ^^^^^^
  |
  = help: `number` tells issues apart; a letter to one reader has none: delete it

error: a confirmation has no word of whoever signed up
 --> letters/confirm.toml:6:13
  |
6 | text = "Bye {subscriber.name|x}."
  |             ^^^^^^^^^^^^
  |
  = help: somebody else may have entered the address; write the text without `{subscriber.…}`

letters/confirm.toml: 2 errors
exit 3

"#]]
    );
    let told = served.mailing.run(["check"]);
    assert!(told.contains("letters/confirm.toml:1:1") && told.ends_with("exit 3\n"), "with all the rest: {told}");
    project.write("letters/welcome.toml", "title = \"Hello\"\nintro = \"You, {subscriber.name|friend}, are in.\"\n");
    let rendered = served.mailing.run(["render", "welcome", "--text"]);
    assert!(rendered.contains("You, friend, are in.") && rendered.contains("Unsubscribe:"), "{rendered}");
    let whole = served.mailing.run(["render", "welcome", "--eml"]);
    assert!(whole.contains("Subject: Welcome to Test Letter"), "{whole}");
    assert!(served.mailing.run(["send", "confirm", "--yes"]).contains("no issue `confirm`"), "it is no issue");
}

#[test]
fn a_letter_with_errors_stops_the_server_before_it_listens() {
    let mailing =
        crate::support::Mailing::new(crate::support::SmtpServer::start(crate::support::Script::default()), ["ada"]);
    mailing.project.write("letters/welcome.toml", "titel = \"Hello\"\n");
    let told = mailing.run(["serve", "--listen", "127.0.0.1:0"]);
    assert!(told.contains("letters/welcome.toml:1:1") && told.ends_with("exit 3\n"), "{told}");
}

#[test]
fn the_newest_issue_is_a_welcome_that_nobody_gets_twice() {
    let served = Served::new(&["ada"], "welcome = \"latest\"");
    served.sign_up("zoe");
    confirm(&served, "zoe", 2);
    let issue = mail(&served, "zoe", 3);
    assert!(issue.contains("Subject: Test Letter #1: First things"), "{issue}");
    let link = path(&issue, "/u/");
    assert_eq!(link, served.link("zoe"));
    served.wait_until(|served| served.waiting() == 0);
    let told = served.mailing.send(["--yes"]);
    assert!(told.contains("Nothing left to do: 2 sent"), "{told}");
    // Somebody of the list who signs up has it, too.
    served.sign_up("ada");
    confirm(&served, "ada", 4);
    let welcome = mail(&served, "ada", 5);
    assert!(welcome.contains("Subject: Welcome to Test Letter"), "{welcome}");
    assert_eq!(served.mailing.accepted(), ["ada", "ada", "ada", "zoe", "zoe"]);
}
