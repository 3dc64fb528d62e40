//! Records a run with `strace`: its changes to the newsletter's files, and the moment of each final
//! dot.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::crash::{World, traced};
use crate::support::run_by;

/// The system calls that change files or talk to the server. One that is missing here would be a hole in the lab: what it did
/// would be on the disk before and after every cut, or never.
const CALLS: &str = "trace=openat,open,creat,link,linkat,mkdir,mkdirat,rename,renameat,renameat2,unlink,unlinkat,rmdir,\
                     pwrite64,pwritev,pwritev2,write,writev,sendto,sendmsg,sendfile,copy_file_range,ftruncate,truncate,\
                     fallocate,fsync,fdatasync,sync,syncfs,sync_file_range,msync,io_uring_enter";

/// The machine the recording was made on had another boot: none of its memory outlives the cut.
const BOOT: &str = "6f1cbb2e-3b0c-4d2b-9a53-0e1e5cd0b1a7\n";

/// What happened, in the order it did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Event {
    /// A file was opened to be written.
    Opened {
        path: PathBuf,
        create: bool,
        truncate: bool,
    },
    /// Bytes were written; a program sees them from now on.
    Wrote {
        path: PathBuf,
        offset: usize,
        bytes: Vec<u8>,
    },
    Resized {
        path: PathBuf,
        length: usize,
    },
    Linked {
        from: PathBuf,
        to: PathBuf,
    },
    Renamed {
        from: PathBuf,
        to: PathBuf,
    },
    Removed {
        path: PathBuf,
    },
    /// A thread asked for what was written so far to be on the disk.
    SyncBegan {
        thread: u32,
        path: PathBuf,
    },
    /// It is.
    Synced {
        thread: u32,
    },
    /// The final dot of the message to this address has begun to leave.
    Dot(String),
}

/// A recorded run. Paths are relative to the newsletter's folder.
pub(super) struct Recording {
    /// The files before it.
    pub(super) before: BTreeMap<PathBuf, Vec<u8>>,
    /// Who had it before.
    pub(super) sent_before: Vec<String>,
    pub(super) events: Vec<Event>,
}

impl Recording {
    /// Sends issue 1 of `world`, under another boot id than this machine's.
    pub(super) fn of(world: &World) -> Self {
        let root = world.project().root();
        let (log, boot) = (world.file("trace"), world.file("boot"));
        fs::write(&boot, BOOT).unwrap();
        let sent_before = world.mailing.server.accepted_recipients();
        let before = files(root, root);
        let sender = world.project().command(["send", "1", "--yes", "-q"]);
        let options = ["-y", "-xx", "-s", "1000000", "--signal=none", "-e", CALLS, "-o", log.to_str().unwrap()];
        let ended = elsewhere(&traced(&sender, options), &boot).status().expect("unshare is missing; run ./check");
        assert!(ended.success(), "{ended}");
        let events = Reader::new(root).read(&fs::read_to_string(&log).unwrap());
        let accepted = world.mailing.server.accepted_recipients();
        let mut dots: Vec<_> =
            events.iter().filter_map(|event| if let Event::Dot(to) = event { Some(to) } else { None }).collect();
        dots.extend(&sent_before);
        dots.sort_unstable();
        assert!(dots.into_iter().eq(accepted.iter()), "the recording does not hold the dots the server has seen");
        Self { before, sent_before, events }
    }

    /// The most dots that left between two syncs.
    pub(super) fn most_between_two_syncs(&self) -> usize {
        let runs = self.events.split(|event| matches!(event, Event::Synced { .. }));
        runs.map(|run| run.iter().filter(|event| matches!(event, Event::Dot(_))).count()).max().unwrap_or(0)
    }
}

/// `command` where the kernel says that this boot is the one of the file `boot`.
fn elsewhere(command: &Command, boot: &Path) -> Command {
    let script = "mount --bind \"$0\" /proc/sys/kernel/random/boot_id && exec \"$@\"";
    let mut elsewhere = Command::new("unshare");
    elsewhere.args(["--map-root-user", "--mount", "sh", "-c", script]).arg(boot);
    run_by(elsewhere, command)
}

/// The files below `folder`, by their paths relative to `root`.
fn files(folder: &Path, root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.append(&mut files(&path, root));
        } else {
            found.insert(path.strip_prefix(root).unwrap().to_owned(), fs::read(&path).unwrap());
        }
    }
    found
}

