//! Runs a preview of a test newsletter and a Chromium that shows it.

mod browser;
mod picture;
mod preview;

pub use browser::Browser;
pub use picture::Picture;
pub use preview::{ISSUE, Preview};

/// The hint in the error of a missing program.
const HOW_TO_GET: &str = "run ./check, which installs what the browser tests need";

/// A preview of issue 1 and a browser that shows it.
pub async fn shown(query: &str) -> anyhow::Result<(Preview, Browser)> {
    let preview = Preview::start()?;
    let browser = Browser::start(1440, 900).await?;
    browser.goto(&format!("{}/1{query}", preview.origin)).await?;
    let connected = "document.getElementById('connection').className === 'live'";
    browser
        .until(&format!("{connected} && document.querySelector('iframe').contentDocument.readyState === 'complete'"))
        .await?;
    Ok((preview, browser))
}
