//! Tests rows 55 and 56: a used-up limit of the account, and a server that rejects the sender as
//! configured.
//!
//! The kind: 5xx replies that are about the sender. Whatever their code, words, language and place in the conversation, and however
//! short the list, nobody is refused for them; a limit is waited for (exit 5), the rest is for a person to set (exit 6).

use snapbox::{assert_data_eq, str};

use super::{mailing, sent};
use crate::support::{Auth, Greeting, Mailing, Script, SmtpServer};

const LIMITS: [(&str, &str); 14] = [
    ("refuse-550-5.4.5", "Daily user sending limit exceeded"),
    ("refuse-554-5.1.90", "Message can't be submitted, the daily recipient limit was reached"),
    ("refuse-550-5.7.1", "user has exceeded its 24-hour sending limit"),
    ("refuse-550", "Connection frequency limited"),
    ("refuse-550", "too many recipients today"),
    ("refuse-554", "sending quota exceeded"),
    ("refuse-550-5.1.1", "hourly sending limit reached"),
    ("refuse-550", "Tageslimit für E-Mails überschritten"),
    ("refuse-550", "limite quotidienne d'envoi de messages atteinte"),
    ("refuse-550", "超过每日发信量上限"),
    ("refuse-dot-550-5.7.1", "Domain has exceeded the max emails per hour (100/100) allowed"),
    ("refuse-data-550-5.4.5", "daily limit"),
    ("refuse-dot-454", "Throttling failure: Daily message quota exceeded"),
    ("refuse-550", "Превышен суточный лимит отправки писем"),
];

#[test]
fn row_55_a_used_up_limit_is_waited_for_and_refuses_no_recipient() {
    for (what, words) in LIMITS {
        let mailing = mailing(Script::default().words(words), &["ada", "bo", what, &format!("{what}+2")]);
        let told = sent(&mailing, ["--yes"]);
        assert!(told.contains("Sent issue 1 to 2 of 4 recipients; `127.0.0.1:[PORT]` accepts no more until YYYY-MM-DD hh:mm:ss UTC: the server said `"), "{words}: {told}");
        assert!(
            told.contains(&format!("{words}`\nRecipients left: 2. To continue: newsletter send 1\nexit 5\n")),
            "{words}: {told}"
        );
        assert!(told.contains("planned: "), "{words}: {told}");
        assert_eq!(mailing.run(["suppress", "--list"]), "no address is suppressed\nexit 0\n");
    }
}

#[test]
fn row_55_a_list_of_one_is_long_enough_for_a_limit() {
    for (what, words) in LIMITS {
        let told = sent(&mailing(Script::default().words(words), &[what]), ["--yes"]);
        assert!(
            told.starts_with("Sent issue 1 to 0 of 1 recipient; ") && told.contains("exit 5\nplanned: "),
            "{words}: {told}"
        );
    }
}

