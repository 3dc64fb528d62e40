//! Gives an experiment its size and its random numbers, so that a failed run can be repeated.

use std::env;

/// What `scripts/crash-lab` was asked for; without it a small size and a seed of chance.
pub(crate) struct Experiment {
    /// How much is broken.
    pub(crate) size: usize,
    seed: u64,
}

impl Experiment {
    /// An experiment of this size, unless another was asked for. Says how to repeat it.
    #[expect(clippy::print_stdout, reason = "what a test says; cargo keeps it for those that fail")]
    pub(crate) fn of_size(usual: usize) -> Self {
        let asked = |name| env::var(name).ok().map(|value: String| value.parse::<u64>().unwrap());
        let size = asked("NEWSLETTER_LAB_SIZE").map_or(usual, |size| usize::try_from(size).unwrap());
        let seed = asked("NEWSLETTER_LAB_SEED").unwrap_or_else(chance);
        println!("seed {seed}: `--seed {seed}` does the same again");
        Self { size, seed }
    }

    /// The random numbers of one of the lanes that work at the same time.
    pub(crate) fn random(&self, lane: usize) -> Random {
        Random::from_seed(self.seed.wrapping_add(lane as u64))
    }

    /// Does `work` in `lanes` at the same time, each with its share of the size; answers what each came to.
    pub(crate) fn in_lanes<T: Send>(&self, lanes: usize, work: impl Fn(Random, usize) -> T + Sync) -> Vec<T> {
        let share = self.size.div_ceil(lanes);
        std::thread::scope(|scope| {
            let lane = |lane| {
                let work = &work;
                scope.spawn(move || work(self.random(lane), share))
            };
            let running: Vec<_> = (0..lanes).map(lane).collect();
            running.into_iter().map(|lane| lane.join().unwrap()).collect()
        })
    }
}

fn chance() -> u64 {
    std::hash::BuildHasher::hash_one(&std::hash::RandomState::new(), 0)
}

/// `SplitMix64` (Steele, Lea, Flood, 2014).
pub(crate) struct Random(u64);

impl Random {
    /// The numbers that follow from `seed`.
    pub(crate) fn from_seed(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `end`, which is at least one.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % end as u64).unwrap()
    }

    /// Heads or tails.
    pub(crate) fn coin(&mut self) -> bool {
        self.below(2) == 0
    }

    /// One of `choices`.
    pub(crate) fn pick<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.below(choices.len())]
    }
}
