//! The next step, with which the rail beside a letter begins, and the count of findings.

use super::text;
use crate::support::{ISSUE, Project, Served};

/// The words of the next step of issue 1.
fn step(preview: &Served) -> String {
    let page = preview.get("/1").body;
    let step = page.split("id=\"next-step-title\">Next step</h2>").nth(1).unwrap().split("</section>").next().unwrap();
    text(&step.replace("</p>", "|</p>"))
}

#[test]
fn the_next_step_follows_the_issue_from_its_errors_to_its_delivery() {
    let project = Project::new().subscribers(["ada@example.org", "bo@example.net"]);
    let preview = Served::start(&project, &[]);
    let file = "issues/001-first-things.toml";
    project.write(file, ISSUE.replace("title = \"On clocks\"", "titel = \"On clocks\""));
    assert_eq!(step(&preview), "1 error keeps it from being sent|unknown key titel|Show it e");
    project.write(file, ISSUE.replace("Two links about clocks", "TODO and TODO"));
    assert!(step(&preview).starts_with("1 error keeps it from being sent|"), "{}", step(&preview));

    project.write(file, ISSUE.replace("number = 1", "number = 1\ndraft = true"));
    assert_eq!(step(&preview), "No errors. Read it in your own inbox|Send yourself a test mail: press t.|");
    assert_eq!(project.run(["send", "1", "--test", "ada@example.org"]).code, 0);
    assert_eq!(step(&preview), "Tested, and still a draft|Take draft = true out of its file when it is ready.|");
    project.write(file, ISSUE);
    assert_eq!(
        step(&preview),
        "Ready to send|Nothing here sends it. In the terminal:|newsletter send 1 --dry-run Copy|"
    );
    project.write(file, ISSUE.replace("On clocks", "On watches"));
    assert_eq!(step(&preview), "Changed since the last test mail|Send yourself a test mail: press t.|");

    assert_eq!(project.run(["send", "1", "--yes"]).code, 0);
    assert!(!step(&preview).contains("It is"), "a rehearsal is no delivery: {}", step(&preview));
}

#[test]
fn the_count_of_findings_is_on_every_page_and_says_what_it_counts() {
    let project = Project::new();
    let preview = Served::start(&project, &[]);
    let pages = ["/1", "/1/clients", "/1/compare", "/1/archive", "/1/checks"];
    let count = |page: &str| {
        let body = preview.get(page).body;
        text(body.split("id=\"check-count\"").nth(1).unwrap().split_once('>').unwrap().1.split("</a>").next().unwrap())
    };
    assert_eq!(pages.map(count), [""; 5]);
    project.write("issues/001-first-things.toml", ISSUE.replace("Two links about clocks", "TODO about clocks"));
    assert_eq!(pages.map(count), ["1 error"; 5]);
    assert!(preview.get("/1").body.contains("<span class=\"n wrong\">1 error</span>"));
    let checks = preview.get("/1/checks").body;
    assert!(checks.contains("data-clip=\"allow = [&quot;placeholder-left&quot;]\""), "{checks}");
    assert!(checks.contains("data-clip=\"issues/001-first-things.toml:"), "{checks}");
    let preheader = "preheader = \"Two links about clocks, and one that says why they lie to you\"\n";
    project.write("issues/001-first-things.toml", ISSUE.replace(preheader, ""));
    assert_eq!(pages.map(count), ["1 warning"; 5]);
}
