//! Serves HTTP connections with limits on their number and their silence. Knows no routes.

mod connections;

pub(crate) use connections::{ConnectionLimits, Peer, serve};
