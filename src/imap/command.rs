//! Writes the arguments of commands.

use data_encoding::BASE64_NOPAD;

/// Returns `text` as a quoted string; `None` if it cannot stand in one.
pub(super) fn quoted(text: &str) -> Option<String> {
    if !text.bytes().all(|byte| matches!(byte, 0x20..=0x7e)) {
        return None;
    }
    Some(format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")))
}

/// Returns the name of a folder as a quoted string, in the encoding that old servers want (RFC 3501 5.1.3).
pub(super) fn folder(name: &str) -> String {
    let mut encoded = String::new();
    let mut shifted: Vec<u8> = Vec::new();
    let end = |shifted: &mut Vec<u8>, encoded: &mut String| {
        if !shifted.is_empty() {
            encoded.push('&');
            encoded.push_str(&BASE64_NOPAD.encode(shifted).replace('/', ","));
            encoded.push('-');
            shifted.clear();
        }
    };
    for letter in name.chars() {
        if matches!(letter, ' '..='~') {
            end(&mut shifted, &mut encoded);
            encoded.push(letter);
            if letter == '&' {
                encoded.push('-');
            }
        } else {
            let mut units = [0; 2];
            shifted.extend(letter.encode_utf16(&mut units).iter().flat_map(|unit| unit.to_be_bytes()));
        }
    }
    end(&mut shifted, &mut encoded);
    format!("\"{}\"", encoded.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Returns identifiers as a set: `1:3,7`.
pub(super) fn set(uids: &[u32]) -> String {
    let mut sorted = uids.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    let mut parts: Vec<(u32, u32)> = Vec::new();
    for uid in sorted {
        match parts.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(uid) => *last = uid,
            _ => parts.push((uid, uid)),
        }
    }
    let written =
        parts.iter().map(|(first, last)| if first == last { first.to_string() } else { format!("{first}:{last}") });
    written.collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_written_as_servers_read_them() {
        assert_eq!(quoted("a \"b\\").unwrap(), "\"a \\\"b\\\\\"");
        assert_eq!((quoted("a\r\nb"), quoted("ü")), (None, None));
        // RFC 3501 5.1.3.
        assert_eq!(folder("~peter/mail/台北/日本語"), "\"~peter/mail/&U,BTFw-/&ZeVnLIqe-\"");
        assert_eq!(folder("A&B \"é"), "\"A&-B \\\"&AOk-\"");
        assert_eq!(set(&[7, 1, 2, 3, 3, u32::MAX]), "1:3,7,4294967295");
    }
}
