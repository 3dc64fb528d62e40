//! Tests the first message, which waits for the replies to its envelope, and servers without BDAT.

use super::*;

/// Sends the envelope of [`ADA`] with its message held back, then releases the message.
fn held() -> Chunks {
    let mut chunks = chunks_with(ServerFacts::default());
    queue(&mut chunks, &ADA);
    assert_eq!(sent(&mut chunks), "MAIL FROM:<letter@example.org>\r\nRCPT TO:<ada@example.org>\r\n");
    assert_eq!((chunks.released(), chunks.in_doubt(), chunks.awaits_confirmation()), (Ok(None), 0, true));
    chunks
}

fn pending_results(chunks: &mut Chunks) -> Vec<String> {
    results(chunks, "")
}

#[test]
fn the_first_message_waits_for_the_answers_to_its_envelope_and_so_does_the_first_behind_another() {
    let mut chunks = held();
    chunks.receive(b"250 a\r\n");
    assert_eq!(chunks.released(), Ok(None));
    chunks.receive(b"250 b\r\n");
    assert_eq!(chunks.released(), Ok(Some(())));
    assert_eq!(sent(&mut chunks), "BDAT 7 LAST\r\nhello\r\n");
    queue(&mut chunks, &BO);
    assert_eq!(sent(&mut chunks), "RSET\r\nMAIL FROM:<letter@example.org>\r\nRCPT TO:<bo@example.org>\r\n");
    chunks.receive(b"250 mine\r\n250 r\r\n250 a\r\n250 b\r\n");
    assert_eq!((chunks.released(), chunks.in_flight(), chunks.awaits_confirmation()), (Ok(Some(())), 2, false));
    assert_eq!(sent(&mut chunks), "BDAT 7 LAST\r\nhello\r\n");
    queue(&mut chunks, &ADA);
    assert_eq!(sent(&mut chunks), format!("RSET\r\n{FOR_ADA}"), "nothing is held back any more");
    assert_eq!(pending_results(&mut chunks), ["accepted: 250 mine", "2 under way, 2 in doubt"]);
}

#[test]
fn a_refused_envelope_whose_message_is_held_back_needs_none() {
    for (replies, expected, unshown) in [
        ("250 a\r\n550 no\r\n", "RCPT refused: 550 no", false),
        ("250 a\r\n450 no\r\n", "RCPT refused: 450 no", false),
        ("250 a\r\n503 what\r\n", "RCPT refused: 503 what", true),
        ("550 no\r\n503 x\r\n", "MAIL refused: 550 no", true),
    ] {
        let mut chunks = held();
        chunks.receive(replies.as_bytes());
        assert_eq!((chunks.released(), chunks.unconfirmed().is_some()), (Ok(Some(())), unshown));
        assert_eq!(
            (sent(&mut chunks).as_str(), pending_results(&mut chunks)),
            ("", vec![expected.to_owned(), "0 under way, 0 in doubt".to_owned()])
        );
        queue(&mut chunks, &BO);
        assert!(sent(&mut chunks).starts_with("RSET\r\nMAIL"));
    }
}

#[test]
fn a_server_that_does_not_know_bdat_has_taken_nothing() {
    for no in [
        "500 what",
        "502 5.5.1 no",
        "503 5.5.1 no",
        "504 x",
        "501 x",
        "554 5.5.1 BDAT is not implemented",
        "550 no CHUNKING here",
    ] {
        let mut chunks = held();
        chunks.receive(b"250 a\r\n250 b\r\n");
        chunks.released().unwrap();
        sent(&mut chunks);
        assert_eq!(chunks.in_doubt(), 1);
        assert_eq!(
            results(&mut chunks, &format!("{no}\r\n500 x\r\n")),
            [format!("no BDAT: {no}"), "1 under way, 0 in doubt".to_owned()]
        );
    }
    let mut chunks = held();
    chunks.receive(b"250 a\r\n250 b\r\n");
    chunks.released().unwrap();
    sent(&mut chunks);
    assert_eq!(
        results(&mut chunks, "554 5.7.1 spam\r\n"),
        ["end of message refused: 554 5.7.1 spam", "0 under way, 0 in doubt"]
    );
}
