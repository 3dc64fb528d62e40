//! Holds the repository to its own rules: the rooms, the length of files, the tests, and documents
//! that show what the program does.

mod arrows;
mod module_tree;
mod rooms;
mod suite;
mod walk;
mod words;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The longest a file of code may get, its unit tests not counted.
const LONGEST: usize = 350;
/// The longest a list of test cases may get: each is read alone, and most lines are expected output.
const LONGEST_LIST: usize = 400;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The files below `folder` with this extension, relative to the repository, sorted.
fn files(folder: &str, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("node_modules") && !path.ends_with("target") {
                folders.push(path);
            } else if path.extension().is_some_and(|of_file| of_file == extension) {
                found.push(path.strip_prefix(root()).unwrap().to_owned());
            }
        }
    }
    found.sort();
    found
}

fn rust_files() -> Vec<PathBuf> {
    ["src", "templates", "tests", "benches"].iter().flat_map(|folder| files(folder, "rs")).collect()
}

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What git has, as text; in a source archive, where there is no git, the code.
fn committed_texts() -> Vec<(PathBuf, String)> {
    let listed = Command::new("git").args(["ls-files", "-z"]).current_dir(root()).output();
    let paths: Vec<PathBuf> = match listed {
        Ok(output) if output.status.success() => {
            String::from_utf8(output.stdout).unwrap().split_terminator('\0').map(PathBuf::from).collect()
        }
        _ => files("", "rs"),
    };
    paths.into_iter().filter_map(|path| Some((path.clone(), fs::read_to_string(root().join(path)).ok()?))).collect()
}

#[test]
fn files_stay_short_enough_to_read() {
    let long: Vec<_> = rust_files()
        .iter()
        .map(|path| (lines_without_unit_tests(&read(path)), path))
        .filter(|(lines, path)| *lines > if is_a_list_of_cases(path) { LONGEST_LIST } else { LONGEST })
        .map(|(lines, path)| format!("{}: {lines} lines; split it by noun", path.display()))
        .collect();
    assert_eq!(long.join("\n"), "");
}

/// The lines of a file up to the module of its unit tests, which clippy keeps at the end.
fn lines_without_unit_tests(text: &str) -> usize {
    let lines: Vec<_> = text.lines().collect();
    let begins_tests = |two: &[&str]| two[0] == "#[cfg(test)]" && two[1].starts_with("mod ") && two[1].ends_with('{');
    lines.windows(2).position(begins_tests).unwrap_or(lines.len())
}

fn is_a_list_of_cases(path: &Path) -> bool {
    path.starts_with("tests/it") && !path.starts_with("tests/it/support") || path.file_stem().unwrap() == "tests"
}

#[test]
fn files_are_named_after_what_they_are_about() {
    let vague = ["util", "utils", "helper", "helpers", "manager", "handler", "handlers", "common", "misc"];
    let found: Vec<_> = rust_files()
        .into_iter()
        .filter(|path| path.iter().any(|part| vague.contains(&part.to_str().unwrap().trim_end_matches(".rs"))))
        .collect();
    assert_eq!(found, Vec::<PathBuf>::new());
}

#[test]
fn nothing_is_left_unfinished() {
    let mut found = Vec::new();
    for path in rust_files() {
        for (number, line) in read(&path).lines().enumerate() {
            // In two halves, or this very list would be found.
            let forbidden = [("to", "do!("), ("db", "g!("), ("unimple", "mented!("), ("FIX", "ME"), ("XX", "X:")];
            if forbidden.iter().any(|(first, second)| line.contains(&format!("{first}{second}"))) {
                found.push(format!("{}:{}: {}", path.display(), number + 1, line.trim()));
            }
        }
    }
    assert_eq!(found.join("\n"), "");
}

#[test]
fn the_templates_are_the_only_module_that_lies_elsewhere() {
    let attribute = format!("#[{} =", "path");
    let found: Vec<_> = rust_files()
        .into_iter()
        .flat_map(|path| vec![path.display().to_string(); read(&path).matches(&attribute).count()])
        .collect();
    assert_eq!(found, ["src/lib.rs"]);
}

/// Send, test mail, dry run, `render`, `check` and the preview agree because they share this file.
#[test]
fn letters_are_rendered_in_one_file() {
    let mut found: Vec<_> = files("src", "rs").into_iter().filter(|path| !path.starts_with("src/fuzzing")).collect();
    found.retain(|path| read(path).lines().any(|line| line.contains("letter::render(")));
    assert_eq!(found, [Path::new("src/app/prepare.rs")]);
}

