//! Holds the walk of a send in ARCHITECTURE.md to the files there are, and to its promise that no
//! file is entered more than twice.

use std::collections::BTreeMap;

use super::{read, root};

/// The files that a line of the walk names, each with whether it is marked as entered again.
fn named(line: &str) -> Vec<(String, bool)> {
    let words: Vec<_> = line.split_whitespace().map(|word| word.trim_end_matches(',')).collect();
    let is_again = |index: usize| words.get(index + 1) == Some(&"²");
    let files = words.iter().enumerate().filter(|(_, word)| word.strip_suffix(".rs").is_some());
    files.map(|(index, word)| ((*word).to_owned(), is_again(index))).collect()
}

/// The problems of the walk in `text`.
fn problems(text: &str) -> Vec<String> {
    let walk = text.split_once("## Walk: `newsletter send 42`").map(|(_, walk)| walk);
    let tree = walk.and_then(|walk| walk.split_once("```text\n")?.1.split_once("```")).map(|(tree, _)| tree);
    let Some(tree) = tree else { return vec!["no walk".to_owned()] };
    let mut entered: BTreeMap<String, usize> = BTreeMap::new();
    let mut problems = Vec::new();
    for (file, is_again) in tree.lines().flat_map(named) {
        let times = entered.entry(file.clone()).or_default();
        *times += 1;
        if *times > 2 {
            problems.push(format!("{file} is entered {times} times"));
        }
        if is_again != (*times > 1) {
            problems.push(format!("{file} needs the mark `²` the second time, and only then"));
        }
        if !root().join("src").join(&file).exists() {
            problems.push(format!("there is no {file}"));
        }
    }
    problems
}

#[test]
fn a_send_enters_no_file_more_than_twice() {
    let found = problems(&read("ARCHITECTURE.md"));
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[test]
fn a_walk_that_goes_back_too_often_is_found() {
    let walk = |lines: &str| format!("## Walk: `newsletter send 42`\n\n```text\n{lines}```\n");
    assert_eq!(problems(&walk("main.rs  begins\n  cli/mod.rs, main.rs ² goes on\n")), [""; 0]);
    assert_eq!(problems(&walk("main.rs\nmain.rs ²\nmain.rs ²\n")), ["main.rs is entered 3 times"]);
    assert_eq!(
        problems(&walk("main.rs ²\ncli/none.rs\n")),
        ["main.rs needs the mark `²` the second time, and only then", "there is no cli/none.rs"]
    );
    assert_eq!(problems(""), ["no walk"]);
}
