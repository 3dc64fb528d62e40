//! The command line: one file a subcommand, each turning arguments into a call and its answer into output. The only
//! module that prints, prompts and reads the clock.
//!
//! stdout is data, stderr is talk.

mod args;
mod build;
mod check;
mod clock;
mod completions;
mod condition;
mod dkim;
mod doctor;
mod failure;
mod init;
mod inspection;
mod keys;
mod ledger;
mod list;
mod man;
mod new;
mod preview;
mod progress;
mod render;
mod send;
mod sent;
mod signals;
mod status;
mod suppress;
mod table;
mod talk;
mod wording;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;

pub use args::{Arguments, Command, Global};
pub use failure::{Exit, Failure};

/// Runs one command line and returns its exit code (design: 0 done, 1 unexpected, 2 usage, 3 content, 4 some refused,
/// 5 stopped part-way, 6 would not start).
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are answers, not errors; clap knows which and where to print them.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    arguments.global.apply_colour();
    match dispatch(&arguments) {
        Ok(exit) => exit.into(),
        Err(error) => failure::report(&error, &arguments.global),
    }
}

fn dispatch(arguments: &Arguments) -> anyhow::Result<Exit> {
    let global = &arguments.global;
    match &arguments.command {
        Command::Init(options) => init::run(options, global),
        Command::New(options) => new::run(options, global),
        Command::List => list::run(global),
        Command::Check(options) => check::run(options, global),
        Command::Send(options) => send::run(options, global),
        Command::Status(options) => status::run(options, global),
        Command::Suppress(options) => suppress::run(options, global),
        Command::Ledger(options) => ledger::run(options, global),
        Command::Build => build::run(global),
        Command::Dkim(options) => dkim::run(options, global),
        Command::Doctor(options) => doctor::run(options, global),
        Command::Completions(options) => completions::run(options),
        Command::Preview(options) => preview::run(options, global),
        Command::Render(options) => render::run(options, global),
        Command::Man(options) => man::run(options),
    }
}
