//! Tests the recipes of `docs/ci.md` and the action: their steps, run against bare repositories on this machine.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::issue_claim::{CLAIM, runners};
use crate::support::{Output, Postgres, Project, Runners, Script, SmtpServer, git};

/// Returns the code blocks of the section `heading` of `docs/ci.md`, in order.
fn blocks(heading: &str) -> Vec<String> {
    let document = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/ci.md")).unwrap();
    let (_, section) = document.split_once(&format!("\n## {heading}\n")).unwrap();
    let section = section.split("\n## ").next().unwrap();
    let fenced = section.split("\n```").skip(1).step_by(2);
    fenced.map(|block| block.split_once('\n').unwrap().1.to_owned()).collect()
}

/// Returns the shell steps of a workflow: what follows `run:` on its line or, after `|`, on the lines below.
fn steps(workflow: &str) -> Vec<String> {
    let mut steps = Vec::new();
    let mut lines = workflow.lines().peekable();
    while let Some(line) = lines.next() {
        let Some((_, step)) = line.split_once("run: ") else { continue };
        if step != "|" {
            steps.push(step.to_owned());
            continue;
        }
        let indent = |line: &str| line.len() - line.trim_start().len();
        let depth = indent(line.trim_start_matches("- "));
        let mut script = String::new();
        while let Some(line) = lines.next_if(|line| line.is_empty() || indent(line) > depth) {
            script.push_str(line);
            script.push('\n');
        }
        steps.push(script);
    }
    steps
}

/// Returns the commands below `key` of a job of GitLab.
fn script(job: &str, key: &str) -> Vec<String> {
    let lines = job.lines().skip_while(|line| line.trim() != format!("{key}:")).skip(1);
    lines.map_while(|line| line.trim_start().strip_prefix("- ")).map(str::to_owned).collect()
}

/// A folder with `newsletter` for the PATH.
fn program() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_newsletter"), folder.path().join("newsletter")).unwrap();
    folder
}

/// Runs `step` as a runner does, in `checkout`.
fn shell(step: &str, checkout: &Project, program: &Path, variables: &[(&str, &str)]) -> Output {
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
    let command = Runners::command(checkout, [""; 0]);
    let mut shell = Command::new("bash");
    shell.args(["-e", "-o", "pipefail", "-c", step]).current_dir(checkout.root()).env_clear();
    shell.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    shell.env("PATH", path).envs(variables.iter().copied());
    checkout.finish(&mut shell)
}

#[test]
#[ignore = "needs git; ./check runs it"]
fn the_send_of_the_github_recipe_claims_in_git_and_keeps_the_marker() {
    let steps = steps(&blocks("GitHub")[1]);
    let [send, keep] = &steps[..] else { panic!("{steps:?}") };
    let runners = runners(CLAIM);
    let program = program();
    let input = [("ISSUE", "1"), ("RECIPIENTS", "3")];
    let first = runners.runner();
    let output = shell(send, &first, program.path(), &input);
    assert_eq!((output.code, runners.server.count_accepted()), (0, 3), "{output:?}");
    let output = shell(keep, &first, program.path(), &input);
    assert_eq!(output.code, 0, "{output:?}");
    let kept = git(&runners.remote(), &["show", "--stat", "--format=%s", "HEAD"]);
    assert!(
        kept.starts_with("issue 1: sent\n") && kept.contains(".sent |") && kept.contains("1 file changed"),
        "{kept}"
    );
    // Started again, on another machine: nobody gets a second copy, and there is nothing to keep.
    let second = runners.runner();
    let output = shell(send, &second, program.path(), &input);
    assert_eq!((output.code, runners.server.count_accepted()), (6, 3), "{output:?}");
    assert_eq!(shell(keep, &second, program.path(), &input).code, 0);
}

#[test]
#[ignore = "needs git; ./check runs it"]
fn a_send_to_another_number_than_was_approved_sends_nothing() {
    let send = &steps(&blocks("GitHub")[1])[0];
    let (runners, program) = (runners(CLAIM), program());
    let output = shell(send, &runners.runner(), program.path(), &[("ISSUE", "1"), ("RECIPIENTS", "2")]);
    assert_eq!((output.code, runners.server.count_accepted()), (6, 0), "{output:?}");
}

