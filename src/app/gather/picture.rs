//! Pins the picture of a page: fetched, made ready for a letter, and named after issue and link.

use std::fs;
use std::path::Path;

use anyhow::Context;

use super::page_reader::{ReadPage, reason};
use crate::config::Newsletter;
use crate::fetch::{Downloader, Limits, NamedBy, Validators};
use crate::fs::atomic_file::{self, Access, Durability};
use crate::fs::regular_file;
use crate::issue::{pictures_folder, slug};
use crate::model::IssueNumber;
use crate::page::PagePicture;
use crate::page::text::printable;
use crate::pictures::{PinnedPicture, pin};

/// The longest part of a file's name that comes from a title, in bytes.
const LONGEST_SLUG: usize = 48;

/// The pictures that are written beside an issue, below `issues/img/`.
#[derive(Debug, Default)]
pub(super) struct NewPictures(Vec<(String, PinnedPicture)>);

impl NewPictures {
    /// Returns a name for `picture`, which belongs to the link with this title, as issue files name it. The file is not
    /// written yet.
    pub(super) fn put(
        &mut self,
        newsletter: &Newsletter,
        number: IssueNumber,
        title: &str,
        picture: PinnedPicture,
    ) -> String {
        let mut stem = format!("{}-{}", number.file_stem(), short(&slug(title)));
        stem.truncate(stem.trim_end_matches('-').len());
        let is_free = |name: &str| {
            let taken = self.0.iter().find(|(own, _)| own == name).map(|(_, own)| own.bytes == picture.bytes);
            let in_folder =
                || match regular_file::read(&pictures_folder(&newsletter.root).join(name), regular_file::MAX_TEXT) {
                    // The same picture, from an earlier run.
                    Ok(bytes) => bytes == picture.bytes,
                    Err(error) => error.kind() == std::io::ErrorKind::NotFound,
                };
            taken.unwrap_or_else(in_folder)
        };
        let numbered = (1..).map(|number: u32| match number {
            1 => format!("{stem}.{}", picture.ending),
            number => format!("{stem}-{number}.{}", picture.ending),
        });
        let mut names = numbered.filter(|name| is_free(name));
        let name = names.next().unwrap_or_default();
        drop(names);
        self.0.push((name.clone(), picture));
        format!("img/{name}")
    }

    /// Returns the size of the picture `name`, as if it were written.
    pub(super) fn size(&self, name: &str) -> Option<(u32, u32)> {
        self.0.iter().find(|(own, _)| own == name).map(|(_, picture)| picture.size)
    }

    /// Forgets the picture at `path`, which no link names.
    pub(super) fn forget(&mut self, path: &str) {
        self.0.retain(|(name, _)| Some(name.as_str()) != path.strip_prefix("img/"));
    }

    /// Writes the files.
    ///
    /// Errors when one cannot be written.
    pub(super) fn write(&self, newsletter: &Newsletter) -> anyhow::Result<()> {
        for (name, picture) in &self.0 {
            let path = pictures_folder(&newsletter.root).join(name);
            fs::create_dir_all(atomic_file::folder_of(&path))
                .and_then(|()| atomic_file::replace(&path, Access::Shared, Durability::Full, &picture.bytes))
                .with_context(|| format!("cannot write `{}`", pictures_folder(Path::new("")).join(name).display()))?;
        }
        Ok(())
    }
}

/// Fetches the picture that a page names, with the words in its place.
///
/// Errors with the reason, in a few words.
pub(super) fn pinned_picture(page: &ReadPage, downloader: &Downloader<'_>) -> Result<(PinnedPicture, String), String> {
    let Some(PagePicture { url, alt }) = page.facts.image.as_ref().map(|image| &image.value) else {
        return Err("the page names none".to_owned());
    };
    let download = downloader
        .get(url, NamedBy::Stranger, Limits::PICTURE, &Validators::default())
        .map_err(|outcome| reason(&outcome).0)?;
    if !(200..300).contains(&download.status) {
        return Err(download.status.to_string());
    }
    if download.is_cut {
        return Err(format!("it is larger than {} MB, or its server is slow", Limits::PICTURE.bytes / (1024 * 1024)));
    }
    Ok((pin(&download.bytes)?, printable(alt)))
}

/// Returns the whole words of a slug that fit into a file's name.
fn short(slug: &str) -> &str {
    if slug.len() <= LONGEST_SLUG {
        return slug;
    }
    let cut = &slug[..slug.floor_char_boundary(LONGEST_SLUG)];
    cut.rfind('-').map_or(cut, |end| &cut[..end])
}
