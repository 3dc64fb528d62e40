//! Tests sessions with arbitrary replies, split at arbitrary places.

use proptest::prelude::*;

use super::*;

/// The replies of a server: mostly what is due, sometimes anything.
fn codes() -> impl Strategy<Value = Vec<&'static str>> {
    let any_reply = || prop::sample::select(vec!["250", "354", "550", "451", "421", "334", "221", "x", ""]);
    let due = |reply: &'static str| prop_oneof![12 => Just(reply), 1 => any_reply()];
    let message = (due("250"), due("250"), due("354"), due("250"), prop::option::weighted(0.1, any_reply()));
    prop::collection::vec(message, 0..6).prop_map(|messages| {
        messages.into_iter().flat_map(|(a, b, c, d, more)| [a, b, c, d].into_iter().chain(more)).collect()
    })
}

proptest! {
    /// Each reply is numbered. A final reply must be the first reply that came after the message's
    /// dot went out, and accepted exactly if that reply is a 2xx; and the session ends whatever the
    /// server sends.
    #[test]
    fn a_verdict_is_the_first_word_after_the_dot(
        codes in codes(), pipelined in any::<bool>(), cut in 1usize..40
    ) {
        let lines: Vec<_> = codes.iter().enumerate().map(|(index, code)| format!("{code} #{index}\r\n")).collect();
        let bytes = lines.concat();
        let mut pieces = bytes.as_bytes().chunks(cut);
        let mut received = 0;
        let mut session = if pipelined { pipelining() } else { lockstep() };
        let mut dot_at: Option<usize> = None;
        session.begin(&ADA).unwrap();
        loop {
            sent(&mut session);
            let answered = if dot_at.is_some() {
                match session.final_reply() {
                    Ok(Some(final_reply)) => {
                        let index = bytes[..dot_at.take().unwrap()].matches('\n').count();
                        let (accepted, FinalReply::Accepted(reply) | FinalReply::Refused(reply)) =
                            (matches!(final_reply, FinalReply::Accepted(_)), final_reply);
                        prop_assert_eq!(reply.text(), format!("#{index}"));
                        prop_assert_eq!(accepted, codes[index].starts_with('2'));
                        true
                    }
                    Ok(None) => false,
                    Err(_) => break,
                }
            } else {
                match session.go_ahead() {
                    Ok(Some(GoAhead::Ready)) => {
                        if session.finish(&Content::from(b"hello\r\n"), Some(&BO)).is_err() {
                            break;
                        }
                        sent(&mut session);
                        prop_assert!(session.final_dot_is_sent());
                        dot_at = Some(received);
                        true
                    }
                    Ok(Some(GoAhead::Refused(_))) => {
                        if session.begin(&BO).is_err() {
                            break;
                        }
                        true
                    }
                    Ok(None) => false,
                    Err(_) => break,
                }
            };
            if !answered {
                let Some(piece) = pieces.next() else { break };
                received += piece.len();
                session.receive(piece);
            }
        }
    }
}