/// Reads the log of `strace -f -y -xx`: `THREAD CALL(ARGUMENTS) = RESULT`, or the same in two lines when another thread got
/// in between, the first ending in `<unfinished ...>`, the second beginning with `<... CALL resumed>`.
struct Reader<'a> {
    root: &'a Path,
    events: Vec<Event>,
    /// How far `write` has come, by file descriptor.
    positions: HashMap<String, usize>,
    /// What was sent since the last dot, by connection.
    streams: HashMap<String, Vec<u8>>,
}

impl<'a> Reader<'a> {
    fn new(root: &'a Path) -> Self {
        Self { root, events: Vec::new(), positions: HashMap::new(), streams: HashMap::new() }
    }

    fn read(mut self, log: &str) -> Vec<Event> {
        let mut unfinished: HashMap<&str, &str> = HashMap::new();
        for line in log.lines() {
            let (thread, call) = line.split_once(' ').unwrap();
            let call = call.trim_start();
            if call.starts_with("+++") {
                continue;
            }
            if let Some(begun) = call.strip_suffix(" <unfinished ...>") {
                self.begin(thread, begun);
                unfinished.insert(thread, begun);
            } else if call.starts_with("<... ") {
                let (_, result) = call.rsplit_once(" = ").unwrap();
                self.end(thread, unfinished.remove(thread).unwrap(), result);
            } else {
                let (call, result) = call.rsplit_once(" = ").unwrap();
                self.begin(thread, call);
                self.end(thread, call, result);
            }
        }
        self.events
    }

    /// A call as it begins: what may be seen from here on.
    fn begin(&mut self, thread: &str, call: &str) {
        let (name, arguments) = call.split_once('(').unwrap();
        match name {
            "pwrite64" => {
                let offset = arguments.trim_end_matches(')').rsplit_once(", ").unwrap().1.parse().unwrap();
                self.wrote(arguments, offset);
            }
            "write" | "writev" | "sendto" | "sendmsg" if is_socket(arguments) => self.sent(arguments),
            "fsync" | "fdatasync" => {
                if let Some(path) = self.inside(&opened(arguments)) {
                    self.events.push(Event::SyncBegan { thread: thread.parse().unwrap(), path });
                }
            }
            _ => {}
        }
    }

    /// A call that has ended: what has an effect only when it succeeds.
    fn end(&mut self, thread: &str, call: &str, result: &str) {
        let (name, arguments) = call.split_once('(').unwrap();
        if result.starts_with('-') || result.starts_with('?') {
            assert!(!["pwrite64", "fsync", "fdatasync"].contains(&name), "{call} = {result}");
            return;
        }
        match name {
            "openat" | "open" => {
                self.positions.insert(descriptor(result).to_owned(), 0);
                let [path] = self.paths(arguments);
                let [create, truncate] = ["O_CREAT", "O_TRUNC"].map(|flag| arguments.contains(flag));
                self.events.extend(path.map(|path| Event::Opened { path, create, truncate }));
            }
            "write" if !is_socket(arguments) => {
                let written: usize = result.parse().unwrap();
                let position = self.positions.entry(descriptor(arguments).to_owned()).or_default();
                let offset = std::mem::replace(position, *position + written);
                self.wrote(arguments, offset);
            }
            "ftruncate" => {
                let length = arguments.trim_end_matches(')').rsplit_once(", ").unwrap().1.parse().unwrap();
                self.events.extend(self.inside(&opened(arguments)).map(|path| Event::Resized { path, length }));
            }
            "link" | "linkat" => {
                let [from, to] = self.paths(arguments);
                self.events.extend(from.zip(to).map(|(from, to)| Event::Linked { from, to }));
            }
            "rename" | "renameat" | "renameat2" => {
                let [from, to] = self.paths(arguments);
                self.events.extend(from.zip(to).map(|(from, to)| Event::Renamed { from, to }));
            }
            "unlink" | "unlinkat" => {
                let [path] = self.paths(arguments);
                self.events.extend(path.map(|path| Event::Removed { path }));
            }
            "fsync" | "fdatasync" => {
                if self.inside(&opened(arguments)).is_some() {
                    self.events.push(Event::Synced { thread: thread.parse().unwrap() });
                }
            }
            // What is in a folder says which there are.
            "mkdir" | "mkdirat" | "pwrite64" | "sendto" | "sendmsg" | "write" | "writev" => {}
            other => panic!("the lab does not know what `{other}` does to a disk"),
        }
    }

