//! Keeps names of the code's former private language from coming back, and facts from being read out of messages.
//! ARCHITECTURE.md has the words that took the place of those names.

use super::{files, read};

/// What things were called before they had the field's names.
const FORMER: [&str; 51] = [
    "Ailing",
    "Backstage",
    "ByHand",
    "Came",
    "Carried",
    "Clearance",
    "Condition",
    "Desk",
    "Door",
    "Errand",
    "Fate",
    "Fault",
    "Grounds",
    "KnownLinks",
    "Lane",
    "Origins",
    "Parting",
    "Passage",
    "Remains",
    "SetAside",
    "Span",
    "Stamp",
    "Standing",
    "Strain",
    "Studio",
    "Tally",
    "Terms",
    "Trace",
    "Traffic",
    "Tray",
    "Trouble",
    "Turn",
    "Unclear",
    "WayOut",
    "Window",
    "ails",
    "asks_for_less",
    "backstage",
    "broken_off",
    "by_hand",
    "carry_alone",
    "contained",
    "errands",
    "keep_up",
    "known_links",
    "over_pipeline",
    "over_smtp",
    "steadily",
    "studio",
    "take_out",
    "way_out",
];

#[test]
fn no_former_name_is_used() {
    let is_of_name = |character: char| character.is_alphanumeric() || character == '_';
    let mut found = Vec::new();
    for path in files("src", "rs").into_iter().chain(files("templates", "rs")) {
        for (number, line) in read(&path).lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            let words = code.split(|character| !is_of_name(character));
            for word in words.filter(|word| FORMER.contains(word)) {
                found.push(format!("{}:{}: `{word}`", path.display(), number + 1));
            }
        }
    }
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

/// Files that read messages of a library which gives no kind, each with the library.
const OF_OTHERS: [(&str, &str); 1] = [("src/toml/read.rs", "toml: what is wrong in the syntax")];

#[test]
fn no_fact_is_read_out_of_a_message() {
    let messages = ["error", "hint", "message", "notice", "reason", "to_string()", "warning"];
    let questions = [".contains(\"", ".starts_with(\"", ".ends_with(\"", ".strip_prefix(\"", ".find(\""];
    let mut found = Vec::new();
    let mut used = Vec::new();
    for path in files("src", "rs") {
        let text = read(&path);
        // Unit tests stand at the end of a file, or in one of their own; fuzz targets only assert.
        let code = text.lines().take_while(|line| line.trim() != "#[cfg(test)]");
        let is_of_tests =
            path.iter().any(|part| ["tests", "tests.rs", "fuzzing", "fuzzing.rs"].iter().any(|of| part == *of));
        for (number, line) in code.enumerate().filter(|_| !is_of_tests) {
            let asks = |question: &&str| {
                line.match_indices(*question)
                    .any(|(at, _)| messages.iter().any(|message| line[..at].ends_with(message)))
            };
            if !questions.iter().any(asks) {
                continue;
            }
            match OF_OTHERS.iter().find(|(file, _)| path == std::path::Path::new(file)) {
                Some((file, _)) => used.push(*file),
                None => found.push(format!("{}:{}: {}", path.display(), number + 1, line.trim())),
            }
        }
    }
    assert!(found.is_empty(), "read a type instead\n{}", found.join("\n"));
    used.dedup();
    assert_eq!(used, OF_OTHERS.map(|(file, _)| file), "exceptions that nothing uses");
}
