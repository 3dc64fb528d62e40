//! Tests `newsletter::smtp` against a scripted server and Postfix's `smtp-sink`: every promise, and
//! every way to break one.

mod faults;
mod opening;
mod pipeline;
mod sink;
mod transactions;

use newsletter::smtp::{Connection, Content, Envelope, FinalReply, GoAhead, Lost, Server, Tls};

use crate::support::{Certificate, Script, SmtpServer};

const MESSAGE: &[u8] = b"Subject: hello\r\n\r\n.one dot\r\n..two\r\n.\r\nbye\r\n";

fn server_at(port: u16) -> Server {
    Server { hello: String::from("client.example.org"), ..Server::new("127.0.0.1", port, Tls::None) }
}

fn connect(smtp: &SmtpServer) -> Connection {
    Connection::open(&server_at(smtp.port())).unwrap()
}

fn to(recipient: &str) -> Envelope<'_> {
    Envelope { sender: "letter@example.org", recipient, size: MESSAGE.len() }
}

/// Sends [`MESSAGE`] to each recipient as a delivery does: the next envelope with the end of each message.
fn deliver(connection: &mut Connection, recipients: &[&str]) -> Vec<String> {
    let mut outcomes = Vec::new();
    if let Err(lost) = deliver_until_lost(connection, recipients, &mut outcomes) {
        outcomes.push(format!("lost, after the dot: {}, {:?}: {lost}", lost.after_dot, lost.kind));
    }
    outcomes
}

fn deliver_until_lost(
    connection: &mut Connection,
    recipients: &[&str],
    outcomes: &mut Vec<String>,
) -> Result<(), Lost> {
    let mut asked = false;
    for (index, recipient) in recipients.iter().enumerate() {
        if !asked {
            connection.begin(&to(recipient))?;
        }
        asked = match connection.await_go_ahead()? {
            GoAhead::Refused(refusal) => {
                outcomes.push(refusal.to_string());
                false
            }
            GoAhead::Ready => {
                let next = recipients.get(index + 1).map(|recipient| to(recipient));
                connection.finish(&Content::from(MESSAGE), next.as_ref())?;
                outcomes.push(match connection.await_final_reply()? {
                    FinalReply::Accepted(reply) => format!("accepted: {reply}"),
                    FinalReply::Refused(reply) => format!("refused: {reply}"),
                });
                next.is_some()
            }
        };
    }
    Ok(())
}

/// The only outcome of a message to `recipient`.
fn outcome(script: Script, recipient: &str) -> String {
    let smtp = SmtpServer::start(script);
    deliver(&mut connect(&smtp), &[recipient]).join("; ")
}

/// The one command log of a server that has had one connection.
fn conversation(smtp: &SmtpServer) -> String {
    let logs = smtp.wait_until_idle();
    assert_eq!(logs.len(), 1, "{logs:#?}");
    logs[0].join("\n")
}

/// A server reached by a name the good certificate is for, its authority trusted.
fn trusting(smtp: &SmtpServer, tls: Tls) -> Server {
    Server {
        hello: String::from("client.example.org"),
        ca_file: Some(Certificate::authority()),
        ..Server::new("localhost", smtp.port(), tls)
    }
}
