//! The letter in every client: one scroll position, what differs, and the archive beside it.

use anyhow::Result;
use browser_tests::{ISSUE, shown};
use serde_json::json;

const FILE: &str = "issues/001-first-things.toml";

const ALL: &str = "[...document.querySelectorAll('[data-client]')]";

fn verdict(client: &str) -> String {
    format!("document.querySelector('[data-client-card={client}] .verdict').textContent")
}

#[tokio::test]
#[ignore = "needs Chromium; ./check runs it"]
async fn all_clients_scroll_together_to_the_same_text() -> Result<()> {
    let (_preview, browser) = shown("/clients").await?;
    browser.until(&format!("{} !== '…'", verdict("yahoo"))).await?;
    let title = "[...mail.contentDocument.querySelectorAll('h3')].find(title => title.textContent === 'Snapshots')";
    let top = format!("(mail => Math.round({title}.getBoundingClientRect().top))");
    let leader = format!("(mail => mail.contentWindow.scrollBy(0, {title}.getBoundingClientRect().top))({ALL}[4])");
    browser.value(&leader).await?;
    browser.until(&format!("{ALL}.every(mail => Math.abs({top}(mail)) <= 2)")).await?;
    browser
        .until("/^All scroll together: [1-9][0-9]* of [0-9]+ px\\.$/.test(document.getElementById('scrolled').textContent)")
        .await?;
    // To the end, and back to the beginning.
    browser.value(&format!("{ALL}[0].contentWindow.scrollTo(0, 100000)")).await?;
    let at_end = "mail.contentWindow.scrollY >= mail.contentDocument.documentElement.scrollHeight - mail.contentDocument.documentElement.clientHeight - 2";
    browser.until(&format!("{ALL}.every(mail => {at_end})")).await?;
    browser.value(&format!("{ALL}[7].contentWindow.scrollTo(0, 0)")).await?;
    browser.until(&format!("{ALL}.every(mail => mail.contentWindow.scrollY === 0)")).await
}

#[tokio::test]
#[ignore = "needs Chromium; ./check runs it"]
async fn what_a_client_loses_is_said_outlined_and_the_others_can_be_hidden() -> Result<()> {
    let (preview, browser) = shown("/clients").await?;
    std::fs::create_dir_all(preview.path("templates"))?;
    let css = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../templates/letter.css"))?;
    preview.save("templates/letter.css", css + "\n.masthead { height: 300px; }\n")?;
    browser.until(&format!("{}.startsWith('1 fault')", verdict("yahoo"))).await?;
    assert_eq!(browser.value(&verdict("gmail")).await?, json!("same"));
    let marks = |client: &str| {
        format!(
            "[...document.querySelector('[data-client={client}]').contentDocument.querySelectorAll('[data-mark]')].map(mark => mark.textContent)"
        )
    };
    assert_eq!(browser.value(&marks("yahoo")).await?, json!(["300 pixels of height lost"]));
    assert_eq!(browser.value(&marks("gmail")).await?, json!([]));

    let visible = "[...document.querySelectorAll('#clients > li')].filter(card => card.checkVisibility()).map(card => card.dataset.clientCard ?? 'sent')";
    browser.press("d").await?;
    browser.until("document.getElementById('only').ariaPressed === 'true'").await?;
    assert_eq!(browser.value(visible).await?, json!(["sent", "outlook-windows", "yahoo"]));
    browser.click("#only").await?;
    browser.until(&format!("{visible}.length === 8")).await?;

    // What differs is found by a click.
    browser.click("[data-client-card=outlook-windows] .difference-link").await?;
    browser.until("document.querySelector('[data-client=outlook-windows]').contentWindow.scrollY > 100").await?;
    preview.save(FILE, ISSUE.replace("image = \"img/map.png\"\nalt = \"A checkered map\"\n", ""))?;
    std::fs::remove_file(preview.path("templates/letter.css"))?;
    browser.until(&format!("{} === 'same' && {} === 'same'", verdict("yahoo"), verdict("outlook-windows"))).await?;
    browser.press("d").await?;
    browser.until("!document.getElementById('all-same').hidden").await
}

#[tokio::test]
#[ignore = "needs Chromium; ./check runs it"]
async fn the_archive_is_browsed_and_follows_a_save() -> Result<()> {
    let (preview, browser) = shown("/archive").await?;
    let page = "document.getElementById('archive').contentDocument";
    let at = "document.getElementById('archive').contentWindow.location.pathname";
    browser.until(&format!("{page}.title === 'Test Letter'")).await?;
    browser
        .value(&format!("[...{page}.querySelectorAll('a')].find(a => a.textContent.includes('First things')).click()"))
        .await?;
    browser
        .until(&format!("{at} === '/1/site/light/1-first-things/index.html' && {page}.readyState === 'complete'"))
        .await?;
    browser.until(&format!("{page}.images[0]?.naturalWidth > 0")).await?;
    browser.press("s").await?;
    browser.until(&format!("{at} === '/1/site/dark/1-first-things/index.html'")).await?;
    preview.save_intro("Seen in the archive.")?;
    browser.until(&format!("{page}.body.textContent.includes('Seen in the archive.')")).await?;
    assert_eq!(browser.value(at).await?, json!("/1/site/dark/1-first-things/index.html"));
    browser.press("p").await?;
    browser.until("location.search.includes('part=issue')").await
}

#[tokio::test]
#[ignore = "needs Chromium; ./check runs it"]
async fn the_letter_alone_has_its_pictures() -> Result<()> {
    let (preview, browser) = shown("").await?;
    browser.click("[data-value=dark]").await?;
    browser.until("document.querySelector('[data-alone]').search === '?scheme=dark'").await?;
    let address = browser.value("document.querySelector('[data-alone]').href").await?;
    assert_eq!(address, json!(format!("{}/1/frame?scheme=dark", preview.origin)));
    browser.goto(address.as_str().unwrap_or_default()).await?;
    browser.until("document.querySelector('img[alt=\"A checkered map\"]').naturalWidth === 320").await
}

#[tokio::test]
#[ignore = "needs Chromium; ./check runs it"]
async fn no_page_is_wider_than_its_window() -> Result<()> {
    let (preview, browser) = shown("").await?;
    let errors = ISSUE.replace("This is the first issue.", "TODO is left here.");
    preview.save(FILE, errors)?;
    // The narrowest window of a headless browser.
    for width in [500, 600, 700, 960, 1024, 1180] {
        browser.set_window_size(width, 800).await?;
        for path in ["", "/text", "/clients", "/compare", "/compare?version=previous", "/archive", "/links", "/checks"]
        {
            browser.goto(&format!("{}/1{path}", preview.origin)).await?;
            browser.until("document.getElementById('connection').className === 'live'").await?;
            let beyond = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
            assert_eq!(browser.value(beyond).await?, json!(0), "{path} at {width}");
        }
    }
    Ok(())
}
