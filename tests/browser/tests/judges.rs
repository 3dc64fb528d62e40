//! Judges that are not ours: axe-core on accessibility, html-validate on HTML.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use browser_tests::{Browser, ISSUE, Preview};
use fantoccini::Locator;
use serde_json::{Value, json};

/// Rules of axe about whole pages, which a mail is not: landmarks are its client's.
const OF_PAGES: &[&str] = &["landmark-one-main", "region"];

/// What axe finds wrong in the document shown, by all its rules but `without`: the rule, and the elements that break it.
async fn violations(browser: &Browser, without: &[&str]) -> Result<Value> {
    let axe = Path::new(env!("CARGO_MANIFEST_DIR")).join("node_modules/axe-core/axe.min.js");
    let axe = fs::read_to_string(&axe).context("axe-core is not installed: run ./check")?;
    browser.execute(&axe, Vec::new()).await?;
    let script = "const [without, done] = arguments;
        const rules = Object.fromEntries(without.map(rule => [rule, { enabled: false }]));
        axe.run(document, { iframes: false, resultTypes: ['violations'], rules }).then(
          result => done(result.violations.map(({ id, nodes }) => [id, nodes.map(node => node.html)])),
          error => done(String(error)));";
    Ok(browser.execute_async(script, vec![json!(without)]).await?)
}

#[tokio::test]
async fn axe_finds_nothing_in_the_pages() -> Result<()> {
    let preview = Preview::start()?;
    let browser = Browser::start(1440, 900).await?;
    for (width, height) in [(1440, 900), (400, 800)] {
        browser.set_window_size(width, height).await?;
        for path in ["/", "/1", "/1?tab=text", "/1?tab=source", "/1?tab=message", "/1?scheme=forced", "/7"] {
            browser.goto(&format!("{}{path}", preview.origin)).await?;
            browser.until("document.getElementById('connection').className === 'live'").await?;
            assert_eq!(violations(&browser, &[]).await?, json!([]), "{path} at {width}");
        }
    }
    preview.save("issues/001-first-things.toml", ISSUE.replace("date =", "dates ="))?;
    for path in ["/", "/1"] {
        browser.goto(&format!("{}{path}", preview.origin)).await?;
        browser.until("document.querySelector('.overlay, .issues .error')").await?;
        assert_eq!(violations(&browser, &[]).await?, json!([]), "{path} with a mistake");
    }
    browser.find(Locator::Css("#help")).await?.click().await?;
    assert_eq!(violations(&browser, &[]).await?, json!([]), "with the keys shown");
    Ok(())
}

#[tokio::test]
async fn axe_finds_nothing_in_the_letter() -> Result<()> {
    let preview = Preview::start()?;
    let browser = Browser::start(1024, 900).await?;
    for scheme in ["light", "dark"] {
        // Inside its frame no script may run, axe neither: it judges a copy.
        browser.goto(&format!("{}/1", preview.origin)).await?;
        let letter = format!(
            "const done = arguments[0]; fetch('/1/frame?scheme={scheme}').then(answer => answer.text()).then(done)"
        );
        let letter = browser.execute_async(&letter, Vec::new()).await?;
        preview.save("letter.html", letter.as_str().context("a letter")?)?;
        browser.goto(&format!("file://{}", preview.path("letter.html").display())).await?;
        assert_eq!(violations(&browser, OF_PAGES).await?, json!([]), "{scheme}");
    }
    Ok(())
}

#[tokio::test]
async fn html_validate_finds_nothing_in_the_pages() -> Result<()> {
    validate("html-validate.json", &["/", "/1", "/1?tab=source", "/7"]).await
}

/// By the same rules but one: clients that know no CSS for tables need their old attributes.
#[tokio::test]
async fn html_validate_finds_nothing_in_the_letter() -> Result<()> {
    validate("html-validate-mail.json", &["/1.html"]).await
}

async fn validate(rules: &str, paths: &[&str]) -> Result<()> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let program = here.join("node_modules/.bin/html-validate");
    ensure!(program.exists(), "html-validate is not installed: run ./check");
    let preview = Preview::start()?;
    let browser = Browser::start(1024, 900).await?;
    browser.goto(&preview.origin).await?;
    let mut command = Command::new(program);
    command.arg("--config").arg(here.join(rules));
    for (number, path) in paths.iter().enumerate() {
        let page = format!("const done = arguments[0]; fetch({path:?}).then(answer => answer.text()).then(done)");
        let page = browser.execute_async(&page, Vec::new()).await?;
        let file = format!("{number}.html");
        preview.save(&file, page.as_str().context("a page")?)?;
        command.arg(preview.path(&file));
    }
    let output = command.output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    Ok(())
}
