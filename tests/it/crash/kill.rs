//! Kills the sender by `kill -9` at random moments: no recipient twice, none lost, and no more in doubt than were in
//! flight.

use std::fs::File;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use super::experiment::{Experiment, Random};
use super::{World, forget_the_marks, judge};

const SUBSCRIBERS: usize = 200;
const CONNECTIONS: usize = 4;

/// The messages in flight on a connection where there are several.
const IN_FLIGHT: usize = 4;

/// Kills in one delivery, at most.
const KILLS_A_DELIVERY: usize = 7;

/// Deliveries at the same time, each with a newsletter and a server of its own.
const LANES: usize = 4;

/// After so many deliveries a lane says how far it is.
const SOME: usize = 100;

/// How often a process is looked at.
const GLANCE: Duration = Duration::from_micros(100);

#[test]
#[ignore = "needs minutes; ./check runs it"]
fn killed_at_any_moment_no_recipient_is_mailed_twice_or_lost() {
    kill_senders(1);
}

#[test]
#[ignore = "needs minutes; ./check runs it"]
fn killed_at_any_moment_with_several_in_flight_no_recipient_is_mailed_twice_or_lost() {
    kill_senders(IN_FLIGHT);
}

#[expect(clippy::print_stdout, reason = "a lab says what it did")]
fn kill_senders(in_flight: usize) {
    let experiment = Experiment::of_size(200);
    let began = Instant::now();
    let usual = time_of_a_run(in_flight);
    let lane = |random, kills| Lane { random, in_flight, usual, toll: Toll::default() }.run(kills);
    let toll = experiment.in_lanes(LANES, lane).into_iter().reduce(Toll::and).unwrap();
    println!("{in_flight} in flight: {toll:?} in {} s: 0 twice unasked, 0 missing", began.elapsed().as_secs());
}

#[test]
#[ignore = "needs minutes; ./check runs it"]
fn the_lab_finds_second_copies_without_marks_in_the_ledger() {
    for _ in 0..20 {
        let world = World::new(40, CONNECTIONS);
        let mut sender = world.mailing.start(["--yes", "-q"]);
        world.mailing.server.wait_for_accepted(5);
        sender.kill().unwrap();
        sender.wait().unwrap();
        forget_the_marks(world.project());
        world.resume("hold");
        if let Err(broken) = world.aftermath().judged(40, CONNECTIONS, false) {
            assert!(broken.starts_with("twice: "), "{broken}");
            return;
        }
    }
    panic!("the lab does not see that the mark is missing");
}

/// How long it takes from the start of the process to its end when nobody kills it.
fn time_of_a_run(in_flight: usize) -> Duration {
    let world = World::with_in_flight(SUBSCRIBERS, CONNECTIONS, in_flight);
    let began = Instant::now();
    world.resume("hold");
    began.elapsed()
}

/// What was done and what came of it.
#[derive(Debug, Default, Clone, Copy)]
struct Toll {
    kills: usize,
    deliveries: usize,
    held_in_doubt: usize,
    most_in_doubt_a_kill: usize,
    sent_again_when_asked: usize,
}

impl Toll {
    fn and(self, other: Self) -> Self {
        Self {
            kills: self.kills + other.kills,
            deliveries: self.deliveries + other.deliveries,
            held_in_doubt: self.held_in_doubt + other.held_in_doubt,
            most_in_doubt_a_kill: self.most_in_doubt_a_kill.max(other.most_in_doubt_a_kill),
            sent_again_when_asked: self.sent_again_when_asked + other.sent_again_when_asked,
        }
    }
}

/// Deliveries one after the other.
struct Lane {
    random: Random,
    /// The most messages in flight on a connection.
    in_flight: usize,
    usual: Duration,
    toll: Toll,
}

impl Lane {
    #[expect(clippy::print_stdout, reason = "ten thousand kills take an hour")]
    fn run(mut self, kills: usize) -> Toll {
        while self.toll.kills < kills {
            let resend = self.random.coin();
            self.deliver(resend, KILLS_A_DELIVERY.min(kills - self.toll.kills));
            self.toll.deliveries += 1;
            if self.toll.deliveries.is_multiple_of(SOME) {
                println!("so far in this lane: {:?}", self.toll);
            }
        }
        self.toll
    }

