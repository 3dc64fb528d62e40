//! What keeps a newsletter's mail from arriving.

pub mod dns;
