//! Tests that received replies count, however the conversation ends.

use super::*;

/// A session with a message written except for its end.
fn cut_in_the_middle() -> Session {
    let mut session = ready();
    session.finish(&Content::from(b"hello\r\n"), None).unwrap();
    session.outgoing().advance(7);
    session
}

#[test]
fn what_is_said_in_the_middle_of_a_message_is_a_421_a_refusal_or_nothing() {
    for (replies, expected) in [
        ("421 enough\r\n", Err("end of message: the server closes the connection: 421 enough")),
        ("552 too large\r\n", Ok(true)),
        ("451 not now\r\n", Ok(true)),
        ("250 a\r\n", Err("end of message: the server replied to end of message with `250 a`")),
        ("", Ok(false)),
        ("55", Ok(false)),
        ("x\r\n", Err("message: the server sent `x`, which is not an SMTP reply")),
    ] {
        let mut session = cut_in_the_middle();
        session.receive(replies.as_bytes());
        assert_eq!(session.replied_early().map_err(|end| ending(&end)), expected.map_err(str::to_owned));
        assert!(!session.final_dot_is_sent());
        if expected == Ok(true) {
            assert!(matches!(session.final_reply(), Ok(Some(FinalReply::Refused(_)))));
            assert!(session.end().is_some(), "the rest of the message is not wanted any more");
        }
    }
}

#[test]
fn a_refusal_that_was_heard_counts_however_the_conversation_ends() {
    for (replies, expected, end) in [
        ("550 no\r\n421 bye\r\n", "MAIL refused: 550 no", "RCPT: the server closes the connection: 421 bye"),
        ("451 no\r\n503 x\r\n421 bye\r\n", "MAIL refused: 451 no", "DATA: the server closes the connection: 421 bye"),
        ("250 a\r\n550 no\r\n421 bye\r\n", "RCPT refused: 550 no", "DATA: the server closes the connection: 421 bye"),
        ("250 a\r\n452 no\r\n221 bye\r\n", "RCPT refused: 452 no", "DATA: the server replied to DATA with `221 bye`"),
        (
            "250 a\r\n550 no\r\nbye\r\n",
            "RCPT refused: 550 no",
            "DATA: the server sent `bye`, which is not an SMTP reply",
        ),
        ("550 no\r\n354 x\r\n", "MAIL refused: 550 no", "RCPT: the server replied to RCPT with `354 x`"),
    ] {
        let mut session = pipelining();
        session.begin(&ADA).unwrap();
        sent(&mut session);
        assert_eq!(refusal(&mut session, replies), expected);
        assert_eq!(ending(session.end().unwrap()), end);
        assert_eq!(sent(&mut session), "");
        session.begin(&BO).unwrap_err();
        assert!(!session.quit());
    }
    for (replies, expected) in [("550 no\r\n", Some("MAIL refused: 550 no")), ("250 a\r\n", None), ("", None)] {
        let mut session = pipelining();
        session.begin(&ADA).unwrap();
        sent(&mut session);
        assert_eq!(go_ahead(&mut session, replies), Ok(None));
        assert_eq!(session.refused().map(|refusal| refusal.to_string()).as_deref(), expected, "nothing more came");
    }
}

#[test]
fn an_answer_to_a_command_that_did_not_go_out_is_about_something_else() {
    for (out, replies, expected) in [
        (0, "550 no\r\n", Err("MAIL: the server replied to MAIL with `550 no`")),
        (0, "421 idle\r\n", Err("MAIL: the server closes the connection: 421 idle")),
        (40, "250 a\r\n550 no\r\n", Err("RCPT: the server replied to RCPT with `550 no`")),
        (40, "550 no\r\n250 b\r\n", Ok("MAIL refused: 550 no")),
    ] {
        let mut session = pipelining();
        session.begin(&ADA).unwrap();
        session.outgoing().advance(out);
        let result = go_ahead(&mut session, replies);
        let result = result.map_err(|end| ending(&end)).map(|result| match result {
            Some(GoAhead::Refused(refusal)) => refusal.to_string(),
            other => panic!("{other:?}"),
        });
        assert_eq!(result.as_deref().map_err(String::as_str), expected);
    }
}