#[test]
fn no_file_knows_the_machine_it_was_written_on() {
    let mut found = Vec::new();
    let places = [("/wo", "rk/"), ("/ro", "ot/"), ("/ho", "me/"), ("/tmp/w", "t/"), ("art", "ifactory")];
    for (path, text) in committed_texts() {
        for (number, line) in text.lines().enumerate() {
            if places.iter().any(|(first, second)| line.contains(&format!("{first}{second}"))) {
                found.push(format!("{}:{}: {}", path.display(), number + 1, line.trim()));
            }
        }
    }
    assert_eq!(found.join("\n"), "");
}

#[test]
fn lock_files_name_no_server_but_the_public_registry() {
    let lock = read("Cargo.lock");
    let sources: BTreeSet<_> = lock.lines().filter(|line| line.starts_with("source = ")).collect();
    assert!(sources.len() == 1 && sources.iter().all(|source| source.contains("\"registry+")), "{sources:?}");
    let resolved: Vec<_> = committed_texts()
        .into_iter()
        .filter(|(path, text)| path.ends_with("package-lock.json") && text.contains("\"resolved\""))
        .map(|(path, _)| path)
        .collect();
    assert_eq!(resolved, Vec::<PathBuf>::new());
}

#[test]
fn every_command_in_the_documents_is_one_the_program_takes() {
    let mut wrong = Vec::new();
    let mut seen = 0;
    for path in files("", "md").iter().filter(|path| path.components().count() == 1 || path.starts_with("docs")) {
        for line in commands_shown(&read(path)) {
            seen += 1;
            let Err(error) = newsletter::cli::parse(words(&line).into_iter().map(Into::into).collect()) else {
                continue;
            };
            if error.use_stderr() {
                wrong.push(format!("{}: {line}\n{error}", path.display()));
            }
        }
    }
    assert_eq!(wrong.join("\n"), "");
    assert!(seen > 10 || !root().join("README.md").exists(), "README.md shows only {seen} commands");
}

/// The lines of a document's code blocks that run the program, with or without a `$` before them.
fn commands_shown(document: &str) -> Vec<String> {
    let mut commands = Vec::new();
    let mut block = None;
    for line in document.lines() {
        if let Some(language) = line.trim_start().strip_prefix("```") {
            block = if block.is_none() { Some(language) } else { None };
        }
        let shell = block.is_some_and(|language| ["", "sh", "console"].contains(&language));
        let line = line.trim_start();
        // What a session shows is printed, but for lines with a `$`.
        let shell = shell && (block != Some("console") || line.starts_with("$ "));
        let line = line.trim_start_matches("$ ");
        if shell && line.starts_with("newsletter ") {
            commands.push(line.to_owned());
        } else if let Some((_, arguments)) = line.split_once("cargo run --release -- ").filter(|_| shell) {
            commands.push(format!("newsletter {arguments}"));
        }
    }
    commands
}

/// A command line's words up to a comment, a pipe or another command.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quote = None;
    for character in line.chars() {
        match character {
            '"' | '\'' if quote == Some(character) => quote = None,
            '"' | '\'' if quote.is_none() => quote = Some(character),
            '#' | '|' | '<' | '>' | '&' | ';' if quote.is_none() => break,
            ' ' if quote.is_none() => words.push(String::new()),
            other => words.last_mut().unwrap().push(other),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[test]
fn links_in_the_documents_lead_somewhere() {
    let mut broken = Vec::new();
    for path in files("", "md") {
        let text = read(&path);
        for target in text.match_indices("](").map(|(at, _)| &text[at + 2..]).filter_map(|rest| rest.split(')').next())
        {
            let file = target.split('#').next().unwrap();
            let elsewhere = file.is_empty() || file.contains("://") || file.starts_with("mailto:");
            if !elsewhere && !root().join(path.parent().unwrap()).join(file).exists() {
                broken.push(format!("{}: {target}", path.display()));
            }
        }
    }
    assert_eq!(broken.join("\n"), "");
}

#[test]
fn the_changelog_has_a_place_for_the_next_change() {
    let changelog = read("CHANGELOG.md");
    assert!(changelog.lines().any(|line| line.starts_with("## ") && line.contains("Unreleased")));
}

#[test]
fn continuous_integration_runs_what_everybody_runs() {
    assert!(read(".ci/run").trim_end().ends_with("/../check\""));
}

#[test]
fn the_newsletter_in_this_repository_has_no_problems() {
    let output = Command::new(env!("CARGO_BIN_EXE_newsletter")).args(["check"]).current_dir(root()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(!said.contains("warning"), "{said}");
}
