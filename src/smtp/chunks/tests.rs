//! Tests several transactions at once, reply by reply.

use proptest::prelude::*;

use super::super::body::Unsendable;
use super::*;
use crate::smtp::channel::Machine;

mod held;

const ADA: Envelope<'static> = Envelope { sender: "letter@example.org", recipient: "ada@example.org", size: 7 };
const BO: Envelope<'static> = Envelope { recipient: "bo@example.org", ..ADA };
const FOR_ADA: &str = "MAIL FROM:<letter@example.org>\r\nRCPT TO:<ada@example.org>\r\nBDAT 7 LAST\r\nhello\r\n";
const FOR_BO: &str = "MAIL FROM:<letter@example.org>\r\nRCPT TO:<bo@example.org>\r\nBDAT 7 LAST\r\nhello\r\n";

/// Transactions with a server known to support the extensions it offers.
fn chunks() -> Chunks {
    let facts = ServerFacts::default();
    for fact in [Fact::PipelinesEnvelopes, Fact::PipelinesMessages, Fact::AcceptsChunks] {
        facts.record(fact);
    }
    chunks_with(facts)
}

fn chunks_with(facts: ServerFacts) -> Chunks {
    let lines = ["host", "PIPELINING", "CHUNKING"].map(String::from).to_vec();
    let capabilities = Capabilities::of(&Reply { code: 250, enhanced: None, lines });
    Chunks::new(capabilities, ReplyReader::default(), facts, ConversationLog::default())
}

fn queue(chunks: &mut Chunks, envelope: &Envelope<'_>) {
    chunks.send(envelope, &Content::from(b"hello\r\n")).unwrap();
}

/// Returns the queued bytes and marks them as written.
fn sent(chunks: &mut Chunks) -> String {
    let sent = String::from_utf8(chunks.outgoing().to_vec()).unwrap();
    chunks.outgoing().advance(sent.len());
    sent
}

/// Two messages in flight, both written completely.
fn two_under_way() -> Chunks {
    let mut chunks = chunks();
    queue(&mut chunks, &ADA);
    queue(&mut chunks, &BO);
    assert_eq!(sent(&mut chunks), format!("{FOR_ADA}RSET\r\n{FOR_BO}"));
    chunks
}

/// Returns the results of `replies`, in words, then the number in flight, and the number of those
/// in doubt.
fn results(chunks: &mut Chunks, replies: &str) -> Vec<String> {
    chunks.receive(replies.as_bytes());
    let mut results = Vec::new();
    while chunks.in_flight() > 0 {
        match chunks.next_result() {
            Ok(Some(TransactionResult::Accepted(reply))) => results.push(format!("accepted: {reply}")),
            Ok(Some(TransactionResult::Refused(refusal))) => results.push(refusal.to_string()),
            Ok(None) => break,
            Err(End::Closing(phase, reply)) => {
                results.push(format!("closing at {phase}: {reply}"));
                break;
            }
            Err(End::ChunkingRejected(reply)) => {
                results.push(format!("no BDAT: {reply}"));
                break;
            }
            Err(End::ProtocolError(_, what)) => {
                results.push(what);
                break;
            }
        }
    }
    results.push(format!("{} under way, {} in doubt", chunks.in_flight(), chunks.in_doubt()));
    results
}

#[test]
fn several_messages_are_said_before_anything_is_answered() {
    let mut chunks = two_under_way();
    assert_eq!((chunks.in_flight(), chunks.in_doubt(), chunks.phase()), (2, 2, Phase::Mail));
    assert_eq!(
        results(&mut chunks, "250 a\r\n250 b\r\n250 mine\r\n250 r\r\n250 a\r\n250 b\r\n452 full\r\n"),
        ["accepted: 250 mine", "end of message refused: 452 full", "0 under way, 0 in doubt"]
    );
    assert_eq!((chunks.reply_count(), chunks.phase()), (7, Phase::Idle));
}

#[test]
fn rset_is_said_only_where_the_server_may_hold_something_back() {
    let mut chunks = chunks();
    for (replies, next) in [
        ("250 a\r\n250 b\r\n250 mine\r\n", FOR_BO.to_owned()),
        ("250 a\r\n250 b\r\n550 no\r\n", format!("RSET\r\n{FOR_BO}")),
        ("250 r\r\n250 a\r\n250 b\r\n250 mine\r\n", FOR_BO.to_owned()),
    ] {
        if chunks.in_flight() == 0 {
            queue(&mut chunks, &ADA);
            sent(&mut chunks);
        }
        results(&mut chunks, replies);
        assert_eq!(chunks.in_flight(), 0);
        queue(&mut chunks, &BO);
        assert_eq!(sent(&mut chunks), next);
    }
}

