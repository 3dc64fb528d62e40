//! Kills machines that each have a fresh clone, one after the other, at random moments. The mail
//! server's journal is the oracle.

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use super::Aftermath;
use super::experiment::{Experiment, Random};
use crate::support::{Postgres, Project, Runners, Script, SmtpServer};

const PEOPLE: usize = 40;
const CONNECTIONS: usize = 2;

/// Machines that try to send one issue.
const MACHINES: usize = 4;

/// A newsletter that machines clone, and its server's journal.
fn newsletter(journal: PathBuf, ledger: &str) -> Runners {
    let locals: Vec<_> = (0..PEOPLE).map(|number| format!("reader{number}")).collect();
    let server = SmtpServer::start(Script::default().journal(journal));
    Runners::new(server, locals.iter().map(String::as_str), ledger)
}

#[test]
#[ignore = "needs git; ./check runs it"]
fn on_machines_that_are_thrown_away_a_ledger_of_their_own_sends_nothing() {
    let experiment = Experiment::of_size(4);
    let folder = tempfile::tempdir().unwrap();
    let runners = newsletter(folder.path().join("journal"), "");
    for _ in 0..experiment.size {
        assert_eq!(runners.run(&runners.runner(), ["send", "1", "--yes"]).code, 6);
    }
    assert_eq!(runners.server.connections(), 0);
    println!("{} machines: nothing was sent", experiment.size);
}

#[test]
#[ignore = "needs git; ./check runs it"]
fn with_a_claim_no_recipient_is_mailed_by_two_machines() {
    let experiment = Experiment::of_size(12);
    let mut random = experiment.random(0);
    let (mut machines, mut killed, mut mailed) = (0, 0, 0);
    while machines < experiment.size {
        let folder = tempfile::tempdir().unwrap();
        let journal = folder.path().join("journal");
        let runners = newsletter(journal.clone(), "claim = \"git\"\n");
        for _ in 0..MACHINES.min(experiment.size - machines) {
            killed += usize::from(kill(&runners, &runners.runner(), &mut random));
            machines += 1;
        }
        runners.server.wait_until_idle();
        mailed += once_each(&fs::read_to_string(&journal).unwrap_or_default());
    }
    assert!(mailed > 0, "nobody was mailed at all");
    println!("{machines} machines, {killed} of them killed: {mailed} recipients mailed, 0 twice");
}

#[test]
#[ignore = "needs git and PostgreSQL; ./check runs it"]
fn with_a_shared_ledger_any_number_of_machines_mails_every_recipient_once() {
    let experiment = Experiment::of_size(8);
    let mut random = experiment.random(0);
    let server = Postgres::start();
    let (mut machines, mut killed, mut in_doubt) = (0, 0, 0);
    while machines < experiment.size {
        let folder = tempfile::tempdir().unwrap();
        let journal = folder.path().join("journal");
        let database = format!("runners{machines}");
        server.client().batch_execute(&format!("CREATE DATABASE {database}")).unwrap();
        let ledger = format!("url = \"{}\"\nlease = \"1s\"\n", server.url_of(&database));
        let runners = newsletter(journal.clone(), &ledger);
        let mut kills = 0;
        for _ in 0..MACHINES.min(experiment.size - machines) {
            kills += usize::from(kill(&runners, &runners.runner(), &mut random));
            machines += 1;
        }
        let last = runners.runner();
        let output = runners.run(&last, ["send", "1", "--yes", "-q"]);
        assert!([0, 4].contains(&output.code), "{output:?}");
        runners.server.wait_until_idle();
        let aftermath = Aftermath::read(&last, &fs::read_to_string(&journal).unwrap_or_default());
        aftermath.judged(PEOPLE, kills * CONNECTIONS, false).unwrap_or_else(|broken| panic!("{broken}"));
        in_doubt += aftermath.in_doubt.len();
        killed += kills;
    }
    println!("{machines} machines, {killed} of them killed: 0 twice, 0 lost, {in_doubt} in doubt");
}

/// Sends from `runner` and kills it at a random moment; false when it was faster.
fn kill(runners: &Runners, runner: &Project, random: &mut Random) -> bool {
    let mut command = Runners::command(runner, ["send", "1", "--yes", "-q"]);
    let mut sender = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let before = runners.server.count_accepted();
    let target = before + random.below(PEOPLE);
    let began = Instant::now();
    // Most of them over the messages, some before the first.
    let patience = Duration::from_millis(if random.below(4) == 0 { random.below(400) as u64 } else { 3000 });
    while runs(&mut sender) && runners.server.count_accepted() < target && began.elapsed() < patience {
        std::thread::sleep(Duration::from_micros(100));
    }
    let alive = runs(&mut sender);
    sender.kill().unwrap();
    sender.wait().unwrap();
    alive
}

fn runs(sender: &mut Child) -> bool {
    sender.try_wait().unwrap().is_none()
}

/// How many are in the `journal`, each of them once.
fn once_each(journal: &str) -> usize {
    let mut recipients: Vec<_> = journal.lines().map(|line| line.split('\t').next().unwrap()).collect();
    recipients.sort_unstable();
    let all = recipients.len();
    recipients.dedup();
    assert_eq!(recipients.len(), all, "somebody was mailed twice");
    all
}
