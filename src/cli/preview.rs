//! `newsletter preview [ISSUE]`: the browser preview.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use anstyle::{AnsiColor, Style};
use clap::Args;
use data_encoding::HEXLOWER;

use super::check::online;
use super::condition::Condition;
use super::sent::is_sent;
use super::{Exit, Global, clock, failure, keys, ledger, send, talk};
use crate::delivery::ledger::{State, Summary};
use crate::delivery::test_letter;
use crate::diagnostic::{self, Diagnostic};
use crate::load::{self, Newsletter, Problems};
use crate::message::FrozenLetter;
use crate::message::dkim::DkimSigner;
use crate::model::IssueNumber;
use crate::preview::{AskedLinks, Backstage, Change, Delivery, Preview};
use crate::web::Round;

/// The port when the configuration cannot be read.
const PORT: u16 = 4242;

/// Arguments of `preview`.
#[derive(Debug, Args)]
pub struct Options {
    /// Issue to show: a number, a slug, a file, `latest`; all of them when left out
    issue: Option<String>,
    /// Port of 127.0.0.1 to try first; 0 for any that is free
    #[arg(long, value_name = "N")]
    port: Option<u16>,
    /// Leave the browser alone
    #[arg(long)]
    no_open: bool,
}

pub(super) fn run(options: &Options, global: &Global) -> anyhow::Result<Exit> {
    let newsletter = Newsletter::open(&global.directory);
    let Some(root) = load::find_root(&global.directory) else {
        return Err(newsletter.err().unwrap_or_else(|| anyhow::anyhow!("the newsletter is gone")));
    };
    let issue = options.issue.as_deref().map(|word| find(&root, newsletter.as_ref().ok(), word, global)).transpose()?;
    let configured = newsletter.as_ref().map_or(PORT, |newsletter| newsletter.settings.preview_port);
    let dkim = newsletter.ok().and_then(|newsletter| signer(&newsletter));
    let backstage = backstage(&root, dkim, global);
    let preview = Preview::open(root, options.port.unwrap_or(configured), backstage)?;

    let page = issue.map_or_else(String::new, |number| number.to_string());
    let url = format!("{}{page}", preview.address()?);
    writeln!(anstream::stdout(), "{url}")?;
    let opened = !options.no_open && has_display() && open_browser(&url);
    let mut talk = Talk { quiet: global.quiet, colour: global.colour_of_stderr() };
    talk.greet(opened, &preview.problems(issue));
    let [boot, token] = [clock::random_bytes()?, clock::random_bytes()?].map(|bytes| HEXLOWER.encode(&bytes));
    preview.serve(&boot, &token, move |change| talk.tell(change))?;
    Ok(Exit::Done)
}

/// What the preview cannot know of delivery: how far it is, the letters that were sent, and how a test mail is.
fn backstage(root: &Path, dkim: Option<DkimSigner>, global: &Global) -> Backstage {
    let [of_deliveries, of_sent, of_tests, of_links, of_test] = [(); 5].map(|()| root.to_owned());
    let quiet = Global { quiet: true, ..global.clone() };
    let global = global.clone();
    Backstage {
        dkim,
        now: clock::now,
        deliveries: Box::new(move || deliveries(&of_deliveries)),
        sent_letter: Box::new(move |number| sent_letter(&of_sent, number)),
        test_letter: Box::new(move |number| test_letter::read(&test_letter::path(&of_tests, number))),
        ask_links: Box::new(move |number| ask_links(&of_links, number, &quiet).map_err(|error| failure::told(&error))),
        send_test: Box::new(move |number| send::test(&of_test, number, &global).map_err(|error| failure::told(&error))),
    }
}

fn deliveries(root: &Path) -> anyhow::Result<BTreeMap<IssueNumber, Delivery>> {
    let newsletter = Newsletter::open(root)?;
    let Some(mut ledger) = ledger::open_to_read(&newsletter)? else { return Ok(BTreeMap::new()) };
    let (summaries, senders) = (ledger.summaries()?, ledger.senders()?);
    let delivery = |summary: &Summary| {
        let condition = Condition::of(summary, &senders);
        let delivery = Delivery {
            state: condition.name(),
            is_running: condition == Condition::Running,
            is_unsettled: matches!(condition, Condition::Partial | Condition::InDoubt),
            accepted: summary.counts.of(State::Accepted),
            total: summary.counts.total(),
        };
        (summary.issue, delivery)
    };
    Ok(summaries.iter().map(delivery).collect())
}

