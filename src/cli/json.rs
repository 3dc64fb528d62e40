//! Refuses `--json` where nothing is printed as JSON: a script must not go on with empty output.

use super::args::{Arguments, Command};
use crate::app::failure::Failure;

/// The commands that print JSON.
const WITH_JSON: &str = "`add`, `gather`, `fill`, `import`, `check`, `list`, `status`, `send`, `doctor`, `schema`, `subscribers import|list|show|erase|report`, `suppress --list`, `mailbox`, `ledger check|recover` and `dkim`";

/// Refuses `--json` for a command that does not support it.
pub(super) fn refuse_unsupported(arguments: &Arguments) -> Result<(), Failure> {
    if !arguments.global.json {
        return Ok(());
    }
    let name = match &arguments.command {
        Command::Add(_)
        | Command::Gather(_)
        | Command::Fill(_)
        | Command::Import(_)
        | Command::List
        | Command::Check(_)
        | Command::Status(_)
        | Command::Dkim(_)
        | Command::Doctor(_)
        | Command::Schema(_)
        | Command::Mailbox(_) => return Ok(()),
        Command::Send(options) if options.has_json() => return Ok(()),
        Command::Subscribers(options) if options.has_json() => return Ok(()),
        Command::Suppress(options) if options.has_json() => return Ok(()),
        Command::Ledger(options) if options.has_json() => return Ok(()),
        Command::Send(_) => "send --test",
        Command::Subscribers(_) => "subscribers add|tag|export",
        Command::Suppress(_) => "suppress",
        Command::Ledger(_) => "ledger path",
        Command::Init(_) => "init",
        Command::New(_) => "new",
        Command::Preview(_) => "preview",
        Command::Serve(_) => "serve",
        Command::Render(_) => "render",
        Command::Build => "build",
        Command::Completions(_) => "completions",
        Command::Man(_) => "man",
    };
    let failure = Failure::usage(format!("`{name}` has no JSON output"));
    Err(failure.hint(format!("`--json` works with {WITH_JSON}")))
}
