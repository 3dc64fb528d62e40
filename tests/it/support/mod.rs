//! World-builders: a newsletter in a temporary folder, and the servers it talks to.

mod project;
mod smtp_server;
mod smtp_server_conversation;
mod smtp_server_script;
mod smtp_server_verdict;
mod smtp_server_wire;

pub(crate) use project::{Output, Project};
pub(crate) use smtp_server::{Received, SmtpServer};
pub(crate) use smtp_server_script::{Auth, Certificate, Greeting, Script, ServerTls};
