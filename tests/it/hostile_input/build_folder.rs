//! Tests the folder of `build`: never the newsletter, a repository, the system or another person's,
//! whatever links lead there.

use std::fs;
use std::os::unix::fs::symlink;

use crate::support::Project;

fn project() -> Project {
    Project::new().subscribers(["ada@example.org"])
}

#[test]
fn folders_that_hold_something_else_are_refused_by_name() {
    let cases = [
        (".git", "belongs to the newsletter itself"),
        (".GIT/pages", "is inside `.git`"),
        ("site/.git/../.git", "is inside `.git`"),
        ("issues", "belongs to the newsletter itself"),
        ("./templates/web", "belongs to the newsletter itself"),
        ("src", "belongs to the newsletter itself"),
        ("outbox/1", "belongs to the newsletter itself"),
        (".newsletter", "belongs to the newsletter itself"),
        (".", "contains the newsletter itself, its subscribers and its ledger"),
        ("/", "contains the newsletter itself, its subscribers and its ledger"),
        ("/etc/nginx", "is a system folder"),
        ("/usr/../usr/share/pages", "is a system folder"),
        ("/home", "contains other files"),
        ("/Users/ada", "contains other files"),
        ("../.ssh/pages", "is a system folder"),
        ("/var/www", "contains other files"),
    ];
    for (folder, why) in cases {
        let output = project().config(&format!("[build]\nfolder = \"{folder}\"\n")).run(["build"]);
        assert_eq!(output.code, 3, "{folder}: {output:?}");
        assert!(output.stderr.starts_with(&format!("error: `{folder}` {why}\n")), "{folder}: {}", output.stderr);
    }
    let output =
        project().config("[build]\nfolder = \"site\"\n\n[subscribers]\nfile = \"site/list.csv\"\n").run(["build"]);
    assert!(output.stderr.starts_with("error: the subscriber list is in the published folder\n"), "{}", output.stderr);
}

#[test]
fn a_link_that_leads_out_is_not_followed() {
    let elsewhere = tempfile::tempdir().unwrap();
    fs::create_dir_all(elsewhere.path().join("site/.git")).unwrap();
    let git = elsewhere.path().join("site/.git");
    for (link, folder, target) in [
        ("public", "public", elsewhere.path().to_owned()),
        ("public", "public", "/etc".into()),
        ("public", "public", "issues".into()),
        ("public", "public", ".".into()),
        ("site", "site/below", elsewhere.path().to_owned()),
    ] {
        let project = project().config(&format!("[build]\nfolder = \"{folder}\"\n"));
        symlink(&target, project.path(link)).unwrap();
        let before: Vec<_> = fs::read_dir(project.path("issues")).unwrap().map(|entry| entry.unwrap().path()).collect();
        let output = project.run(["build"]);
        assert_eq!(output.code, 3, "{target:?}: {output:?}");
        assert!(output.stderr.starts_with(&format!("error: `{folder}` leads to `")), "{target:?}: {}", output.stderr);
        let after: Vec<_> = fs::read_dir(project.path("issues")).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert_eq!(before, after);
    }
    let project = project().config(&format!("[build]\nfolder = \"{}\"\n", elsewhere.path().join("link").display()));
    symlink(&git, elsewhere.path().join("link")).unwrap();
    let output = project.run(["build"]);
    assert!(output.stderr.contains("which is inside `.git`"), "{}", output.stderr);
    assert_eq!(fs::read_dir(git).unwrap().count(), 0);
}

#[test]
fn a_link_inside_the_folder_is_in_the_way() {
    let project = project();
    assert_eq!(project.run(["build"]).code, 0);
    let precious = project.path("precious.html");
    fs::write(&precious, "precious").unwrap();
    fs::remove_file(project.path("public/index.html")).unwrap();
    symlink(&precious, project.path("public/index.html")).unwrap();
    let output = project.run(["build"]);
    assert_eq!(output.code, 3, "{output:?}");
    assert!(
        output.stderr.starts_with("error: `public/index.html` already exists and was not written by `build`\n"),
        "{}",
        output.stderr
    );
    fs::remove_file(project.path("public/index.html")).unwrap();
    // A folder that became a link: nothing below it is written or removed.
    let folder =
        fs::read_dir(project.path("public")).unwrap().map(|entry| entry.unwrap().path()).find(|path| path.is_dir());
    let folder = folder.unwrap();
    fs::rename(&folder, project.path("moved")).unwrap();
    symlink(project.path("moved"), &folder).unwrap();
    let output = project.run(["build"]);
    assert!(output.stderr.contains("already exists and was not written by `build`"), "{}", output.stderr);
    fs::remove_file(project.path("issues/001-first-things.toml")).unwrap();
    assert!(project.path("moved/index.html").exists());
    project.run(["build"]);
    assert!(project.path("moved/index.html").exists(), "what a link leads to stays");
    assert_eq!(fs::read_to_string(precious).unwrap(), "precious");
}
