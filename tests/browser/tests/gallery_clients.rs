//! The letters of the gallery in every simulated client, measured: no picture out of shape, no text lost, no block over
//! another. The rule `client-display` finds the causes without a browser.

use anyhow::Result;
use browser_tests::{Browser, Preview};
use serde_json::{Value, json};

const GALLERY: [(&str, u32); 4] = [("one-paper", 27), ("weekly", 118), ("digest", 31), ("long-list", 12)];

const CLIENTS: [&str; 7] =
    ["apple-mail", "gmail", "gmail-foreign", "outlook-windows", "outlook-com", "yahoo", "thunderbird"];

/// Pictures in another shape than their files, blocks over others, and how much wider the letter is than its window.
const WRONG: &str = "(() => {
    const shown = [...document.querySelectorAll('h1, h2, h3, h4, p, li, pre, blockquote, img')]
        .filter(block => block.checkVisibility() && !block.querySelector('h1, h2, h3, h4, p, li, pre, blockquote, img'));
    const boxes = shown.map(block => [block, block.getBoundingClientRect()]).filter(([, box]) => box.width * box.height > 1);
    const stretched = [...document.images].filter(image => {
        const box = image.getBoundingClientRect();
        return Math.abs(box.height - box.width * image.naturalHeight / image.naturalWidth) > 1;
    });
    // Words flow round a picture beside them: their lines count, not the box around them.
    const lines = block => [...(block.tagName === 'IMG' ? [block.getBoundingClientRect()] : (range => {
        range.selectNodeContents(block);
        return range.getClientRects();
    })(document.createRange()))];
    const over = (one, other) => lines(one).some(a => lines(other).some(b =>
        Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 4));
    const above = boxes.flatMap(([one, a], index) => boxes.slice(index + 1)
        .filter(([other, b]) => Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 4 && over(one, other)).map(() => one));
    return [stretched, above].map(list => list.map(part => part.outerHTML.slice(0, 80)))
        .concat(Math.max(0, document.documentElement.scrollWidth - innerWidth));
})()";

/// What a reader sees of the text.
const TEXT: &str = "document.body.innerText.split(/\\s+/).join(' ')";

/// Returns what is wrong in a client at `width` pixels, and the text.
async fn measured(browser: &Browser, address: &str, width: u32) -> Result<(Value, Value)> {
    browser.show_as(width, "light").await?;
    browser.goto(address).await?;
    browser.until("[...document.images].every(image => image.complete)").await?;
    Ok((browser.value(WRONG).await?, browser.value(TEXT).await?))
}

#[tokio::test]
#[ignore = "needs Chromium; ./check runs it"]
async fn no_client_distorts_loses_or_overlaps_anything_in_the_gallery() -> Result<()> {
    let browser = Browser::start(1024, 800).await?;
    for (name, issue) in GALLERY {
        let preview = Preview::of_gallery(name)?;
        for width in [390, 640] {
            let (wrong, sent) = measured(&browser, &format!("{}/{issue}/frame", preview.origin), width).await?;
            assert_eq!(wrong, json!([[], [], 0]), "{name} as sent, {width} px");
            for client in CLIENTS {
                for scheme in ["light", "dark", "forced"] {
                    let query = format!("client={client}&scheme={scheme}");
                    let address = format!("{}/{issue}/frame?{query}", preview.origin);
                    let (mut wrong, text) = measured(&browser, &address, width).await?;
                    // Outlook for Windows has no narrow window.
                    if client == "outlook-windows" && width < 600 {
                        wrong[2] = json!(0);
                    }
                    assert_eq!(wrong, json!([[], [], 0]), "{name}, {query}, {width} px");
                    assert!(text == sent, "{name}, {query}, {width} px has another text: {text}");
                }
            }
        }
    }
    Ok(())
}

#[tokio::test]
#[ignore = "needs Chromium; ./check runs it"]
async fn a_broken_style_sheet_is_measured_and_the_rule_names_it() -> Result<()> {
    let css = include_str!("../../../templates/letter.css");
    let browser = Browser::start(1024, 800).await?;
    for (broken, at, rule) in [
        (".thumbnail img { height: 300px; }", 0, "client-display"),
        (".link .meta { margin: -30px 0 0; }", 1, "text-overlap"),
        (".link .prose { max-height: 20px; }", 1, "text-overlap"),
    ] {
        let preview = Preview::of_gallery("weekly")?;
        std::fs::create_dir_all(preview.path("templates"))?;
        preview.save("templates/letter.css", format!("{css}\n{broken}\n"))?;
        let (wrong, _) = measured(&browser, &format!("{}/118/frame", preview.origin), 390).await?;
        assert_ne!(wrong[at], json!([]), "{broken}");
        let said = preview.check()?;
        assert!(said.contains(&format!("warning[{rule}]")), "{broken}: {said}");
    }
    Ok(())
}