fn sent_letter(root: &Path, number: IssueNumber) -> anyhow::Result<Option<FrozenLetter>> {
    let newsletter = Newsletter::open(root)?;
    let Some(mut ledger) = ledger::open_to_read(&newsletter)? else { return Ok(None) };
    Ok(ledger.plan(number)?.map(|plan| plan.letter().letter.clone()))
}

fn ask_links(root: &Path, number: IssueNumber, global: &Global) -> anyhow::Result<AskedLinks> {
    let newsletter = Newsletter::open(root)?;
    let loaded = newsletter.issue(&number.to_string(), root, |_| false)?;
    let round = Round { now: clock::now().timestamp(), remembers: true };
    let told = online::ask(&newsletter, &[&loaded], round, global)?;
    Ok(AskedLinks { summary: online::summary(&told), answers: told.answers })
}

/// What signs the messages. Who writes an issue need not have the key: without it they are shown unsigned.
fn signer(newsletter: &Newsletter) -> Option<DkimSigner> {
    keys::signer(newsletter).unwrap_or_else(|error| {
        talk::tell(&format!("warning: messages are shown without their signature: {error}\n"));
        None
    })
}

/// The number of the issue that `word` names. What is in its file does not matter here: a broken issue can be looked at.
fn find(root: &Path, newsletter: Option<&Newsletter>, word: &str, global: &Global) -> Result<IssueNumber, Problems> {
    let files = load::issues(root)?;
    let sent = newsletter.map(is_sent);
    let sent = |number| sent.as_ref().is_some_and(|sent| sent(number));
    load::find_issue(&files, word, &global.directory, sent).map(|file| file.number)
}

/// What the terminal hears.
struct Talk {
    quiet: bool,
    colour: bool,
}

impl Talk {
    fn greet(&mut self, opened: bool, problems: &[Diagnostic]) {
        let browser = if opened { "Opened in your browser. " } else { "" };
        self.say(&format!("{browser}Every save shows at once; Ctrl-C stops.\n"));
        if !problems.is_empty() {
            self.say(&diagnostic::draw(problems, self.colour));
        }
    }

    /// One line a change: when, what, how long; or what is wrong, as `check` draws it.
    fn tell(&mut self, change: &Change) {
        let dim = Style::new().dimmed();
        let red = Style::new().bold().fg_color(Some(AnsiColor::BrightRed.into()));
        let time = clock::time_of_day().format("%H:%M:%S");
        let paths: Vec<String> = change.paths.iter().map(|path| path.display().to_string()).collect();
        let paths = paths.join(" ");
        let errors = diagnostic::errors(&change.problems);
        if errors == 0 {
            let milliseconds = change.took.as_millis();
            return self.say(&format!("{dim}{time}{dim:#}  {paths}  {dim}{milliseconds} ms{dim:#}\n"));
        }
        let noun = if errors == 1 { "error" } else { "errors" };
        let drawn = diagnostic::draw(&change.problems, self.colour);
        self.say(&format!(
            "{dim}{time}{dim:#}  {paths}  {red}{errors} {noun}{red:#}, the preview keeps the last good version\n{drawn}"
        ));
    }

    fn say(&mut self, words: &str) {
        if !self.quiet {
            // stderr may be closed; the pages still tell.
            let _ = anstream::stderr().write_all(words.as_bytes());
        }
    }
}

/// Whether a browser could show itself here. `xdg-open` without a display may start one inside the terminal.
fn has_display() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let unix_desktop = cfg!(all(unix, not(target_os = "macos")));
    !set("SSH_CONNECTION") && (!unix_desktop || set("DISPLAY") || set("WAYLAND_DISPLAY"))
}

/// Opens `url` in `$BROWSER`, or else in the desktop's own; `false` when there is none.
fn open_browser(url: &str) -> bool {
    let Some(browser) = std::env::var_os("BROWSER").filter(|browser| !browser.is_empty()) else {
        return open::that_detached(url).is_ok();
    };
    // A list, best first; `%s` stands for the address (see xdg-open(1)).
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
