//! Names the objections of a server to the sender, and the settings that resolve them.

/// An objection of a server to this sender, which a person has to resolve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SenderProblem {
    /// It does not relay for this sender.
    Relay,
    /// It requires an encrypted connection.
    Encryption,
    /// It requires a login.
    Login,
    /// It does not accept this sender address.
    Address,
    /// The account is blocked, not verified, or on trial.
    Account,
    /// The identity or reputation of this sender.
    Reputation,
}

impl SenderProblem {
    /// Returns a hint for the sender address `sender` and the login `user`.
    pub fn help(self, user: Option<&str>, sender: &str) -> String {
        match (self, user) {
            (Self::Encryption, _) => {
                "set `tls = \"starttls\"` or `tls = \"implicit\"` under `[smtp]`, as the provider instructs: the server requires \
                 an encrypted connection"
                    .to_owned()
            }
            (Self::Relay | Self::Login, None) => {
                "set `user` and `password` under `[smtp]`: the server requires a login".to_owned()
            }
            (Self::Relay, Some(user)) => format!(
                "the server does not relay for `{user}`: set `host` and `port` under `[smtp]` to those that the provider names \
                 for sending"
            ),
            (Self::Login, Some(user)) => format!(
                "the server does not accept the login of `{user}`: compare `host`, `port` and `user` under `[smtp]` with the provider's instructions; `-vv` shows the SMTP session"
            ),
            (Self::Address, Some(user)) => {
                format!(
                    "set `from` (or `envelope_sender`, if you use it) to an address that `{user}` may send as; it is currently `{sender}`"
                )
            }
            (Self::Address, None) => {
                format!(
                    "set `from` (or `envelope_sender`, if you use it) to an address that the server accepts; it is currently `{sender}`"
                )
            }
            (Self::Account, _) => {
                "ask the provider about the account; once it may send, run the same command again".to_owned()
            }
            (Self::Reputation, _) => {
                "ask the provider why; `newsletter doctor` looks at SPF, DKIM and DMARC".to_owned()
            }
        }
    }
}
