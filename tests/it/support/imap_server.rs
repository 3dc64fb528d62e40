//! Runs an IMAP server in the test: one folder, and one for what was understood, with faults on demand.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};

use super::raw_server::{RawServer, Talk};

/// What happens instead of an answer.
#[derive(Debug, Clone)]
pub(crate) enum Fault {
    /// The connection ends.
    Cut,
    /// The command takes effect, and the connection ends before its answer.
    CutAfter,
    /// The messages are numbered anew, as by a server whose index was lost, and the connection ends.
    Renumber,
    /// These bytes, and then the connection ends.
    Say(String),
    /// A tagged answer.
    Answer(&'static str),
}

#[derive(Debug, Default)]
struct State {
    /// Messages by identifier, and whether they are read.
    inbox: BTreeMap<u32, (Vec<u8>, bool)>,
    folders: BTreeMap<String, Vec<Vec<u8>>>,
    validity: u32,
    capabilities: String,
    /// Faults of commands that begin like this, in order.
    faults: VecDeque<(String, Fault)>,
    /// Commands without tags and without the login.
    commands: Vec<String>,
}

/// A running server, for user `ada` and any password.
pub(crate) struct ImapServer {
    pub(crate) port: u16,
    state: Arc<Mutex<State>>,
}

impl ImapServer {
    /// One that can do `capabilities` besides `IMAP4rev1`.
    pub(crate) fn start(capabilities: &str) -> Self {
        let state = State { validity: 7, capabilities: capabilities.to_owned(), ..State::default() };
        let state = Arc::new(Mutex::new(state));
        let shared = Arc::clone(&state);
        let server = RawServer::start(move |_, talk| _ = converse(&shared, talk));
        Self { port: server.port, state }
    }

    /// Puts a message into the folder.
    pub(crate) fn put(&self, message: &str) {
        let mut state = self.state.lock().unwrap();
        let uid = state.inbox.keys().last().map_or(1, |last| last + 1);
        state.inbox.insert(uid, (message.replace('\n', "\r\n").into_bytes(), false));
    }

    /// Has the next command that begins with `command` fail.
    pub(crate) fn fail(&self, command: &str, fault: Fault) {
        self.state.lock().unwrap().faults.push_back((command.to_owned(), fault));
    }

    /// The identifiers in the folder; those of read messages with an `S`.
    pub(crate) fn inbox(&self) -> Vec<String> {
        let state = self.state.lock().unwrap();
        state.inbox.iter().map(|(uid, (_, read))| format!("{uid}{}", if *read { "S" } else { "" })).collect()
    }

    /// The folders that were made, with the number of messages in each.
    pub(crate) fn folders(&self) -> Vec<String> {
        let state = self.state.lock().unwrap();
        state.folders.iter().map(|(name, messages)| format!("{name} {}", messages.len())).collect()
    }

