//! Time from a save to its paint in Chromium: `cargo bench --package browser-tests`.
//!
//! A benchmark and not a test, because a busy machine is slow without anything being wrong. The goal is a median of
//! 100 ms on an idle machine, with the driver's round trip included.

use std::io::Write;
use std::time::Instant;

use anyhow::Result;
use browser_tests::{Browser, Preview};

const SAVES: u32 = 30;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let preview = Preview::start()?;
    let browser = Browser::start(1440, 900).await?;
    browser.goto(&format!("{}/1", preview.origin)).await?;
    let mail = "document.getElementById('frame').contentDocument";
    browser
        .until(&format!(
            "document.getElementById('connection').className === 'live' && {mail}.readyState === 'complete'"
        ))
        .await?;

    let mut times = Vec::new();
    for round in 0..SAVES {
        let started = Instant::now();
        preview.save_intro(&format!("Save number {round}."))?;
        browser.until(&format!("{mail}.body.textContent.includes('Save number {round}.')")).await?;
        times.push(started.elapsed());
    }
    times.sort();
    let percentile = |percent: usize| times[(times.len() * percent).div_ceil(100) - 1].as_millis();
    writeln!(
        std::io::stdout(),
        "save to screen, {SAVES} saves: median {} ms, 95th percentile {} ms",
        percentile(50),
        percentile(95)
    )?;
    Ok(())
}
