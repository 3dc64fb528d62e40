//! Kills a send to the outbox anywhere, continues it or not, and mails it: every recipient is
//! mailed once.

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use super::experiment::{Experiment, Random};
use super::{World, judge, traced};

const CONNECTIONS: usize = 4;
const LANES: usize = 2;

/// Kills of one rehearsal, at most.
const KILLS: usize = 3;

#[test]
#[ignore = "needs minutes; ./check runs it"]
fn after_a_rehearsal_killed_at_any_moment_everyone_is_mailed_once() {
    let experiment = Experiment::of_size(24);
    let usual = time_of_a_rehearsal(60);
    let lanes = experiment.in_lanes(LANES, |mut random, kills| {
        let (mut killed, mut in_part) = (0, 0);
        while killed < kills {
            let world = rehearsed(60);
            for _ in 0..=random.below(KILLS) {
                killed += 1;
                in_part += usize::from(kill(&world, &mut random, usual));
            }
            mailed_once(&world, 60);
        }
        (killed, in_part)
    });
    let (killed, in_part) = lanes.into_iter().fold((0, 0), |(a, b), (c, d)| (a + c, b + d));
    println!("{killed} kills of a rehearsal, {in_part} of them in the middle, each then mailed: 0 twice, 0 not mailed");
}

#[test]
#[ignore = "needs minutes; ./check runs it"]
fn after_a_killed_rehearsal_three_thousand_recipients_are_mailed_once() {
    let world = rehearsed(3000);
    let mut sender = start(&world);
    // In the middle: some are written and known, some are written, some are not.
    wait_for_files(&world, &mut sender, 200);
    sender.kill().unwrap();
    sender.wait().unwrap();
    let json = world.project().run(["list", "--json"]).stdout;
    assert!(json.contains("\"state\": \"rehearsed\"") && json.contains("\"sent\": 0"), "{json}");
    mailed_once(&world, 3000);
}

#[test]
#[ignore = "needs strace; ./check runs it"]
fn a_rehearsal_killed_at_any_system_call_goes_on_and_is_then_mailed_once() {
    let sweeps = [("pwrite64,ftruncate", Some("ledger.sqlite3-wal")), ("fsync,fdatasync,rename,unlink", None)];
    std::thread::scope(|scope| {
        for (calls, file) in sweeps {
            scope.spawn(move || {
                let mut boundaries = 0;
                while killed_at(calls, file, boundaries + 1) {
                    boundaries += 1;
                }
                assert!(boundaries > 3, "was anything traced?");
                println!("killed at each of {boundaries} calls of {calls}: 0 twice, 0 not mailed");
            });
        }
    });
}

#[test]
#[ignore = "needs minutes; ./check runs it"]
fn the_lab_finds_lost_recipients_without_the_courier_in_the_plan() {
    let world = rehearsed(60);
    let mut sender = start(&world);
    wait_for_files(&world, &mut sender, 20);
    sender.kill().unwrap();
    sender.wait().unwrap();
    let ledger = rusqlite::Connection::open(world.project().path(".newsletter/ledger.sqlite3")).unwrap();
    ledger.execute_batch("UPDATE plan SET courier = 'smtp'").unwrap();
    clean(&world);
    courier(&world, "outbox", "smtp");
    world.resume("resend");
    let broken = world.aftermath().judged(60, 0, false).unwrap_err();
    assert!(broken.starts_with("the server never took what the ledger calls accepted: "), "{broken}");
}

/// A newsletter for so many `people` that writes to its outbox.
fn rehearsed(people: usize) -> World {
    let world = World::new(people, CONNECTIONS);
    courier(&world, "smtp", "outbox");
    world
}

fn courier(world: &World, from: &str, to: &str) {
    let config = world.project().read("newsletter.toml");
    let [from, to] = [from, to].map(|courier| format!("courier = \"{courier}\""));
    world.project().write("newsletter.toml", config.replace(&from, &to));
}

fn start(world: &World) -> Child {
    let mut command = world.project().command(["send", "1", "--yes", "-q"]);
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

fn wait_for_files(world: &World, sender: &mut Child, files: usize) {
    let folder = world.project().path("outbox/1");
    while fs::read_dir(&folder).map_or(0, Iterator::count) < files {
        assert!(sender.try_wait().unwrap().is_none(), "it was faster");
    }
}

/// How long it takes when nobody kills it.
fn time_of_a_rehearsal(people: usize) -> Duration {
    let world = rehearsed(people);
    let began = Instant::now();
    assert!(start(&world).wait().unwrap().success());
    let took = began.elapsed();
    clean(&world);
    took
}

/// Starts the rehearsal, or goes on with it, and kills it; answers whether it was still running.
fn kill(world: &World, random: &mut Random, usual: Duration) -> bool {
    let mut sender = start(world);
    let microseconds = usize::try_from(usual.as_micros()).unwrap();
    std::thread::sleep(Duration::from_micros(random.below(microseconds) as u64));
    let alive = sender.try_wait().unwrap().is_none();
    sender.kill().unwrap();
    sender.wait().unwrap();
    alive
}

/// Goes on by mail, with a run that sends half before the rest, and holds the guarantee against it.
fn mailed_once(world: &World, people: usize) {
    clean(world);
    courier(world, "outbox", "smtp");
    let half = (people / 2).to_string();
    world.mailing.send(["--yes", "--limit", &half]);
    let told = world.resume("hold");
    assert!(
        told.ends_with(&format!("Sent issue 1 to {} of {} recipients\nexit 0\n", grouped(people), grouped(people))),
        "{told}"
    );
    judge(&world.aftermath(), people, 0, false);
    assert_eq!(world.mailing.server.count_accepted(), people);
}

fn grouped(number: usize) -> String {
    if number < 1000 { number.to_string() } else { format!("{},{:03}", number / 1000, number % 1000) }
}

/// Away with the files: thousands of them would be read by the judges of mail.
fn clean(world: &World) {
    fs::remove_dir_all(world.project().path("outbox")).ok();
}

/// One rehearsal, killed as a thread enters its `nth` of the `calls`, continued, and mailed. Answers whether it came to that.
fn killed_at(calls: &str, file: Option<&str>, nth: usize) -> bool {
    let world = rehearsed(12);
    let (trace, kill) = (format!("trace={calls}"), format!("inject={calls}:signal=SIGKILL:when={nth}"));
    let mut options = vec!["-o", "/dev/null", "-e", &trace, "-e", &kill];
    let path = file.map(|file| world.project().path(".newsletter").join(file));
    options.extend(path.iter().flat_map(|path| ["-P", path.to_str().unwrap()]));
    let sender = world.project().command(["send", "1", "--yes", "-q"]);
    let ended = traced(&sender, options).status().expect("strace is missing; run ./check");
    let killed = ended.signal() == Some(9);
    assert!(killed || ended.code() == Some(0), "{ended}");
    // Every other one goes on as a rehearsal first.
    if nth.is_multiple_of(2) {
        let told = world.mailing.send(["--yes"]);
        assert!(told.ends_with("exit 0\n") && !told.contains("in doubt"), "{told}");
        let files = fs::read_dir(world.project().path("outbox/1")).unwrap();
        let whole = files.filter(|file| !file.as_ref().unwrap().file_name().to_string_lossy().starts_with('.'));
        assert_eq!(whole.count(), 12);
    }
    mailed_once(&world, 12);
    killed
}