    /// The commands so far.
    pub(crate) fn commands(&self) -> Vec<String> {
        self.state.lock().unwrap().commands.clone()
    }
}

/// Answers one connection. `None` at its end.
fn converse(shared: &Mutex<State>, talk: &mut Talk) -> Option<()> {
    if let Some(Fault::Say(text)) = fault(shared, "greeting") {
        talk.say(&text);
        return None;
    }
    talk.say("* OK ready\r\n");
    loop {
        let line = talk.line();
        let (tag, command) = line.split_once(' ')?;
        let is_login = command.starts_with("LOGIN") || command.starts_with("AUTHENTICATE");
        if !is_login {
            shared.lock().unwrap().commands.push(command.to_owned());
        }
        match fault(shared, command) {
            Some(Fault::Cut) => return None,
            Some(Fault::Renumber) => {
                shared.lock().unwrap().validity += 1;
                return None;
            }
            Some(Fault::CutAfter) => {
                take_effect(shared, command);
                return None;
            }
            Some(Fault::Say(text)) => {
                talk.say(&text);
                return None;
            }
            Some(Fault::Answer(answer)) => {
                talk.say(&format!("{tag} {answer}\r\n"));
                continue;
            }
            None => {}
        }
        if command == "IDLE" {
            talk.say("+ idling\r\n* 9 EXISTS\r\n");
            assert_eq!(talk.line(), "DONE");
            talk.say(&format!("{tag} OK\r\n"));
            continue;
        }
        let (untagged, verdict) = take_effect(shared, command);
        talk.say(&format!("{untagged}{tag} {verdict}\r\n"));
        if command == "LOGOUT" {
            return None;
        }
    }
}

fn fault(shared: &Mutex<State>, command: &str) -> Option<Fault> {
    let mut state = shared.lock().unwrap();
    let at = state.faults.iter().position(|(of, _)| command.starts_with(of.as_str()))?;
    state.faults.remove(at).map(|(_, fault)| fault)
}

/// Returns the untagged answers and the verdict.
fn take_effect(shared: &Mutex<State>, command: &str) -> (String, String) {
    let mut state = shared.lock().unwrap();
    let state = &mut *state;
    let words: Vec<&str> = command.split(' ').collect();
    let last = words.last().unwrap().trim_matches('"').to_owned();
    let ok = |untagged: String| (untagged, "OK done".to_owned());
    match words.as_slice() {
        ["CAPABILITY"] => ok(format!("* CAPABILITY IMAP4rev1  {} RIGHTS=kxten\r\n", state.capabilities)),
        ["SELECT" | "EXAMINE", _] => {
            ok(format!("* {} EXISTS\r\n* OK [UIDVALIDITY {}] ok\r\n", state.inbox.len(), state.validity))
        }
        ["UID", "SEARCH", "UNSEEN"] => {
            let found = state.inbox.iter().filter(|(_, (_, read))| !read).map(|(uid, _)| format!(" {uid}"));
            ok(format!("* SEARCH{}\r\n", found.collect::<String>()))
        }
        ["UID", "FETCH", set, ..] => ok(uids(set)
            .into_iter()
            .filter_map(|uid| {
                let (bytes, _) = state.inbox.get(&uid)?;
                let text = String::from_utf8_lossy(bytes);
                Some(format!("* {uid} FETCH (UID {uid} BODY[]<0> {{{}}}\r\n{text})\r\n", bytes.len()))
            })
            .collect()),
        ["UID", "STORE", set, _, flags] => {
            for uid in uids(set) {
                if let Some((_, read)) = state.inbox.get_mut(&uid) {
                    *read |= flags.contains("\\Seen");
                }
            }
            ok(String::new())
        }
        ["UID", "MOVE" | "COPY", set, _] => {
            if !state.folders.contains_key(&last) {
                return (String::new(), "NO [TRYCREATE] no such folder".to_owned());
            }
            for uid in uids(set) {
                let Some((bytes, _)) = state.inbox.get(&uid).cloned() else { continue };
                state.folders.get_mut(&last).unwrap().push(bytes);
                if words[1] == "MOVE" {
                    state.inbox.remove(&uid);
                }
            }
            ok(String::new())
        }
        ["UID", "EXPUNGE", set] => {
            for uid in &uids(set) {
                state.inbox.remove(uid);
            }
            ok(String::new())
        }
        ["CREATE", _] => {
            state.folders.entry(last).or_default();
            ok(String::new())
        }
        ["NAMESPACE"] => ok("* NAMESPACE ((\"INBOX.\" \".\")) NIL NIL\r\n".to_owned()),
        ["LOGOUT"] => ok("* BYE\r\n".to_owned()),
        [verb, ..] if ["LOGIN", "AUTHENTICATE", "SUBSCRIBE"].contains(verb) => ok(String::new()),
        _ => (String::new(), format!("BAD {command}")),
    }
}

fn uids(set: &str) -> Vec<u32> {
    let range = |part: &str| {
        let (first, last) = part.split_once(':').unwrap_or((part, part));
        first.parse::<u32>().unwrap()..=last.parse().unwrap()
    };
    set.split(',').flat_map(range).collect()
}
