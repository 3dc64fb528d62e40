//! `newsletter check`: every problem of the configuration, the subscriber list and the issues.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use serde_json::json;

mod annotation;
pub(super) mod online;
mod spam_assassin;

use super::inspection::Inspection;
use super::sent::is_sent;
use super::{Exit, Failure, Global, clock};
use crate::check;
use crate::diagnostic::{self, Diagnostic};
use crate::load::{IssueFile, Newsletter, Problems, audience, did_you_mean, find_issue, find_root, stray_files};
use crate::model::IssueNumber;
use crate::web::{Round, Told};
use annotation::annotation;
pub(super) use spam_assassin::SpamAssassin;

/// Arguments of `check`.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub struct Options {
    /// Issues to check; without any, all of them and the subscriber list
    #[arg(value_name = "ISSUE")]
    issues: Vec<String>,
    /// Take warnings for errors
    #[arg(long)]
    strict: bool,
    /// Print the problems as annotations of a GitHub workflow
    #[arg(long, conflicts_with = "json")]
    github: bool,
    /// Ask for the page of every link: is it still there, has it moved?
    #[arg(long)]
    online: bool,
    /// Ask anew for pages whose answer is remembered
    #[arg(long, requires = "online")]
    refresh: bool,
    /// Have `SpamAssassin` score the message, where it is installed
    #[arg(long)]
    spam: bool,
    /// Say what RULE finds and why that matters; `list` names them all
    #[arg(long, value_name = "RULE", conflicts_with_all = ["issues", "strict", "github", "online", "spam"])]
    explain: Option<String>,
}

pub(super) fn run(options: &Options, global: &Global) -> anyhow::Result<Exit> {
    let mut stdout = std::io::stdout().lock();
    if let Some(name) = &options.explain {
        write!(stdout, "{}", explained(name)?)?;
        return Ok(Exit::Done);
    }
    let findings = Findings::collect(options, global)?;
    if global.json {
        writeln!(stdout, "{:#}", findings.to_json())?;
    } else if options.github {
        for problem in &findings.problems {
            writeln!(stdout, "{}", annotation(problem, &findings.folder))?;
        }
    } else {
        let mut stderr = anstream::stderr().lock();
        write!(stderr, "{}", diagnostic::draw(&findings.problems, global.colour_of_stderr()))?;
        if !findings.problems.is_empty() {
            writeln!(stderr)?;
        }
    }
    if !global.json && !global.quiet {
        let mut stderr = std::io::stderr().lock();
        if let Some(told) = &findings.told {
            writeln!(stderr, "{}", online::summary(told))?;
        }
        writeln!(stderr, "{}", findings.summary())?;
    }
    let failed = findings.errors() > 0 || (options.strict && !findings.problems.is_empty());
    Ok(if failed { Exit::Content } else { Exit::Done })
}

/// What `--explain` answers.
fn explained(name: &str) -> Result<String, Failure> {
    if name == "list" {
        return Ok(check::list());
    }
    check::rule(name).map(check::explanation).ok_or_else(|| {
        let failure = Failure::new(Exit::Usage, format!("there is no rule `{name}`"));
        let close = did_you_mean(name, check::RULES.iter().map(|rule| rule.name));
        let failure = close.into_iter().fold(failure, Failure::hint);
        failure.hint("`newsletter check --explain list` names them all")
    })
}

/// What a check found.
struct Findings {
    problems: Vec<Diagnostic>,
    /// The issues that were looked at, by number.
    checked: Vec<IssueNumber>,
    /// What became of their pages, when those were asked for.
    told: Option<Told>,
    /// The newsletter's folder, from the one the command runs in.
    folder: PathBuf,
}

impl Findings {
    fn collect(options: &Options, global: &Global) -> anyhow::Result<Self> {
        let directory = global.directory.as_path();
        // Before anything is looked at for long.
        let spam = options.spam.then(SpamAssassin::find).transpose()?;
        let root = find_root(directory).unwrap_or_default();
        let folder = std::env::current_dir()?.canonicalize()?;
        let folder = root.strip_prefix(folder).unwrap_or(Path::new("")).to_owned();
        let mut findings = Self { problems: Vec::new(), checked: Vec::new(), told: None, folder };
        let newsletter = match Newsletter::open(directory) {
            Ok(newsletter) => newsletter,
            Err(error) => {
                // What is wrong with the configuration is an answer; without one there is nothing to read issues with.
                findings.problems = error.downcast::<Problems>()?.0;
                return Ok(findings);
            }
        };
        findings.problems.extend(newsletter.warnings.iter().cloned());
        findings.problems.extend(check::unknown_rules(&newsletter));
        if options.issues.is_empty() {
            findings.list(&newsletter);
            match stray_files(&newsletter.root) {
                Ok(stray) => findings.problems.extend(stray),
                Err(problems) => findings.problems.extend(problems.0),
            }
        }
        match Inspection::prepare(&newsletter, clock::now()) {
            Ok(mut inspection) => {
                let numbers = match options.issues.as_slice() {
                    [] => inspection.issues.iter().map(|(file, _)| file.number).collect(),
                    words => findings.named(&newsletter, &inspection, words, directory),
                };
                inspection.spam = spam.filter(|_| check::is_on("spam-score", &newsletter.settings));
                if options.online {
                    let round = Round { now: clock::now().timestamp(), remembers: !options.refresh };
                    let told = online::ask(&newsletter, &inspection.readable(&numbers), round, global)?;
                    inspection.answers = Some(told.answers.clone());
                    findings.told = Some(told);
                }
                findings.issues(&inspection, &numbers);
            }
            Err(problems) => {
                // The folder of the issues may have been complained about already.
                let new: Vec<_> =
                    problems.0.into_iter().filter(|problem| !findings.problems.contains(problem)).collect();
                findings.problems.extend(new);
            }
        }
        Ok(findings)
    }

