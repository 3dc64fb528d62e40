//! Suggests a command for words that are none here (`publish`, `watch`, `edit`). A new command must leave this list.

use clap::error::{ContextKind, ContextValue, ErrorKind};

/// Commands that do not exist, with what to do instead.
const SUGGESTIONS: &[(&[&str], &str)] = &[
    (
        &["publish", "deploy", "archive", "site", "html", "export"],
        "`newsletter build` writes the archive into `public/`, which you publish",
    ),
    (&["deliver", "mail", "broadcast", "start", "go"], "`newsletter send 42` sends issue 42"),
    (
        &["resume", "continue", "retry", "restart"],
        "`newsletter send 42` continues where it stopped; `--retry-refused` retries refused recipients",
    ),
    (
        &["test", "testmail", "test-mail", "send-test", "try"],
        "`newsletter send 42 --test you@your.domain` sends a test mail",
    ),
    (
        &["dry-run", "dryrun", "simulate", "rehearse", "rehearsal", "plan"],
        "`newsletter send 42 --dry-run` does everything except send",
    ),
    (
        &["unsubscribe", "remove", "block", "blacklist", "optout", "opt-out", "bounce", "forget"],
        "`newsletter suppress ADDRESS` excludes an address from all future mail",
    ),
    (
        &["resubscribe", "unsuppress", "unblock", "allow"],
        "`newsletter suppress --remove ADDRESS` allows mail to an address again",
    ),
    (
        &["subscribe", "add-subscriber", "contacts", "people", "readers"],
        "`newsletter subscribers import FILE` takes over the list of another service; `newsletter subscribers add ADDRESS` adds one",
    ),
    (
        &["watch", "open", "view", "web", "browse", "dev", "ui"],
        "`newsletter preview` shows issues in the browser and reloads on every save",
    ),
    (&["edit"], "edit `issues/042.toml` in your editor, with `newsletter preview 42` running"),
    (&["create", "draft", "write", "issue"], "`newsletter new \"A title\"` creates the next issue"),
    (&["setup", "scaffold", "bootstrap"], "`newsletter init DIR` creates a newsletter"),
    (&["ls", "issues", "all"], "`newsletter list` lists the issues"),
    (
        &["stats", "statistics", "report", "log", "logs", "history", "state", "progress", "who"],
        "`newsletter status 42` shows the recipients of issue 42",
    ),
    (
        &["lint", "validate", "verify", "links"],
        "`newsletter check 42` checks issue 42; `--online` also visits its links",
    ),
    (&["diagnose", "ping", "dns", "spf", "dmarc", "health", "info"], "`newsletter doctor` diagnoses delivery problems"),
    (&["keygen", "sign"], "`newsletter dkim keygen` creates a DKIM key"),
    (
        &["show", "print", "cat", "eml", "source"],
        "`newsletter render 42` prints the HTML of issue 42; `--text` and `--eml` print other parts",
    ),
    (
        &["stop", "cancel", "abort", "pause", "kill"],
        "press Ctrl-C in the terminal where the send is running; run the same command again to continue it",
    ),
    (&["recover", "repair", "fix"], "`newsletter ledger recover` copies what can be read from a damaged ledger"),
    (
        &["config", "configure", "settings", "set", "login"],
        "the settings are in `newsletter.toml`; `newsletter check` checks them",
    ),
];

/// Returns the unknown command that `error` is about and what to do instead, if it is listed.
pub(super) fn suggestion(error: &clap::Error) -> Option<(&str, &'static str)> {
    if error.kind() != ErrorKind::InvalidSubcommand {
        return None;
    }
    let Some(ContextValue::String(word)) = error.get(ContextKind::InvalidSubcommand) else { return None };
    let plain = word.to_lowercase().replace('_', "-");
    SUGGESTIONS
        .iter()
        .find(|(words, _)| words.contains(&plain.as_str()))
        .map(|(_, suggestion)| (word.as_str(), *suggestion))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use clap::CommandFactory;

    use super::*;
    use crate::cli::args::Arguments;

    #[test]
    fn every_word_is_listed_once_and_is_not_a_command() {
        let mut known = BTreeSet::new();
        for word in SUGGESTIONS.iter().flat_map(|(words, _)| *words) {
            assert!(known.insert(*word), "{word}");
            assert!(Arguments::command().find_subcommand(word).is_none(), "{word}");
        }
    }
}
