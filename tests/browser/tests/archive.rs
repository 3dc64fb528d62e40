//! The web archive: measured, judged by axe, and searched, as a folder on a disk.

use anyhow::{Context, Result};
use browser_tests::{Browser, ISSUE, LEAST_CONTRAST, Preview, violations};
use serde_json::json;

const SPECIMEN: &str = include_str!("../src/specimen.toml");

/// The line with tags in it.
const SPECIMEN_TAGS: &str = "tags = [\"pictures\", \"width\"]";

/// How many accents are drawn.
const ACCENTS: u64 = 12;

/// Issue 2 has everything that a page can show; 14 more make a list.
fn archive() -> Result<Preview> {
    let preview = Preview::start()?;
    preview.save("issues/img/wide.png", include_bytes!("../src/wide.png"))?;
    preview.save("issues/002-specimen.toml", SPECIMEN.replace(SPECIMEN_TAGS, "tags = [\"Rust\", \"time\"]"))?;
    for number in 3..17 {
        let issue = ISSUE.replace("number = 1", &format!("number = {number}"));
        let issue = issue.replace("date = 2026", &format!("date = {}", 2026 + number / 5));
        preview.save(
            &format!("issues/{number:03}-more.toml"),
            issue.replace("author = ", "tags = [\"Rust\"]\nauthor = "),
        )?;
    }
    Ok(preview)
}

/// The pages of each kind.
const PAGES: [&str; 5] =
    ["index.html", "2-specimen/index.html", "16-more/index.html", "topics/rust/index.html", "topics/index.html"];

fn page(preview: &Preview, path: &str) -> String {
    format!("file://{}", preview.path("public").join(path).display())
}

#[tokio::test]
#[ignore = "needs Chromium; ./check runs it"]
async fn axe_finds_nothing_in_the_pages() -> Result<()> {
    let preview = archive()?;
    preview.build()?;
    let browser = Browser::start(1024, 800).await?;
    for (width, scheme) in [(1024, "light"), (1024, "dark"), (320, "light")] {
        browser.show_as(width, scheme).await?;
        for path in PAGES {
            browser.goto(&page(&preview, path)).await?;
            assert_eq!(violations(&browser, &[]).await?, json!([]), "{path}, {width} px, {scheme}");
        }
    }
    Ok(())
}

#[tokio::test]
#[ignore = "needs Chromium; ./check runs it"]
async fn every_text_is_legible_in_light_and_dark() -> Result<()> {
    let preview = archive()?;
    let config = std::fs::read_to_string(preview.path("newsletter.toml"))?;
    let browser = Browser::start(1024, 800).await?;
    // SplitMix64, so that a failure can be seen again.
    let mut state = 7_u64;
    for _ in 0..ACCENTS {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let accent = format!("#{:06x}", (mixed ^ (mixed >> 27)) & 0x00ff_ffff);
        preview.save("newsletter.toml", format!("{config}\n[theme]\naccent = \"{accent}\"\n"))?;
        preview.build()?;
        for scheme in ["light", "dark"] {
            browser.show_as(1024, scheme).await?;
            for path in PAGES {
                browser.goto(&page(&preview, path)).await?;
                let least = browser.value(LEAST_CONTRAST).await?;
                assert!(least[0].as_f64().is_some_and(|ratio| ratio >= 4.5), "{accent} {scheme} {path}: {least}");
            }
        }
    }
    Ok(())
}

/// Where a page is wider than its window: the outermost elements that reach over its edges.
const WIDE: &str = "[document.documentElement.scrollWidth, [...document.querySelectorAll('body *')]
    .filter(one => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest('pre, table'))
    .map(one => one.outerHTML.slice(0, 120)).slice(0, 3)]";

#[tokio::test]
#[ignore = "needs Chromium; ./check runs it"]
async fn nothing_is_wider_than_a_phone() -> Result<()> {
    let preview = archive()?;
    let config = std::fs::read_to_string(preview.path("newsletter.toml"))?;
    preview.save("newsletter.toml", config.replace("\"Test Letter\"", &format!("\"{}\"", "N".repeat(50))))?;
    let (word, address) = ("w".repeat(96), format!("https://example.org/{}", "a".repeat(160)));
    let long = |issue: &str, number: u32| {
        issue
            .replace("number = 2", &format!("number = {number}"))
            .replace("title = \"", &format!("title = \"{word} "))
            .replace("preheader = \"", &format!("preheader = \"{word} "))
            .replace("text = \"Words", &format!("text = \"{word} Words"))
            .replace("description = \"", &format!("description = \"{word} {address} "))
            .replace("retry(|| once())", &word)
            .replace("* [", &format!("* [{word} "))
            .replace(SPECIMEN_TAGS, &format!("tags = [\"rust\", \"{word}\"]\nsource = \"{word}\""))
            .replace("author = \"", &format!("author = \"{word}"))
    };
    // As the newest, as one before it, and as one of the past.
    for number in [2, 1041, 1042] {
        preview.save(&format!("issues/{number:03}-long.toml"), long(SPECIMEN, number))?;
    }
    std::fs::remove_file(preview.path("issues/002-specimen.toml"))?;
    preview.build()?;
    let browser = Browser::start(1024, 800).await?;
    for width in [320, 390, 600, 1024] {
        browser.show_as(width, "light").await?;
        let pages = ["index.html", "1042-long/index.html", "topics/rust/index.html", "topics/index.html"];
        for path in pages {
            browser.goto(&page(&preview, path)).await?;
            assert_eq!(browser.value(WIDE).await?, json!([width, []]), "{path}");
        }
    }
    Ok(())
}

