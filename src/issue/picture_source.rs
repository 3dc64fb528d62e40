//! Finds the pictures that an issue names, and measures its own.

use url::Url;

use super::picture::{self, Measure};
use super::web_address;
use crate::diagnostic::Problem;
use crate::diagnostic::suggestion::quote;
use crate::model::Image;

/// The pictures an issue can show.
#[derive(Clone, Copy)]
pub(super) struct PictureSource<'a> {
    folder: &'a str,
    measure: Measure<'a>,
}

impl<'a> PictureSource<'a> {
    /// The newsletter's own pictures are in `folder` on the web; `measure` measures them.
    pub(super) fn new(folder: &'a str, measure: Measure<'a>) -> Self {
        Self { folder, measure }
    }

    /// Returns the picture at `path`: an https URL, or a file such as `img/map.png`. Only the size of a picture on the
    /// web can be `written` by the author.
    ///
    /// Errors if there is no such picture.
    pub(super) fn image(self, path: &str, alt: String, written: Option<(u32, u32)>) -> Result<Image, Problem> {
        if path.contains("://") {
            let url = web_address::https_url(path)?;
            return Ok(Image { url: url.into(), file: None, alt, size: written });
        }
        let name = picture::name(path)?;
        let size = (self.measure)(name).map_err(|error| picture::problem(path, &error))?;
        if let Some((width, height)) = written {
            let problem = Problem::new(format!("{} is measured: it has {} × {} pixels", quote(path), size.0, size.1));
            return Err(problem.help(format!("delete `={width}x{height}`")));
        }
        Ok(Image { url: below(self.folder, name), file: Some(name.to_owned()), alt, size: Some(size) })
    }
}

/// Returns the URL of the picture `name` in the folder `base` of the web.
pub(crate) fn below(base: &str, name: &str) -> String {
    match Url::parse(base) {
        Ok(mut url) => {
            if let Ok(mut segments) = url.path_segments_mut() {
                segments.pop_if_empty().extend(name.split('/'));
            }
            url.into()
        }
        Err(_) => format!("{base}{name}"),
    }
}