#[test]
fn row_55_the_same_command_tries_again_at_once_and_only_a_run_waits() {
    let mut mailing =
        mailing(Script::default().words("Daily user sending limit exceeded"), &["ada", "refuse-550-5.4.5"]);
    assert!(sent(&mailing, ["--yes"]).contains("exit 5\n"));
    let before = mailing.begun();
    assert!(sent(&mailing, ["--yes"]).contains("exit 5\n"));
    assert!(mailing.begun() > before, "tried before the day is over");
    super::refusals::mend(&mut mailing);
    assert_data_eq!(
        sent(&mailing, ["--yes"]),
        str![[r#"
Issue 1 · First things
1 sent, 1 left
Sent issue 1 to 2 of 2 recipients
exit 0
accepted: ada, refuse-550-5.4.5

"#]]
    );
}

#[test]
fn row_55_a_limit_named_by_one_recipients_server_does_not_stop_the_others() {
    let mailing =
        mailing(Script::default().words("daily sending limit exceeded"), &["refuse-550-5.7.1", "ada", "bo", "cy"]);
    let told = sent(&mailing, ["--yes"]);
    assert!(told.contains("exit 5\naccepted: ada, bo, cy\nplanned: refuse-550-5.7.1\n"), "{told}");
}

#[test]
fn row_55_a_limit_is_one_at_mail_too() {
    let mailing =
        mailing(Script::default().words("5.7.1 Sender has exceeded the hourly limit of messages"), &["ada", "bo"]);
    let config = mailing.project.read("newsletter.toml");
    let line = "[newsletter]\nenvelope_sender = \"refuse-mail-550@example.org\"";
    mailing.project.write("newsletter.toml", config.replace("[newsletter]", line));
    let told = sent(&mailing, ["--yes"]);
    assert!(told.contains("accepts no more until") && told.contains("exit 5\nplanned: ada, bo\n"), "{told}");
}

#[test]
fn row_55_a_limit_is_one_at_the_greeting_and_at_the_login() {
    for line in [
        "554 5.7.1 too many connections from your address, try again in 2 hours",
        "421 4.7.0 Daily message limit exceeded",
    ] {
        let mailing = mailing(Script::default().greeting(Greeting::Close(line)), &["ada"]);
        let told = sent(&mailing, ["--yes"]);
        assert!(told.contains("accepts no more until YYYY-MM-DD hh:mm:ss UTC: the server said `"), "{told}");
        assert!(told.ends_with("nothing was sent\nexit 5\nno ledger\n"), "{told}");
    }
    for answer in [
        "451 4.7.0 Authentication failed: Maximum credits exceeded for today, too many messages",
        "550 5.4.5 Daily sending quota exceeded",
    ] {
        let auth = Auth { mechanisms: "PLAIN", user: "ada", password: "canary", answer: Some(answer) };
        let tls = crate::support::ServerTls::Implicit(crate::support::Certificate::Good);
        let mailing = super::over_tls(
            mailing(Script::default().tls(tls).auth(auth), &["ada"]),
            "user = \"ada\"\npassword = { command = [\"echo\", \"canary\"] }",
        );
        let told = sent(&mailing, ["--yes"]);
        assert!(told.contains("accepts no more until"), "{told}");
        assert!(told.ends_with("nothing was sent\nexit 5\nno ledger\n"), "{told}");
    }
}

#[test]
fn row_55_another_relay_sends_the_rest() {
    let mailing = mailing(
        Script::default().words("Daily user sending limit exceeded"),
        &["refuse-550-5.4.5+1", "refuse-550-5.4.5+2", "ada"],
    );
    let other = SmtpServer::start(Script::default().well());
    let config = mailing.project.read("newsletter.toml").replace("[smtp]", "[[smtp]]");
    let more = format!("\n[[smtp]]\nhost = \"127.0.0.1\"\ntls = \"none\"\nport = {}\n", other.port());
    mailing.project.write("newsletter.toml", config + &more);
    let told = sent(&mailing, ["--yes"]);
    assert!(told.contains("Sent issue 1 to 3 of 3 recipients\nexit 0\n"), "{told}");
}

#[test]
fn row_55_a_full_mailbox_is_not_a_limit_of_the_account() {
    for (what, words) in [
        ("refuse-552-5.2.2", "user is over quota"),
        ("refuse-552", "quota exceeded"),
        ("refuse-550-5.2.2", "Mailbox full"),
        ("refuse-550", "mailbox quota exceeded"),
        ("refuse-550", "Postfach voll"),
        ("refuse-554-5.2.2", "boîte pleine, quota dépassé"),
        ("refuse-550-5.7.1", "recipient's inbox is out of storage"),
        ("refuse-550-5.1.1", "disk quota exceeded"),
    ] {
        let told = sent(&mailing(Script::default().words(words), &["ada", "bo", what]), ["--yes"]);
        assert!(told.contains("exit 4\naccepted: ada, bo\nrefused: "), "{words}: {told}");
    }
}

const ABOUT_US: [(&str, &str, &str); 13] = [
    ("refuse-550", "relay not permitted", "set `user` and `password`"),
    ("refuse-554-5.7.1", "Relay access denied", "set `user` and `password`"),
    ("refuse-550-5.7.1", "Unable to relay", "set `user` and `password`"),
    ("refuse-553", "sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)", "set `user` and `password`"),
    ("refuse-550-5.1.1", "relaying not allowed", "set `user` and `password`"),
    ("refuse-550", "authentication required", "set `user` and `password`"),
    ("refuse-530-5.7.57", "Client not authenticated to send mail", "set `user` and `password`"),
    ("refuse-550-5.7.1", "not authenticated", "set `user` and `password`"),
    ("refuse-dot-554", "Authentifizierung erforderlich", "set `user` and `password`"),
    ("refuse-data-503-5.5.4", "Error: send AUTH command first", "set `user` and `password`"),
    ("refuse-553-5.7.1", "Sender address rejected: not owned by user ada", "set `from`"),
    ("refuse-550-5.7.60", "Client does not have permissions to send as this sender", "set `from`"),
    ("refuse-dot-554", "Email address is not verified", "ask the provider about the account"),
];

#[test]
fn row_56_a_server_that_rejects_this_sender_refuses_no_recipient_and_names_the_setting() {
    for (what, words, hint) in ABOUT_US {
        let others: Vec<_> = (0..20).map(|number| format!("{what}+{number}")).collect();
        let people: Vec<_> = others.iter().map(String::as_str).collect();
        for people in [&people[..1], &people[..]] {
            let mailing = mailing(Script::default().words(words), people);
            let told = sent(&mailing, ["--yes"]);
            assert!(told.starts_with("Stopped: the server rejected this sender: `5"), "{words}: {told}");
            assert!(
                told.contains("no recipient was marked as refused\nIssue 1 has been sent to 0 of "),
                "{words}: {told}"
            );
            assert!(told.contains(&format!("\nhint: {hint}")), "{words}: {told}");
            assert!(told.contains("\nexit 6\nplanned: ") && !told.contains("refused: refuse"), "{words}: {told}");
            assert!(mailing.begun() <= 3, "{words}: asked no more than it takes to be sure");
        }
    }
}

#[test]
fn row_56_once_the_setting_is_right_the_same_command_sends_to_every_recipient() {
    let mut mailing = mailing(Script::default().words("relay not permitted"), &["refuse-550+1", "refuse-550+2"]);
    assert!(sent(&mailing, ["--yes"]).contains("exit 6\n"));
    assert_eq!(
        mailing.run(["status"]),
        "No  Started     State    Sent  Refused  In doubt  Title\n\
         1   YYYY-MM-DD  partial  0/2   -        -         First things   <- newsletter send 1\nexit 0\n"
    );
    super::refusals::mend(&mut mailing);
    assert!(sent(&mailing, ["--yes"]).contains("Sent issue 1 to 2 of 2 recipients\nexit 0\n"));
}

#[test]
fn row_56_relaying_denied_by_one_recipients_server_does_not_stop_the_others() {
    let mailing = mailing(Script::default().words("relay not permitted"), &["refuse-550", "ada", "bo", "cy"]);
    let told = sent(&mailing, ["--yes"]);
    assert!(told.contains("exit 6\naccepted: ada, bo, cy\nplanned: refuse-550\n"), "{told}");
}

#[test]
fn row_56_an_unused_login_offer_is_reported_before_the_first_message() {
    let auth = Auth { mechanisms: "PLAIN LOGIN", user: "ada", password: "canary", answer: None };
    let remark = "`127.0.0.1:[PORT]` offers a login, but no `user` is set under `[smtp]`; it may require one\n";
    let mailing = mailing(Script::default().auth(auth), &["ada"]);
    let rehearsed = sent(&mailing, ["--dry-run"]);
    assert!(rehearsed.contains(remark) && rehearsed.contains("exit 0\n"), "{rehearsed}");
    let examined = mailing.run(["doctor"]);
    assert!(examined.contains("it offers authentication, but no `user` is set"), "{examined}");
    let told = sent(&mailing, ["--yes"]);
    assert!(told.starts_with(remark), "{told}");
}

#[test]
fn row_56_an_issue_without_any_acceptance_is_not_reported_as_sent() {
    for (what, words) in
        [("refuse-550-5.1.1", "no such user"), ("refuse-552-5.2.2", "full"), ("refuse-550-5.7.1", "spam")]
    {
        let mailing: Mailing = mailing(Script::default().words(words), &[what]);
        assert!(sent(&mailing, ["--yes"]).contains("exit 4\n"));
        assert!(
            sent(&mailing, ["--yes"])
                .contains("To retry the refused recipients: newsletter send 1 --retry-refused\nexit 4\n")
        );
        let told = mailing.run(["status"]) + &mailing.run(["list"]);
        assert!(told.contains("not sent") && !told.contains("  sent"), "{told}");
    }
}
