//! Cuts the input of a target into texts.

/// Text out of any bytes.
pub(super) fn text(data: &[u8]) -> String {
    String::from_utf8_lossy(data).into_owned()
}

/// The next piece of `data`, up to a zero byte, as text.
pub(super) fn next_text(data: &mut &[u8]) -> String {
    let end = data.iter().position(|&byte| byte == 0).unwrap_or(data.len());
    let piece = text(&data[..end]);
    *data = data.get(end + 1..).unwrap_or_default();
    piece
}
