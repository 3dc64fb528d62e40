//! Kills the sender while a sendmail program reads: the program has a whole message, or was never
//! started.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use rustix::process::Signal;

use super::experiment::{Experiment, Random};
use crate::support::{ISSUE, Project, signal};

const PEOPLE: usize = 6;

/// Takes its time before it reads, as one does that greets a server first, and keeps what it read under a name of its own.
const PROGRAM: &str = "#!/bin/sh
part=$(mktemp taken/.XXXXXX)
sleep 0.0$(( $$ % 4 ))
cat > \"$part\"
mv \"$part\" \"taken/$5.${part#taken/.}\"
";

/// More than a pipe holds.
const WORDS: usize = 14_000;

#[test]
#[ignore = "needs minutes; ./check runs it"]
fn a_killed_sender_hands_sendmail_a_whole_message_or_none() {
    let experiment = Experiment::of_size(12);
    let mut random = experiment.random(0);
    let (mut kills, mut copies, mut deliveries) = (0, 0, 0);
    let began = Instant::now();
    while kills < experiment.size {
        let project = project();
        for _ in 0..3 {
            kills += usize::from(kill(&project, &mut random));
        }
        let last = project.run(["send", "1", "--yes", "--in-doubt", "resend"]);
        assert_eq!(last.code, 0, "{last:?}");
        copies += judge(&project);
        deliveries += 1;
    }
    println!(
        "{kills} kills of {deliveries} deliveries in {} s: {copies} messages, all whole",
        began.elapsed().as_secs()
    );
}

fn project() -> Project {
    let people: Vec<_> = (0..PEOPLE).map(|number| format!("reader{number}@example.org")).collect();
    let issue = ISSUE.replace("Until next week.", &"word ".repeat(WORDS));
    let project = Project::new()
        .subscribers(people.iter().map(String::as_str))
        .config("[send]\ncourier = \"sendmail\"\nsendmail = \"./sendmail\"\n")
        .file("issues/001-first-things.toml", issue)
        .file("sendmail", PROGRAM)
        .file("taken/.keep", "");
    fs::set_permissions(project.path("sendmail"), fs::Permissions::from_mode(0o700)).unwrap();
    project
}

/// Starts the sender and ends it at a random moment, one way or the other; false when it was faster.
fn kill(project: &Project, random: &mut Random) -> bool {
    let mut command = project.command(["send", "1", "--yes", "-q", "--in-doubt", "resend"]);
    let mut sender = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let before = taken(project).len();
    let began = Instant::now();
    // Most of its time it is at something else than messages.
    while taken(project).len() <= before && began.elapsed() < Duration::from_secs(2) && runs(&mut sender) {
        std::thread::sleep(Duration::from_micros(500));
    }
    std::thread::sleep(Duration::from_micros(random.below(90_000) as u64));
    let alive = runs(&mut sender);
    if alive {
        match random.below(4) {
            0 => {
                // Once more for what is in flight.
                signal(&sender, Signal::INT);
                std::thread::sleep(Duration::from_millis(5));
                signal(&sender, Signal::INT);
            }
            _ => sender.kill().unwrap(),
        }
    }
    sender.wait().unwrap();
    alive
}

fn runs(sender: &mut Child) -> bool {
    sender.try_wait().unwrap().is_none()
}

/// Every message that is being taken or was.
fn taken(project: &Project) -> Vec<String> {
    let names = fs::read_dir(project.path("taken")).unwrap().map(|entry| entry.unwrap().file_name());
    names.map(|name| name.into_string().unwrap()).filter(|name| name != ".keep").collect()
}

/// Holds what was taken against what a message is; answers how many there are.
fn judge(project: &Project) -> usize {
    let began = Instant::now();
    // Those that have outlived their sender come to their end as well.
    while taken(project).iter().any(|name| name.starts_with('.')) {
        assert!(began.elapsed() < Duration::from_secs(30), "a program does not end");
        std::thread::sleep(Duration::from_millis(5));
    }
    let mut copies: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for name in taken(project) {
        let message = project.read(&format!("taken/{name}"));
        let (recipient, _) = name.rsplit_once('.').unwrap();
        assert!(message.trim_end().ends_with("--"), "cut off after {} bytes: {name}", message.len());
        copies.entry(recipient.to_owned()).or_default().push(message);
    }
    assert_eq!(copies.len(), PEOPLE, "{:?}", copies.keys());
    for (recipient, copies) in &copies {
        assert!(copies.iter().all(|copy| *copy == copies[0]), "{recipient} got different messages");
    }
    copies.values().map(Vec::len).sum()
}
