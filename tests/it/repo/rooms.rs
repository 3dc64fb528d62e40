//! Holds the imports of the library to the plan of the house: a room knows the rooms below it and
//! no others, and no two files or folders of a room know each other, however far around.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::arrows::{Arrow, House, circles, circles_in};
use super::root;

/// The rooms of the house from the ground up, and the rooms each may know. ARCHITECTURE.md has the picture.
const ROOMS: [(&str, &[&str]); 44] = [
    ("model", &[]),
    ("readers", &["model"]),
    ("fs", &[]),
    ("http", &[]),
    ("secret", &[]),
    ("diagnostic", &["fs"]),
    ("toml", &["diagnostic"]),
    ("schema", &[]),
    ("ornament", &["model"]),
    ("pictures", &["model"]),
    ("public_suffix", &[]),
    ("parallel", &[]),
    ("page", &["model", "public_suffix"]),
    ("inbox", &["page"]),
    ("feeds", &["page"]),
    ("issue", &["diagnostic", "model", "fs", "pictures", "public_suffix", "schema", "toml"]),
    ("config", &["diagnostic", "issue", "model", "fs", "schema", "secret", "toml"]),
    ("subscribers", &["config", "diagnostic", "issue", "model", "readers", "fs"]),
    ("certificate", &[]),
    ("fetch", &["certificate", "fs", "parallel"]),
    ("html", &["model"]),
    ("clients", &["html", "model"]),
    ("templates", &["model"]),
    ("letter", &["html", "model", "templates"]),
    ("message", &["letter", "model", "readers"]),
    ("returned", &["model"]),
    ("smtp", &["certificate", "secret", "fs"]),
    ("imap", &["secret", "smtp"]),
    ("mailbox", &["fs", "imap", "model", "readers", "returned"]),
    ("ledger", &["message", "model", "readers", "secret", "smtp", "fs"]),
    ("claim", &["fs", "ledger", "model"]),
    ("delivery", &["ledger", "smtp"]),
    ("delivery/limits", &["ledger"]),
    ("delivery/couriers", &["fs", "delivery", "ledger", "model", "smtp"]),
    ("delivery/relay", &["delivery/couriers", "delivery/limits"]),
    (
        "delivery/engine",
        &["delivery", "delivery/couriers", "delivery/limits", "delivery/relay", "ledger", "message", "model", "smtp"],
    ),
    (
        "check",
        &[
            "clients",
            "config",
            "diagnostic",
            "fetch",
            "html",
            "issue",
            "message",
            "model",
            "page",
            "parallel",
            "pictures",
            "public_suffix",
            "subscribers",
            "templates",
        ],
    ),
    ("doctor", &["certificate", "fetch", "message"]),
    ("archive", &["diagnostic", "letter", "model", "templates", "fs"]),
    ("format", &[]),
    (
        "app",
        &[
            "archive",
            "check",
            "claim",
            "config",
            "delivery",
            "delivery/couriers",
            "delivery/engine",
            "delivery/limits",
            "delivery/relay",
            "diagnostic",
            "doctor",
            "feeds",
            "fetch",
            "format",
            "fs",
            "imap",
            "inbox",
            "issue",
            "ledger",
            "letter",
            "mailbox",
            "message",
            "model",
            "page",
            "parallel",
            "ornament",
            "pictures",
            "returned",
            "readers",
            "smtp",
            "subscribers",
            "templates",
        ],
    ),
    (
        "preview",
        &[
            "app",
            "check",
            "clients",
            "config",
            "diagnostic",
            "html",
            "http",
            "inbox",
            "issue",
            "message",
            "model",
            "fs",
            "ornament",
            "subscribers",
            "templates",
        ],
    ),
    ("serve", &["app", "config", "http", "ledger", "model", "readers", "templates"]),
    (
        "cli",
        &[
            "app",
            "check",
            "config",
            "delivery",
            "diagnostic",
            "doctor",
            "fetch",
            "format",
            "inbox",
            "issue",
            "mailbox",
            "message",
            "model",
            "preview",
            "readers",
            "serve",
            "subscribers",
        ],
    ),
];

/// The files and folders that know each other in a circle all the same, each circle with its reason.
const CIRCLES: [(&[&str], &str); 0] = [];

/// The room a file is in: the deepest folder or file of [`ROOMS`] it lies in.
fn room_of(file: &Path) -> Option<&'static str> {
    let path = file.with_extension("");
    let path = path.strip_prefix("src").unwrap_or(&path);
    let lies_in = |room: &&str| path.starts_with(room);
    ROOMS.iter().map(|(room, _)| *room).filter(lies_in).max_by_key(|room| room.len())
}

