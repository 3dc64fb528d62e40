//! Measures how well and how fast returned mail is read: `NEWSLETTER_BOUNCES=FOLDER cargo bench --bench returned`. The
//! folder holds `.eml` files and `gold.json`, which says of each whom sisimai names and whether the address is dead.
//! Beside it, where they are installed, sisimai (Debian: libsisimai-perl) and flufl.bounce (`PyPI`) read the same messages,
//! start of the program included. Prints figures and asserts none: a busy machine is not a failure.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark prints, and has nobody to report errors to")]

use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use newsletter::model::EmailAddress;
use newsletter::returned::{Mail, MailKind, read};
use serde_json::Value;

/// Times that all messages are read, of which the fastest counts.
const ROUNDS: usize = 7;

const SISIMAI: &str = "use Sisimai; my $n = 0; for my $f (glob \"$ARGV[0]/*.eml\") { my $r = Sisimai->make($f, delivered \
                       => 1); $n++ if $r } print $n";
const FLUFL: &str = "import glob, sys, email\nfrom flufl.bounce import all_failures\nn = 0\nfor f in glob.glob(sys.argv[1] \
                     + '/*.eml'):\n    t, p = all_failures(email.message_from_binary_file(open(f, 'rb')))\n    n += \
                     bool(t or p)\nprint(n)";

fn main() {
    // `cargo test --benches` wants to know that it builds, not how fast it is.
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    let Some(folder) = std::env::var_os("NEWSLETTER_BOUNCES").map(PathBuf::from) else {
        println!("NEWSLETTER_BOUNCES names no folder of returned mail");
        return;
    };
    let gold: Value = serde_json::from_slice(&fs::read(folder.join("gold.json")).unwrap()).unwrap();
    let gold = gold.as_object().unwrap();
    let messages: Vec<(Vec<u8>, &Value)> =
        gold.iter().map(|(file, expected)| (fs::read(folder.join(file)).unwrap(), expected)).collect();
    judge(&messages);

    let ours = (0..ROUNDS).map(|_| seconds(|| messages.iter().for_each(|(bytes, _)| drop(black_box(read(bytes))))));
    let ours = ours.min_by(f64::total_cmp).unwrap();
    let all = f64::from(u32::try_from(messages.len()).unwrap());
    println!("newsletter   {:>8.0} messages/s", all / ours);
    for (name, program, flag, script) in [("sisimai", "perl", "-e", SISIMAI), ("flufl.bounce", "python3", "-c", FLUFL)]
    {
        match peer(program, flag, script, &folder) {
            Some(time) => println!("{name:<12} {:>8.0} messages/s, {:.0} times slower", all / time, time / ours),
            None => println!("{name:<12} is not installed"),
        }
    }
}

/// Compares what is read with what sisimai says.
fn judge(messages: &[(Vec<u8>, &Value)]) {
    let (mut named, mut right) = (0_u32, 0_u32);
    let (mut dead_and_said, mut only_said, mut only_dead) = (0_u32, 0_u32, 0_u32);
    for (bytes, expected) in messages {
        let (keys, is_dead) = read(bytes).map(|mail| addresses(&mail)).unwrap_or_default();
        let wanted: Vec<String> =
            expected["recipients"].as_array().unwrap().iter().map(|one| one.as_str().unwrap().to_lowercase()).collect();
        // An address that sisimai makes up where none is named.
        if !wanted.is_empty() && !wanted.iter().all(|one| one.ends_with(".invalid")) {
            named += 1;
            right += u32::from(wanted.iter().any(|one| keys.contains(one)));
        }
        match (expected["dead"].as_bool(), is_dead) {
            _ if expected["filtered"] == true => {}
            (Some(true), true) => dead_and_said += 1,
            (Some(false), true) => only_said += 1,
            (Some(true), false) => only_dead += 1,
            _ => {}
        }
    }
    let part = |some: u32, others: u32| f64::from(some) / f64::from(some + others);
    println!("recipient named in {:.3} of those where sisimai names one", part(right, named - right));
    println!("dead: precision {:.3}, recall {:.3}", part(dead_and_said, only_said), part(dead_and_said, only_dead));
}

/// The addresses a message is about, and whether it says that one of them is dead.
fn addresses(mail: &Mail) -> (Vec<String>, bool) {
    let keys = |list: &[EmailAddress]| list.iter().map(EmailAddress::key).collect();
    match &mail.kind {
        MailKind::Reports(reports) => (
            reports.iter().flat_map(|one| [&one.recipient, &one.original]).flatten().map(EmailAddress::key).collect(),
            reports.iter().any(|report| report.class.is_dead()),
        ),
        MailKind::Complaint(complaint) => (keys(&complaint.recipients), false),
        _ => (mail.from.iter().map(EmailAddress::key).collect(), false),
    }
}

fn seconds(work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_secs_f64()
}

/// The seconds that another program takes, the fastest of three times.
fn peer(program: &str, flag: &str, script: &str, folder: &Path) -> Option<f64> {
    let run = || {
        let start = Instant::now();
        let output = Command::new(program).args([flag, script]).arg(folder).output().ok()?;
        output.status.success().then(|| start.elapsed().as_secs_f64())
    };
    (0..3).filter_map(|_| run()).min_by(f64::total_cmp)
}
