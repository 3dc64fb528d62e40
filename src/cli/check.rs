//! `newsletter check`: every problem of the configuration, the subscriber list and the issues.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use super::sent::is_sent;
use super::{Exit, Global};
use crate::diagnostic::{self, Diagnostic};
use crate::load::{IssueFile, LoadedIssue, Newsletter, Problems, audience, find_issue, find_root, issues, stray_files};
use crate::model::IssueNumber;

/// Arguments of `check`.
#[derive(Debug, Args)]
pub struct Options {
    /// Issues to check; without any, all of them and the subscriber list
    #[arg(value_name = "ISSUE")]
    issues: Vec<String>,
    /// Print the problems as annotations of a GitHub workflow
    #[arg(long, conflicts_with = "json")]
    github: bool,
}

pub(super) fn run(options: &Options, global: &Global) -> anyhow::Result<Exit> {
    let findings = Findings::collect(options, &global.directory)?;
    let mut stdout = std::io::stdout().lock();
    if global.json {
        writeln!(stdout, "{:#}", findings.to_json())?;
    } else if options.github {
        for (problem, position) in findings.problems.iter().zip(diagnostic::positions(&findings.problems)) {
            writeln!(stdout, "{}", annotation(problem, position, &findings.folder))?;
        }
    } else {
        let mut stderr = anstream::stderr().lock();
        write!(stderr, "{}", diagnostic::draw(&findings.problems, global.colour_of_stderr()))?;
        if !findings.problems.is_empty() {
            writeln!(stderr)?;
        }
    }
    if !global.json && !global.quiet {
        writeln!(std::io::stderr().lock(), "{}", findings.summary())?;
    }
    Ok(if findings.errors() == 0 { Exit::Done } else { Exit::Content })
}

/// What a check found.
struct Findings {
    problems: Vec<Diagnostic>,
    /// The issues that were looked at, by number.
    checked: Vec<IssueNumber>,
    /// The newsletter's folder, from the one the command runs in.
    folder: PathBuf,
}

impl Findings {
    fn collect(options: &Options, directory: &Path) -> anyhow::Result<Self> {
        let root = find_root(directory).unwrap_or_default();
        let folder = std::env::current_dir()?.canonicalize()?;
        let folder = root.strip_prefix(folder).unwrap_or(Path::new("")).to_owned();
        let mut findings = Self { problems: Vec::new(), checked: Vec::new(), folder };
        let newsletter = match Newsletter::open(directory) {
            Ok(newsletter) => newsletter,
            Err(error) => {
                // What is wrong with the configuration is an answer; without one there is nothing to read issues with.
                findings.problems = error.downcast::<Problems>()?.0;
                return Ok(findings);
            }
        };
        findings.problems.extend(newsletter.warnings.iter().cloned());
        if options.issues.is_empty() {
            findings.whole_newsletter(&newsletter);
        } else {
            findings.named_issues(&newsletter, &options.issues, directory);
        }
        Ok(findings)
    }

    fn named_issues(&mut self, newsletter: &Newsletter, words: &[String], directory: &Path) {
        let files = match issues(&newsletter.root) {
            Ok(files) => files,
            Err(problems) => return self.problems.extend(problems.0),
        };
        let sent = is_sent(newsletter);
        for word in words {
            match find_issue(&files, word, directory, &sent) {
                Ok(file) if self.checked.contains(&file.number) => {}
                Ok(file) => self.issue(newsletter, file),
                Err(problems) => self.problems.extend(problems.0),
            }
        }
    }

    fn whole_newsletter(&mut self, newsletter: &Newsletter) {
        // A list that is not there is no problem of the repository's: lists of people are kept out of it.
        if newsletter.settings.subscribers.exists() {
            match audience(newsletter) {
                Ok(audience) => self.problems.extend(audience.warnings.into_iter().chain(audience.rejected)),
                Err(problems) => self.problems.extend(problems.0),
            }
        }
        match stray_files(&newsletter.root) {
            Ok(stray) => self.problems.extend(stray),
            Err(problems) => return self.problems.extend(problems.0),
        }
        match issues(&newsletter.root) {
            Ok(files) => files.iter().for_each(|file| self.issue(newsletter, file)),
            Err(problems) => self.problems.extend(problems.0),
        }
    }

