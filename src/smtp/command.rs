//! Writes the command lines, and guards against a second command in one.

use super::capabilities::Capabilities;
use super::failure::{Phase, Refusal};
use super::reply::{EnhancedCode, Reply};

/// The sender and the one recipient of a message (RFC 5321 2.3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Envelope<'a> {
    /// The reverse path, without angle brackets; empty for none.
    pub sender: &'a str,
    /// The recipient, without angle brackets.
    pub recipient: &'a str,
    /// The message's size in bytes.
    pub size: usize,
}

impl Envelope<'_> {
    /// Returns the reason this envelope must not be sent to a server of these capabilities, as a refusal.
    pub(super) fn refusal(&self, capabilities: &Capabilities) -> Option<Refusal> {
        if let Some(limit) = capabilities.size_limit().filter(|&limit| self.size as u64 > limit) {
            let text = format!("the message has {} bytes, but the server accepts only {limit}", self.size);
            return Some(local_refusal(Phase::Size, 552, (3, 4), text));
        }
        if !(self.sender.is_empty() || is_path(self.sender)) {
            return Some(local_refusal(
                Phase::Address,
                553,
                (1, 7),
                String::from("the sender is not valid in a command"),
            ));
        }
        if !is_path(self.recipient) {
            let text = String::from("the recipient is not valid in a command");
            return Some(local_refusal(Phase::Address, 553, (1, 3), text));
        }
        None
    }

    /// `MAIL FROM`, with the size if the server supports that (RFC 1870 4).
    pub(super) fn mail(&self, capabilities: &Capabilities) -> String {
        if capabilities.offers_size() {
            ["MAIL FROM:<", self.sender, "> SIZE=", &self.size.to_string(), "\r\n"].concat()
        } else {
            ["MAIL FROM:<", self.sender, ">\r\n"].concat()
        }
    }

    /// `RCPT TO`.
    pub(super) fn rcpt(&self) -> String {
        ["RCPT TO:<", self.recipient, ">\r\n"].concat()
    }
}

/// Returns whether `address` fits between the angle brackets of a path: it is no longer than RFC
/// 5321 4.5.3.1.3 allows, and has no characters that could end the path or the line, or need
/// SMTPUTF8.
fn is_path(address: &str) -> bool {
    let harmless = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'<' | b'>');
    !address.is_empty() && address.len() <= 254 && address.bytes().all(harmless)
}

fn local_refusal(phase: Phase, code: u16, (subject, detail): (u16, u16), text: String) -> Refusal {
    let enhanced = Some(EnhancedCode { class: 5, subject, detail });
    Refusal { phase, reply: Reply { code, enhanced, lines: vec![text] } }
}

/// `EHLO name` or, for servers of before 1995, `HELO name`. Characters that are invalid in a name
/// are left out.
pub(super) fn hello(verb: &str, name: &str) -> String {
    let name: String = name.chars().filter(char::is_ascii_graphic).take(255).collect();
    format!("{verb} {}\r\n", if name.is_empty() { "localhost" } else { &name })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn offering(line: &str) -> Capabilities {
        let lines = vec![String::from("host"), line.to_owned()];
        Capabilities::of(&Reply { code: 250, enhanced: None, lines })
    }

    #[test]
    fn an_envelope_is_two_commands() {
        let envelope = Envelope { sender: "a@example.org", recipient: "b@example.org", size: 51_200 };
        assert_eq!(envelope.mail(&Capabilities::default()), "MAIL FROM:<a@example.org>\r\n");
        assert_eq!(envelope.mail(&offering("SIZE")), "MAIL FROM:<a@example.org> SIZE=51200\r\n");
        assert_eq!(envelope.rcpt(), "RCPT TO:<b@example.org>\r\n");
    }

    #[test]
    fn what_must_not_be_sent_is_refused_with_a_reply_of_ours() {
        let refusal = |sender, recipient, size| {
            let envelope = Envelope { sender, recipient, size };
            envelope.refusal(&offering("SIZE 1000")).map(|refusal| refusal.to_string())
        };
        assert_eq!(refusal("", "b@example.org", 1000), None);
        assert_eq!(
            refusal("", "b@example.org", 1001).unwrap(),
            "size refused: 552 5.3.4 the message has 1001 bytes, but the server accepts only 1000"
        );
        assert_eq!(
            refusal("a b", "b@example.org", 1).unwrap(),
            "address refused: 553 5.1.7 the sender is not valid in a command"
        );
        for recipient in ["", "b>\r\nDATA\r\n", "b c", "b\0", "b<", "ü@example.org", &"b".repeat(255)] {
            assert_eq!(
                refusal("a@example.org", recipient, 1).unwrap(),
                "address refused: 553 5.1.3 the recipient is not valid in a command",
                "{recipient:?}"
            );
        }
    }

    #[test]
    fn a_name_in_hello_is_one_word() {
        assert_eq!(hello("EHLO", "mail.example.org"), "EHLO mail.example.org\r\n");
        assert_eq!(hello("HELO", "a b\r\nQUIT"), "HELO abQUIT\r\n");
        assert_eq!(hello("EHLO", "\n"), "EHLO localhost\r\n");
    }

    proptest! {
        #[test]
        fn no_envelope_makes_more_than_its_two_lines(sender in any::<String>(), recipient in any::<String>()) {
            let envelope = Envelope { sender: &sender, recipient: &recipient, size: 1 };
            let none = Capabilities::default();
            if envelope.refusal(&none).is_none() {
                let wire = envelope.mail(&none) + &envelope.rcpt();
                prop_assert_eq!(wire.matches(['\r', '\n']).count(), 4);
                prop_assert_eq!(wire.matches(['<', '>']).count(), 4);
                prop_assert_eq!(wire.matches(' ').count(), 2);
            }
        }
    }
}
