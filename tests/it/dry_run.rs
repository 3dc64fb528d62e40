//! Tests that a dry run says what the run will do, in every state of a delivery and with every flag
//! that changes it.

use std::fs;

use serde_json::Value;

use crate::support::{Mailing, Output, Project, Script, SmtpServer};

/// Flags of `send` that change who is sent to, or whether anybody is.
const FLAGS: [&[&str]; 8] = [
    &[],
    &["--retry-refused"],
    &["--in-doubt", "resend"],
    &["--in-doubt", "skip", "--retry-refused"],
    &["--limit", "1"],
    &["--limit", "6", "--in-doubt", "resend", "--retry-refused"],
    &["--allow-changed"],
    &["--skip-bad-rows", "--allow-changed", "--limit", "2"],
];

/// A newsletter of six people and its server, with what was done to it so far.
struct State(Mailing);

impl State {
    fn fresh() -> Self {
        let people = ["ada", "bo", "cy", "dee", "eve", "fay"];
        let send = "wait = \"0s\"\nretry = [\"1h\"]";
        Self(Mailing::configured(SmtpServer::start(Script::default()), people, "connections = 2", send).unread())
    }

    /// After `send 1 --yes` with more of them.
    fn sent<const N: usize>(self, arguments: [&str; N]) -> Self {
        let all: Vec<_> = ["send", "1", "--yes"].into_iter().chain(arguments).collect();
        assert!([0, 4, 5].contains(&self.0.project.run(all).code));
        self
    }

    fn courier(self, from: &str, to: &str) -> Self {
        let (from, to) = (format!("courier = \"{from}\""), format!("courier = \"{to}\""));
        self.edited("newsletter.toml", &from, &to)
    }

    fn edited(self, path: &str, from: &str, to: &str) -> Self {
        let text = self.0.project.read(path);
        assert!(text.contains(from), "{path} has no {from}");
        self.0.project.write(path, text.replace(from, to));
        self
    }

    fn letter_edited(self) -> Self {
        self.edited("issues/001-first-things.toml", "Until next week", "Until next month")
    }

    /// Rows as they may become elsewhere: by servers that refuse, by a kill.
    fn rows(self, sql: &str) -> Self {
        let ledger = self.0.project.path(".newsletter/ledger.sqlite3");
        rusqlite::Connection::open(ledger).unwrap().execute_batch(sql).unwrap();
        self
    }

    fn refused(self, rows: &str) -> Self {
        self.rows(&format!("UPDATE delivery SET state = 4, code = 550, text = 'no' WHERE seq IN ({rows})"))
    }

    fn in_doubt(self, rows: &str) -> Self {
        self.rows(&format!("UPDATE delivery SET state = 5, letter = 1, code = 0, text = 'lost' WHERE seq IN ({rows})"))
    }

    /// Marked by a sender that was killed, and its tally is gone.
    fn killed_at(self, rows: &str) -> Self {
        self.rows(&format!("UPDATE delivery SET state = 1, next_at = NULL WHERE seq IN ({rows})"))
    }

    fn put_off(self, rows: &str, by: &str) -> Self {
        self.rows(&format!(
            "UPDATE delivery SET state = 3, code = 451, text = 'later', next_at = unixepoch('now', '{by}')
             WHERE seq IN ({rows})"
        ))
    }

    fn suppressed(self, local: &str) -> Self {
        assert_eq!(self.0.project.run(["suppress", &format!("{local}@example.org")]).code, 0);
        self
    }

    fn without(self, path: &str) -> Self {
        let path = self.0.project.path(path);
        if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) }.unwrap();
        self
    }
}

/// The flags with which what a dry run says and what the run does differ, and how.
fn differences(name: &str, state: &State) -> Vec<String> {
    FLAGS
        .into_iter()
        .filter_map(|flags| differs(&state.0, flags).map(|how| format!("{name} {flags:?}: {how}")))
        .collect()
}

fn differs(mailing: &Mailing, flags: &[&str]) -> Option<String> {
    let project = mailing.project.copied();
    let run = |more: &[&str]| project.run(["send", "1", "--json"].iter().chain(flags).chain(more));
    let before = everything(&project);
    let (dry, mails) = (run(&["--dry-run"]), mailing.server.count_accepted());
    if everything(&project) != before {
        return Some("the dry run changed something".to_owned());
    }
    let done = run(&["--yes"]);
    let mailed = (mailing.server.count_accepted() - mails) as u64;
    fs::remove_dir_all(project.path("outbox")).ok();
    let Some(said) = json(&dry) else {
        return (json(&done).is_some() || refusal(&dry) != refusal(&done))
            .then(|| format!("{dry:?} and then {done:?}"));
    };
    let Some(told) = json(&done) else { return Some(format!("{said} and then {done:?}")) };
    let is_mail = told["courier"] != "outbox";
    let same = said["sends"] == told["accepted_here"]
        && said["counts"] == told["counts"]
        && said["ending"] == told["ending"]
        && said["exit"] == done.code
        && told["exit"] == done.code
        && (!is_mail || said["sends"] == mailed)
        && (is_mail || mailed == 0)
        && (said["sends"] != 0 || dry.code == 0 || dry.code == done.code);
    (!same).then(|| format!("{said} ({}) and then {told}", dry.code))
}

fn json(output: &Output) -> Option<Value> {
    serde_json::from_str(&output.stdout).ok()
}

/// Exit code and words of a refusal, without those that only one of the two can say.
fn refusal(output: &Output) -> (i32, Vec<&str>) {
    let words = output.stderr.lines().filter(|line| line.starts_with("error") || line.starts_with("hint"));
    (output.code, words.collect())
}

