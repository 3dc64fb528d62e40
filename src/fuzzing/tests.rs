//! Runs the fuzz targets on the kept corpus and on fixed mutations of it.

use std::fs;
use std::path::Path;

use super::TARGETS;

/// Changed inputs each target is given after those of its corpus.
const CHANGED: u64 = 400;

/// Parts of inputs beside bytes: words the targets know.
const WORDS: [&str; 40] = [
    "250 ok\r\n",
    "250-a\r\n",
    "354 go\r\n",
    "550 5.1.1 no\r\n",
    "421 bye\r\n",
    "503 x\r\n",
    "452 x\r\n",
    "220 x\r\n",
    "250 STARTTLS\r\n",
    "250 AUTH PLAIN LOGIN\r\n",
    "334 \r\n",
    "235 x\r\n",
    "\0",
    "\r\n",
    "\n",
    "\r",
    "\r\n.\r\n",
    "@",
    ".",
    "=?utf-8?b?",
    "?=",
    "\u{e9}",
    "\u{202e}",
    "\u{1f600}",
    "\"",
    "<",
    ">",
    ":",
    "\r\nBcc: eve@example.org",
    "  ",
    "\t",
    "=",
    "[[section]]\n",
    "[[section.link]]\n",
    "url = \"https://example.org/\"\n",
    "<script>",
    "](javascript:x)",
    "{",
    "{subscriber.name|friend}",
    "\u{e000}",
];

/// Numbers that are the same in every run (xorshift, G. Marsaglia 2003).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 11).unwrap() % limit.max(1)
    }
}

/// `inputs`, one of them changed in a few places.
fn changed(inputs: &[Vec<u8>], dice: &mut Dice) -> Vec<u8> {
    let mut input = inputs[dice.below(inputs.len())].clone();
    for _ in 0..=dice.below(6) {
        let at = dice.below(input.len() + 1);
        let end = (at + dice.below(9)).min(input.len());
        match dice.below(5) {
            0 => drop(input.splice(at..end, [])),
            1 => drop(input.splice(at..at, WORDS[dice.below(WORDS.len())].bytes())),
            2 => drop(input.splice(at..end, [u8::try_from(dice.below(256)).unwrap()])),
            3 => {
                let again = input[at..end].repeat(dice.below(40));
                input.splice(at..at, again);
            }
            _ => {
                let other = &inputs[dice.below(inputs.len())];
                let from = dice.below(other.len() + 1);
                input.splice(at.., other[from..].iter().copied());
            }
        }
    }
    input
}

/// The corpus of `target`, in the order of its names.
fn corpus(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(!paths.is_empty(), "{target} has no corpus");
    paths.iter().map(|path| fs::read(path).unwrap()).collect()
}

/// Runs a target over its corpus, and over as many changed inputs as `NEWSLETTER_FUZZ` says.
fn run(target: &str) {
    let (_, function) = TARGETS.iter().find(|(name, _)| *name == target).unwrap();
    let inputs = corpus(target);
    for input in &inputs {
        function(input);
    }
    let most = std::env::var("NEWSLETTER_FUZZ").map_or(CHANGED, |count| count.parse().unwrap());
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    for number in 0..most {
        let input = changed(&inputs, &mut dice);
        let held = std::panic::catch_unwind(|| function(&input)).is_ok();
        assert!(held, "{target} broke at changed input {number}: {:?}", String::from_utf8_lossy(&input));
    }
}

#[test]
fn every_target_has_a_program_of_its_own() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let manifest = fs::read_to_string(root.join("fuzz/Cargo.toml")).unwrap();
    for (target, _) in TARGETS {
        let program = fs::read_to_string(root.join(format!("fuzz/targets/{target}.rs"))).unwrap();
        assert!(program.contains(&format!("newsletter::fuzzing::{target}(data)")), "{target}");
        assert!(manifest.contains(&format!("path = \"targets/{target}.rs\"")), "{target}");
    }
}

macro_rules! targets {
    ($($target:ident)*) => {
        $(#[test]
        fn $target() {
            run(stringify!($target));
        })*

        #[test]
        fn every_target_is_run_here() {
            assert_eq!(TARGETS.map(|(name, _)| name), [$(stringify!($target)),*]);
        }
    };
}

targets! {
    address conversation export exports feed frozen_letter imap issue ledger_file links message opening page pipeline
    replies request returned settings signature splice subscribers token
}
