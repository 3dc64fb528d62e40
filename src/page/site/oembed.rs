//! `oEmbed`, which `YouTube` and Vimeo share.

use serde_json::Value;

use crate::model::LinkKind;
use crate::page::facts::{Fact, Facts, Origin};
use crate::page::text::printable;

/// Reads the facts of a video.
pub(super) fn facts(json: &[u8]) -> Option<Facts> {
    let answer: Value = serde_json::from_slice(json).ok()?;
    let text = |key: &str| answer.get(key)?.as_str().map(printable).filter(|text| !text.is_empty());
    let fact = |value: String| Fact { value, origin: Origin::JsonLd };
    let seconds = answer.get("duration").and_then(Value::as_u64).and_then(|seconds| u32::try_from(seconds).ok());
    let minutes = seconds.filter(|seconds| *seconds > 0).map(|seconds| (seconds.saturating_add(30) / 60).max(1));
    Some(Facts {
        title: Some(fact(text("title")?)),
        author: text("author_name").map(fact),
        kind: Some(Fact { value: LinkKind::Video, origin: Origin::Address }),
        reading_time: minutes.filter(|minutes| *minutes <= 24 * 60).map(|value| Fact { value, origin: Origin::JsonLd }),
        ..Facts::default()
    })
}
