//! A judge that is not ours: axe-core, on accessibility.

use anyhow::{Context, Result};
use browser_tests::{Browser, ISSUE, Preview, violations};
use fantoccini::Locator;
use serde_json::json;

/// Rules of axe about whole pages, which a mail is not: landmarks are its client's.
const OF_PAGES: &[&str] = &["landmark-one-main", "region"];

#[tokio::test]
#[ignore = "needs Chromium; ./check runs it"]
async fn axe_finds_nothing_in_the_pages() -> Result<()> {
    let preview = Preview::start()?;
    preview.save("links.md", "- [On kettles](https://kettle.example/a) My note #tea\n- https://tea.example/b\n")?;
    let browser = Browser::start(1440, 900).await?;
    for (width, height) in [(1440, 900), (400, 800)] {
        browser.set_window_size(width, height).await?;
        for path in [
            "/",
            "/1",
            "/1/text",
            "/1/source",
            "/1/message",
            "/1?scheme=forced",
            "/1/clients",
            "/1/compare",
            "/1/compare?version=test",
            "/1/compare?version=previous",
            "/1/archive",
            "/1/archive?part=card",
            "/1/links",
            "/1/checks",
            "/7",
            "/7/clients",
            "/7/checks",
        ] {
            browser.goto(&format!("{}{path}", preview.origin)).await?;
            browser.until("document.getElementById('connection').className === 'live'").await?;
            assert_eq!(violations(&browser, &[]).await?, json!([]), "{path} at {width}");
        }
    }
    preview.save("issues/001-first-things.toml", ISSUE.replace("date =", "dates ="))?;
    for path in ["/", "/1", "/1/checks"] {
        browser.goto(&format!("{}{path}", preview.origin)).await?;
        browser.until("document.querySelector('.overlay, .issues .error, .finding')").await?;
        assert_eq!(violations(&browser, &[]).await?, json!([]), "{path} with a mistake");
    }
    // A toast, of an error and so one that stays.
    browser.goto(&format!("{}/1", preview.origin)).await?;
    browser.find(Locator::Css("#send-test")).await?.click().await?;
    browser.until("document.querySelector('.toast.wrong')").await?;
    assert_eq!(violations(&browser, &[]).await?, json!([]), "with a toast");
    browser.find(Locator::Css("#help")).await?.click().await?;
    assert_eq!(violations(&browser, &[]).await?, json!([]), "with the keys shown");
    Ok(())
}

#[tokio::test]
#[ignore = "needs Chromium; ./check runs it"]
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
