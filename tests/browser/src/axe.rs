//! A judge that is not ours: axe-core, on accessibility.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::Browser;

/// What axe finds wrong in the document shown, by all its rules but `without`: the rule, and the elements that break it.
///
/// Errors when axe is not installed or does not run.
pub async fn violations(browser: &Browser, without: &[&str]) -> Result<Value> {
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