#[test]
fn a_refused_envelope_is_refused_with_its_first_words_and_its_message_is_answered_too() {
    for (replies, expected) in [
        ("550 5.7.1 no\r\n503 x\r\n503 y\r\n", "MAIL refused: 550 5.7.1 no"),
        ("550 5.7.1 no\r\n250 x\r\n503 y\r\n", "MAIL refused: 550 5.7.1 no"),
        ("250 a\r\n451 later\r\n554 no valid recipients\r\n", "RCPT refused: 451 later"),
        ("250 a\r\n250 b\r\n552 5.3.4 too big\r\n", "end of message refused: 552 5.3.4 too big"),
    ] {
        let mut chunks = two_under_way();
        let replies = format!("{replies}250 r\r\n250 a\r\n250 b\r\n250 mine\r\n");
        assert_eq!(results(&mut chunks, &replies), [expected, "accepted: 250 mine", "0 under way, 0 in doubt"]);
    }
}

#[test]
fn a_421_leaves_nothing_in_doubt() {
    for (replies, expected) in [
        ("421 bye\r\n", &["closing at MAIL: 421 bye", "2 under way, 0 in doubt"][..]),
        ("250 a\r\n421 bye\r\n", &["closing at RCPT: 421 bye", "2 under way, 0 in doubt"]),
        (
            "250 a\r\n250 b\r\n421 bye\r\n",
            &["end of message refused: 421 bye", "closing at end of message: 421 bye", "1 under way, 0 in doubt"],
        ),
        (
            "250 a\r\n250 b\r\n250 mine\r\n421 bye\r\n",
            &["accepted: 250 mine", "closing at RSET: 421 bye", "1 under way, 0 in doubt"],
        ),
    ] {
        assert_eq!(results(&mut two_under_way(), replies), expected);
    }
}

#[test]
fn answers_that_do_not_belong_there_end_the_conversation_and_leave_what_was_sent_in_doubt() {
    for (replies, expected) in [
        ("354 x\r\n", "the server replied to MAIL with `354 x`"),
        ("250 a\r\n334 x\r\n", "the server replied to RCPT with `334 x`"),
        ("250 a\r\n250 b\r\n354 x\r\n", "the server replied to end of message with `354 x`"),
        ("250 a\r\n250 b\r\n500 what\r\n", "the server replied to BDAT with `500 what`"),
        ("250 a\r\n250 b\r\n502 what\r\n", "the server replied to BDAT with `502 what`"),
        ("550 a\r\n250 b\r\n250 mine\r\n", "the server replied to BDAT with `250 mine`"),
        ("250 a\r\nhello\r\n", "the server sent `hello`, which is not an SMTP reply"),
    ] {
        let mut chunks = two_under_way();
        assert_eq!(results(&mut chunks, replies), [expected, "2 under way, 2 in doubt"]);
        assert_eq!(
            results(&mut chunks, "250 fine\r\n"),
            [expected, "2 under way, 2 in doubt"],
            "later replies do not count"
        );
        assert!(!chunks.quit());
    }
    let rset = results(&mut two_under_way(), "250 a\r\n250 b\r\n250 mine\r\n502 what\r\n");
    assert_eq!(rset, ["accepted: 250 mine", "the server replied to RSET with `502 what`", "1 under way, 1 in doubt"]);
}

#[test]
fn a_message_is_in_doubt_with_its_last_byte_and_not_before() {
    let mut chunks = chunks();
    queue(&mut chunks, &ADA);
    queue(&mut chunks, &BO);
    chunks.outgoing().advance(FOR_ADA.len() - 1);
    assert_eq!(chunks.in_doubt(), 0);
    chunks.outgoing().advance(1);
    assert_eq!(chunks.in_doubt(), 1);
    assert_eq!(
        results(&mut chunks, "250 a\r\n250 b\r\n250 mine\r\n"),
        ["accepted: 250 mine", "1 under way, 0 in doubt"]
    );
    chunks.withdraw();
    assert_eq!((chunks.in_flight(), chunks.in_doubt()), (0, 0));
}

