//! `newsletter init [DIR]`: a newsletter that can be previewed and sent to its outbox at once.

use std::path::{Path, PathBuf};

use anstyle::{AnsiColor, RgbColor, Style};
use clap::Args;

use super::exit::Exit;
use super::global::Global;
use super::output;
use crate::app::clock;
use crate::app::failure::Failure;
use crate::app::init::{
    Answers, EXAMPLES, Example, FIRST_ISSUE_PATH, Question, copy_example, create_newsletter, refuse_existing,
    wrong_answer,
};

/// Arguments of `init`.
#[derive(Debug, Clone, Args)]
pub struct Options {
    /// Folder to create the newsletter in; by default the current one
    #[arg(value_name = "DIR", default_value = ".", hide_default_value = true)]
    folder: PathBuf,
    /// Name of the newsletter
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Sender, such as `Ada Example <ada@example.org>`
    #[arg(long, value_name = "SENDER")]
    from: Option<String>,
    /// Address where the web archive will be published
    #[arg(long, value_name = "URL")]
    site: Option<String>,
    /// Colour of the newsletter, such as `#b7410e`
    #[arg(long, value_name = "COLOUR")]
    accent: Option<String>,
    /// Copy one of the finished newsletters of the gallery instead
    #[arg(long, value_name = "NAME", value_parser = EXAMPLES.map(|example| example.name), conflicts_with_all = ["name", "from", "site", "accent"])]
    example: Option<String>,
}

pub(super) fn run(options: &Options, global: &Global) -> anyhow::Result<Exit> {
    let root = global.directory.join(&options.folder);
    if let Some(example) = EXAMPLES.iter().find(|example| options.example.as_deref() == Some(example.name)) {
        copy_example(&root, example)?;
        output::note(global, &format!("{}{}", copied(example, &options.folder), what_next(&options.folder, "latest")));
        return Ok(Exit::Done);
    }
    refuse_existing(&root)?;
    let mut answers = given(options)?;
    if output::can_ask(global) {
        ask(&mut answers)?;
    }
    create_newsletter(&root, &answers, clock::now().date_naive())?;
    output::note(
        global,
        &format!("{}{}{}", created(&options.folder), assumed(&answers), what_next(&options.folder, "1")),
    );
    Ok(Exit::Done)
}

/// The answers given as options.
///
/// Errors with what is wrong with one.
fn given(options: &Options) -> Result<Answers, Failure> {
    let Options { name, from, site, accent, .. } = options.clone();
    let answers = Answers { name, from, site, accent };
    for question in Question::ALL {
        let Some((message, help)) = answers.of(question).and_then(|answer| wrong_answer(question, answer)) else {
            continue;
        };
        let failure = Failure::usage(format!("`--{}`: {message}", question.key()));
        return Err(help.into_iter().fold(failure, Failure::hint));
    }
    Ok(answers)
}

/// Asks what was not given as an option, again after a mistake. An empty answer leaves what is assumed.
fn ask(answers: &mut Answers) -> anyhow::Result<()> {
    let bold = Style::new().bold();
    let dim = Style::new().dimmed();
    let red = Style::new().bold().fg_color(Some(AnsiColor::BrightRed.into()));
    for question in answers.open().collect::<Vec<_>>() {
        let words = match question {
            Question::Name => "Name of the newsletter",
            Question::From => "Sender, with an address",
            Question::Site => "Address of its web archive",
            Question::Accent => "Its colour",
        };
        loop {
            let assumed = answers.assumed(question);
            let shown = if question == Question::Accent { swatch(assumed) } else { dim };
            let typed =
                output::ask(&format!("{bold}{words}{bold:#} {dim}[{dim:#}{shown}{assumed}{shown:#}{dim}]{dim:#}: "))?;
            if typed.is_empty() {
                break;
            }
            let Some((message, help)) = wrong_answer(question, &typed) else {
                answers.set(question, typed);
                break;
            };
            let help = help.map(|help| format!("; {help}")).unwrap_or_default();
            output::always(&format!("{red}error{red:#}: {message}{help}\n"));
        }
    }
    Ok(())
}

/// Returns the style of words on a flag of `colour`, `#rrggbb`.
fn swatch(colour: &str) -> Style {
    let channel = |start: usize| colour.get(start..start + 2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
    let [red, green, blue] = [1, 3, 5].map(|start| channel(start).unwrap_or_default());
    Style::new().fg_color(Some(RgbColor(255, 255, 255).into())).bg_color(Some(RgbColor(red, green, blue).into()))
}

fn place(directory: &Path) -> String {
    if directory == Path::new(".") { "this folder".to_owned() } else { format!("`{}`", directory.display()) }
}

fn copied(example: &Example, directory: &Path) -> String {
    let (name, place) = (example.name, place(directory));
    format!("Copied the newsletter `{name}` to {place}. Put your name and addresses into `newsletter.toml`.\n")
}

fn created(directory: &Path) -> String {
    let place = place(directory);
    format!(
        "Created a newsletter in {place}. Its settings are in `newsletter.toml`; its first issue is `{FIRST_ISSUE_PATH}`.\n"
    )
}

/// Says which examples stand for answers that were not given.
fn assumed(answers: &Answers) -> String {
    let open = answers.open().map(|question| format!("{} `{}`", question.key(), answers.assumed(question)));
    let open: Vec<String> = open.collect();
    if open.is_empty() { String::new() } else { format!("Assumed until you change it there: {}.\n", open.join(", ")) }
}

fn what_next(directory: &Path, issue: &str) -> String {
    let (preview, rehearse) = (format!("newsletter preview {issue}"), format!("newsletter send {issue} --dry-run"));
    let enter = format!("cd {}", quoted(&directory.to_string_lossy()));
    let commands = if directory == Path::new(".") {
        [preview.as_str(), &rehearse, "newsletter new"]
    } else {
        [enter.as_str(), &preview, &rehearse]
    };
    let bold = Style::new().bold();
    let commands = commands.map(|command| format!("{bold}{command}{bold:#}")).join("\n  ");
    format!("Next:\n\n  {commands}\n")
}

/// Returns `word` in quotes, if a shell would split or expand it.
fn quoted(word: &str) -> String {
    let plain = |letter: char| letter.is_alphanumeric() || "/._-".contains(letter);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_quoted_for_the_shell_when_it_must_be() {
        assert_eq!(quoted("letters/weekly"), "letters/weekly");
        assert_eq!(quoted("Ada's letters"), r"'Ada'\''s letters'");
        assert_eq!(quoted(""), "''");
    }
}
