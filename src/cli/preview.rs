//! Runs `newsletter preview [ISSUE]`, the browser preview.

use std::ffi::OsString;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;

use anstyle::{AnsiColor, Style};
use clap::Args;
use data_encoding::HEXLOWER;

use super::exit::Exit;
use super::global::Global;
use super::output;
use super::preview_services::Services;
use crate::app::sent_issues::is_sent;
use crate::app::{clock, keys};
use crate::config::Newsletter;
use crate::diagnostic::{self, Diagnostic, Problems};
use crate::message::dkim::DkimSigner;
use crate::model::{IssueNumber, ReaderLetter};
use crate::preview::{Preview, Reload};
use crate::{config, issue};

/// The port if the configuration cannot be read.
const PORT: u16 = 4242;

/// Arguments of `preview`.
#[derive(Debug, Args)]
pub struct Options {
    /// Issue to open: number, slug, file, `latest` or `next`, or the letter `confirm` or `welcome`; by default the list of issues
    issue: Option<String>,
    /// First port on 127.0.0.1 to try; 0 for any free port
    #[arg(long, value_name = "N")]
    port: Option<u16>,
    /// Do not open a browser
    #[arg(long)]
    no_open: bool,
}

pub(super) fn run(options: &Options, global: &Global) -> anyhow::Result<Exit> {
    let newsletter = Newsletter::open(&global.directory);
    let Some(root) = config::find_root(&global.directory) else {
        return Err(newsletter.err().unwrap_or_else(|| anyhow::anyhow!("the newsletter is gone")));
    };
    let letter = options.issue.as_deref().and_then(ReaderLetter::from_word);
    let issue = options.issue.as_deref().filter(|_| letter.is_none());
    let issue = issue.map(|word| find(&root, newsletter.as_ref().ok(), word, global)).transpose()?;
    let configured = newsletter.as_ref().map_or(PORT, |newsletter| newsletter.settings.preview_port);
    let dkim = newsletter.ok().and_then(|newsletter| signer(&newsletter, global));
    let services = Box::new(Services { root: root.clone(), global: global.clone(), made: Mutex::default() });
    let preview = Preview::open(root, options.port.unwrap_or(configured), dkim, services)?;

    let page = issue.map(|number| number.to_string()).or_else(|| Some(letter?.name().to_owned())).unwrap_or_default();
    let url = format!("{}{page}", preview.address()?);
    writeln!(anstream::stdout(), "{url}")?;
    let opened = !options.no_open && has_display() && open_browser(&url);
    let mut terminal = Terminal { quiet: global.quiet, colour: global.colour_of_stderr() };
    terminal.greet(opened, &preview.problems(issue));
    let [instance_id, token] = [clock::random_bytes()?, clock::random_bytes()?].map(|bytes| HEXLOWER.encode(&bytes));
    preview.serve(&instance_id, &token, move |reload| terminal.report(reload))?;
    Ok(Exit::Done)
}

/// The signer of the messages. An author may not have the key; the messages are then shown unsigned.
fn signer(newsletter: &Newsletter, global: &Global) -> Option<DkimSigner> {
    keys::signer(newsletter).unwrap_or_else(|error| {
        output::note(global, &format!("warning: messages are shown without a DKIM signature: {error}\n"));
        None
    })
}

/// The number of the issue that `word` names. Its file is not read, since an issue with errors can be previewed.
fn find(root: &Path, newsletter: Option<&Newsletter>, word: &str, global: &Global) -> Result<IssueNumber, Problems> {
    let files = issue::issue_files(root)?;
    let sent = newsletter.map(is_sent);
    let sent = |number| sent.as_ref().is_some_and(|sent| sent(number));
    issue::find_issue(&files, word, &global.directory, sent).map(|file| file.number)
}

/// The output in the terminal.
struct Terminal {
    quiet: bool,
    colour: bool,
}

impl Terminal {
    fn greet(&mut self, opened: bool, problems: &[Diagnostic]) {
        let browser = if opened { "Opened in your browser. " } else { "" };
        self.say(&format!("{browser}Pages reload on every save. Press Ctrl-C to stop.\n"));
        if !problems.is_empty() {
            self.say(&diagnostic::draw(problems, self.colour));
        }
    }

    /// Prints one line for each change, with time, files and duration, or else the problems as `check` prints them.
    fn report(&mut self, reload: &Reload) {
        let dim = Style::new().dimmed();
        let red = Style::new().bold().fg_color(Some(AnsiColor::BrightRed.into()));
        let time = clock::time_of_day().format("%H:%M:%S");
        let paths: Vec<String> = reload.paths.iter().map(|path| path.display().to_string()).collect();
        let paths = paths.join(" ");
        let errors = diagnostic::errors(&reload.problems);
        if errors == 0 {
            let milliseconds = reload.took.as_millis();
            return self.say(&format!("{dim}{time}{dim:#}  {paths}  {dim}{milliseconds} ms{dim:#}\n"));
        }
        let noun = if errors == 1 { "error" } else { "errors" };
        let drawn = diagnostic::draw(&reload.problems, self.colour);
        self.say(&format!(
            "{dim}{time}{dim:#}  {paths}  {red}{errors} {noun}{red:#}, the preview keeps the last good version\n{drawn}"
        ));
    }

    fn say(&mut self, words: &str) {
        if !self.quiet {
            // stderr may be closed; the pages show the same.
            let _ = anstream::stderr().write_all(words.as_bytes());
        }
    }
}

/// Whether a browser can open a window. `xdg-open` without a display may start one inside the terminal.
fn has_display() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let unix_desktop = cfg!(all(unix, not(target_os = "macos")));
    !set("SSH_CONNECTION") && (!unix_desktop || set("DISPLAY") || set("WAYLAND_DISPLAY"))
}

/// Opens `url` in `$BROWSER` or the default browser. Returns `false` if there is none.
fn open_browser(url: &str) -> bool {
    let Some(browser) = std::env::var_os("BROWSER").filter(|browser| !browser.is_empty()) else {
        return open::that_detached(url).is_ok();
    };
    // A list in order of preference; `%s` is replaced by the address (see xdg-open(1)).
    let browser = browser.to_string_lossy().into_owned();
    let mut words = browser.split(':').next().unwrap_or_default().split_whitespace().map(str::to_owned);
    let Some(program) = words.next() else { return false };
    let mut arguments: Vec<OsString> = words.map(|word| word.replace("%s", url).into()).collect();
    if !browser.contains("%s") {
        arguments.push(url.into());
    }
    let browser =
        Command::new(program).args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    browser.is_ok()
}
