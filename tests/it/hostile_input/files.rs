//! Tests named pipes, devices, sockets, folders and huge files in the place of the newsletter's
//! files.

use std::fs::{self, File};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::process::Command;

use crate::support::{ISSUE, Output, Project, run_by};

/// What is in the place of a file.
#[derive(Debug, Clone, Copy)]
enum Thing {
    Pipe,
    Device,
    Socket,
    Folder,
    LinkToPipe,
    Large,
}

const THINGS: [(Thing, &str); 6] = [
    (Thing::Pipe, "it is a named pipe, not a file"),
    (Thing::Device, "it is a device, not a file"),
    (Thing::Socket, "it is a socket, not a file"),
    (Thing::Folder, "it is a folder, not a file"),
    (Thing::LinkToPipe, "it is a named pipe, not a file"),
    (Thing::Large, "it has 100 MB; the limit is "),
];

impl Thing {
    fn put(self, project: &Project, path: &str) {
        let path = project.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let _ = fs::remove_file(&path);
        let pipe = |path: &std::path::Path| assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
        match self {
            Self::Pipe => pipe(&path),
            Self::Device => symlink("/dev/zero", &path).unwrap(),
            Self::Socket => drop(UnixListener::bind(&path).unwrap()),
            Self::Folder => fs::create_dir(&path).unwrap(),
            Self::LinkToPipe => {
                pipe(&project.path("pipe"));
                symlink(project.path("pipe"), &path).unwrap();
            }
            Self::Large => {
                File::create(&path).unwrap().set_len(100 * 1024 * 1024).unwrap();
                fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
            }
        }
    }
}

/// Runs a command that must come to an end.
fn ended(project: &Project, arguments: &[&str]) -> Output {
    let mut timeout = Command::new("timeout");
    timeout.arg("60");
    project.finish(&mut run_by(timeout, &project.command(arguments)))
}

/// A newsletter whose every file is in its place.
fn project() -> Project {
    let issue = ISSUE.replace("kind = \"paper\"", "kind = \"paper\"\nimage = \"img/a.png\"\nalt = \"A clock\"");
    let picture = fs::read(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("issues/img/042-shards.png")).unwrap();
    let project = Project::new().file("issues/001-first-things.toml", issue).file("issues/img/a.png", picture);
    let project = project.subscribers(["ada@example.org"]);
    let secret = "secret = { file = \"unsubscribe.key\" }\n\n[smtp]\nhost = \"127.0.0.1\"\ntls = \"none\"\nca_file = \"ca.pem\"\n";
    let project = project.config(secret).file("unsubscribe.key", "a key of the newsletter's own that is long enough\n");
    fs::set_permissions(project.path("unsubscribe.key"), fs::Permissions::from_mode(0o600)).unwrap();
    project
}

#[test]
fn everything_but_a_regular_file_is_refused_where_a_file_is_read() {
    let cases: [(&str, &[&str], i32, &str); 8] = [
        ("newsletter.toml", &["check"], 3, "error: cannot read `newsletter.toml`: "),
        ("issues/001-first-things.toml", &["check"], 3, "error: cannot read `issues/001-first-things.toml`: "),
        ("issues/_template.toml", &["new"], 3, "error: cannot read `issues/_template.toml`: "),
        ("templates/letter.css", &["send", "1", "--dry-run"], 3, "error: cannot read `templates/letter.css`: "),
        ("templates/web.css", &["build"], 3, "error: cannot read `templates/web.css`: "),
        ("subscribers.csv", &["send", "1", "--dry-run"], 3, "error: cannot read `subscribers.csv`: "),
        (
            "unsubscribe.key",
            &["send", "1", "--dry-run"],
            3,
            "error: cannot read the secret in `[ROOT]/unsubscribe.key`: ",
        ),
        ("issues/001.sent", &["send", "1", "--yes"], 6, "error: cannot read `[ROOT]/issues/001.sent`"),
    ];
    for (path, arguments, code, message) in cases {
        for (thing, reason) in THINGS {
            // A list has no limit: it is never held.
            if matches!(thing, Thing::Large) && path == "subscribers.csv" {
                continue;
            }
            let project = project();
            thing.put(&project, path);
            let output = ended(&project, arguments);
            let said = output.stderr.replace("\n  caused by: ", ": ");
            assert_eq!(output.code, code, "{path} {thing:?}: {said}");
            assert!(said.contains(message) && said.contains(reason), "{path} {thing:?}: {said}");
        }
    }
}

#[test]
fn a_picture_that_is_no_file_is_refused_where_it_is_named() {
    for (thing, reason) in &THINGS[..3] {
        let project = project();
        thing.put(&project, "issues/img/a.png");
        for arguments in [&["check", "1"][..], &["build"], &["send", "1", "--dry-run"]] {
            let output = ended(&project, arguments);
            assert_eq!(output.code, 3, "{thing:?} {}", output.stderr);
            let said = format!("error: cannot read `img/a.png`: {reason}\n  --> issues/001-first-things.toml:22:9\n");
            assert!(output.stderr.starts_with(&said), "{thing:?} {}", output.stderr);
        }
    }
}

#[test]
fn a_picture_larger_than_any_is_not_copied() {
    let project = project();
    let picture = File::options().append(true).open(project.path("issues/img/a.png")).unwrap();
    picture.set_len(101 * 1024 * 1024).unwrap();
    let output = ended(&project, &["build"]);
    assert!(output.stderr.contains("it has 101 MB; the limit is 100 MB"), "{output:?}");
}
