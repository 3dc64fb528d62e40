//! Tests what a release is described by: the recipes of other package managers, the action, and the
//! names of files that have to agree.

#![expect(clippy::needless_raw_string_hashes, reason = "snapbox writes expectations with them")]

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use snapbox::{assert_data_eq, str};

use crate::support::Project;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(ROOT).join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Fills in the recipes for a release of 9.8.7 with archives for `targets`; their digests are `11…`, `22…` and so on.
fn recipes(targets: &[&str]) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let mut sums = String::new();
    for (number, target) in (1..).zip(targets) {
        let digest = number.to_string().repeat(64);
        writeln!(sums, "{digest}  newsletter-9.8.7-{target}.tar.gz").unwrap();
    }
    fs::write(folder.path().join("SHA256SUMS"), sums).unwrap();
    let mut command = Command::new(std::env::var_os("NEWSLETTER_PYTHON").expect("NEWSLETTER_PYTHON is not set"));
    command.args([&format!("{ROOT}/scripts/package-recipes"), "9.8.7", "SHA256SUMS", "."]).current_dir(&folder);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    (folder, String::from_utf8(output.stdout).unwrap())
}

/// The lines of a recipe that name an address or a digest.
fn pinned(folder: &tempfile::TempDir, recipe: &str) -> String {
    let text = fs::read_to_string(folder.path().join(recipe)).unwrap();
    assert!(!text.contains('@'), "{text}");
    let is_pinned = |line: &&str| ["https://", "1111", "2222", "9.8.7"].iter().any(|word| line.contains(word));
    let lines: Vec<_> = text.lines().filter(is_pinned).map(str::trim).collect();
    lines.join("\n") + "\n"
}