/// Files that only put the rooms together.
fn is_entrance(file: &Path) -> bool {
    [Path::new("src/lib.rs"), Path::new("src/main.rs")].contains(&file)
}

#[test]
fn rooms_know_only_the_rooms_below_them_and_have_no_permission_that_no_file_uses() {
    let allowed: BTreeMap<_, BTreeSet<_>> =
        ROOMS.iter().map(|(room, below)| (*room, below.iter().copied().collect())).collect();
    let mut problems = BTreeSet::new();
    let mut used: BTreeSet<(&str, &str)> = BTreeSet::new();
    let house = House::read(root());
    let arrows = house.arrows().into_iter().map(|arrow| (arrow.from, arrow.to));
    for (from, to) in house.modules_named().into_iter().chain(arrows) {
        if is_entrance(&from) || is_entrance(&to) {
            continue;
        }
        let (Some(room), Some(other)) = (room_of(&from), room_of(&to)) else {
            problems.insert(format!(
                "{} or {}: not in any room; give it a place in ROOMS",
                from.display(),
                to.display()
            ));
            continue;
        };
        if room != other && !allowed[room].contains(other) {
            problems.insert(format!("{}: `{room}` must not know `{other}` ({})", from.display(), to.display()));
        }
        used.insert((room, other));
    }
    for (room, below) in &allowed {
        for other in below {
            if !used.contains(&(*room, *other)) {
                problems.insert(format!("ROOMS: `{room}` may know `{other}`, and no file of it does"));
            }
        }
    }
    assert!(problems.is_empty(), "\n{}", problems.into_iter().collect::<Vec<_>>().join("\n"));
}

#[test]
fn the_plan_of_the_rooms_is_written_from_the_ground_up() {
    for (floor, (room, below)) in ROOMS.iter().enumerate() {
        for other in *below {
            let lower = ROOMS[..floor].iter().any(|(room, _)| room == other);
            assert!(lower, "`{room}` may know `{other}`, which is not above it in ROOMS");
        }
    }
}

/// Every circle of files, and of the files and folders of a folder where it is another one.
fn all_circles(arrows: &BTreeSet<Arrow>) -> BTreeSet<BTreeSet<PathBuf>> {
    let of_files = circles(arrows.iter().map(|arrow| (arrow.from.clone(), arrow.to.clone())));
    let as_places = |circle: &BTreeSet<PathBuf>| -> BTreeSet<PathBuf> {
        let place =
            |file: &PathBuf| if file.ends_with("mod.rs") { file.with_file_name("") } else { file.with_extension("") };
        circle.iter().map(place).collect()
    };
    let known: BTreeSet<_> = of_files.iter().map(as_places).collect();
    let folders: BTreeSet<&Path> = arrows.iter().flat_map(|arrow| arrow.from.ancestors().skip(1)).collect();
    let of_folders =
        folders.into_iter().filter(|folder| folder.starts_with("src")).flat_map(|at| circles_in(at, arrows));
    let new = of_folders.filter(|circle| !known.contains(&as_places(circle)));
    new.collect::<Vec<_>>().into_iter().chain(of_files).collect()
}

/// A circle with the names that tie it, a line an arrow.
fn described(circle: &BTreeSet<PathBuf>, arrows: &BTreeSet<Arrow>) -> String {
    let lies_in = |file: &Path, place: &PathBuf| file.starts_with(place) || file.with_extension("").starts_with(place);
    let place = |file: &Path| circle.iter().find(|place| lies_in(file, place));
    let mut ties: BTreeMap<(&PathBuf, &PathBuf), BTreeSet<&str>> = BTreeMap::new();
    for arrow in arrows {
        if let (Some(from), Some(to)) = (place(&arrow.from), place(&arrow.to))
            && from != to
        {
            ties.entry((from, to)).or_default().insert(&arrow.name);
        }
    }
    let tie = |((from, to), names): (&(&PathBuf, &PathBuf), &BTreeSet<&str>)| {
        let names = names.iter().copied().collect::<Vec<_>>().join(", ");
        format!("  {} -> {} ({names})\n", from.display(), to.display())
    };
    format!("circle of {}:\n{}", circle.len(), ties.iter().map(tie).collect::<String>())
}

