//! Tests how readers come: the form, the confirmation mail, and what a stranger can and cannot do with them.

use super::world::{Reply, Served, mail, path};
use crate::support::NameServer;

fn see_other(reply: &Reply) -> &str {
    assert_eq!(reply.status, 303, "{reply:?}");
    reply.header("location")
}

#[test]
fn who_signs_up_and_confirms_gets_the_next_issue() {
    let served = Served::new(&["ada"], "from = \"Hello <hello@example.org>\"");
    assert_eq!(see_other(&served.sign_up("zoe")), "/subscribe/sent");
    assert_eq!(served.subscribers(), [""; 0]);
    let mail = mail(&served, "zoe", 2);
    for header in [
        "From: Hello <hello@example.org>\r\n",
        "Subject: Confirm: Test Letter\r\n",
        "Auto-Submitted: auto-generated\r\n",
    ] {
        assert!(mail.contains(header), "{header}{mail}");
    }
    let confirm = path(&mail, "/confirm/");
    for method in ["GET", "HEAD"] {
        assert_eq!(served.ask(method, &confirm, "", "").status, 200);
    }
    assert_eq!(served.subscribers(), [""; 0], "looking confirms nothing");
    assert_eq!(see_other(&served.post(&confirm, "")), "/confirmed");
    assert_eq!(see_other(&served.post(&confirm, "")), "/confirmed", "again is fine");
    assert_eq!(served.subscribers(), ["zoe@example.org"]);
    served.mailing.server.wait_for_accepted(3);
    let issue = served.mailing.project.read("issues/001-first-things.toml");
    let second = issue.replace("number = 1", "number = 2").replace("First things", "Second things");
    served.mailing.project.write("issues/002-second-things.toml", second);
    let told = served.mailing.run(["send", "2", "--yes"]);
    assert!(told.contains("Recipients · 1 from the ledger, 1 from subscribers.csv"), "{told}");
    assert_eq!(served.mailing.accepted(), ["ada", "ada", "zoe", "zoe", "zoe"], "confirmation, welcome, issue");
}

#[test]
fn the_browser_that_asked_needs_no_button() {
    let served = Served::new(&["ada"], "");
    let cookie = format!("Cookie: other=1; {}\r\n", served.sign_up("zoe").cookie);
    let confirm = path(&mail(&served, "zoe", 2), "/confirm/");
    for (method, more) in [("HEAD", ""), ("GET", "Sec-Purpose: prefetch\r\n")] {
        assert_eq!(served.ask(method, &confirm, &format!("{cookie}{more}"), "").status, 200);
    }
    assert_eq!(served.subscribers(), [""; 0]);
    assert_eq!(see_other(&served.ask("GET", &confirm, &cookie, "")), "/confirmed");
    assert_eq!(served.subscribers(), ["zoe@example.org"]);
}

#[test]
fn answers_do_not_tell_who_reads() {
    let served = Served::new(&["ada", "bo", "cy"], "");
    served.post(&served.link("bo"), "");
    let mut answers: Vec<Reply> = ["ada", "bo", "nobody", "ada"].map(|reader| served.sign_up(reader)).into();
    for answer in &mut answers {
        assert_eq!(answer.cookie.len(), "signup=".len() + 32);
        answer.cookie.clear();
        answer.date = 0;
    }
    assert!(answers.windows(2).all(|two| two[0] == two[1]), "{answers:?}");
    let find = |reader: &str| {
        let reply = served.post("/find", &format!("address={reader}%40example.org&{}", served.stamp()));
        Reply { date: 0, ..reply }
    };
    assert_eq!(find("cy"), find("nobody2"));
    let link = format!("https://letter.example.org{}", served.link("cy"));
    let mail = mail(&served, "cy", 7);
    assert!(mail.contains("Subject: Your link: Test Letter") && mail.contains(&link), "a reader of the list: {mail}");
    assert_eq!(served.suppressed(), ["bo@example.org unsubscribed"], "asking changes nothing");
}

#[test]
fn the_confirm_mail_has_no_word_of_the_visitor() {
    let served = Served::new(&["ada"], "");
    let spam = "name=Buy+pills&fields=Buy+pills&topics=pills&subject=pills&address=zoe%40example.org&website=";
    let agent =
        "Content-Type: application/x-www-form-urlencoded\r\nUser-Agent: pills\r\nReferer: https://pills.example/\r\n";
    see_other(&served.ask("POST", "/subscribe", agent, &format!("{spam}&{}", served.stamp())));
    let mail = mail(&served, "zoe", 2);
    assert!(!mail.contains("pills"), "{mail}");
}

