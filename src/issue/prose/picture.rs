//! Makes a block of a Markdown picture: `![what it shows](img/map.png "Caption")`.

use comrak::nodes::NodeLink;

use super::line_ends;
use super::mask::{BEFORE_SIZE, unmask};

use crate::diagnostic::Problem;
use crate::issue::picture_source::PictureSource;
use crate::model::{Block, Inline, plain_text};

/// Returns the picture at `link`, and what is wrong with it.
pub(super) fn picture_block(
    link: &NodeLink,
    mut alt: Vec<Inline>,
    caption: Vec<Inline>,
    pictures: PictureSource<'_>,
) -> (Option<Block>, Vec<Problem>) {
    let mut problems = Vec::new();
    line_ends::replace(&mut alt);
    if alt.iter().any(|inline| matches!(inline, Inline::Slot(_))) {
        problems.push(
            Problem::new("the description of a picture is the same for every subscriber")
                .help("remove `{subscriber.…}`"),
        );
    }
    let alt = plain_text(&alt).trim().to_owned();
    if alt.is_empty() {
        let problem = Problem::new("a picture without a description");
        problems.push(problem.help("describe it between the brackets: `![a map of the harbour](img/map.png)`"));
    }
    let (path, size) = match link.url.split_once(BEFORE_SIZE) {
        Some((path, size)) => (path, Some(size)),
        None => (link.url.as_str(), None),
    };
    let size = size.and_then(|written| {
        let size = pixels(written);
        if size.is_none() {
            let problem = Problem::new(format!("`{written}` is not the size of a picture"));
            problems.push(problem.help("write its width and height in pixels: `=600x400`"));
        }
        size
    });
    let image = pictures.image(&unmask(path), alt, size).map_err(|problem| problems.push(problem)).ok();
    (image.map(|image| Block::Picture { image, caption }), problems)
}

/// Returns the size in `=600x400`.
fn pixels(written: &str) -> Option<(u32, u32)> {
    let (width, height) = written.strip_prefix('=')?.split_once('x')?;
    Some((width.parse().ok().filter(|width| *width > 0)?, height.parse().ok().filter(|height| *height > 0)?))
}
