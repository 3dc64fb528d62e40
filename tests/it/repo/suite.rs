//! Holds the tests themselves to their rules: which may be ignored and why, and that each file says
//! what belongs in it.

use std::path::{Path, PathBuf};

use super::{files, read};

/// What a test may need beyond Rust, a C compiler and a Unix shell. `./check` installs it.
const NEEDS: [&str; 28] = [
    "action-validator",
    "Chromium",
    "Claws Mail",
    "curl",
    "dkimpy",
    "dnsmasq",
    "Dovecot",
    "faketime",
    "git",
    "html5lib",
    "html-validate",
    "iproute2",
    "LD_PRELOAD",
    "minutes",
    "neomutt",
    "nginx",
    "OpenDKIM",
    "openssl",
    "Postfix",
    "PostgreSQL",
    "Python",
    "SpamAssassin",
    "strace",
    "systemd",
    "taplo",
    "Thunderbird",
    "tombi",
    "unshare",
];

/// What an ignored test needs, by the reason it gives: `needs Postfix and Dovecot; ./check runs it`.
fn needed(reason: &str) -> Option<Vec<&str>> {
    let list = reason.strip_prefix("needs ")?.strip_suffix("; ./check runs it")?;
    let needed: Vec<_> = list.split(", ").flat_map(|some| some.split(" and ")).collect();
    needed.iter().all(|need| NEEDS.contains(need)).then_some(needed)
}

#[test]
fn a_test_is_ignored_only_for_what_it_needs() {
    let mut wrong = Vec::new();
    let mut unused = NEEDS.to_vec();
    for path in ["src", "templates", "tests"].iter().flat_map(|folder| files(folder, "rs")) {
        for (number, line) in read(&path).lines().enumerate() {
            // In two halves, or this very line would be found.
            let Some(attribute) = line.trim().strip_prefix(concat!("#[ign", "ore")) else { continue };
            let reason = attribute.strip_prefix(" = \"").and_then(|reason| reason.strip_suffix("\"]"));
            match reason.and_then(needed) {
                Some(needed) => unused.retain(|need| !needed.contains(need)),
                None => wrong.push(format!("{}:{}: {}", path.display(), number + 1, line.trim())),
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert!(unused.is_empty(), "NEEDS names what no test needs: {unused:?}");
}

#[test]
#[ignore = "needs Python; ./check runs it"]
fn with_the_ignored_tests_python_reads_every_message() {
    assert!(std::env::var_os("NEWSLETTER_PYTHON").is_some(), "NEWSLETTER_PYTHON is not set; ./check sets it");
}

#[test]
fn every_rust_file_has_a_head_that_is_a_plain_sentence() {
    let questions = ["What", "Whatever", "How", "Why", "Whether", "Who", "Where"];
    let wrong: Vec<_> = ["src", "templates", "tests", "benches"]
        .iter()
        .flat_map(|folder| files(folder, "rs"))
        .filter(|path| {
            let text = read(path);
            let head = text.lines().next().and_then(|line| line.strip_prefix("//! "));
            head.is_none_or(|head| questions.iter().any(|word| head.starts_with(&format!("{word} "))))
        })
        .collect();
    assert!(wrong.is_empty(), "without a head that is a plain sentence: {wrong:#?}");
}

#[test]
fn no_test_file_is_forgotten() {
    let mut forgotten = Vec::new();
    for (folder, list) in [("tests/it", "main"), ("tests/it/support", "mod"), ("tests/it/repo", "../repo")] {
        let registered = read(format!("{folder}/{list}.rs"));
        for path in files(folder, "rs").iter().filter(|path| path.parent() == Some(Path::new(folder))) {
            let name = path.file_stem().unwrap().to_str().unwrap();
            if name != list && !registered.lines().any(|line| line.ends_with(&format!("mod {name};"))) {
                forgotten.push(path.clone());
            }
        }
    }
    assert_eq!(forgotten, Vec::<PathBuf>::new());
}
