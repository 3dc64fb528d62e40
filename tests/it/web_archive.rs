//! Tests the pages of the web archive: topics, what is in no list, and the ornament.

use std::fs;

use snapbox::{assert_data_eq, str};

use crate::build_command::{PICTURE, files, is_picture};
use crate::support::{CONFIG, Project};

/// Issue 3 whose links have these tags, a list of them in TOML for each link.
fn tagged(tags: &[&str]) -> String {
    let links: Vec<String> = tags
        .iter()
        .enumerate()
        .map(|(index, tags)| {
            format!(
                "[[section.link]]\nurl = \"https://example.org/{index}\"\ntitle = \"Link {index}\"\ntags = {tags}\n"
            )
        })
        .collect();
    format!("number = 3\ntitle = \"Tagged\"\ndate = 2026-11-28\n[[section]]\n{}", links.concat())
}

#[test]
fn a_topic_has_a_page_in_any_script_and_no_two_have_one() {
    let issue =
        tagged(&[r#"["עברית", "C++"]"#, r#"["c-plus-plus", "日本語"]"#, r#"["🦀", "Rust"]"#, r#"["rust", "RUST"]"#]);
    let project = Project::new().file("issues/003.toml", issue);
    let output = project.run(["build"]);
    assert_eq!(output.code, 0, "{}", output.stderr);
    let pages = files(&project.path("public"));
    let pages: Vec<&str> =
        pages.iter().filter_map(|path| path.strip_prefix("topics/")?.strip_suffix("/index.html")).collect();
    assert_eq!(pages, ["c-plus-plus-2", "c-plus-plus", "rust", "topic", "עברית", "日本語"]);
    // The first use has the plain address; a tag twice on one link is one link.
    assert!(project.read("public/topics/c-plus-plus/index.html").contains("<h1>C++</h1>"));
    assert!(project.read("public/topics/rust/index.html").contains("<bdi>2 links</bdi>"));
    assert!(project.read("public/index.html").contains("href=\"topics/%E6%97%A5%E6%9C%AC%E8%AA%9E/index.html\""));
    assert!(
        project
            .read("public/sitemap.xml")
            .contains("<loc>https://letter.example.org/topics/%E6%97%A5%E6%9C%AC%E8%AA%9E/</loc>")
    );
}

#[test]
fn a_topic_without_links_has_no_page_any_more() {
    let project = Project::new().file("issues/003.toml", tagged(&[r#"["rust"]"#, r#"["time"]"#]));
    project.run(["build"]);
    project.write("issues/003.toml", tagged(&[r#"["rust"]"#]));
    let output = project.run(["build"]);
    assert!(output.stdout.contains("removed public/topics/time/index.html\n"), "{}", output.stdout);
    assert!(!project.path("public/topics/time").exists());
}

#[test]
fn nothing_that_was_paid_for_is_in_an_index() {
    let issue = tagged(&[r#"["rust"]"#])
        + "[[section.link]]\nurl = \"https://example.com/\"\ntitle = \"Bought\"\nsponsored = true\ntags = [\"rust\", \"bought\"]\nimage = \"img/wide one.png\"\nalt = \"Bought\"\n";
    let project = Project::new().file("issues/003.toml", issue).file("issues/img/wide one.png", PICTURE);
    project.run(["build"]);
    for path in files(&project.path("public")).iter().filter(|path| !is_picture(path)) {
        let is_the_issue = path.starts_with("3/") || path.starts_with("feed.");
        assert!(is_the_issue || !project.read(&format!("public/{path}")).contains("Bought"), "{path}");
    }
    let page = project.read("public/3/index.html");
    let metadata = page.split("</head>").next().unwrap();
    assert!(page.contains("Bought") && !metadata.contains("Bought") && !metadata.contains("wide"), "{metadata}");
    assert!(!project.path("public/topics/bought").exists());
}

#[test]
fn every_page_has_the_form_of_the_server_for_readers() {
    let project = Project::new().file("issues/003.toml", tagged(&[r#"["rust"]"#])).config("[serve]\n");
    let page = |path: &str| project.read(&format!("public/{path}index.html"));
    assert_eq!(project.run(["build"]).code, 0);
    for path in ["", "3/", "topics/", "topics/rust/"] {
        let page = page(path);
        let (_, form) = page.split_once("<form").unwrap();
        let (form, _) = form.split_once("</section>").unwrap();
        assert_data_eq!(
            form.replace("><", ">\n<"),
            str![[r#"
 action="https://letter.example.org/subscribe" method="post">
<div class="field">
<input id="address" type="email" name="address" placeholder="Your address" autocomplete="email" dir="ltr">
<button class="button" type="submit">Subscribe</button>
</div>
<p class="quiet">You get one mail to confirm it, and nothing until you do.</p>
<div class="trap" aria-hidden="true">
<label for="website">Website</label>
<input id="website" type="text" name="website" tabindex="-1" autocomplete="off">
</div>
</form>
"#]]
        );
    }
    // A page of the author's own is led to.
    let config = project.read("newsletter.toml");
    project.write("newsletter.toml", config.replace("site", "subscribe = \"https://letter.example.org/join\"\nsite"));
    assert_eq!(project.run(["build"]).code, 0);
    assert!(!page("").contains("<form") && page("").contains("href=\"https://letter.example.org/join\""));
}

#[test]
fn nobody_is_greeted_on_the_web() {
    let intro = "intro = \"Hello {subscriber.name|friend},\\n\\nmost of it breaks twice.\"\n[[section]]";
    let project = Project::new().file("issues/003.toml", tagged(&["[]"]).replace("[[section]]", intro));
    project.run(["build"]);
    for page in ["public/3/index.html", "public/feed.atom", "public/feed.json"] {
        let page = project.read(page);
        assert!(page.contains("Most of it breaks twice.") && !page.contains("friend"), "{page}");
    }
}

#[test]
fn an_ornament_is_drawn_again_only_if_it_would_be_another_or_its_file_is_damaged() {
    let project = Project::new().file("issues/003.toml", tagged(&["[]"]));
    project.run(["build"]);
    let card = fs::read(project.path("public/ornament/1-card.png")).unwrap();
    fs::write(project.path("public/ornament/1-card.png"), &card[..100]).unwrap();
    let output = project.run(["build"]);
    assert_eq!(output.stdout, "wrote public/ornament/1-card.png\n");
    assert_eq!(fs::read(project.path("public/ornament/1-card.png")).unwrap(), card);

    let with_theme = |theme: &str| format!("{CONFIG}\n[theme]\n{theme}\n");
    project.write("newsletter.toml", with_theme("flag = \"#1f6f54\""));
    let output = project.run(["build"]);
    assert!(output.stdout.contains("wrote public/ornament/1-card.png\n"), "{}", output.stdout);
    assert_ne!(fs::read(project.path("public/ornament/1-card.png")).unwrap(), card);

    project.write("newsletter.toml", with_theme("ornament = \"none\""));
    let output = project.run(["build"]);
    assert!(output.stdout.contains("removed public/ornament/1-card.png\n"), "{}", output.stdout);
    assert!(!project.path("public/ornament").exists());
    assert!(!project.read("public/index.html").contains("ornament"));
}

#[test]
fn a_letter_without_a_picture_has_the_band_that_build_publishes() {
    let words = "intro = \"".to_owned() + &"Words about it. ".repeat(30) + "\"\n[[section]]";
    let band = "<img src=\"https://letter.example.org/ornament/3-band.png\" alt=\"\" width=\"600\"";
    let long = tagged(&["[]"]).replace("[[section]]", &words);
    let picture = "image = \"https://example.org/a.png\"\nalt = \"A\"\ntags = []";
    let cases = [
        ("auto", long.clone(), true),
        // With so few words a filter would take it for a poster.
        ("auto", tagged(&["[]"]), false),
        ("auto", long.replace("tags = []", picture), false),
        ("always", long.replace("tags = []", picture), true),
        ("none", long, false),
    ];
    for (ornament, issue, has_band) in cases {
        let project =
            Project::new().file("issues/003.toml", issue).config(&format!("[theme]\nornament = \"{ornament}\""));
        let letter = project.run(["render", "3", "--html"]).stdout;
        assert_eq!(letter.contains(band), has_band, "{ornament}");
        project.run(["build"]);
        assert!(!has_band || project.path("public/ornament/3-band.png").exists());
        assert_eq!(project.run(["render", "3", "--html"]).stdout, letter);
    }
}

#[test]
fn a_band_at_an_address_without_tls_is_a_finding_if_it_was_asked_for() {
    let words = "intro = \"".to_owned() + &"Words about it. ".repeat(30) + "\"\n[[section]]";
    let issue = tagged(&["[]"]).replace("[[section]]", &words);
    let config = CONFIG.replace("https://letter.example.org/\"", "http://letter.example.org/\"");
    for (ornament, is_found) in [("auto", false), ("always", true)] {
        let config = format!("{config}\n[theme]\nornament = \"{ornament}\"\n");
        let project = Project::empty().file("newsletter.toml", config).file("issues/003.toml", &issue);
        let checked = project.run(["check"]);
        let wrong = "a picture without TLS: `http://letter.example.org/ornament/3-band.png`";
        assert_eq!(checked.stderr.contains(wrong), is_found, "{}", checked.stderr);
    }
}