    /// Sends an issue, killing the sender up to so many times, until a run comes to its end.
    fn deliver(&mut self, resend: bool, most: usize) {
        let world = World::with_in_flight(SUBSCRIBERS, CONNECTIONS, self.in_flight);
        let in_flight = CONNECTIONS * self.in_flight;
        let policy = if resend { "resend" } else { "hold" };
        let mut doubt = Doubt { resend, bound: 0, counted: 0, most: 0 };
        let mut kills = 0;
        while kills < most && self.kill(&world, policy) {
            doubt.read(&std::fs::read_to_string(world.file("told")).unwrap());
            doubt.bound += in_flight;
            kills += 1;
        }
        doubt.read(&world.resume(policy));
        let aftermath = world.aftermath();
        self.toll.sent_again_when_asked += judge(&aftermath, SUBSCRIBERS, kills * in_flight, resend);
        self.toll.kills += kills;
        self.toll.held_in_doubt += aftermath.in_doubt.len();
        self.toll.most_in_doubt_a_kill = self.toll.most_in_doubt_a_kill.max(doubt.most);
    }

    /// Starts the sender and kills it; false when it was faster.
    fn kill(&mut self, world: &World, policy: &str) -> bool {
        let mut command = world.project().command(["send", "1", "--yes", "--in-doubt", policy]);
        let told = File::create(world.file("told")).unwrap();
        let mut sender = command.stdout(Stdio::null()).stderr(told).spawn().unwrap();
        // A process spends most of its time on other things than messages: half of the kills are spread over its time, half
        // over its messages and the time within one.
        let alive = if self.random.coin() {
            let microseconds = usize::try_from(self.usual.as_micros()).unwrap();
            survives(&mut sender, Duration::from_micros(self.random.below(microseconds) as u64), || false)
        } else {
            let accepted = world.mailing.server.count_accepted();
            let target = accepted + self.random.below(SUBSCRIBERS - accepted.min(SUBSCRIBERS - 1));
            let arrived = || world.mailing.server.count_accepted() >= target;
            survives(&mut sender, Duration::from_mins(1), arrived)
                && survives(&mut sender, Duration::from_micros(self.random.below(3000) as u64), || false)
        };
        sender.kill().unwrap();
        sender.wait().unwrap();
        alive
    }
}

/// Waits for so long, or until `enough`; answers whether `sender` still runs then.
fn survives(sender: &mut Child, time: Duration, enough: impl Fn() -> bool) -> bool {
    let began = Instant::now();
    while began.elapsed() < time && !enough() {
        if sender.try_wait().unwrap().is_some() {
            return false;
        }
        std::thread::sleep(GLANCE);
    }
    sender.try_wait().unwrap().is_none()
}

/// What each run says first: how many the one before it has left in doubt.
struct Doubt {
    resend: bool,
    /// How many may be in doubt since it was last said how many are.
    bound: usize,
    /// How many were said to be.
    counted: usize,
    /// The most that a kill has left.
    most: usize,
}

impl Doubt {
    /// Reads what a run told that began after `bound` was last raised.
    fn read(&mut self, told: &str) {
        let Some(counted) = in_doubt(told) else { return };
        // Those found in doubt are sent again at once, or stay for the next to count.
        let new = if self.resend { counted } else { counted - self.counted };
        assert!(new <= self.bound, "{new} in doubt, at most {} can be:\n{told}", self.bound);
        self.most = self.most.max(new);
        (self.bound, self.counted) = (0, counted);
    }
}

/// `5 sent, 2 in doubt, 193 left`: two; `None` in what a run told that did not come so far.
fn in_doubt(told: &str) -> Option<usize> {
    let line = told.lines().find(|line| line.ends_with(" left") || line.contains(" to be retried"))?;
    let doubtful = line.split(", ").find_map(|part| part.strip_suffix(" in doubt"));
    Some(doubtful.map_or(0, |count| count.parse().unwrap()))
}
