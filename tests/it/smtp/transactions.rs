//! Tests messages one after the other: their bytes and their commands.

use std::sync::{Arc, Mutex};

use newsletter::smtp::{
    Connection, Content, ConversationLog, Envelope, Extension, FinalReply, GoAhead, LossKind, Server, Tls,
};

use super::{MESSAGE, connect, conversation, deliver, server_at, to, trusting};
use crate::support::{Certificate, Received, Script, ServerTls, SmtpServer};

#[test]
fn a_message_arrives_byte_for_byte() {
    let smtp = SmtpServer::start(Script::default());
    let mut connection = connect(&smtp);
    assert_eq!(deliver(&mut connection, &["ada@example.org"]), ["accepted: 250 2.0.0 queued"]);
    connection.quit();
    let received = Received {
        connection: 0,
        sender: String::from("letter@example.org"),
        recipients: vec![String::from("ada@example.org")],
        bytes: MESSAGE.to_vec(),
    };
    assert_eq!(smtp.accepted(), [received]);
    assert_eq!(
        conversation(&smtp),
        "EHLO client.example.org\n\
         MAIL FROM:<letter@example.org> SIZE=43\n\
         RCPT TO:<ada@example.org>\n\
         DATA\n\
         (message)\n\
         QUIT\n\
         (closed)"
    );
}

#[test]
fn with_pipelining_the_end_of_a_message_and_the_next_envelope_travel_together() {
    // This server says nothing to a message before the next DATA is there: a client that waits gets nowhere.
    let smtp = SmtpServer::start(Script::default().hold_verdicts());
    let mut connection = connect(&smtp);
    connection.begin(&to("first@example.org")).unwrap();
    for _ in 0..3 {
        assert_eq!(connection.await_go_ahead(), Ok(GoAhead::Ready));
        connection.finish(&Content::from(MESSAGE), Some(&to("next@example.org"))).unwrap();
        assert!(matches!(connection.await_final_reply(), Ok(FinalReply::Accepted(_))));
    }
    assert_eq!(smtp.accepted().len(), 3);
}

#[test]
fn without_pipelining_each_command_waits_for_its_answer() {
    let smtp = SmtpServer::start(Script::default().pipelining(false));
    let mut connection = connect(&smtp);
    assert!(!connection.capabilities().offers(Extension::Pipelining));
    let recipients =
        ["a@example.org", "refuse-550@example.org", "b@example.org", "refuse-data-451@example.org", "c@example.org"];
    assert_eq!(
        deliver(&mut connection, &recipients),
        [
            "accepted: 250 2.0.0 queued",
            "RCPT refused: 550 as scripted",
            "accepted: 250 2.0.0 queued",
            "DATA refused: 451 as scripted",
            "accepted: 250 2.0.0 queued",
        ]
    );
    connection.quit();
    assert_eq!(smtp.accepted_recipients(), ["a@example.org", "b@example.org", "c@example.org"]);
    let resets = conversation(&smtp).matches("RSET").count();
    assert_eq!(resets, 2);
}

#[test]
fn a_server_that_knows_only_helo_is_served() {
    let smtp = SmtpServer::start(Script::default().ehlo(false));
    assert_eq!(deliver(&mut connect(&smtp), &["a@example.org"]), ["accepted: 250 2.0.0 queued"]);
    assert!(
        conversation(&smtp)
            .starts_with("EHLO client.example.org\nHELO client.example.org\nMAIL FROM:<letter@example.org>\n")
    );
}

