//! The newsletters of `docs/gallery`, to begin with a copy of one.

/// A finished newsletter.
pub(crate) struct Example {
    /// What it is called on the command line; its folder in `docs/gallery`.
    pub(crate) name: &'static str,
    /// Its files, by their path below its folder.
    pub(super) files: &'static [(&'static str, &'static [u8])],
}

/// The files of an example, as they are in its folder.
macro_rules! files {
    ($folder:literal: $($path:literal),+) => {
        &[$(($path, include_bytes!(concat!("../../../docs/gallery/", $folder, "/", $path)))),+]
    };
}

/// All examples; a test holds them against the folders.
pub(crate) const EXAMPLES: [Example; 4] = [
    Example {
        name: "weekly",
        files: files!["weekly": "newsletter.toml", "subscribers.example.csv", "issues/118-the-height-of-things.toml",
            "issues/img/118-hachures.png", "issues/img/118-hidden-fish.png", "issues/img/118-island.png",
            "issues/img/118-section.png"],
    },
    Example {
        name: "digest",
        files: files!["digest": "newsletter.toml", "subscribers.example.csv", "issues/031-where-a-line-ends.toml"],
    },
    Example {
        name: "one-paper",
        files: files!["one-paper": "newsletter.toml", "subscribers.example.csv", "issues/027-trusting-trust.toml",
            "issues/img/027-mirror.png"],
    },
    Example {
        name: "long-list",
        files: files!["long-list": "newsletter.toml", "subscribers.example.csv", "issues/012-requests-for-comments.toml"],
    },
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    use super::*;

    /// Adds the files below `folder`, but for what a send or a build leaves there.
    fn add_files(folder: &Path, below: &str, found: &mut BTreeSet<String>) {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let name = entry.file_name().into_string().unwrap();
            let is_made = [".newsletter", "outbox", "public", "subscribers.csv"].contains(&name.as_str());
            if entry.path().is_dir() && !is_made {
                add_files(&entry.path(), &format!("{below}{name}/"), found);
            } else if !is_made {
                found.insert(format!("{below}{name}"));
            }
        }
    }

    #[test]
    fn every_newsletter_of_the_gallery_is_an_example_with_all_its_files() {
        let mut known = BTreeSet::from(["README.md".to_owned()]);
        for Example { name, files } in EXAMPLES {
            let paths = files.iter().map(|(path, _)| *path).chain(["README.md", "letter.png"]);
            known.extend(paths.map(|path| format!("{name}/{path}")));
        }
        let mut there = BTreeSet::new();
        add_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/gallery"), "", &mut there);
        assert_eq!(known, there);
    }
}
