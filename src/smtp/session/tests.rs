//! Tests single transactions with and without PIPELINING, reply by reply.

use super::super::body::Unsendable;
use super::*;
use crate::smtp::channel::Machine;

mod properties;
mod refusals;

const ADA: Envelope<'static> = Envelope { sender: "letter@example.org", recipient: "ada@example.org", size: 1 };
const BO: Envelope<'static> = Envelope { sender: "letter@example.org", recipient: "bo@example.org", size: 1 };
const ENVELOPE_OF_ADA: &str = "MAIL FROM:<letter@example.org>\r\nRCPT TO:<ada@example.org>\r\nDATA\r\n";
const ENVELOPE_OF_BO: &str = "MAIL FROM:<letter@example.org>\r\nRCPT TO:<bo@example.org>\r\nDATA\r\n";

fn session(extension: &str) -> Session {
    let lines = vec![String::from("host"), extension.to_owned()];
    let capabilities = Capabilities::of(&Reply { code: 250, enhanced: None, lines });
    Session::new(capabilities, ReplyReader::default(), ServerFacts::default(), ConversationLog::default())
}

fn pipelining() -> Session {
    session("PIPELINING")
}

fn lockstep() -> Session {
    session("")
}

/// Returns the bytes queued by the session and marks all of them as written.
fn sent(session: &mut Session) -> String {
    let sent = String::from_utf8(session.outgoing().to_vec()).unwrap();
    session.outgoing().advance(sent.len());
    sent
}

/// Returns the reply of the session to an envelope, from `replies`.
fn go_ahead(session: &mut Session, replies: &str) -> Result<Option<GoAhead>, End> {
    session.receive(replies.as_bytes());
    session.go_ahead()
}

/// Returns the refusal of the current envelope as text.
fn refusal(session: &mut Session, replies: &str) -> String {
    match go_ahead(session, replies) {
        Ok(Some(GoAhead::Refused(refusal))) => refusal.to_string(),
        other => panic!("{other:?}"),
    }
}

fn final_reply(session: &mut Session, replies: &str) -> Result<Option<FinalReply>, End> {
    session.receive(replies.as_bytes());
    session.final_reply()
}

/// A session in which the server waits for a message.
fn ready() -> Session {
    let mut session = pipelining();
    session.begin(&ADA).unwrap();
    sent(&mut session);
    assert_eq!(go_ahead(&mut session, "250 a\r\n250 b\r\n354 c\r\n"), Ok(Some(GoAhead::Ready)));
    session
}

/// A session with a message written completely, with or without the envelope of the next.
fn after_the_dot(next: Option<&Envelope<'_>>) -> Session {
    let mut session = ready();
    session.finish(&Content::from(b"hello\r\n"), next).unwrap();
    sent(&mut session);
    session
}

fn ending(end: &End) -> String {
    match end {
        End::Closing(phase, _) | End::ProtocolError(phase, _) => format!("{phase}: {end}"),
        End::ChunkingRejected(_) => end.to_string(),
    }
}

#[test]
fn with_pipelining_a_message_is_one_round_trip() {
    let mut session = pipelining();
    session.begin(&ADA).unwrap();
    assert_eq!(sent(&mut session), ENVELOPE_OF_ADA);
    assert_eq!(go_ahead(&mut session, "250 a\r\n250 b\r\n354 c\r\n"), Ok(Some(GoAhead::Ready)));
    assert_eq!(sent(&mut session), "");
    session.finish(&Content::from(b".hello"), Some(&BO)).unwrap();
    assert_eq!(sent(&mut session), format!("..hello\r\n.\r\n{ENVELOPE_OF_BO}"));
    let accepted = final_reply(&mut session, "250 2.0.0 mine\r\n250 a\r\n250 b\r\n354 c\r\n").unwrap().unwrap();
    assert!(matches!(accepted, FinalReply::Accepted(reply) if reply.to_string() == "250 2.0.0 mine"));
    assert_eq!(session.go_ahead(), Ok(Some(GoAhead::Ready)));
    assert_eq!(session.reply_count(), 7);
}

