//! Moves the link with `lead = true` above the sections.

use super::loaded::LinkPlaces;
use crate::diagnostic::Problem;
use crate::model::{Item, Link, Part, Section, SectionStyle};
use crate::toml::Table;

/// Moves the link that is marked as the lead into a section of its own above all others; a part or section that had nothing
/// else goes. Its place becomes the first of `places`. A second one is reported on `top`.
pub(super) fn move_up(top: &Table<'_>, sections: &mut Vec<Section>, places: &mut Vec<LinkPlaces>) {
    let mut marked = places.iter().enumerate().filter(|(_, places)| places.lead.is_some()).map(|(index, _)| index);
    let Some(index) = marked.next() else { return };
    for second in marked {
        let problem = Problem::new("a second lead").help("delete `lead = true` from one of the links");
        top.error(places[second].lead.clone().unwrap_or_default(), problem);
    }
    let Some(link) = remove(sections, index) else { return };
    let part = Part { heading: None, items: vec![Item::Link(link)] };
    sections.insert(0, Section { style: SectionStyle::Lead, heading: None, parts: vec![part] });
    let place = places.remove(index);
    places.insert(0, place);
}

/// Removes the link at `index` of all links.
fn remove(sections: &mut Vec<Section>, index: usize) -> Option<Box<Link>> {
    let mut before = 0;
    for (section_index, section) in sections.iter_mut().enumerate() {
        for (part_index, part) in section.parts.iter_mut().enumerate() {
            for item_index in 0..part.items.len() {
                let count = part.items[item_index].links().len();
                if index >= before + count {
                    before += count;
                    continue;
                }
                let Item::Link(link) = part.items.remove(item_index) else { return None };
                if part.items.is_empty() {
                    section.parts.remove(part_index);
                }
                if section.parts.is_empty() {
                    sections.remove(section_index);
                }
                return Some(link);
            }
        }
    }
    None
}
