//! `newsletter --version --verbose`: how this program was built, and what is built in.

use std::env::consts::{ARCH, OS};
use std::ffi::OsString;

/// The commit and the compiler, which `scripts/release` passes to the build.
const COMMIT: Option<&str> = option_env!("NEWSLETTER_COMMIT");
const COMPILER: Option<&str> = option_env!("NEWSLETTER_COMPILER");

/// Whether `arguments` ask for the version with details, and for nothing else.
pub(super) fn is_asked(arguments: &[OsString]) -> bool {
    let has = |words: &[&str]| arguments.iter().any(|argument| words.iter().any(|word| argument == word));
    let has_words = arguments.iter().skip(1).any(|argument| !argument.as_encoded_bytes().starts_with(b"-"));
    has(&["--version", "-V"]) && has(&["--verbose", "-v", "-vv"]) && !has_words
}

/// Returns the version with details, line by line.
pub(super) fn details() -> String {
    let commit = COMMIT.unwrap_or("not recorded; built from source");
    let compiler = COMPILER.unwrap_or("not recorded");
    let checks = if cfg!(debug_assertions) { "on (a debug build, much slower)" } else { "off" };
    format!(
        "newsletter {version}\ncommit:    {commit}\ncompiler:  {compiler}\nsystem:    {OS} on {ARCH}, {library}\n\
         checks:    {checks}\nledgers:   SQLite {sqlite} (built in), PostgreSQL\ncouriers:  outbox, smtp, sendmail\n\
         TLS, DKIM: rustls with aws-lc (built in); certificate authorities of the system\n",
        version = env!("CARGO_PKG_VERSION"),
        library = if cfg!(target_env = "musl") { "static" } else { "with the C library of the system" },
        sqlite = rusqlite::version(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn details_are_asked_for_without_a_command() {
        let is_asked = |line: &str| is_asked(&line.split(' ').map(OsString::from).collect::<Vec<_>>());
        for line in ["newsletter --version --verbose", "newsletter -V -v", "newsletter -v --version"] {
            assert!(is_asked(line), "{line}");
        }
        for line in ["newsletter --version", "newsletter -v", "newsletter send 42 --version -v", "newsletter"] {
            assert!(!is_asked(line), "{line}");
        }
    }
}