    fn issue(&mut self, newsletter: &Newsletter, file: &IssueFile) {
        self.checked.push(file.number);
        match LoadedIssue::read(newsletter, file) {
            Ok(loaded) => self.problems.extend(loaded.warnings),
            Err(problems) => self.problems.extend(problems.0),
        }
    }

    fn errors(&self) -> usize {
        diagnostic::errors(&self.problems)
    }

    fn to_json(&self) -> serde_json::Value {
        let errors = self.errors();
        json!({
            "checked": self.checked.iter().map(|number| number.0).collect::<Vec<_>>(),
            "errors": errors,
            "warnings": self.problems.len() - errors,
            "problems": diagnostic::to_json(&self.problems),
        })
    }

    /// `issue 42: 1 error, 2 warnings`.
    fn summary(&self) -> String {
        let what = match self.checked.as_slice() {
            [] => "no issue checked".to_owned(),
            [one] => format!("issue {one}"),
            several => format!("{} issues checked", several.len()),
        };
        let errors = self.errors();
        let counts: Vec<String> = [(errors, "error"), (self.problems.len() - errors, "warning")]
            .into_iter()
            .filter(|&(count, _)| count > 0)
            .map(|(count, noun)| format!("{count} {noun}{}", if count == 1 { "" } else { "s" }))
            .collect();
        let separator = if self.checked.len() == 1 || !counts.is_empty() { ": " } else { ", " };
        let counts = if counts.is_empty() { "no problems".to_owned() } else { counts.join(", ") };
        format!("{what}{separator}{counts}")
    }
}

/// A workflow command of GitHub's: `::error file=…,line=…,col=…::message`. `folder` is the newsletter's, from where the
/// workflow runs, which is what GitHub names files from.
fn annotation(problem: &Diagnostic, position: Option<(usize, usize)>, folder: &Path) -> String {
    // Text and properties are escaped as GitHub's own toolkit does; properties have two more signs of their own.
    let text = |text: &str| text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let property = |value: &str| text(value).replace(':', "%3A").replace(',', "%2C");
    let mut properties = Vec::new();
    if let (Some(place), Some((line, column))) = (&problem.place, position) {
        properties.push(format!("file={}", property(&folder.join(&place.source.path).to_string_lossy())));
        properties.push(format!("line={line}"));
        properties.push(format!("col={column}"));
    }
    if let Some(rule) = problem.rule {
        properties.push(format!("title={}", property(rule)));
    }
    let kind = problem.severity.word();
    let separator = if properties.is_empty() { "" } else { " " };
    let help = problem.help.as_ref().map(|help| format!("\n{help}")).unwrap_or_default();
    format!("::{kind}{separator}{}::{}", properties.join(","), text(&format!("{}{help}", problem.message)))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::diagnostic::{Severity, SourceFile};

    #[test]
    fn an_annotation_is_one_line_whatever_stands_in_it() {
        let source = Arc::new(SourceFile { path: PathBuf::from("issues/a,b:c%.toml"), text: "x\ny".to_owned() });
        let problem = Diagnostic::error("100% wrong\r\n::error::fake", &source, 2..3).rule("a-rule").help("mend: it");
        assert_eq!(
            annotation(&problem, Some((2, 1)), Path::new("weekly")),
            "::error file=weekly/issues/a%2Cb%3Ac%25.toml,line=2,col=1,title=a-rule::100%25 wrong%0D%0A::error::fake%0Amend: it"
        );
        assert_eq!(annotation(&Diagnostic::new(Severity::Warning, "odd", None), None, Path::new("")), "::warning::odd");
    }
}
