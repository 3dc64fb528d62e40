//! Describes every command as `--help` does, for `docs/commands.md`.

use clap::{Command, CommandFactory};

use super::args::Arguments;

/// The columns of the text, so that it does not depend on a terminal.
const WIDTH: usize = 96;

/// Returns every command with its help as Markdown, for `docs/commands.md`.
pub fn commands_reference() -> String {
    let mut program = Arguments::command().term_width(WIDTH);
    program.build();
    let mut text = format!("\n## `newsletter`\n\n{}", help(&program));
    describe(&program, "newsletter", &mut text);
    text.push('\n');
    text
}

/// Adds the commands below `command`, which is called as `path`.
fn describe(command: &Command, path: &str, text: &mut String) {
    for command in command.get_subcommands().filter(|command| command.get_name() != "help" && !command.is_hide_set()) {
        let path = format!("{path} {}", command.get_name());
        text.extend([&format!("\n## `{path}`\n\n"), &help(command)].map(String::as_str));
        describe(command, &path, text);
    }
}

/// Returns the help of `command` in a block; the options that every command has are shown once.
fn help(command: &Command) -> String {
    let is_program = command.get_name() == "newsletter";
    let command = command.clone().term_width(WIDTH).mut_args(|argument| {
        let is_everywhere = argument.is_global_set() || argument.get_id() == "help" || argument.get_id() == "version";
        argument.hide(is_everywhere && !is_program)
    });
    let help = command.clone().render_long_help().to_string();
    let lines: Vec<_> = help.lines().map(str::trim_end).collect();
    format!("```text\n{}\n```\n", lines.join("\n").trim_end())
}