#[test]
fn without_pipelining_each_command_waits() {
    let mut session = lockstep();
    assert_eq!(session.phase(), Phase::Idle);
    session.begin(&ADA).unwrap();
    assert_eq!(sent(&mut session), "MAIL FROM:<letter@example.org>\r\n");
    assert_eq!(session.phase(), Phase::Mail);
    assert_eq!(go_ahead(&mut session, "250 a\r\n"), Ok(None));
    assert_eq!(sent(&mut session), "RCPT TO:<ada@example.org>\r\n");
    assert_eq!(session.phase(), Phase::Rcpt);
    assert_eq!(go_ahead(&mut session, "250 b\r\n"), Ok(None));
    assert_eq!(sent(&mut session), "DATA\r\n");
    assert_eq!(session.phase(), Phase::Data);
    assert_eq!(go_ahead(&mut session, "354 c\r\n"), Ok(Some(GoAhead::Ready)));
    session.finish(&Content::from(b"hello\r\n"), Some(&BO)).unwrap();
    assert_eq!(sent(&mut session), "hello\r\n.\r\n");
    assert!(matches!(final_reply(&mut session, "250 d\r\n"), Ok(Some(FinalReply::Accepted(_)))));
    assert_eq!(sent(&mut session), "MAIL FROM:<letter@example.org>\r\n");
}

#[test]
fn a_refusal_in_a_pipeline_is_of_that_envelope_and_reset_rides_before_the_next() {
    for (replies, expected) in [
        ("550 5.7.1 no\r\n503 x\r\n503 y\r\n", "MAIL refused: 550 5.7.1 no"),
        ("250 a\r\n451 later\r\n503 x\r\n", "RCPT refused: 451 later"),
        ("250 a\r\n250 b\r\n554 no\r\n", "DATA refused: 554 no"),
    ] {
        let mut session = pipelining();
        session.begin(&ADA).unwrap();
        sent(&mut session);
        assert_eq!(refusal(&mut session, replies), expected);
        assert_eq!(sent(&mut session), "");
        session.begin(&BO).unwrap();
        assert_eq!(sent(&mut session), format!("RSET\r\n{ENVELOPE_OF_BO}"));
        let replies = "250 reset\r\n250 a\r\n250 b\r\n354 c\r\n";
        assert_eq!(go_ahead(&mut session, replies), Ok(Some(GoAhead::Ready)), "{expected}");
    }
}

#[test]
fn a_refusal_without_pipelining_leaves_the_rest_unsaid() {
    for (replies, expected) in [
        (&["550 no\r\n"][..], "MAIL refused: 550 no"),
        (&["250 a\r\n", "451 later\r\n"], "RCPT refused: 451 later"),
        (&["250 a\r\n", "250 b\r\n", "554 no\r\n"], "DATA refused: 554 no"),
    ] {
        let mut session = lockstep();
        session.begin(&ADA).unwrap();
        let (last, before) = replies.split_last().unwrap();
        for reply in before {
            sent(&mut session);
            assert_eq!(go_ahead(&mut session, reply), Ok(None));
        }
        sent(&mut session);
        assert_eq!(refusal(&mut session, last), expected);
        session.begin(&BO).unwrap();
        assert_eq!(sent(&mut session), "RSET\r\n");
    }
}

#[test]
fn a_message_wanted_for_a_refused_recipient_is_an_empty_one_and_its_answer_means_nothing() {
    for reply in ["554 nobody to deliver to\r\n", "250 thanks for nothing\r\n"] {
        let mut session = pipelining();
        session.begin(&ADA).unwrap();
        sent(&mut session);
        assert_eq!(refusal(&mut session, "250 a\r\n550 no\r\n354 go on\r\n"), "RCPT refused: 550 no");
        assert_eq!(sent(&mut session), ".\r\n");
        session.begin(&BO).unwrap();
        assert_eq!(sent(&mut session), ENVELOPE_OF_BO);
        let replies = format!("{reply}250 a\r\n250 b\r\n354 c\r\n");
        assert_eq!(go_ahead(&mut session, &replies), Ok(Some(GoAhead::Ready)));
    }
}

#[test]
fn a_recipient_accepted_before_has_no_bearing_on_one_refused_now() {
    let mut session = after_the_dot(Some(&BO));
    assert!(matches!(final_reply(&mut session, "250 mine\r\n"), Ok(Some(FinalReply::Accepted(_)))));
    assert_eq!(refusal(&mut session, "250 a\r\n550 no\r\n354 go on\r\n"), "RCPT refused: 550 no");
    assert_eq!(sent(&mut session), ".\r\n");
}

#[test]
fn a_recipient_accepted_for_a_refused_sender_gets_no_empty_message() {
    let mut session = pipelining();
    session.begin(&ADA).unwrap();
    sent(&mut session);
    assert_eq!(refusal(&mut session, "550 no\r\n250 yes\r\n354 go on\r\n"), "MAIL refused: 550 no");
    assert_eq!(sent(&mut session), "");
    assert_eq!(ending(session.end().unwrap()), "DATA: the server replied to DATA with `354 go on`");
    assert!(!session.quit(), "it waits for a message, and takes whatever comes for one");
    session.begin(&BO).unwrap_err();
}