#[test]
#[ignore = "needs Python; ./check runs it"]
fn recipes_name_the_archives_of_a_release_and_their_digests() {
    let (folder, told) = recipes(&["x86_64-unknown-linux-gnu", "aarch64-apple-darwin"]);
    assert_data_eq!(
        told,
        str![[r#"
PKGBUILD
newsletter.json: not written, the release has no archive for it
newsletter.rb
package.nix

"#]]
    );
    assert_data_eq!(
        pinned(&folder, "newsletter.rb"),
        str![[r#"
homepage "https://git.example.org/newsletter/newsletter"
version "9.8.7"
url "https://git.example.org/newsletter/newsletter/releases/download/v9.8.7/newsletter-9.8.7-aarch64-apple-darwin.tar.gz"
sha256 "2222222222222222222222222222222222222222222222222222222222222222"
url "https://git.example.org/newsletter/newsletter/releases/download/v9.8.7/newsletter-9.8.7-x86_64-unknown-linux-gnu.tar.gz"
sha256 "1111111111111111111111111111111111111111111111111111111111111111"

"#]]
    );
    assert_data_eq!(
        pinned(&folder, "package.nix"),
        str![[r#"
version = "9.8.7";
url = "https://git.example.org/newsletter/newsletter/releases/download/v9.8.7/newsletter-9.8.7-x86_64-unknown-linux-gnu.tar.gz";
sha256 = "1111111111111111111111111111111111111111111111111111111111111111";
homepage = "https://git.example.org/newsletter/newsletter";

"#]]
    );
    assert_data_eq!(
        pinned(&folder, "PKGBUILD"),
        str![[r#"
pkgver=9.8.7
url='https://git.example.org/newsletter/newsletter'
source=('https://git.example.org/newsletter/newsletter/releases/download/v9.8.7/newsletter-9.8.7-x86_64-unknown-linux-gnu.tar.gz')
sha256sums=('1111111111111111111111111111111111111111111111111111111111111111')

"#]]
    );
}

#[test]
#[ignore = "needs Python; ./check runs it"]
fn a_recipe_without_an_archive_is_not_written() {
    let (folder, told) = recipes(&["x86_64-pc-windows-msvc"]);
    assert!(told.starts_with("PKGBUILD: not written, ") && told.contains("\nnewsletter.json\n"), "{told}");
    let scoop: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(folder.path().join("newsletter.json")).unwrap()).unwrap();
    assert_eq!(scoop["architecture"]["64bit"]["hash"], "1".repeat(64));
    assert!(!folder.path().join("package.nix").exists());
    let formula = fs::read_to_string(folder.path().join("newsletter.rb")).unwrap();
    assert!(!formula.contains("on_linux") && !formula.contains("on_macos"), "{formula}");
}

#[test]
fn the_archive_has_one_name_wherever_it_is_named() {
    let archive = "newsletter-{ version }-{ target }";
    let places = [
        ("Cargo.toml", archive.to_owned()),
        ("scripts/release", archive.replace("{ ", "$").replace(" }", "")),
        ("packaging/action/install", archive.replace("{ version }", "$VERSION").replace("{ target }", "$target")),
        ("scripts/package-recipes", archive.replace("{ version }", "{version}").replace("{ target }", "{name}")),
    ];
    for (path, name) in places {
        assert!(read(path).contains(&name), "{path} does not contain `{name}`");
    }
}

/// What is wrong with a workflow or an action, as GitHub would read it; empty if nothing is.
fn validated(path: &Path) -> String {
    let program = format!("{ROOT}/tests/action/node_modules/.bin/action-validator");
    let output = Command::new(program).arg(path).output().expect("action-validator is missing; run ./check");
    if output.status.success() {
        return String::new();
    }
    format!(
        "{}: {}{}",
        path.display(),
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

#[test]
#[ignore = "needs action-validator; ./check runs it"]
fn the_action_and_all_workflows_are_what_github_takes() {
    let folder = tempfile::tempdir().unwrap();
    let mut paths = vec![Path::new(ROOT).join("action.yml")];
    paths.extend(fs::read_dir(Path::new(ROOT).join(".github/workflows")).unwrap().map(|entry| entry.unwrap().path()));
    let document = read("docs/ci.md");
    let blocks = document.split("\n```yaml\n").skip(1).map(|block| block.split("\n```").next().unwrap());
    for (number, workflow) in blocks.filter(|block| block.starts_with("name: ")).enumerate() {
        let path = folder.path().join(format!("{number}.yml"));
        fs::write(&path, workflow).unwrap();
        paths.push(path);
    }
    assert!(paths.len() >= 6, "{paths:?}");
    let wrong: Vec<_> = paths.iter().map(PathBuf::as_path).map(validated).collect();
    assert_eq!(wrong.concat(), "");
    let broken = folder.path().join("broken.yml");
    fs::write(&broken, read(".github/workflows/check.yml").replace("runs-on:", "run-on:")).unwrap();
    assert!(!validated(&broken).is_empty(), "a misspelled key is found");
}

#[test]
fn workflows_of_this_repository_run_what_everybody_runs() {
    assert!(read(".github/workflows/check.yml").contains(" ./check\n"));
    assert!(read(".github/workflows/release.yml").contains(" scripts/release --target "));
}

const SERVICE: &str = "packaging/systemd/newsletter-send@.service";

/// What stands in the unit behind `key=`, line by line.
fn values(unit: &str, key: &str) -> Vec<String> {
    let lines = unit.lines().filter_map(|line| line.strip_prefix(key)?.strip_prefix('='));
    lines.map(str::to_owned).collect()
}

#[test]
fn the_service_runs_a_command_that_the_program_knows() {
    let unit = read(SERVICE);
    let command = values(&unit, "ExecStart").remove(0).replace("${ISSUE}", "42").replace("${CONFIRM}", "1211");
    let parsed = newsletter::cli::parse(command.split(' ').map(Into::into).collect()).unwrap();
    assert!(matches!(parsed.command, newsletter::cli::Command::Send(_)));
    assert!(parsed.global.no_input, "{command}");
}

#[test]
fn the_manual_puts_files_where_the_service_looks_for_them() {
    let (unit, page) = (read(SERVICE), read("docs/on-a-server.md"));
    let of_weekly = |key: &str| values(&unit, key).remove(0).replace("%i", "weekly");
    let (credential, file) =
        of_weekly("LoadCredential").split_once(':').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    for named in [
        format!("install -m 600 smtp-password {file}\n"),
        format!("LoadCredential={credential}:{file} "),
        format!("password = {{ command = [\"systemd-creds\", \"cat\", \"{credential}\"] }}\n"),
        format!("`{}`", of_weekly("EnvironmentFile")),
        format!(" {}\n", of_weekly("WorkingDirectory")),
        format!("useradd --system --home-dir /srv/newsletter --create-home {}\n", of_weekly("User")),
    ] {
        assert!(page.contains(&named), "docs/on-a-server.md does not have `{}`", named.trim());
    }
}

/// What systemd says about `unit`, called `name`, beyond what it says about every unit.
fn judged_by_systemd(name: &str, unit: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, unit.replace("/usr/bin/newsletter", env!("CARGO_BIN_EXE_newsletter"))).unwrap();
    let analyze = |arguments: &[&str]| {
        let output = Command::new("systemd-analyze").args(arguments).arg(&path).output().expect("systemd-analyze");
        (output.status.success(), String::from_utf8(output.stderr).unwrap())
    };
    let (is_sound, said) = analyze(&["verify", "--man=no"]);
    let (is_safe, more) = analyze(&["security", "--offline=true", "--threshold=14"]);
    if is_sound && is_safe { said } else { format!("refused: {said}{more}") }
}

#[test]
#[ignore = "needs systemd; ./check runs it"]
fn systemd_takes_the_units_and_their_restrictions() {
    let (service, timer) = (read(SERVICE), read("packaging/systemd/newsletter-send@.timer"));
    assert_eq!(judged_by_systemd("newsletter-send@weekly.service", &service), "");
    let calendar = values(&timer, "OnCalendar").remove(0);
    assert!(Command::new("systemd-analyze").args(["calendar", &calendar]).output().unwrap().status.success());
    let served = Project::new().config("[serve]\n").run(["serve", "--unit"]).stdout.replace("[ROOT]", "/srv/weekly");
    assert_eq!(judged_by_systemd("newsletter.service", &served), "");
    let misspelled = service.replace("RemoveIPC=", "RemoveIPCs=");
    assert!(judged_by_systemd("newsletter-send@weekly.service", &misspelled).contains("RemoveIPCs"));
}