#[test]
fn a_refused_recipient_in_a_pipeline_costs_only_itself() {
    let smtp = SmtpServer::start(Script::default());
    let mut connection = connect(&smtp);
    let recipients = ["a@example.org", "refuse-550-5.1.1@example.org", "defer-451+b@example.org", "c@example.org"];
    assert_eq!(
        deliver(&mut connection, &recipients),
        [
            "accepted: 250 2.0.0 queued",
            "RCPT refused: 550 5.1.1 as scripted",
            "RCPT refused: 451 as scripted",
            "accepted: 250 2.0.0 queued",
        ]
    );
    connection.quit();
    assert_eq!(smtp.accepted_recipients(), ["a@example.org", "c@example.org"]);
    assert_eq!(
        conversation(&smtp),
        "EHLO client.example.org\n\
         MAIL FROM:<letter@example.org> SIZE=43\n\
         RCPT TO:<a@example.org>\n\
         DATA\n\
         (message)\n\
         MAIL FROM:<letter@example.org> SIZE=43\n\
         RCPT TO:<refuse-550-5.1.1@example.org>\n\
         DATA\n\
         RSET\n\
         MAIL FROM:<letter@example.org> SIZE=43\n\
         RCPT TO:<defer-451+b@example.org>\n\
         DATA\n\
         RSET\n\
         MAIL FROM:<letter@example.org> SIZE=43\n\
         RCPT TO:<c@example.org>\n\
         DATA\n\
         (message)\n\
         QUIT\n\
         (closed)"
    );
}

#[test]
fn a_server_that_wants_data_without_recipients_gets_an_empty_message() {
    let smtp = SmtpServer::start(Script::default().grant_anyway());
    let mut connection = connect(&smtp);
    let recipients = ["refuse-550@example.org", "a@example.org", "refuse-550@example.org"];
    assert_eq!(
        deliver(&mut connection, &recipients),
        ["RCPT refused: 550 as scripted", "accepted: 250 2.0.0 queued", "RCPT refused: 550 as scripted"]
    );
    assert_eq!(smtp.accepted_recipients(), ["a@example.org"]);
    assert!(!smtp.commands()[0].contains(&String::from("RSET")));
}

#[test]
fn a_refused_sender_is_a_refusal_of_that_message() {
    let smtp = SmtpServer::start(Script::default());
    let mut connection = connect(&smtp);
    let envelope = Envelope { sender: "refuse-mail-550-5.7.1@example.org", recipient: "a@example.org", size: 1 };
    connection.begin(&envelope).unwrap();
    let GoAhead::Refused(refusal) = connection.await_go_ahead().unwrap() else { panic!("accepted") };
    assert_eq!(refusal.to_string(), "MAIL refused: 550 5.7.1 as scripted");
    assert_eq!(deliver(&mut connection, &["a@example.org"]), ["accepted: 250 2.0.0 queued"]);
}

#[test]
fn a_message_refused_at_its_end_leaves_the_next_one_alone() {
    let smtp = SmtpServer::start(Script::default());
    let recipients = ["refuse-dot-554-5.7.1@example.org", "a@example.org", "defer-dot-452@example.org"];
    assert_eq!(
        deliver(&mut connect(&smtp), &recipients),
        ["refused: 554 5.7.1 as scripted", "accepted: 250 2.0.0 queued", "refused: 452 as scripted"]
    );
    assert_eq!(smtp.accepted_recipients(), ["a@example.org"]);
}

#[test]
fn a_message_larger_than_the_server_takes_is_refused_before_a_byte_of_it() {
    let smtp = SmtpServer::start(Script::default().size(Some(42)));
    let mut connection = connect(&smtp);
    assert_eq!(
        deliver(&mut connection, &["a@example.org"]),
        ["size refused: 552 5.3.4 the message has 43 bytes, but the server accepts only 42"]
    );
    connection.quit();
    assert_eq!(conversation(&smtp), "EHLO client.example.org\nQUIT\n(closed)");
}

#[test]
fn an_address_that_would_break_out_of_its_command_is_refused_before_a_byte_of_it() {
    let smtp = SmtpServer::start(Script::default());
    let mut connection = connect(&smtp);
    assert_eq!(
        deliver(&mut connection, &["a@example.org>\r\nRCPT TO:<b@example.org"]),
        ["address refused: 553 5.1.3 the recipient is not valid in a command"]
    );
    connection.quit();
    assert_eq!(conversation(&smtp), "EHLO client.example.org\nQUIT\n(closed)");
}