#[test]
fn a_421_ends_the_conversation_wherever_it_comes() {
    for (replies, phase) in [("", "MAIL"), ("250 a\r\n", "RCPT"), ("250 a\r\n250 b\r\n", "DATA")] {
        let mut session = pipelining();
        session.begin(&ADA).unwrap();
        sent(&mut session);
        let end = go_ahead(&mut session, &format!("{replies}421 bye\r\n")).unwrap_err();
        assert_eq!(ending(&end), format!("{phase}: the server closes the connection: 421 bye"));
    }
}

#[test]
fn a_421_to_the_dot_is_a_refusal_and_the_end() {
    let mut session = after_the_dot(Some(&BO));
    assert!(matches!(final_reply(&mut session, "421 bye\r\n250 a\r\n"), Ok(Some(FinalReply::Refused(_)))));
    assert!(!session.final_dot_is_sent());
    assert_eq!(ending(&session.go_ahead().unwrap_err()), "end of message: the server closes the connection: 421 bye");
    assert!(!session.quit());
}

#[test]
fn answers_that_do_not_belong_there_end_the_conversation() {
    for (replies, expected) in [
        ("354 x\r\n", "MAIL: the server replied to MAIL with `354 x`"),
        ("250 a\r\n334 x\r\n", "RCPT: the server replied to RCPT with `334 x`"),
        ("250 a\r\n250 b\r\n250 x\r\n", "DATA: the server replied to DATA with `250 x`"),
        ("250 a\r\n250 b\r\n334 x\r\n", "DATA: the server replied to DATA with `334 x`"),
        ("250 a\r\nhello\r\n", "RCPT: the server sent `hello`, which is not an SMTP reply"),
    ] {
        let mut session = pipelining();
        session.begin(&ADA).unwrap();
        sent(&mut session);
        assert_eq!(ending(&go_ahead(&mut session, replies).unwrap_err()), expected);
    }
    for (reply, expected) in [
        ("354 x", "end of message: the server replied to end of message with `354 x`"),
        ("hello", "end of message: the server sent `hello`, which is not an SMTP reply"),
    ] {
        let mut session = after_the_dot(None);
        assert_eq!(ending(&final_reply(&mut session, &format!("{reply}\r\n")).unwrap_err()), expected);
        assert!(session.final_dot_is_sent());
    }
}

#[test]
fn a_reset_or_an_empty_message_not_answered_as_usual_ends_the_conversation() {
    for (replies, next, expected) in [
        ("250 a\r\n550 b\r\n503 c\r\n", "502 what\r\n", "RSET: the server replied to RSET with `502 what`"),
        ("250 a\r\n550 b\r\n354 c\r\n", "354 what\r\n", "RSET: the server replied to RSET with `354 what`"),
    ] {
        let mut session = pipelining();
        session.begin(&ADA).unwrap();
        sent(&mut session);
        refusal(&mut session, replies);
        session.begin(&BO).unwrap();
        assert_eq!(ending(&go_ahead(&mut session, next).unwrap_err()), expected);
    }
}

#[test]
fn after_the_end_nothing_is_believed() {
    let mut session = after_the_dot(None);
    let end = final_reply(&mut session, "354 x\r\n250 fine\r\n").unwrap_err();
    assert_eq!(final_reply(&mut session, "250 fine\r\n"), Err(end.clone()));
    assert_eq!(session.go_ahead(), Err(end));
}

#[test]
fn what_the_server_says_unasked_is_never_taken_for_a_reply() {
    for (unasked, expected) in [
        ("421 idle\r\n", "idle: the server closes the connection: 421 idle"),
        ("250 2.0.0 hello\r\n", "idle: the server sent an unsolicited `250 2.0.0 hello`"),
        ("25", "idle: the server sent part of an unsolicited reply"),
        ("hello\r\n", "idle: the server sent `hello`, which is not an SMTP reply"),
    ] {
        let mut session = pipelining();
        session.receive(unasked.as_bytes());
        assert_eq!(ending(&session.begin(&ADA).unwrap_err()), expected);
        assert_eq!(sent(&mut session), "");

        let mut session = pipelining();
        session.begin(&ADA).unwrap();
        sent(&mut session);
        let replies = format!("250 a\r\n250 b\r\n354 c\r\n{unasked}");
        assert_eq!(go_ahead(&mut session, &replies), Ok(Some(GoAhead::Ready)));
        sent(&mut session);
        let SendError::Ended(end) = session.finish(&Content::from(b"hello\r\n"), None).unwrap_err() else {
            panic!("unsendable")
        };
        assert_eq!(ending(&end), expected);
        assert_eq!(sent(&mut session), "");
        assert!(!session.final_dot_is_sent());
    }
}