#[test]
#[ignore = "needs git and PostgreSQL; ./check runs it"]
fn the_send_of_the_gitlab_recipe_is_continued_by_the_next_job() {
    let job = blocks("GitLab").remove(0);
    let (_, send) = job.split_once("\nsend:\n").unwrap();
    let send = script(send, "script").join("\n");
    let database = Postgres::start();
    let runners = runners(&format!("url = \"{}\"\n", database.url()));
    let program = program();
    let first = runners.runner();
    let in_program = |checkout: &Project| {
        fs::create_dir(checkout.path("program")).unwrap();
        std::os::unix::fs::symlink(program.path().join("newsletter"), checkout.path("program/newsletter")).unwrap();
    };
    in_program(&first);
    let cut_short = format!("{send} --limit 1");
    let input = [("ISSUE", "1"), ("RECIPIENTS", "3")];
    // The limit stands for a job that is stopped: it confirms what is within it.
    let output = shell(&cut_short.replace("\"$RECIPIENTS\"", "1"), &first, program.path(), &input);
    assert_eq!((output.code, runners.server.count_accepted()), (5, 1), "{output:?}");
    let second = runners.runner();
    in_program(&second);
    let output = shell(&send, &second, program.path(), &input);
    assert_eq!((output.code, runners.server.count_accepted()), (0, 3), "{output:?}");
    let output = shell(&send, &second, program.path(), &input);
    assert_eq!((output.code, runners.server.count_accepted()), (0, 3), "{output:?}");
}

#[test]
#[ignore = "needs git; ./check runs it"]
fn the_recipe_for_cron_sends_what_is_approved_once() {
    let runners = Runners::new(SmtpServer::start(Script::default()), ["ada", "bo", "cy"], "");
    let machine = runners.runner();
    let recipe = blocks("cron, on a machine of your own").remove(0);
    let writer = runners.runner();
    writer.write("approved", "1 3\n");
    git(writer.root(), &["add", "approved"]);
    git(writer.root(), &["-c", "user.name=a", "-c", "user.email=a@b", "commit", "--quiet", "--message", "approved"]);
    git(writer.root(), &["push", "--quiet"]);
    let program = program();
    // A machine that stays, unlike the runners of the other recipes.
    let run = || shell(&recipe.replace("\"$1\"", "."), &machine, program.path(), &[("CI", "false")]);
    for _ in 0..2 {
        let output = run();
        assert_eq!((output.code, runners.server.count_accepted()), (0, 3), "{output:?}");
    }
}

/// A newsletter as a job checks it out: without its list.
fn checkout() -> Project {
    let project = Project::empty();
    assert_eq!(project.run(["init"]).code, 0);
    fs::remove_file(project.path("subscribers.csv")).unwrap();
    project
}

/// An archive as a release has it, with its digest.
fn archive(folder: &Path) -> String {
    let name = "newsletter-0.1.0-x86_64-unknown-linux-gnu";
    let make = format!(
        "mkdir {name} && ln -s '{}' {name}/newsletter && tar -czf {name}.tar.gz {name} && sha256sum <{name}.tar.gz",
        env!("CARGO_BIN_EXE_newsletter")
    );
    let output = Command::new("sh").args(["-ec", &make]).current_dir(folder).output().unwrap();
    String::from_utf8(output.stdout).unwrap().split(' ').next().unwrap().to_owned()
}

#[test]
#[ignore = "needs curl; ./check runs it"]
fn the_recipes_for_forgejo_and_gitlab_run_the_archive_with_the_digest_and_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let digest = archive(folder.path());
    let url = format!("file://{}/newsletter-0.1.0-x86_64-unknown-linux-gnu.tar.gz", folder.path().display());
    let gitlab = blocks("GitLab").remove(0);
    let (_, check) = gitlab.split_once("\ncheck:\n").unwrap();
    let forgejo = steps(&blocks("Forgejo")[0]);
    let gitlab = [script(&gitlab, "before_script"), script(check, "script")].concat();
    for steps in [forgejo, gitlab] {
        // The first installs Debian's packages.
        let all = steps[1..].join("\n");
        let input = [("ARCHIVE", url.as_str()), ("SHA256", digest.as_str())];
        // Neither a secret nor the list is there.
        let output = shell(&all, &checkout(), Path::new("."), &input);
        assert!(output.code == 0 && output.stderr.contains("issue 1: "), "{output:?}");
        let other = "0".repeat(64);
        let output = shell(&all, &checkout(), Path::new("."), &[input[0], ("SHA256", &other)]);
        assert!(output.code == 1 && !output.stderr.contains("issue 1: "), "{output:?}");
    }
}

#[test]
#[ignore = "needs curl; ./check runs it"]
fn the_action_runs_the_archive_with_the_digest_and_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let digest = archive(folder.path());
    let install = concat!(env!("CARGO_MANIFEST_DIR"), "/packaging/action/install");
    for (digest, code) in [(digest.as_str(), 0), (&"0".repeat(64), 1)] {
        let runner = Project::empty();
        let mut command = Command::new(install);
        command.env("VERSION", "0.1.0").env("SHA256", digest);
        command.env("ARCHIVES", format!("file://{}", folder.path().display()));
        command.env("RUNNER_TEMP", runner.root()).env("GITHUB_PATH", runner.path("path"));
        let output = runner.finish(&mut command);
        assert_eq!(output.code, code, "{output:?}");
        assert_eq!(runner.path("path").exists(), code == 0, "{output:?}");
        assert_eq!(output.stdout.starts_with("newsletter "), code == 0, "{output:?}");
    }
}
