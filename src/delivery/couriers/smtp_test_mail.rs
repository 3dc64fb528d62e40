//! Sends one message over SMTP, outside of any delivery: for test mails.

use super::courier_error::CourierError;
use crate::delivery::outcome::{Disposition, Outcome, classify};
use crate::ledger::Reply;
use crate::smtp::{self, Connection, Content, Envelope, Fact, GoAhead, Lost, Phase, Server};

/// Sends one message over a connection of its own. If the server may have misread pipelined
/// commands, sends it again over a second connection, command by command.
pub(super) fn deliver_test_mail(
    server: &Server,
    sender: &str,
    recipient: &str,
    message: &[u8],
) -> Result<Outcome, CourierError> {
    let envelope = Envelope { sender, recipient, size: message.len() };
    loop {
        let mut connection = match Connection::open(server) {
            Ok(connection) => connection,
            Err(error) => {
                let help = error.help().map(|help| format!("\n{help}")).unwrap_or_default();
                return Err(CourierError(format!("{error}{help}")));
            }
        };
        let go_ahead = connection.begin(&envelope).and_then(|()| connection.await_go_ahead());
        let is_misread = match &go_ahead {
            Ok(GoAhead::Refused(refusal)) => connection.may_have_misread(refusal),
            Err(lost) => connection.may_have_been_misread(lost),
            Ok(GoAhead::Ready) => false,
        };
        if is_misread && server.facts.record(Fact::NoPipelining) {
            continue;
        }
        return finish(connection, go_ahead, message);
    }
}

/// Sends `message` after `go_ahead`, the server's reply to its envelope.
fn finish(
    mut connection: Connection,
    go_ahead: Result<GoAhead, Lost>,
    message: &[u8],
) -> Result<Outcome, CourierError> {
    let disposition = match go_ahead {
        Ok(GoAhead::Refused(refusal)) => Ok(classify(refusal.phase, refusal.reply.into())),
        Ok(GoAhead::Ready) => connection
            .finish(&Content::from(message), None)
            .and_then(|()| connection.await_final_reply())
            .map(|final_reply| {
                let (smtp::FinalReply::Accepted(reply) | smtp::FinalReply::Refused(reply)) = final_reply;
                classify(Phase::EndOfMessage, reply.into())
            }),
        Err(lost) => Err(lost),
    };
    match disposition {
        Ok(Disposition::Settled(outcome)) => {
            connection.quit();
            Ok(outcome)
        }
        Ok(Disposition::Reconnect(reply) | Disposition::SendingLimit(reply) | Disposition::SenderProblem(reply, _)) => {
            Err(CourierError(format!("the server said `{reply}`")))
        }
        Err(lost) if lost.after_dot => Ok(Outcome::InDoubt(Reply::without_code(lost.reason))),
        Err(lost) => Err(CourierError(lost.to_string())),
    }
}