#[test]
fn an_answer_to_a_message_not_said_to_its_end_is_not_one() {
    for (reply, expected) in [
        ("250 mine\r\n", "the server replied to BDAT with `250 mine`"),
        ("421 bye\r\n", "closing at end of message: 421 bye"),
    ] {
        let mut chunks = chunks();
        queue(&mut chunks, &ADA);
        chunks.outgoing().advance(FOR_ADA.len() - 1);
        let results = results(&mut chunks, &format!("250 a\r\n250 b\r\n{reply}"));
        assert_eq!(results, [expected, "1 under way, 0 in doubt"]);
    }
}

#[test]
fn a_refusal_that_was_heard_counts_however_the_conversation_ends_and_leaves_those_behind_it_as_they_are() {
    for (replies, expected) in [
        ("550 no\r\n", &["MAIL refused: 550 no", "1 under way, 1 in doubt"][..]),
        ("250 a\r\n550 no\r\n", &["RCPT refused: 550 no", "1 under way, 1 in doubt"]),
        ("250 a\r\n550 no\r\n421 bye\r\n", &["RCPT refused: 550 no", "1 under way, 0 in doubt"]),
        ("250 a\r\n451 no\r\nbye\r\n", &["RCPT refused: 451 no", "1 under way, 1 in doubt"]),
        ("250 a\r\n550 no\r\n250 mine\r\n", &["RCPT refused: 550 no", "1 under way, 1 in doubt"]),
        ("250 a\r\n550 no\r\n500 what\r\n", &["RCPT refused: 550 no", "1 under way, 1 in doubt"]),
        ("550 no\r\n250 b\r\n", &["2 under way, 2 in doubt"]),
        ("250 a\r\n250 b\r\n", &["2 under way, 2 in doubt"]),
        (
            "250 a\r\n250 b\r\n250 mine\r\n250 r\r\n250 a\r\n550 no\r\n",
            &["accepted: 250 mine", "RCPT refused: 550 no", "0 under way, 0 in doubt"],
        ),
    ] {
        let mut chunks = two_under_way();
        let mut all = results(&mut chunks, replies);
        all.retain(|line| line.contains("refused") || line.contains("accepted"));
        all.extend(chunks.refused().map(|refusal| refusal.to_string()));
        all.push(format!("{} under way, {} in doubt", chunks.in_flight(), chunks.in_doubt()));
        assert_eq!(all, expected, "{replies}");
    }
}

#[test]
fn a_message_refused_before_its_end_was_said_is_refused_and_nothing_follows() {
    let mut chunks = chunks();
    queue(&mut chunks, &ADA);
    chunks.outgoing().advance(FOR_ADA.len() - 1);
    let results = results(&mut chunks, "250 a\r\n250 b\r\n552 too large\r\n");
    assert_eq!(results, ["end of message refused: 552 too large", "0 under way, 0 in doubt"]);
    assert!(chunks.end().is_some() && !chunks.quit());
}

#[test]
fn what_the_server_says_unasked_is_never_taken_for_a_reply() {
    for unasked in ["421 idle\r\n", "250 hello\r\n", "25", "hello\r\n"] {
        let mut chunks = chunks();
        chunks.receive(unasked.as_bytes());
        assert!(matches!(chunks.send(&ADA, &Content::from(b"hello\r\n")), Err(SendError::Ended(_))), "{unasked}");
        assert_eq!(sent(&mut chunks), "");
        assert!(!chunks.quit());
    }
}

#[test]
fn a_message_goes_out_as_it_is_with_a_line_end_and_an_unsendable_one_does_not() {
    let mut chunks = chunks();
    chunks.send(&ADA, &Content::from(b".hello\r\n.")).unwrap();
    assert!(sent(&mut chunks).ends_with("BDAT 11 LAST\r\n.hello\r\n.\r\n"));
    let unsendable = chunks.send(&ADA, &Content::from(b"a\nb\r\n"));
    assert_eq!(unsendable, Err(SendError::Unsendable(Unsendable::BareLineEnd(1))));
    assert_eq!((sent(&mut chunks), chunks.in_flight()), (String::new(), 1));
}

