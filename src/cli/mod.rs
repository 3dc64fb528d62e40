//! The command line: arguments in, text out. One file for each subcommand turns its arguments into a call and the result
//! into output; no other room prints or asks.
//!
//! stdout is for data, stderr for everything else.

mod add;
mod args;
mod build;
mod check;
mod completions;
mod dkim;
mod doctor;
mod exit;
mod fill;
mod gather;
mod global;
mod import;
mod init;
mod json;
mod ledger;
mod list;
mod mailbox;
mod man;
mod new;
mod output;
mod preview;
mod preview_services;
mod progress;
mod reference;
mod render;
mod schema;
mod send;
mod serve;
mod signals;
mod status;
mod style;
mod subscribers;
mod suppress;
mod table;
mod unknown_command;
mod version;

use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

use clap::{CommandFactory, Parser};

pub use args::{Arguments, Command};
pub use global::Global;
pub use reference::commands_reference;

use exit::Exit;

/// Runs one command line and returns its exit code: 0 done, 1 unexpected, 2 usage, 3 content, 4 some refused, 5 stopped
/// part-way, 6 not started.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    if version::is_asked(&arguments) {
        let _ = std::io::stdout().lock().write_all(version::details().as_bytes());
        return ExitCode::SUCCESS;
    }
    let arguments = match parse(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            if let Some((word, suggestion)) = unknown_command::suggestion(&error) {
                output::always(&format!("error: unknown command `{word}`\nhint: {suggestion}\n"));
                return Exit::Usage.into();
            }
            // Help and version are not errors; clap knows which and where to print them.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    arguments.global.apply_colour();
    signals::survive_file_limits();
    match dispatch(&arguments) {
        Ok(exit) => exit.into(),
        Err(error) => exit::report(&error, &arguments.global),
    }
}

/// Parses a command line; its first word is the program.
///
/// Errors with what clap says about it.
pub fn parse(arguments: Vec<OsString>) -> Result<Arguments, clap::Error> {
    Arguments::try_parse_from(subscribers::with_minus_signs(suppress::without_hyphens(arguments)))
}

fn dispatch(arguments: &Arguments) -> anyhow::Result<Exit> {
    let global = &arguments.global;
    json::refuse_unsupported(arguments)?;
    match &arguments.command {
        Command::Init(options) => init::run(options, global),
        Command::New(options) => new::run(options, global),
        Command::Add(options) => add::run(options, global),
        Command::Gather(options) => gather::run(options, global),
        Command::Fill(options) => fill::run(options, global),
        Command::Import(options) => import::run(options, global),
        Command::List => list::run(global),
        Command::Check(options) => check::run(options, global),
        Command::Send(options) => send::run(options, global),
        Command::Status(options) => status::run(options, global),
        Command::Subscribers(options) => subscribers::run(options, global),
        Command::Suppress(options) => suppress::run(options, global),
        Command::Serve(options) => serve::run(options, global),
        Command::Ledger(options) => ledger::run(options, global),
        Command::Mailbox(options) => mailbox::run(options, global),
        Command::Build => build::run(global),
        Command::Dkim(options) => dkim::run(options, global),
        Command::Doctor(options) => doctor::run(options, global),
        Command::Completions(options) => completions::run(options, &mut Arguments::command()),
        Command::Preview(options) => preview::run(options, global),
        Command::Render(options) => render::run(options, global),
        Command::Schema(options) => schema::run(options),
        Command::Man(options) => man::run(options, Arguments::command()),
    }
}