    /// The path relative to the newsletter's folder, of a file in it.
    fn inside(&self, path: &Path) -> Option<PathBuf> {
        self.root.join(path).strip_prefix(self.root).ok().map(Path::to_owned)
    }

    /// The paths among the arguments of a call.
    fn paths<const N: usize>(&self, arguments: &str) -> [Option<PathBuf>; N] {
        let paths: Vec<_> = strings(arguments).iter().map(|path| self.inside(&named(path))).collect();
        paths.try_into().unwrap()
    }

    fn wrote(&mut self, arguments: &str, offset: usize) {
        let Some(path) = self.inside(&opened(arguments)) else { return };
        let bytes = strings(arguments).concat();
        self.events.push(Event::Wrote { path, offset, bytes });
    }

    fn sent(&mut self, arguments: &str) {
        let stream = self.streams.entry(descriptor(arguments).to_owned()).or_default();
        stream.extend(strings(arguments).concat());
        while let Some(end) = stream.windows(5).position(|window| window == b"\r\n.\r\n") {
            let message: Vec<_> = stream.drain(..end + 5).collect();
            let message = String::from_utf8_lossy(&message);
            let (_, to) = message.rsplit_once("\r\nTo: ").expect("a message is to somebody");
            self.events.push(Event::Dot(to.split("\r\n").next().unwrap().to_owned()));
        }
    }
}

/// `3</etc/hosts>, ...`: the number.
fn descriptor(text: &str) -> &str {
    text.split('<').next().unwrap()
}

/// `3</etc/hosts>, ...`, its path as `-xx` writes it: the path.
fn opened(arguments: &str) -> PathBuf {
    let path = arguments.split(['<', '>']).nth(1).unwrap_or_default();
    named(&unescaped(path))
}

fn named(path: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8(path.to_vec()).unwrap())
}

fn is_socket(arguments: &str) -> bool {
    opened(arguments).to_string_lossy().starts_with("socket:")
}

/// The strings among the arguments of a call.
fn strings(arguments: &str) -> Vec<Vec<u8>> {
    arguments.split('"').skip(1).step_by(2).map(unescaped).collect()
}

/// `\x68\x69`: `hi`.
fn unescaped(text: &str) -> Vec<u8> {
    text.split("\\x").skip(1).map(|digits| u8::from_str_radix(digits, 16).unwrap()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `text` as `strace -xx` writes it.
    fn hex(text: &str) -> String {
        text.bytes().fold(String::new(), |hex, byte| hex + &format!("\\x{byte:02x}"))
    }

    #[test]
    fn a_log_is_read_in_one_line_and_in_two() {
        let (file, socket) = (hex("/letter/a"), hex("socket:[7]"));
        let log = format!(
            "10 openat(AT_FDCWD<{cwd}>, \"{a}\", O_RDWR|O_CREAT|O_CLOEXEC, 0600) = 3<{file}>\n\
             10 pwrite64(3<{file}>, \"{hi}\", 2, 7 <unfinished ...>\n\
             11 fdatasync(3<{file}> <unfinished ...>\n\
             10 <... pwrite64 resumed>) = 2\n\
             12 sendto(4<{socket}>, \"{message}\", 9, MSG_NOSIGNAL, NULL, 0) = 9\n\
             11 <... fdatasync resumed>) = 0\n\
             12 openat(AT_FDCWD<{cwd}>, \"{elsewhere}\", O_RDONLY) = 3<{elsewhere}>\n",
            cwd = hex("/letter"),
            a = hex("a"),
            hi = hex("hi"),
            message = hex("DATA\r\nTo: nobody\r\n"),
            elsewhere = hex("/etc/hosts"),
        );
        let more =
            format!("12 sendto(4<{socket}>, \"{}\", 9, MSG_NOSIGNAL, NULL, 0) = 9\n", hex("To: ada\r\n\r\n.\r\nMAIL"));
        let path = PathBuf::from("a");
        assert_eq!(
            Reader::new(Path::new("/letter")).read(&(log + &more)),
            [
                Event::Opened { path: path.clone(), create: true, truncate: false },
                Event::Wrote { path: path.clone(), offset: 7, bytes: b"hi".to_vec() },
                Event::SyncBegan { thread: 11, path },
                Event::Synced { thread: 11 },
                Event::Dot("ada".to_owned()),
            ]
        );
    }
}