#[test]
fn quit_is_said_when_nothing_is_under_way() {
    let mut chunks = chunks();
    queue(&mut chunks, &ADA);
    sent(&mut chunks);
    assert!(!chunks.quit());
    results(&mut chunks, "250 a\r\n250 b\r\n250 mine\r\n");
    assert!(chunks.quit());
    assert_eq!(sent(&mut chunks), "QUIT\r\n");
}

#[test]
#[should_panic(expected = "an envelope that must not be sent")]
fn an_envelope_that_must_not_be_sent_is_a_mistake_of_the_caller() {
    let mut chunks = chunks();
    let envelope = Envelope { recipient: "bo>", ..ADA };
    assert_eq!(chunks.refusal(&envelope).unwrap().phase, Phase::Address);
    queue(&mut chunks, &envelope);
}

/// The replies to a few messages, mostly those that are due.
fn codes() -> impl Strategy<Value = Vec<&'static str>> {
    let any_reply = || prop::sample::select(vec!["250", "354", "550", "451", "421", "334", "502", "x", ""]);
    let due = |reply: &'static str| prop_oneof![12 => Just(reply), 1 => any_reply()];
    let refused =
        prop::sample::select(vec![&["250", "550", "503"][..], &["451", "503", "503"], &["250", "250", "552"]]);
    let message = prop_oneof![
        4 => (due("250"), due("250"), due("250")).prop_map(|(a, b, c)| vec![a, b, c]),
        1 => refused.prop_map(<[_]>::to_vec),
    ];
    let reset_and_message = (due("250"), message).prop_map(|(reset, message)| [vec![reset], message].concat());
    // The first message has no RSET before it.
    prop::collection::vec(reset_and_message, 1..8).prop_map(|messages| messages.concat().split_off(1))
}

proptest! {
    /// Each reply is numbered. With `depth` messages always in flight, every fourth reply belongs
    /// to a message, and a message is accepted exactly if all four of its replies are 2xx.
    #[test]
    fn every_answer_is_that_of_its_message(codes in codes(), depth in 1usize..6, cut in 1usize..40) {
        let lines: Vec<_> = codes.iter().enumerate().map(|(index, code)| format!("{code} #{index}\r\n")).collect();
        let bytes = lines.concat();
        let mut pieces = bytes.as_bytes().chunks(cut);
        let mut chunks = chunks();
        let mut answered = 0;
        // A message after an accepted one is sent without RSET if nothing else is in flight.
        let mut first = vec![0];
        let mut next_reply = 0;
        let mut wire = String::new();
        'conversation: loop {
            while chunks.in_flight() < depth {
                if chunks.send(&ADA, &Content::from(b"hello\r\n")).is_err() {
                    break 'conversation;
                }
                let text = sent(&mut chunks);
                prop_assert_eq!(text.trim_start_matches("RSET\r\n"), FOR_ADA);
                next_reply += text.matches("\r\n").count() - 1;
                first.push(next_reply);
                wire.push_str(&text);
            }
            prop_assert_eq!(chunks.in_doubt(), depth);
            match chunks.next_result() {
                Ok(Some(result)) => {
                    let own = &codes[first[answered]..first[answered + 1]];
                    let place = first[answered + 1] - 1;
                    match result {
                        TransactionResult::Accepted(reply) => {
                            prop_assert_eq!(reply.text(), format!("#{place}"));
                            prop_assert!(own.iter().all(|code| code.starts_with('2')), "{own:?}");
                        }
                        TransactionResult::Refused(refusal) => {
                            let refused = own.iter().position(|code| code.starts_with(['4', '5'])).unwrap();
                            let at = first[answered] + refused;
                            prop_assert_eq!(refusal.reply.text(), format!("#{at}"));
                        }
                    }
                    answered += 1;
                }
                Ok(None) => {
                    let Some(piece) = pieces.next() else { break };
                    chunks.receive(piece);
                }
                Err(End::Closing(..)) => {
                    prop_assert_eq!(chunks.in_doubt(), 0);
                    break;
                }
                Err(End::ProtocolError(..) | End::ChunkingRejected(_)) => {
                    prop_assert_eq!(chunks.in_doubt(), chunks.in_flight());
                    break;
                }
            }
        }
        prop_assert_eq!(wire.matches("BDAT 7 LAST\r\nhello\r\n").count(), answered + chunks.in_flight());
    }
}
