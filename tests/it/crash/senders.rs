//! Runs eight senders that are killed and suspended past their lease, while the database loses
//! connections and restarts. The mail server's journal is the oracle.

use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use rustix::process::Signal;

use super::experiment::Experiment;
use crate::postgres::{judged, mailing};
use crate::support::{Mailing, Postgres, signal};

const SENDERS: usize = 8;

/// Connections of each sender.
const CONNECTIONS: usize = 2;

/// Enough that they are busy until the last blow.
const PEOPLE_A_BLOW: usize = 10;

/// Longer than the lease of a second.
const SLEEP: Duration = Duration::from_millis(1500);

/// How long nothing may move once nothing breaks any more.
const PATIENCE: Duration = Duration::from_mins(2);

/// What was broken so far.
#[derive(Debug, Default)]
struct Damage {
    kills: usize,
    sleeps: usize,
    cut: usize,
    restarts: usize,
}

impl Damage {
    /// How many people it may have left in doubt.
    fn bound(&self) -> usize {
        (self.kills + self.sleeps + SENDERS * self.restarts + self.cut) * CONNECTIONS
    }
}

#[test]
#[ignore = "needs PostgreSQL; ./check runs it"]
fn eight_senders_under_any_failure_mail_every_recipient_once() {
    let experiment = Experiment::of_size(40);
    let (people, blows) = (PEOPLE_A_BLOW * experiment.size, experiment.size);
    let mut random = experiment.random(0);
    let mut server = Postgres::start();
    let (mailing, journal) = mailing(&server, people, "15/s");
    let mut senders: Vec<Sender> = (0..SENDERS).map(|_| Sender::start(&mailing)).collect();
    let mut damage = Damage::default();
    for blow in 0..blows {
        let victim = random.below(SENDERS);
        match random.below(10) {
            // Few, because every sender feels it.
            _ if blow % 13 == 12 => {
                server.kill();
                server.run();
                damage.restarts += 1;
            }
            0..=4 => {
                senders[victim].kill();
                damage.kills += 1;
            }
            5..=7 => {
                senders[victim].put_to_sleep();
                damage.sleeps += 1;
            }
            _ => damage.cut += cut_a_connection(&server),
        }
        let quiet = Instant::now() + Duration::from_millis(random.below(400) as u64);
        while Instant::now() < quiet {
            for sender in &mut senders {
                sender.look_after(&mailing);
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }
    let (mut moved, mut before) = (Instant::now(), String::new());
    while senders.iter_mut().any(|sender| !sender.is_done()) {
        let now = mailing.run(["status"]);
        if now != before {
            (moved, before) = (Instant::now(), now);
        }
        assert!(moved.elapsed() < PATIENCE, "nothing moves any more, and yet there are senders: {before}");
        std::thread::sleep(Duration::from_millis(100));
    }
    let told = mailing.send(["--yes", "-q"]);
    assert!(told.ends_with("exit 0\n") || told.ends_with("exit 4\n"), "{told}");
    let in_doubt = judged(&mailing, &journal, people, damage.bound());
    println!("{people} recipients, {damage:?}: {in_doubt} in doubt, 0 twice, 0 lost");
}

/// A process that sends, and after its death the next one.
struct Sender {
    process: Child,
    asleep_until: Option<Instant>,
}

impl Sender {
    fn start(mailing: &Mailing) -> Self {
        let mut command = mailing.project.command(["send", "1", "--yes", "-q"]);
        let process = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        Self { process, asleep_until: None }
    }

    fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
        self.asleep_until = None;
    }

    fn put_to_sleep(&mut self) {
        if !self.has_ended() {
            signal(&self.process, Signal::STOP);
            self.asleep_until = Some(Instant::now() + SLEEP);
        }
    }

    fn has_ended(&mut self) -> bool {
        self.process.try_wait().unwrap().is_some()
    }

    /// Wakes it in time, and starts the next when it has ended.
    fn look_after(&mut self, mailing: &Mailing) {
        if self.asleep_until.is_some_and(|until| Instant::now() >= until) {
            signal(&self.process, Signal::CONT);
            self.asleep_until = None;
        }
        if self.has_ended() {
            *self = Self::start(mailing);
        }
    }

    fn is_done(&mut self) -> bool {
        if self.asleep_until.take().is_some() {
            signal(&self.process, Signal::CONT);
        }
        self.has_ended()
    }
}

impl Drop for Sender {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Ends one connection to the database, whichever; answers how many it was.
fn cut_a_connection(server: &Postgres) -> usize {
    let any = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
               WHERE application_name = 'newsletter' ORDER BY random() LIMIT 1";
    server.client().query(any, &[]).unwrap().len()
}
