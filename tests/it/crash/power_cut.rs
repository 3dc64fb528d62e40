//! Power cuts: what was not synced is gone, or half there. One recorded run gives hundreds of them:
//! its system calls are played to a model of a disk up to some point, and the newsletter goes on
//! with what such a disk would hold then.
//!
//! The oracle is as strict as can be: the server has taken every message whose final dot had begun to leave by the cut.

mod disk;
mod recording;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;
use std::time::Instant;

use disk::{Disk, Loss, Syncs};
use recording::{Event, Recording};

use super::experiment::{Experiment, Random};
use super::{Aftermath, World, forget_the_marks};
use crate::support::{Mailing, Project, Script, SmtpServer};

const SUBSCRIBERS: usize = 200;

/// How many may be in doubt after a cut: no more are ever under way between two syncs.
const BOUND: usize = 100;

/// Cuts of one recorded run.
const CUTS_A_RECORDING: usize = 25;

/// Recordings at the same time.
const LANES: usize = 2;

#[test]
#[ignore = "needs strace; ./check runs it"]
fn after_a_power_cut_the_ledger_knows_every_possible_delivery() {
    let experiment = Experiment::of_size(50);
    let began = Instant::now();
    let lanes = experiment.in_lanes(LANES, |mut random, cuts| {
        let mut toll = Toll::default();
        while toll.cuts < cuts {
            let recording = recorded(&mut random);
            toll.recordings += 1;
            toll.most_between_two_syncs = toll.most_between_two_syncs.max(recording.most_between_two_syncs());
            for _ in 0..CUTS_A_RECORDING.min(cuts - toll.cuts) {
                let in_doubt =
                    cut(&recording, Syncs::Kept, Marks::Kept, &mut random).unwrap_or_else(|broken| panic!("{broken}"));
                toll.cuts += 1;
                toll.in_doubt += in_doubt;
                toll.most_in_doubt_a_cut = toll.most_in_doubt_a_cut.max(in_doubt);
            }
        }
        toll
    });
    let toll = lanes.into_iter().reduce(Toll::and).unwrap();
    println!("{toll:?} in {} s: 0 twice, 0 missing, 0 damaged ledgers", began.elapsed().as_secs());
    assert!(toll.most_between_two_syncs <= BOUND, "{toll:?}");
}

#[test]
#[ignore = "needs strace; ./check runs it"]
fn the_lab_finds_a_disk_that_ignores_syncs() {
    let mut random = Experiment::of_size(1).random(0);
    let recording = recorded(&mut random);
    let broken = (0..20).find_map(|_| cut(&recording, Syncs::Ignored, Marks::Kept, &mut random).err());
    assert!(broken.is_some(), "the lab does not see that nothing was synced");
}

#[test]
#[ignore = "needs strace; ./check runs it"]
fn the_lab_finds_a_ledger_without_marks() {
    let mut random = Experiment::of_size(1).random(0);
    let recording = recorded(&mut random);
    let broken = (0..40).find_map(|_| cut(&recording, Syncs::Kept, Marks::Forgotten, &mut random).err());
    assert!(broken.is_some(), "the lab does not see that the mark is missing");
}

/// What was done and what came of it.
#[derive(Debug, Default, Clone, Copy)]
struct Toll {
    cuts: usize,
    recordings: usize,
    in_doubt: usize,
    most_in_doubt_a_cut: usize,
    most_between_two_syncs: usize,
}

impl Toll {
    fn and(self, other: Self) -> Self {
        Self {
            cuts: self.cuts + other.cuts,
            recordings: self.recordings + other.recordings,
            in_doubt: self.in_doubt + other.in_doubt,
            most_in_doubt_a_cut: self.most_in_doubt_a_cut.max(other.most_in_doubt_a_cut),
            most_between_two_syncs: self.most_between_two_syncs.max(other.most_between_two_syncs),
        }
    }
}

/// Whether the ledger knows afterwards whom messages were about to go to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Marks {
    Kept,
    Forgotten,
}

/// Cuts the power under a first send to so many people over one connection, as soon as the final dot of the `nth` message
/// has begun to leave, and goes on after it. Answers the
/// newsletter and what it said.
pub(crate) fn resumed_after_a_power_cut(people: usize, nth: usize) -> (Mailing, String) {
    let recording = Recording::of(&World::new(people, 1));
    let mut dots = recording.events.iter().enumerate().filter(|(_, event)| matches!(event, Event::Dot(_)));
    let (at, _) = dots.nth(nth - 1).unwrap();
    let mut disk = Disk::holding(recording.before.clone(), Syncs::Kept);
    recording.events[..=at].iter().for_each(|event| disk.apply(event));
    let world = restored(disk.after_a_cut(Loss::Everything, &mut Random::from_seed(0)), Marks::Kept);
    let told = world.send(["--yes"]);
    (world, told)
}

/// A first send, or one that goes on after a part, recorded from its first system call to its last.
fn recorded(random: &mut Random) -> Recording {
    let world = World::new(SUBSCRIBERS, 1 + random.below(4));
    if random.coin() {
        world.mailing.send(["--yes", "--limit", &(1 + random.below(SUBSCRIBERS / 2)).to_string()]);
    }
    Recording::of(&world)
}

/// Cuts the power somewhere in the recorded run and goes on after it. Answers how many are in doubt, or what broke.
fn cut(recording: &Recording, syncs: Syncs, marks: Marks, random: &mut Random) -> Result<usize, String> {
    let at = random.below(recording.events.len() + 1);
    let mut disk = Disk::holding(recording.before.clone(), syncs);
    let mut dots: BTreeSet<String> = recording.sent_before.iter().cloned().collect();
    for event in &recording.events[..at] {
        match event {
            Event::Dot(address) => drop(dots.insert(address.clone())),
            event => disk.apply(event),
        }
    }
    let loss = *random.pick(&[Loss::Everything, Loss::Nothing, Loss::Some, Loss::Some]);
    let place = format!("power cut after {at} of {} events, {loss:?} of the unsynced lost", recording.events.len());
    let world = restored(disk.after_a_cut(loss, random), marks);
    let told = world.send(["--yes", "--in-doubt", "hold"]);
    if !told.ends_with("exit 0\n") && !told.ends_with("exit 4\n") {
        return Err(format!("{place}: {told}"));
    }
    world.server.wait_until_idle();
    let mut aftermath = Aftermath::read(&world.project, "");
    for address in dots.into_iter().chain(world.server.accepted_recipients()) {
        aftermath.copies.entry(address).or_default().push(String::new());
    }
    aftermath.judged(SUBSCRIBERS, BOUND, false).map_err(|broken| format!("{place}: {broken}"))?;
    Ok(aftermath.in_doubt.len())
}

/// A newsletter of these files, readable by their owner only as the newsletter makes them.
fn restored(files: BTreeMap<PathBuf, Vec<u8>>, marks: Marks) -> Mailing {
    let project = Project::empty();
    for (path, content) in files {
        project.write(path.to_str().unwrap(), content);
        let private = std::os::unix::fs::PermissionsExt::from_mode(0o600);
        fs::set_permissions(project.path(path.to_str().unwrap()), private).unwrap();
    }
    if marks == Marks::Forgotten {
        forget_the_marks(&project);
    }
    Mailing::taken_up(project, SmtpServer::start(Script::default())).unread()
}
