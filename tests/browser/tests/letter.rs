//! The letter as it looks, compared with stored pictures: at three widths, in light, dark and
//! forced dark, without images.
//!
//! `scripts/screenshots --letter` draws them anew; look at every one before it is committed.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use browser_tests::{Browser, Picture, Preview};

const WIDTHS: [u32; 3] = [320, 600, 1024];

const LOOKS: [(&str, &str); 4] =
    [("light", ""), ("dark", "?scheme=dark"), ("forced-dark", "?scheme=forced"), ("no-images", "?images=off")];

/// The share of a picture that may differ: less than a line of small print.
const TOLERANCE: f64 = 0.0005;

/// What all stored pictures may weigh together, in bytes.
const WEIGHT: usize = 1_500_000;

#[tokio::test]
#[ignore = "needs Chromium; ./check runs it"]
async fn the_letter_looks_as_it_did() -> Result<()> {
    let stored = Path::new(env!("CARGO_MANIFEST_DIR")).join("pictures");
    let is_drawn_anew = std::env::var("SNAPSHOTS").is_ok_and(|value| value == "overwrite");
    let preview = Preview::start()?;
    preview.save("issues/img/wide.png", include_bytes!("../src/wide.png"))?;
    preview.save("issues/002-specimen.toml", include_str!("../src/specimen.toml"))?;
    let browser = Browser::start(1024, 800).await?;
    browser.goto(&format!("{}/2", preview.origin)).await?;
    browser.until("document.getElementById('frame')?.contentDocument.querySelectorAll('img').length === 2").await?;

    let mut changed = Vec::new();
    let mut weight = 0;
    for (look, query) in LOOKS {
        browser.goto(&format!("{}/2/frame{query}", preview.origin)).await?;
        for width in WIDTHS {
            let name = format!("letter-{width}-{look}");
            let picture = Picture::read(&browser.picture(width).await?)?;
            let path = stored.join(format!("{name}.png"));
            if is_drawn_anew {
                fs::write(&path, picture.png()?)?;
            }
            let before = fs::read(&path);
            let before = before.with_context(|| format!("no {name}.png: `scripts/screenshots --letter` draws it"))?;
            weight += before.len();
            let before = Picture::read(&before)?;
            let difference = before.difference(&picture);
            if difference > TOLERANCE {
                let shown = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.png"));
                fs::write(&shown, before.beside(&picture).png()?)?;
                changed.push(format!(
                    "{name}: {:.2} % differs; before, difference, now: {}",
                    difference * 100.0,
                    shown.display()
                ));
            }
        }
    }
    assert!(weight < WEIGHT, "the stored pictures weigh {weight} bytes");
    let hint = "if that is meant: scripts/screenshots --letter";
    assert!(changed.is_empty(), "{}\n{hint}", changed.join("\n"));
    Ok(())
}

/// Takes away what Yahoo Mail draws differently and nobody misses: underlines, which are closer and thicker there (caniemail:
/// text-underline-offset), and where lines of titles and paragraphs break (text-wrap).
const WITHOUT_EMBELLISHMENT: &str = "document.querySelectorAll('a, h1, h2, h3, h4, p, li').forEach(element => { \
    element.style.setProperty('text-decoration', 'none', 'important'); \
    element.style.setProperty('text-wrap', 'wrap', 'important'); }) ?? true";

/// The share of a letter that may differ in Yahoo Mail: nothing but rounding.
const UNSEEN: f64 = 0.0001;

#[tokio::test]
#[ignore = "needs Chromium; ./check runs it"]
async fn yahoo_mail_stretches_no_picture_and_loses_no_line() -> Result<()> {
    let preview = Preview::start()?;
    preview.save("issues/img/wide.png", include_bytes!("../src/wide.png"))?;
    preview.save("issues/002-specimen.toml", include_str!("../src/specimen.toml"))?;
    let browser = Browser::start(1024, 800).await?;
    browser.goto(&format!("{}/2", preview.origin)).await?;
    browser.until("document.getElementById('frame')?.contentDocument.querySelectorAll('img').length === 2").await?;
    for width in WIDTHS {
        let mut pictures = Vec::new();
        for query in ["", "?client=yahoo"] {
            browser.goto(&format!("{}/2/frame{query}", preview.origin)).await?;
            browser.value(WITHOUT_EMBELLISHMENT).await?;
            pictures.push(Picture::read(&browser.picture(width).await?)?);
        }
        let difference = pictures[0].difference(&pictures[1]);
        assert!(difference <= UNSEEN, "at {width} pixels, {:.2} % of the letter differ", difference * 100.0);
    }
    Ok(())
}
