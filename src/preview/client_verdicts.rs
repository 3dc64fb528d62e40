//! Finds what each mail client loses of a letter, for the page that shows them all.

use crate::clients::{Client, DarkMode, Difference, SentLetter};
use crate::html::computed_style::{ColourScheme, computed_styles};
use crate::html::css;
use crate::html::document::Document;
use crate::templates::colour::{LEGIBLE, hex, ratio};
use crate::templates::preview::clients::ClientFault;

/// What is lost or wrong of the letter `html` in each client, in the order of [`Client::ALL`]. `size` is that of the
/// picture at an address, in pixels.
pub(super) fn faults(html: &str, dark: bool, size: &dyn Fn(&str) -> Option<(u32, u32)>) -> Vec<Vec<ClientFault>> {
    let document = Document::parse(html);
    let sheets: Vec<_> = document.style_sheets.iter().map(|text| css::parse_style_sheet(text)).collect();
    let [light_styles, dark_styles] =
        [ColourScheme::Light, ColourScheme::Dark].map(|scheme| computed_styles(&document, &sheets, scheme));
    let letter = SentLetter::new(html, &document, &light_styles, &dark_styles);
    let of_client = |client: Client| {
        // In dark mode the other clients work with the letter as in light mode.
        let dark = dark && matches!(client.dark_mode(), DarkMode::OwnRules | DarkMode::ColoursRemoved);
        letter.differences(client, dark, size).iter().filter_map(fault).collect()
    };
    Client::ALL.map(of_client).to_vec()
}

/// What readers suffer from a difference; `None` if nothing is lost.
fn fault(difference: &Difference) -> Option<ClientFault> {
    let (element, what) = match *difference {
        Difference::TextHidden { element } => (element, "text hidden".to_owned()),
        Difference::TextShown { element } => (element, "hidden text shown".to_owned()),
        Difference::TextRecoloured { element, colour, background, sent: [sent_colour, sent_background] } => {
            let is_lost = ratio(colour, background) < LEGIBLE && ratio(sent_colour, sent_background) >= LEGIBLE;
            is_lost.then(|| (element, format!("illegible, {} on {}", hex(colour), hex(background))))?
        }
        Difference::GroundLost { element, ground } => (element, format!("background {} lost", hex(ground))),
        Difference::PictureLost { element } => (element, "picture missing".to_owned()),
        Difference::PictureStretched { element } => (element, "picture out of shape".to_owned()),
        Difference::LineLost { element } => (element, "line vanishes".to_owned()),
        Difference::HeightLost { element, pixels } => (element, format!("{pixels} pixels of height lost")),
    };
    Some(ClientFault { element, what })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_faults_of_a_client_are_its_own() {
        let html = "<html><head></head><body><table><tr><td style=\"height:4px;background-color:#b7410e\"></td></tr></table>\
            <p>words</p><img src=\"https://example.org/a.png\" width=\"552\" style=\"height:200px\"></body></html>";
        let found = faults(html, false, &|_| Some((1104, 600)));
        let of = |client: Client| {
            let at = Client::ALL.iter().position(|other| *other == client).unwrap();
            found[at].iter().map(|fault| fault.what.as_str()).collect::<Vec<_>>()
        };
        assert_eq!(of(Client::AppleMail), ["picture out of shape"]);
        assert!(of(Client::Yahoo).contains(&"line vanishes"), "{:?}", of(Client::Yahoo));
    }
}