/// What a thumb cannot hit within 22 pixels above and below its middle: links and controls that stand in a line of their own.
const LOW_CONTROLS: &str = "[...document.querySelectorAll('a, button, input')].filter(control => {
    if (control.closest('.prose, .quiet:not(.bar *), .quote, .brief, .links, h2, h3, h4') && !control.closest('.entry')) return false;
    if (!control.checkVisibility() || control.ariaHidden) return false;
    control.scrollIntoView({ block: 'center' });
    const box = control.getBoundingClientRect();
    const [x, y] = [box.left + Math.min(box.width / 2, 40), box.top + box.height / 2];
    const hits = at => { const found = document.elementFromPoint(x, at); return found && (control.contains(found) || found === control); };
    return !(hits(y - 21) && hits(y + 21));
}).map(control => control.outerHTML)";

#[tokio::test]
#[ignore = "needs Chromium; ./check runs it"]
async fn what_a_thumb_has_to_hit_is_high_enough() -> Result<()> {
    let preview = archive()?;
    preview.build()?;
    let browser = Browser::start(1024, 800).await?;
    browser.show_as(320, "light").await?;
    for path in PAGES {
        browser.goto(&page(&preview, path)).await?;
        assert_eq!(browser.value(LOW_CONTROLS).await?, json!([]), "{path}");
    }
    Ok(())
}

/// Pictures that are shown in another shape than they have.
const STRETCHED: &str = "[...document.images].filter(image => {
    if (getComputedStyle(image).objectFit === 'cover') return false;
    const box = image.getBoundingClientRect();
    return Math.abs(box.height - box.width * image.naturalHeight / image.naturalWidth) > 1;
}).map(image => image.outerHTML)";

#[tokio::test]
#[ignore = "needs Chromium; ./check runs it"]
async fn every_picture_is_there_and_keeps_its_shape() -> Result<()> {
    let preview = archive()?;
    preview.build()?;
    let browser = Browser::start(1024, 800).await?;
    for width in [320, 1024] {
        browser.show_as(width, "light").await?;
        for path in PAGES {
            browser.goto(&page(&preview, path)).await?;
            browser.value("document.querySelectorAll('img').forEach(image => { image.loading = 'eager' })").await?;
            browser.until("[...document.images].every(image => image.complete)").await?;
            let missing =
                "[...document.images].filter(image => image.naturalWidth === 0).map(image => image.outerHTML)";
            assert_eq!(browser.value(missing).await?, json!([]), "{path} at {width}");
            assert_eq!(browser.value(STRETCHED).await?, json!([]), "{path} at {width}");
        }
    }
    Ok(())
}

#[tokio::test]
#[ignore = "needs Chromium; ./check runs it"]
async fn an_issue_and_a_link_are_found_by_words_without_accents() -> Result<()> {
    let preview = archive()?;
    let issue = std::fs::read_to_string(preview.path("issues/004-more.toml"))?;
    let first = issue.split("[[section.link]]").nth(1).context("a link")?;
    let found = first.replace("tags = [\"Rust\"]", "tags = [\"Café\"]");
    preview.save("issues/004-more.toml", issue.replacen(first, &found, 1))?;
    preview.build()?;
    let browser = Browser::start(1024, 800).await?;
    browser.goto(&page(&preview, "index.html")).await?;
    assert_eq!(browser.value("document.querySelectorAll('.found > li').length").await?, json!(0));
    browser.click("#find").await?;
    browser.press("CAFE").await?;
    browser.until("document.querySelectorAll('.found > li').length === 1").await?;
    assert_eq!(
        browser.value("[...document.querySelectorAll('.found a')].map(link => link.getAttribute('href'))").await?,
        json!(["4-more/index.html", "4-more/index.html#link-1"])
    );
    // As it is written above the list, with its year.
    let dates = "[...document.querySelectorAll('.found time')].map(time => time.textContent)";
    assert_eq!(browser.value(dates).await?, json!(["20 November 2026"]));
    assert_eq!(browser.value("document.querySelector('.rest').checkVisibility()").await?, json!(false));
    browser.press("x").await?;
    browser.until("document.querySelector('[role=status]').textContent === 'Nothing found'").await
}

#[tokio::test]
#[ignore = "needs Chromium; ./check runs it"]
async fn a_name_breaks_between_its_words_in_letters_twice_as_large() -> Result<()> {
    let preview = archive()?;
    let config = std::fs::read_to_string(preview.path("newsletter.toml"))?;
    let browser = Browser::start(1024, 800).await?;
    browser.show_as(320, "light").await?;
    // The widths of the words do not tell more than whether each is in one line.
    let broken = "(() => {
        const text = [...document.querySelector('.flag span').childNodes].find(node => node.nodeType === Node.TEXT_NODE);
        return [...text.data.matchAll(/\\S+/g)].filter(word => {
            const range = new Range();
            range.setStart(text, word.index);
            range.setEnd(text, word.index + word[0].length);
            return range.getClientRects().length > 1;
        }).map(word => word[0]);
    })()";
    let unbroken = "N".repeat(50);
    for (name, is_whole) in [("Distributed Bytes", true), ("Contour Interval", true), (unbroken.as_str(), false)] {
        preview.save("newsletter.toml", config.replace("\"Test Letter\"", &format!("\"{name}\"")))?;
        preview.build()?;
        for path in PAGES {
            browser.goto(&page(&preview, path)).await?;
            for size in ["100%", "200%"] {
                browser.value(&format!("document.documentElement.style.fontSize = '{size}'")).await?;
                let wide = "document.querySelector('.flag').getBoundingClientRect().right";
                assert!(
                    browser.value(wide).await?.as_f64().is_some_and(|right| right <= 320.0),
                    "{name} {path} {size}"
                );
                let expected = if is_whole { json!([]) } else { json!([name]) };
                assert_eq!(browser.value(broken).await?, expected, "{path} {size}");
            }
        }
    }
    Ok(())
}