/// Every file but SQLite's own, and the key that is made where there is none.
fn everything(project: &Project) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    let mut folders = vec![project.root().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            let name = path.display().to_string();
            if path.is_dir() {
                folders.push(path);
            } else if !["-shm", "-wal", ".key"].iter().any(|end| name.ends_with(end)) {
                files.push((name, fs::read(path).unwrap()));
            }
        }
    }
    files.sort();
    files
}

fn hold(states: &[(&str, State)]) {
    let different: Vec<_> = states.iter().flat_map(|(name, state)| differences(name, state)).collect();
    assert!(different.is_empty(), "{} of {}:\n{}", different.len(), states.len() * FLAGS.len(), different.join("\n"));
}

#[test]
fn of_a_delivery_by_mail_the_dry_run_says_what_the_run_does() {
    let half = || State::fresh().sent(["--limit", "3"]);
    let whole = || State::fresh().sent([]);
    hold(&[
        ("nothing has been sent yet", State::fresh()),
        ("in part", half()),
        ("whole", whole()),
        ("some refused, nobody left", whole().refused("2, 5")),
        ("some refused, some left", half().refused("2, 3")),
        ("some in doubt, nobody left", whole().in_doubt("1, 6")),
        ("some in doubt and refused, some left", half().in_doubt("1").refused("2")),
        ("killed, with nobody left", whole().killed_at("5, 6")),
        ("killed, with some left", half().killed_at("4, 5")),
        ("put off for long, some left", half().put_off("4", "+1 day")),
        ("all who are left put off for long", half().put_off("4, 5, 6", "+3 days").refused("1")),
        ("put off until now", whole().put_off("2, 3", "-1 minute").in_doubt("4")),
        ("somebody unsubscribed since", half().suppressed("eve").suppressed("ada")),
        (
            "refused and in doubt, and unsubscribed since",
            whole().refused("1, 2").in_doubt("3, 4").suppressed("bo").suppressed("dee"),
        ),
    ]);
}

#[test]
fn after_a_rehearsal_the_dry_run_says_what_the_run_does() {
    let rehearsed = |limit| State::fresh().courier("smtp", "outbox").sent(["--limit", limit]);
    let to_mail = |state: State| state.courier("outbox", "smtp");
    hold(&[
        ("whole, and then mail", to_mail(rehearsed("9"))),
        ("in part, and then mail", to_mail(rehearsed("2"))),
        ("killed, and then mail", to_mail(rehearsed("2").killed_at("3, 4"))),
        ("killed, and on", rehearsed("2").killed_at("3, 4")),
        ("whole, and again", rehearsed("9")),
        ("edited, and then mail", to_mail(rehearsed("9")).letter_edited()),
        ("edited, and on", rehearsed("2").letter_edited()),
        ("the list changed, and then mail", to_mail(rehearsed("9")).edited("subscribers.csv", "cy@example.org\n", "")),
        ("unsubscribed since, and then mail", to_mail(rehearsed("9")).suppressed("eve")),
        ("mailed after it", to_mail(rehearsed("3")).sent(["--limit", "2"])),
        ("mailed in part, and then files", State::fresh().sent(["--limit", "2"]).courier("smtp", "outbox")),
        ("mailed whole, and then files", State::fresh().sent([]).refused("3").courier("smtp", "outbox")),
    ]);
}

#[test]
fn a_dry_run_refuses_in_the_words_of_the_run() {
    let half = || State::fresh().sent(["--limit", "3"]);
    let secret = "[unsubscribe]\nsecret = { env = \"HOME\" }";
    hold(&[
        ("edited", half().letter_edited()),
        ("edited, nobody left", State::fresh().sent([]).refused("3").letter_edited()),
        ("a marker and no ledger", half().without(".newsletter")),
        ("a marker of another delivery", half().edited("issues/001.sent", "plan = \"", "plan = \"0")),
        ("an old ledger", half().rows("UPDATE delivery SET state = 0 WHERE seq = 2")),
        ("a damaged marker", half().edited("issues/001.sent", "started", "begun")),
        ("another key", half().edited("newsletter.toml", "[unsubscribe]", secret)),
        ("a draft", State::fresh().edited("issues/001-first-things.toml", "number = 1", "number = 1\ndraft = true")),
        ("a bad row", State::fresh().edited("subscribers.csv", "bo@example.org", "bo at example.org")),
        (
            "an error in the issue",
            State::fresh().edited("issues/001-first-things.toml", "https://example.net/time", "https://"),
        ),
        (
            "everybody is suppressed",
            ["ada", "bo", "cy", "dee", "eve", "fay"].into_iter().fold(State::fresh(), State::suppressed),
        ),
        ("the file is gone", half().without("issues/001-first-things.toml")),
        (
            "the file is gone after a rehearsal",
            State::fresh()
                .courier("smtp", "outbox")
                .sent([])
                .courier("outbox", "smtp")
                .without("issues/001-first-things.toml"),
        ),
    ]);
}

#[test]
fn of_a_limit_that_is_used_up_the_dry_run_says_how_far_the_run_comes() {
    let limited =
        |rate: &str| State::fresh().edited("newsletter.toml", "connections = 2", &format!("connections = 2\n{rate}"));
    hold(&[
        ("four an hour", limited("rate = \"4/h\"")),
        ("four an hour, two gone", limited("rate = \"4/h\"").sent(["--limit", "2"])),
        ("four an hour, all gone", limited("rate = \"4/h\"").sent([])),
        ("a warm-up", limited("warm_up = [2, 100]")),
        ("six a day", limited("rate = \"100/s,6/d\"")),
        (
            "rehearsed, which uses up nothing",
            limited("rate = \"4/h\"").courier("smtp", "outbox").sent([]).courier("outbox", "smtp"),
        ),
    ]);
}
