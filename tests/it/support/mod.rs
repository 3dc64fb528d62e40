//! World-builders: a newsletter in a temporary folder, and the servers it talks to.

mod authority;
mod dovecot;
mod imap;
mod judges;
mod mailing;
mod meddler;
mod name_server;
pub(crate) mod page_server;
mod post_office;
mod postfix;
mod postgres;
mod privileged;
mod project;
mod served;
mod smtp_server;
mod smtp_server_conversation;
mod smtp_server_message;
mod smtp_server_script;
mod smtp_server_verdict;
mod smtp_server_wire;
mod smtp_sink;
mod web_server;

pub(crate) use dovecot::PASSWORD;
pub(crate) use judges::judged;
pub(crate) use mailing::{Mailing, signal};
pub(crate) use meddler::Meddler;
pub(crate) use name_server::NameServer;
pub(crate) use post_office::PostOffice;
pub(crate) use postgres::Postgres;
pub(crate) use project::{CONFIG, ISSUE, Output, Project, run_by};
pub(crate) use served::Served;
pub(crate) use smtp_server::{Received, SmtpServer};
pub(crate) use smtp_server_script::{Auth, Certificate, Chunking, Greeting, Script, ServerTls};
pub(crate) use smtp_sink::SmtpSink;
pub(crate) use web_server::WebServer;
