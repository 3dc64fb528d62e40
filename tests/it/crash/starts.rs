//! Starts fifty sends together: one runs, the others name it.

use std::process::Child;
use std::time::{Duration, Instant};

use super::World;
use super::experiment::Experiment;

const STARTS: usize = 50;

#[test]
#[ignore = "needs minutes; ./check runs it"]
fn of_fifty_sends_started_together_one_runs_and_the_others_name_it() {
    let experiment = Experiment::of_size(3);
    let mut turned_away = Vec::new();
    for _ in 0..experiment.size {
        turned_away.push(one_runs());
    }
    turned_away.sort_unstable();
    let [median, longest] = [turned_away[turned_away.len() / 2], turned_away[turned_away.len() - 1]];
    println!(
        "{} times {STARTS}: one ran each time; another was turned away in {median:?}, at most {longest:?}",
        experiment.size
    );
}

/// Starts them all on a newsletter that was never sent, and once more while one of them runs; answers how long that took.
fn one_runs() -> Duration {
    let world = World::of(["ada", "stall-dot"], 1, "");
    let mut senders: Vec<Child> = (0..STARTS).map(|_| world.mailing.start(["--yes"])).collect();
    world.mailing.server.wait_for_command("(message)");
    let mut running = None;
    let deadline = Instant::now() + Duration::from_mins(1);
    while senders.len() > 1 {
        assert!(Instant::now() < deadline, "{} of {STARTS} run", senders.len());
        let (ended, still): (Vec<_>, Vec<_>) = senders
            .into_iter()
            .map(|mut sender| (sender.try_wait().unwrap(), sender))
            .partition(|(ended, _)| ended.is_some());
        senders = still.into_iter().map(|(_, sender)| sender).collect();
        for (_, sender) in ended {
            let told = world.mailing.finish(sender);
            let holder = told.strip_prefix("error: another send is running: ").unwrap_or_else(|| panic!("{told}"));
            let (holder, _) =
                holder.split_once(", issue 1, since YYYY-MM-DD hh:mm:ss UTC\n").unwrap_or_else(|| panic!("{told}"));
            assert!(told.ends_with("exit 6\n"), "{told}");
            assert_eq!(running.get_or_insert_with(|| holder.to_owned()), holder);
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    let mut holder = senders.remove(0);
    assert_eq!(running.unwrap(), format!("pid {}", holder.id()));
    let began = Instant::now();
    let told = world.mailing.send(["--yes"]);
    let took = began.elapsed();
    assert!(told.ends_with("exit 6\n"), "{told}");
    assert!(holder.try_wait().unwrap().is_none(), "it ran on");
    holder.kill().unwrap();
    holder.wait().unwrap();
    let aftermath = world.aftermath();
    assert_eq!(aftermath.copies.keys().collect::<Vec<_>>(), ["ada@example.org"]);
    assert_eq!(aftermath.copies["ada@example.org"].len(), 1);
    took
}
