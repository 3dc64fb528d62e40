//! Holds what every request handler can reach.

use std::sync::Arc;

use tokio::sync::watch;

use super::refresher::Refresher;
use super::workspace::Workspace;

/// The state shared by all requests.
#[derive(Clone)]
pub(super) struct ServerState {
    /// The newsletter.
    pub(super) workspace: Arc<Workspace>,
    /// Identifies this run of the server, so that a page of an earlier run reloads itself.
    pub(super) instance_id: Arc<str>,
    /// The secret a page sends with every request that has an effect.
    pub(super) token: Arc<str>,
    /// The current generation of the workspace.
    pub(super) generation: watch::Receiver<u64>,
    /// Reads changed files before a request is answered.
    pub(super) refresher: Refresher,
}
