//! The page of an issue's checks: findings, their places, and what is done about them.

use anyhow::{Context, Result};
use browser_tests::{ISSUE, shown};
use serde_json::json;

const FILE: &str = "issues/001-first-things.toml";

/// The framed mail's document.
const MAIL: &str = "document.getElementById('frame').contentDocument";

#[tokio::test]
#[ignore = "needs Chromium; ./check runs it"]
async fn a_finding_gives_its_place() -> Result<()> {
    let (preview, browser) = shown("/checks").await?;
    assert_eq!(
        browser.value("document.getElementById('checks').textContent").await?,
        json!(
            "No findings: nothing keeps it from being sent.newsletter check --explain RULE says what a rule wants and why; list names them all."
        )
    );
    let mistaken = ISSUE.replace("author = \"Mina Berg\"", "autor = \"Mina Berg\"");
    preview.save(FILE, &mistaken)?;
    browser.until("document.querySelector('#check-count .wrong')?.textContent.endsWith(' errors')").await?;
    browser.press("n").await?;
    let place = browser.value("document.activeElement.querySelector('.primary-action').dataset.clip").await?;
    let line = mistaken.lines().position(|line| line.starts_with("autor =")).context("a mistake")? + 1;
    assert_eq!(place, json!(format!("{FILE}:{line}")));
    // A headless browser has no clipboard of its own to look into.
    browser.value("(window.copied = [], navigator.clipboard.writeText = async text => { copied.push(text) })").await?;
    browser.press("\u{e007}").await?;
    browser.until(&format!("document.querySelector('.toast strong')?.textContent === 'Copied {FILE}:{line}'")).await?;
    assert_eq!(browser.value("copied").await?, json!([place]));
    // The lines around it stand beside the list.
    assert_eq!(
        browser.value("document.querySelector('#excerpt .at').textContent").await?,
        json!(format!("{line} autor = \"Mina Berg\"\n"))
    );
    preview.save(FILE, ISSUE.replace("This is the first issue.", "TODO is left here."))?;
    browser.until("document.querySelector('.finding .rule')?.textContent === 'placeholder-left'").await?;
    browser.click(".finding [data-clip^=allow]").await?;
    browser.until("copied.at(-1) === 'allow = [\"placeholder-left\"]'").await?;
    // A text of the letter is found by its words.
    browser
        .until(&format!(
            "[...{MAIL}.querySelectorAll('p')].find(p => p.textContent.includes('TODO')).style.outline !== ''"
        ))
        .await
}

#[tokio::test]
#[ignore = "needs Chromium; ./check runs it"]
async fn a_finding_about_a_link_shows_it_in_the_mail() -> Result<()> {
    let (preview, browser) = shown("/checks").await?;
    let links = format!("[...{MAIL}.querySelectorAll('h3 a')]");
    let urls: Vec<&str> = ISSUE.lines().filter(|line| line.starts_with("url =")).collect();
    let (first, last) = (urls[0], urls[urls.len() - 1]);
    preview.save(FILE, ISSUE.replace(last, first))?;
    browser.until("document.querySelector('.finding .rule')?.textContent === 'link-duplicate'").await?;
    let outline = format!("{links}.at(-1).closest('.link, .lead').style.outline");
    // The first finding is chosen as it comes.
    browser.until(&format!("{outline} !== ''")).await?;
    assert_eq!(browser.value("document.querySelectorAll('.finding.chosen').length").await?, json!(1));

    // And the other way round: the mail shows its findings.
    let over = |selector: &str| {
        format!("{MAIL}.querySelector({selector:?}).dispatchEvent(new MouseEvent('mouseover', {{ bubbles: true }}))")
    };
    let lit = "document.querySelectorAll('.finding.highlighted').length";
    browser.value(&format!("{links}.at(-1).dispatchEvent(new MouseEvent('mouseover', {{ bubbles: true }}))")).await?;
    assert_eq!(browser.value(lit).await?, json!(1));
    browser.value(&over(".masthead")).await?;
    assert_eq!(browser.value(lit).await?, json!(0));
    browser.value(&format!("{links}.at(-1).closest('.link, .lead').click()")).await?;
    assert_eq!(browser.value("document.activeElement.id").await?, json!("finding-0"));
    Ok(())
}
