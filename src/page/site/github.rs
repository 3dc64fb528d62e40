//! `GitHub`: a repository is called by its name and its description, and its card is drawn by `GitHub`.

use url::Url;

use crate::page::facts::Facts;

/// Changes the facts of a page of `GitHub`.
pub fn adapt(facts: Facts, url: &Url) -> Facts {
    if !matches!(url.host_str(), Some("github.com" | "www.github.com")) {
        return facts;
    }
    let is_repository = url.path().trim_matches('/').split('/').count() == 2;
    let title = facts.title.map(|mut title| {
        let plain = title.value.strip_prefix("GitHub - ").unwrap_or(&title.value).to_owned();
        title.value = plain;
        title
    });
    let image = facts.image.filter(|image| !matches!(image.value.url.host_str(), Some("opengraph.githubassets.com")));
    // Nobody reads a repository from one end to the other, and its owner is in the title.
    let reading_time = facts.reading_time.filter(|_| !is_repository);
    let author = facts.author.filter(|_| !is_repository);
    Facts { title, author, reading_time, image, ..facts }
}
