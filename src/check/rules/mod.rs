//! The rules, in groups. To add one: write it into a group, with its name in the `RULES` of that file, add a fixture to
//! `tests/fixtures/check/rules`, and let the tests write `docs/rules.md` anew.

mod appearance;
mod clients;
mod content;
mod css;
mod images;
mod link_texts;
mod links;
mod markup;
mod pages;
mod picture_files;
mod sender;
mod style_effect;
mod style_reading;
mod subject;
mod subscribers;
mod text;
mod unfinished;
mod unsubscribe;
mod web_page;

use super::rule::Rule;

const GROUPS: [&[Rule]; 19] = [
    &sender::RULES,
    &subject::RULES,
    &unsubscribe::RULES,
    &links::RULES,
    &link_texts::RULES,
    &pages::RULES,
    &web_page::RULES,
    &images::RULES,
    &picture_files::RULES,
    &text::RULES,
    &markup::RULES,
    &content::RULES,
    &css::RULES,
    &style_reading::RULES,
    &style_effect::RULES,
    &appearance::RULES,
    &clients::RULES,
    &unfinished::RULES,
    &subscribers::RULES,
];

/// Returns every rule, in the order of `docs/rules.md`.
pub fn rules() -> impl DoubleEndedIterator<Item = &'static Rule> + Clone {
    GROUPS.iter().copied().flatten()
}