#[test]
fn a_verdict_from_before_the_final_dot_went_out_is_not_one() {
    for (reply, expected) in [
        ("250 mine\r\n", "end of message: the server replied to end of message with `250 mine`"),
        ("421 bye\r\n", "end of message: the server closes the connection: 421 bye"),
    ] {
        let mut session = ready();
        session.finish(&Content::from(b"hello\r\n"), None).unwrap();
        session.outgoing().advance(9);
        assert_eq!(session.phase(), Phase::Body);
        assert_eq!(ending(&final_reply(&mut session, reply).unwrap_err()), expected);
        assert!(!session.final_dot_is_sent());
    }
}

#[test]
fn an_unsendable_message_is_not_said() {
    let mut session = ready();
    assert_eq!(
        session.finish(&Content::from(b"a\nb\r\n"), Some(&BO)),
        Err(SendError::Unsendable(Unsendable::BareLineEnd(1)))
    );
    assert_eq!(sent(&mut session), "");
}

#[test]
fn an_envelope_that_must_not_be_sent_is_refused_in_its_turn() {
    let mut session = after_the_dot(Some(&Envelope { recipient: "bo>", ..BO }));
    assert!(matches!(final_reply(&mut session, "250 mine\r\n"), Ok(Some(FinalReply::Accepted(_)))));
    assert_eq!(refusal(&mut session, ""), "address refused: 553 5.1.3 the recipient is not valid in a command");
    session.begin(&BO).unwrap();
    assert_eq!(sent(&mut session), ENVELOPE_OF_BO);
}

#[test]
fn quit_is_said_only_where_it_is_a_command() {
    let mut idle = pipelining();
    assert!(idle.quit());
    assert_eq!(sent(&mut idle), "QUIT\r\n");

    let mut asked = pipelining();
    asked.begin(&ADA).unwrap();
    sent(&mut asked);
    assert!(!asked.quit());
    assert_eq!(go_ahead(&mut asked, "250 a\r\n250 b\r\n354 c\r\n"), Ok(Some(GoAhead::Ready)));
    assert!(!asked.quit());
    assert_eq!(sent(&mut asked), "");

    let mut over = pipelining();
    over.receive(b"421 idle\r\n");
    over.begin(&ADA).unwrap_err();
    assert!(!over.quit());
    assert_eq!(sent(&mut over), "");
}

#[test]
#[should_panic(expected = "one message at a time")]
fn a_second_envelope_is_a_mistake_of_the_caller() {
    let mut session = pipelining();
    session.begin(&ADA).unwrap();
    let _ = session.begin(&BO);
}

#[test]
#[should_panic(expected = "one message at a time")]
fn an_envelope_where_the_server_waits_for_a_message_is_a_mistake_of_the_caller() {
    let _ = ready().begin(&BO);
}

#[test]
#[should_panic(expected = "one message at a time")]
fn an_envelope_before_the_verdict_is_a_mistake_of_the_caller() {
    let _ = after_the_dot(None).begin(&BO);
}

#[test]
#[should_panic(expected = "a message needs a go-ahead")]
fn a_message_without_a_go_ahead_is_a_mistake_of_the_caller() {
    let _ = pipelining().finish(&Content::from(b"hello\r\n"), None);
}

#[test]
#[should_panic(expected = "a go-ahead needs an envelope")]
fn a_go_ahead_without_an_envelope_is_a_mistake_of_the_caller() {
    let _ = after_the_dot(None).go_ahead();
}

#[test]
#[should_panic(expected = "a final reply needs a message")]
fn a_final_reply_without_a_message_is_a_mistake_of_the_caller() {
    let _ = pipelining().final_reply();
}

#[test]
#[should_panic(expected = "not between two messages")]
fn to_change_over_where_the_server_waits_for_a_message_is_a_mistake_of_the_caller() {
    ready().into_chunks();
}

#[test]
#[should_panic(expected = "not between two messages")]
fn to_change_over_before_the_verdict_is_a_mistake_of_the_caller() {
    after_the_dot(None).into_chunks();
}
