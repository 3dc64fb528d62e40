//! The last question before mail goes out: how many people is that?

use super::{Options, Subject};
use crate::cli::{Exit, Failure, Global, talk, wording};

/// Has `count` confirmed: by `--confirm` with this very number, by `--yes`, or by somebody at the terminal who types it.
///
/// Errors when it is not. `verb` is what the number is typed for: `send`, `continue`.
pub(super) fn confirm(
    subject: &Subject,
    options: &Options,
    global: &Global,
    count: u64,
    verb: &str,
) -> Result<(), anyhow::Error> {
    if let Some(expected) = options.confirm {
        if expected == count {
            return Ok(());
        }
        let message = format!("`--confirm {expected}`, but {} would get it now", wording::people(count));
        return Err(Failure::new(Exit::NotStarted, message).hint("look at the list, then confirm that number").into());
    }
    if options.yes {
        return Ok(());
    }
    let command = subject.command();
    if !talk::can_ask(global) {
        let message = format!("not confirmed: {} would get it", wording::people(count));
        return Err(Failure::new(Exit::NotStarted, message)
            .hint(format!("`{command} --confirm {count}` sends, and only if it is still {count}"))
            .hint(format!("`{command} --yes` sends, however many it is"))
            .into());
    }
    let typed = talk::ask(&format!("Type {count} to {verb}, anything else stops: "))?;
    if typed.replace([',', '.', ' ', '\''], "") == count.to_string() {
        return Ok(());
    }
    Err(Failure::new(Exit::NotStarted, "not confirmed; nothing was sent").into())
}
