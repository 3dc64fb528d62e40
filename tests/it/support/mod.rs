//! World-builders: a newsletter in a temporary folder, and the servers it talks to.

mod project;

pub(crate) use project::{ISSUE, Output, Project};