#[test]
fn a_message_with_a_bare_line_end_never_leaves() {
    let smtp = SmtpServer::start(Script::default());
    let mut connection = connect(&smtp);
    connection.begin(&to("a@example.org")).unwrap();
    assert_eq!(connection.await_go_ahead(), Ok(GoAhead::Ready));
    let lost = connection.finish(&Content::from(b"Subject: x\r\n\r\nfine\n.\r\n"), None).unwrap_err();
    assert_eq!((lost.kind, lost.after_dot), (LossKind::Unsendable, false));
    assert_eq!(
        lost.to_string(),
        "connection lost (message): the message has a bare CR or LF at byte 18; nothing was sent"
    );
    drop(connection);
    assert!(!conversation(&smtp).contains("(message)"));
}

#[test]
fn a_message_of_several_blocks_arrives_whole() {
    let message = b"0123456789 0123456789 0123456789 0123456789 0123456789 012345\r\n".repeat(5000);
    for (tls, script) in [(Tls::None, ServerTls::None), (Tls::Implicit, ServerTls::Implicit(Certificate::Good))] {
        let smtp = SmtpServer::start(Script::default().tls(script));
        let mut connection = Connection::open(&trusting(&smtp, tls)).unwrap();
        connection.begin(&Envelope { size: message.len(), ..to("a@example.org") }).unwrap();
        assert_eq!(connection.await_go_ahead(), Ok(GoAhead::Ready));
        connection.finish(&Content::from(message.as_slice()), None).unwrap();
        assert!(matches!(connection.await_final_reply(), Ok(FinalReply::Accepted(_))));
        assert!(smtp.accepted()[0].bytes == message, "not the bytes sent");
    }
}

#[test]
fn the_log_of_a_message_shows_its_size_and_not_its_text() {
    let smtp = SmtpServer::start(Script::default());
    let said = Arc::new(Mutex::new(Vec::new()));
    let log = ConversationLog::new({
        let said = Arc::clone(&said);
        move |line| said.lock().unwrap().push(line.to_string())
    });
    let mut connection = Connection::open(&Server { log, ..server_at(smtp.port()) }).unwrap();
    deliver(&mut connection, &["a@example.org"]);
    connection.quit();
    let said = said.lock().unwrap();
    let begun = said.iter().position(|line| line.starts_with("> MAIL")).unwrap();
    assert_eq!(
        said[begun..],
        [
            "> MAIL FROM:<letter@example.org> SIZE=43",
            "> RCPT TO:<a@example.org>",
            "> DATA",
            "< 250 2.1.0 sender ok",
            "< 250 2.1.5 recipient ok",
            "< 354 go on",
            "* message of 43 bytes and the final dot",
            "< 250 2.0.0 queued",
            "> QUIT",
        ]
    );
}

#[test]
fn a_recipient_deferred_once_is_taken_the_second_time() {
    let smtp = SmtpServer::start(Script::default());
    assert_eq!(
        deliver(&mut connect(&smtp), &["defer-once@example.org", "defer-once@example.org"]),
        ["RCPT refused: 451 4.7.1 come back later", "accepted: 250 2.0.0 queued"]
    );
}

#[test]
fn the_journal_of_the_scripted_server_holds_what_it_has_taken() {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("journal");
    let smtp = SmtpServer::start(Script::default().journal(&journal));
    let recipients = ["refuse-dot-554@example.org", "a@example.org", "drop-after-dot-kept@example.org"];
    deliver(&mut connect(&smtp), &recipients);
    smtp.wait_for_accepted(2);
    // sha256sum of MESSAGE
    let digest = "67a2b6a8f2efd01a1f7681e61998164e62ac6ea5c3dc51c36b06c6303a708c8e";
    assert_eq!(
        std::fs::read_to_string(journal).unwrap(),
        format!("a@example.org\t-\t{digest}\ndrop-after-dot-kept@example.org\t-\t{digest}\n")
    );
}