#[test]
fn no_files_or_folders_know_each_other_in_a_circle() {
    let arrows = House::read(root()).arrows();
    let excepted: BTreeSet<BTreeSet<PathBuf>> =
        CIRCLES.iter().map(|(places, _)| places.iter().map(PathBuf::from).collect()).collect();
    let found = all_circles(&arrows);
    let new: Vec<_> = found.difference(&excepted).map(|circle| described(circle, &arrows)).collect();
    assert!(new.is_empty(), "\n{}", new.join("\n"));
    let gone: Vec<_> = excepted.difference(&found).collect();
    assert!(gone.is_empty(), "CIRCLES excepts what is no circle any more: {gone:?}");
}

/// The arrows of a library of these files, as `from -> to: name`.
fn arrows_of(files: &[(&str, &str)]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join("src").join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let short = |path: &Path| path.strip_prefix("src").unwrap().display().to_string();
    let line = |arrow: &Arrow| format!("{} -> {}: {}", short(&arrow.from), short(&arrow.to), arrow.name);
    House::read(folder.path()).arrows().iter().map(line).collect()
}

#[test]
fn imports_are_read_in_all_their_forms() {
    let arrows = arrows_of(&[
        ("lib.rs", "mod a;\nmod b;\nmod c;\nmod d;\nmod e;\n"),
        (
            "a.rs",
            "pub struct One;\npub struct Two;\npub fn three() {}\npub const FOUR: u8 = 4;\npub enum Five { Six }\n",
        ),
        ("b.rs", "use crate::a::{One, Two as Other};\nfn f() { crate::a::three(); let _ = vec![super::a::FOUR]; }\n"),
        ("c.rs", "use crate::a;\nfn f() -> a::Five { a::Five::Six }\n"),
        ("d.rs", "use crate::e::e;\n"),
        ("e.rs", "pub fn e() {}\n"),
    ]);
    let expected = [
        "b.rs -> a.rs: FOUR",
        "b.rs -> a.rs: One",
        "b.rs -> a.rs: Two",
        "b.rs -> a.rs: three",
        "c.rs -> a.rs: Five",
        "d.rs -> e.rs: e",
    ];
    assert_eq!(arrows, expected);
}

#[test]
fn a_re_export_leads_to_the_file_that_defines_and_is_not_an_arrow() {
    let arrows = arrows_of(&[
        ("lib.rs", "mod a;\nmod b;\n"),
        ("a/mod.rs", "mod inner;\npub use inner::{Inner, make};\npub struct Own;\nfn f() { make(); }\n"),
        ("a/inner.rs", "use super::Own;\npub struct Inner(Own);\npub fn make() {}\n"),
        ("b.rs", "use crate::a::{Inner, Own};\n"),
    ]);
    assert_eq!(
        arrows,
        [
            "a/inner.rs -> a/mod.rs: Own",
            "a/mod.rs -> a/inner.rs: make",
            "b.rs -> a/inner.rs: Inner",
            "b.rs -> a/mod.rs: Own"
        ]
    );
}

#[test]
fn whatever_a_file_takes_from_the_head_of_its_folder_is_an_arrow() {
    let arrows = arrows_of(&[
        ("lib.rs", "mod a;\n"),
        ("a/mod.rs", "mod inner;\npub struct Own;\npub fn shared() {}\n"),
        ("a/inner.rs", "use super::{Own, shared};\nimpl Own {}\n"),
    ]);
    assert_eq!(arrows, ["a/inner.rs -> a/mod.rs: Own", "a/inner.rs -> a/mod.rs: shared"]);
}

#[test]
fn code_behind_tests_is_read_and_the_tests_are_not() {
    let arrows = arrows_of(&[
        ("lib.rs", "mod a;\nmod b;\n"),
        ("a.rs", "pub struct One;\npub struct Two;\n"),
        (
            "b.rs",
            "#[cfg(test)]\nuse crate::a::One;\n#[cfg(test)]\nmod tests { use crate::a::One; }\nuse crate::a::Two;\n",
        ),
    ]);
    assert_eq!(arrows, ["b.rs -> a.rs: Two"]);
}

#[test]
fn a_circle_is_found_however_long_it_is() {
    let arrow = |from: &str, to: &str| (PathBuf::from(from), PathBuf::from(to));
    let found = circles([arrow("a", "b"), arrow("b", "c"), arrow("c", "a"), arrow("c", "d"), arrow("e", "a")]);
    assert_eq!(found, [["a", "b", "c"].map(PathBuf::from).into_iter().collect()]);
}