#[test]
fn it_was_not_me_is_for_ever() {
    let served = Served::new(&["ada"], "");
    served.sign_up("zoe");
    let mail = mail(&served, "zoe", 2);
    let not_me = path(&mail, "/not-me/");
    assert!(mail.contains(&format!("List-Unsubscribe: <https://letter.example.org{not_me}>")), "{mail}");
    assert_eq!(served.get(&not_me).status, 200);
    assert_eq!(served.suppressed(), [""; 0]);
    assert_eq!(served.post(&not_me, "List-Unsubscribe=One-Click").status, 200, "no redirect");
    assert_eq!(served.suppressed(), ["zoe@example.org it was not me"]);
    assert_eq!(served.post(&path(&mail, "/confirm/"), "").status, 410);
    assert_eq!(see_other(&served.sign_up("zoe")), "/subscribe/sent", "the same answer");
    let mut waiting = 1;
    served
        .ledger()
        .read_readers(&mut |records| {
            waiting = records.mail_waiting()?;
            Ok(())
        })
        .unwrap();
    assert_eq!(waiting, 0, "and no mail");
}

#[test]
fn what_robots_and_strangers_send_signs_nobody_up() {
    let served = Served::new(&["ada"], "origins = [\"https://www.example.org\"]");
    let form = "Content-Type: application/x-www-form-urlencoded\r\n";
    let mut told = Vec::new();
    for (what, headers, body) in [
        ("honeypot", "", format!("address=a%40example.org&website=x&{}", served.stamp())),
        ("no stamp", "", "address=b%40example.org".to_owned()),
        ("stamp of nobody", "", "address=c%40example.org&at=1&stamp=AAAAAAAAAAAAAAAAAAAAAA".to_owned()),
        ("unknown site", "Origin: https://evil.example\r\n", "address=d%40example.org".to_owned()),
        ("no address", "", format!("address=nobody&{}", served.stamp())),
        ("slip", "", format!("address=mina%40gmial.com&{}", served.stamp())),
        ("known site", "Origin: https://www.example.org\r\n", "address=zoe%40example.org".to_owned()),
        ("archive", "Origin: https://letter.example.org\r\n", "address=mina%40example.org&website=".to_owned()),
        (
            "kept form at the archive",
            "Origin: https://letter.example.org\r\n",
            "address=e%40example.org&at=1&stamp=AAAAAAAAAAAAAAAAAAAAAA".to_owned(),
        ),
    ] {
        let reply = served.ask("POST", "/subscribe", &format!("{form}{headers}"), &body);
        told.push(format!("{what}: {} {}\n", reply.status, reply.header("location")));
    }
    let too_long = served.ask("POST", "/subscribe", form, &"a".repeat(9000));
    snapbox::assert_data_eq!(
        format!("{}too long: {}\n", told.concat(), too_long.status),
        snapbox::str![[r#"
honeypot: 303 /subscribe/sent
no stamp: 200 
stamp of nobody: 200 
unknown site: 200 
no address: 422 
slip: 422 
known site: 303 /subscribe/sent
archive: 303 /subscribe/sent
kept form at the archive: 200 
too long: 413

"#]]
    );
    let mail = served.mailing.server.wait_for_accepted(3);
    let to: Vec<_> = mail.iter().flat_map(|message| message.recipients.clone()).collect();
    assert_eq!(to, ["ada@example.org", "zoe@example.org", "mina@example.org"]);
}

#[test]
fn a_name_server_that_does_not_answer_turns_nobody_away() {
    // The system takes what is sent there; nobody answers it.
    let silent = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let served = Served::asking(&["ada"], silent.local_addr().unwrap());
    assert_eq!(see_other(&served.sign_up("zoe")), "/subscribe/sent");
}

#[test]
#[ignore = "needs dnsmasq; ./check runs it"]
fn a_domain_that_takes_no_mail_is_said_in_the_form() {
    // One with a mail server, one with an address that stands in for it, and one that says no (RFC 7505).
    let names = NameServer::configured(
        "mx-host=good.org,mail.good.org,10\nhost-record=plain.org,192.0.2.1\ndns-rr=null.org,15,000000\n",
    );
    let served = Served::asking(&["ada"], names.address);
    let mut told = Vec::new();
    for domain in ["good.org", "plain.org", "null.org", "nobody.org"] {
        let reply = served.post("/subscribe", &format!("address=zoe%40{domain}&{}", served.stamp()));
        let mistake = reply.body.split("id=\"mistake\"><bdi>").nth(1).and_then(|rest| rest.split('<').next());
        told.push(format!("{domain}: {} {}\n", reply.status, mistake.unwrap_or_default()));
    }
    snapbox::assert_data_eq!(
        told.concat(),
        snapbox::str![[r#"
good.org: 303 
plain.org: 303 
null.org: 422 No mail can be sent to null.org. Is it spelled right?
nobody.org: 422 No mail can be sent to nobody.org. Is it spelled right?

"#]]
    );
}
