//! World-builders: a newsletter in a temporary folder, and the servers it talks to.

mod authority;
mod dovecot;
mod imap;
mod judges;
mod post_office;
mod postfix;
mod privileged;
mod project;

pub(crate) use dovecot::PASSWORD;
pub(crate) use judges::judged;
pub(crate) use post_office::PostOffice;
pub(crate) use project::{Output, Project};
