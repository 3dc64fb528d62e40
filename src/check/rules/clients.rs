//! The rule that compares the letter with what each simulated mail client makes of it.

use crate::check::issue_context::IssueContext;
use crate::check::rule::{Check, Finding, Rule};
use crate::clients::{Client, DarkMode, Difference, SentLetter};
use crate::diagnostic::{Place, Severity, quote};
use crate::model::Colour;
use crate::templates::colour::{LEGIBLE, hex, ratio};

pub(super) const RULES: [Rule; 1] = [CLIENT_DISPLAY];

const CLIENT_DISPLAY: Rule = Rule {
    name: "client-display",
    level: Severity::Warning,
    what: "Every mail client that the preview simulates shows all of the letter: no text hidden or without contrast, no \
           background of a plate or button gone, no picture missing or out of shape, no line or height lost.",
    why: "What one client drops can remove the background behind white text, or stretch every picture, for all its readers.",
    example: "height: 4px on an empty cell, which Yahoo Mail shows as nothing",
    source: "caniemail, by the simulations of the preview",
    check: Check::Issue(client_display),
};

/// A kind of difference at one place, and the clients that show it.
struct Loss {
    wrong: String,
    help: &'static str,
    place: Option<Place>,
    clients: Vec<&'static str>,
}

fn client_display(context: &IssueContext<'_>) -> Vec<Finding> {
    let letter = SentLetter::new(context.html(), &context.document, context.light_styles(), context.dark_styles());
    let size = |source: &str| {
        let mut images = context.issue().images();
        images.find(|image| image.url == source)?.size
    };
    let mut losses: Vec<Loss> = Vec::new();
    for client in Client::ALL {
        let mode = client.dark_mode();
        let has_own_dark = matches!(mode, DarkMode::OwnRules | DarkMode::ColoursRemoved);
        for dark in [false, true].into_iter().filter(|dark| !dark || has_own_dark) {
            let removes_colours = dark && mode == DarkMode::ColoursRemoved;
            let name = if removes_colours { "the dark theme of Thunderbird" } else { client.name() };
            for difference in letter.differences(client, dark, &size) {
                let Some(mut loss) = loss(context, &difference) else { continue };
                if removes_colours && matches!(difference, Difference::TextRecoloured { .. }) {
                    loss.help = "it removes dark text colours: where the background stays, set both on one element, to stay or go \
                                 together";
                }
                let same = |known: &&mut Loss| {
                    known.wrong == loss.wrong && (known.place == loss.place || loss.place.is_none())
                };
                match losses.iter_mut().find(same) {
                    Some(known) if known.clients.contains(&name) => {}
                    Some(known) => known.clients.push(name),
                    None => losses.push(Loss { clients: vec![name], ..loss }),
                }
            }
        }
    }
    let finding = |loss: Loss| {
        let everywhere = loss.clients.len() == Client::ALL.len();
        let clients = if everywhere { "every client".to_owned() } else { loss.clients.join(", ") };
        Finding::new(format!("{} in {clients}", loss.wrong)).at(loss.place).help(loss.help)
    };
    losses.into_iter().map(finding).collect()
}

/// Returns what readers suffer from a difference; `None` if it is none of their concern, or another rule reports it.
fn loss(context: &IssueContext<'_>, difference: &Difference) -> Option<Loss> {
    let elements = &context.document.elements;
    let place_of = |element: usize, properties: &[&str]| {
        let declared = properties.iter().find_map(|property| elements[element].declaration(property));
        declared.and_then(|declaration| context.place_of_style(declaration, element))
    };
    let words = |element: usize| context.document.text_content(element);
    let (wrong, help, place) = match *difference {
        Difference::TextHidden { element } => (
            format!("{} is hidden", quote(&words(element))),
            "the preview's Clients page shows the letter without it",
            context.place_of(&words(element)),
        ),
        Difference::TextShown { element } => (
            format!("the hidden text {} is shown", quote(&words(element))),
            "hide it by a declaration that the client supports",
            place_of(element, &["display"]),
        ),
        Difference::TextRecoloured { element, colour, background, sent: [sent_colour, sent_background] } => {
            // What is illegible as sent is reported by `contrast`.
            let is_lost = ratio(colour, background) < LEGIBLE && ratio(sent_colour, sent_background) >= LEGIBLE;
            is_lost.then_some(())?;
            recoloured(context, element, colour, background, sent_background)
        }
        Difference::GroundLost { element, ground } => (
            format!("the background {} of a `<{}>` is lost", hex(ground), elements[element].name),
            "it finds the text colour of the same element too close: set that on an element inside",
            place_of(element, &["background", "background-color"]),
        ),
        Difference::PictureLost { element } => {
            let source = elements[element].attribute("src").unwrap_or_default();
            // By its format, if that is the reason.
            (!super::images::is_unsupported(source)).then_some(())?;
            (
                format!("the picture {} is missing", quote(source)),
                "give it an https address and a format that every client shows",
                context.place_of_picture(source),
            )
        }
        Difference::PictureStretched { element } => {
            let place = place_of(element, &["height", "min-height", "max-width", "width"]);
            let source = elements[element].attribute("src").unwrap_or_default();
            let wrong = match place {
                // One declaration stretches many pictures.
                Some(_) => "a picture is out of shape".to_owned(),
                None => format!("the picture {} is out of shape", quote(source)),
            };
            (
                wrong,
                "set its width only: a height stays where a client lets the width follow the screen",
                place.or_else(|| context.place_of_picture(source)),
            )
        }
        Difference::LineLost { element } => (
            format!("a `<{}>` that is a line or an area of colour vanishes", elements[element].name),
            "draw it by a border or by padding: Yahoo Mail turns `height` into `min-height`, which a cell ignores",
            place_of(element, &["height", "min-height"]),
        ),
        Difference::HeightLost { element, pixels } => (
            format!("a `<{}>` loses its height of {pixels} pixels", elements[element].name),
            "make the space by padding: Yahoo Mail turns `height` into `min-height`, which a cell ignores",
            place_of(element, &["height", "min-height"]),
        ),
    };
    Some(Loss { wrong, help, place, clients: Vec::new() })
}

/// Describes a text that has lost its contrast, and finds the declaration that was to give it.
fn recoloured(
    context: &IssueContext<'_>,
    element: usize,
    colour: Colour,
    background: Colour,
    sent_background: Colour,
) -> (String, &'static str, Option<Place>) {
    let properties: &[&str] =
        if background == sent_background { &["color"] } else { &["background", "background-color"] };
    let mut around = std::iter::once(element).chain(context.document.ancestors(element));
    let place = around.find_map(|index| {
        let declared = properties.iter().find_map(|name| context.document.elements[index].declaration(name))?;
        context.place_of_style(declared, index)
    });
    let what = if place.is_some() { "text".to_owned() } else { quote(&context.document.text_content(element)) };
    let (colour, background) = (hex(colour), hex(background));
    (
        format!("{what} is illegible, {colour} on {background},"),
        "give text and background each a declaration that the client supports, such as `background-color: #1e2227`",
        place,
    )
}