    fn list(&mut self, newsletter: &Newsletter) {
        // A list that is not there is no problem of the repository's: lists of people are kept out of it.
        if !newsletter.settings.subscribers.exists() {
            return;
        }
        let found = || {
            let audience = audience(newsletter)?;
            let of_list = Inspection::of_list(newsletter, audience.list(), |line| audience.earlier(line))?;
            Ok(audience.warnings.into_iter().chain(audience.rejected).chain(of_list).collect())
        };
        self.problems.extend(found().unwrap_or_else(|problems: Problems| problems.0));
    }

    /// The numbers of the issues that `words` name, each once.
    fn named(
        &mut self,
        newsletter: &Newsletter,
        inspection: &Inspection<'_>,
        words: &[String],
        directory: &Path,
    ) -> Vec<IssueNumber> {
        let sent = is_sent(newsletter);
        let files: Vec<IssueFile> = inspection.issues.iter().map(|(file, _)| file.clone()).collect();
        let mut numbers = Vec::new();
        for word in words {
            match find_issue(&files, word, directory, &sent) {
                Ok(file) if numbers.contains(&file.number) => {}
                Ok(file) => numbers.push(file.number),
                Err(problems) => self.problems.extend(problems.0),
            }
        }
        numbers
    }

    fn issues(&mut self, inspection: &Inspection<'_>, numbers: &[IssueNumber]) {
        let mut found = inspection.of_issues(&inspection.readable(numbers)).into_iter();
        let mut elsewhere: Vec<(Diagnostic, Vec<IssueNumber>)> = Vec::new();
        for (file, loaded) in inspection.chosen(numbers) {
            self.checked.push(file.number);
            let loaded = match loaded {
                Ok(loaded) => loaded,
                Err(problems) => {
                    self.problems.extend(problems.0.iter().cloned());
                    continue;
                }
            };
            self.problems.extend(loaded.warnings.iter().cloned());
            for found in found.next().unwrap_or_default() {
                let is_here = found.place.as_ref().is_some_and(|place| Arc::ptr_eq(&place.source, &loaded.source));
                match elsewhere.iter_mut().find(|(known, _)| *known == found) {
                    _ if is_here => self.problems.push(found),
                    Some((_, issues)) => issues.push(file.number),
                    None => elsewhere.push((found, vec![file.number])),
                }
            }
        }
        // What is wrong with the configuration or the style sheet is found again in every issue, and said once. What has
        // no place is said with the issue it is in, unless it is in all of them.
        for (found, issues) in elsewhere {
            if found.place.is_some() || issues.len() == self.checked.len() {
                self.problems.push(found);
                continue;
            }
            self.problems.extend(issues.iter().map(|issue| {
                let message = format!("issue {issue}: {}", found.message);
                Diagnostic { message, ..found.clone() }
            }));
        }
    }

    fn errors(&self) -> usize {
        diagnostic::errors(&self.problems)
    }

    fn to_json(&self) -> serde_json::Value {
        let errors = self.errors();
        let mut data = json!({
            "checked": self.checked.iter().map(|number| number.0).collect::<Vec<_>>(),
            "errors": errors,
            "warnings": self.problems.len() - errors,
            "problems": diagnostic::to_json(&self.problems),
        });
        if let Some(told) = &self.told {
            data["links"] = online::to_json(told);
        }
        data
    }

    /// `issue 42: 1 error, 2 warnings`.
    fn summary(&self) -> String {
        let what = match self.checked.as_slice() {
            [] => "no issue checked".to_owned(),
            [one] => format!("issue {one}"),
            several => format!("{} issues checked", several.len()),
        };
        let errors = self.errors();
        let counts = diagnostic::counts(errors, self.problems.len() - errors);
        let separator = if self.checked.len() == 1 || !counts.is_empty() { ": " } else { ", " };
        let counts = if counts.is_empty() { "no problems".to_owned() } else { counts };
        format!("{what}{separator}{counts}")
    }
}
