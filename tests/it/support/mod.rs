//! World-builders: a newsletter in a temporary folder, and the servers it talks to.

mod authority;
mod dovecot;
mod imap;
mod judges;
mod post_office;
mod postfix;
mod privileged;
mod project;
mod smtp_sink;

<<<<<<< HEAD
pub(crate) use dovecot::PASSWORD;
pub(crate) use judges::judged;
pub(crate) use post_office::PostOffice;
<<<<<<< HEAD
pub(crate) use project::{CONFIG, Output, Project};
=======
pub(crate) use project::{Output, Project};
pub(crate) use smtp_sink::SmtpSink;
>>>>>>> helper/rig
=======
pub(crate) use project::{ISSUE, Output, Project};
>>>>>>> helper/preview
