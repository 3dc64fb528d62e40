//! Reads responses of an IMAP server.

use crate::imap::{Response, ResponseReader};

/// The most bytes of literals in a response.
const MOST: usize = 4096;

/// Any bytes from a server, in pieces: responses are the same however the bytes arrive, and none is larger than it may be.
pub fn imap(data: &[u8]) {
    let whole = responses(data, data.len().max(1));
    assert_eq!(whole, responses(data, 1));
    assert_eq!(whole, responses(data, 7));
}

fn responses(data: &[u8], step: usize) -> Vec<Vec<u8>> {
    let mut reader = ResponseReader::new(MOST);
    let mut found = Vec::new();
    for piece in data.chunks(step) {
        reader.feed(piece);
        loop {
            match reader.next_response() {
                Ok(Some(response)) => {
                    if let Ok(Response::Message { body: Some(body), .. }) = Response::read(&response) {
                        assert!(body.len() <= response.len());
                    }
                    found.push(response);
                }
                Ok(None) => break,
                Err(_) => return found,
            }
        }
    }
    found
}
