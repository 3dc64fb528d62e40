//! Walks over the markers of a JPEG file (ITU-T T.81, annex B), without decoding it.

/// Facts from the markers of a JPEG file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct JpegMarkers {
    /// The number of colour components: one for grey, three for colours, four for CMYK.
    pub(super) components: u8,
    /// Whether the marker that ends the picture is there.
    pub(super) is_complete: bool,
}

const START_OF_SCAN: u8 = 0xda;
const END_OF_IMAGE: u8 = 0xd9;

/// Reads the markers of the JPEG file `bytes`.
pub(super) fn markers(bytes: &[u8]) -> JpegMarkers {
    let mut found = JpegMarkers { components: 0, is_complete: false };
    // After the marker that starts the picture.
    let mut at = 2;
    while let Some(marker) = next_marker(bytes, &mut at) {
        if marker == END_OF_IMAGE {
            found.is_complete = true;
            break;
        }
        let Some(segment) = bytes.get(at..).filter(|rest| rest.len() >= 2) else { break };
        let length = usize::from(u16::from_be_bytes([segment[0], segment[1]]));
        // Start of frame: length, precision, height, width, number of components.
        if is_start_of_frame(marker) && segment.len() > 7 {
            found.components = segment[7];
        }
        at += length.max(2);
        if marker == START_OF_SCAN && at >= bytes.len() {
            break;
        }
    }
    found
}

/// Returns the next marker at or after `at`, and moves `at` behind it. Skips coded data, in which 0xff is followed by
/// zero or by a restart marker.
fn next_marker(bytes: &[u8], at: &mut usize) -> Option<u8> {
    loop {
        let start = *at + bytes.get(*at..)?.iter().position(|&byte| byte == 0xff)?;
        *at = start + 2;
        match *bytes.get(start + 1)? {
            // A fill byte: the next one is looked at again.
            0xff => *at = start + 1,
            0x00 | 0x01 | 0xd0..=0xd8 => {}
            marker => return Some(marker),
        }
    }
}

fn is_start_of_frame(marker: u8) -> bool {
    // 0xc4, 0xc8 and 0xcc define tables and extensions.
    matches!(marker, 0xc0..=0xcf) && ![0xc4, 0xc8, 0xcc].contains(&marker)
}
