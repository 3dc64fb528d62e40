//! Finds what may be an unsubscribe token in the strings of a message.

use crate::model::{EmailAddress, Token};
use crate::returned::Evidence;

/// Returns every string of `evidence` that has the form of a token, the surest first: in the address the message came
/// to, in its words, in what it returns.
pub fn tokens(evidence: &Evidence) -> Vec<Token> {
    let addresses = evidence.delivered_to.iter().flat_map(in_address);
    let words = evidence.words.iter().filter_map(|word| Token::parse(word));
    let returned = evidence.list_unsubscribe.iter().flat_map(|value| in_text(value));
    let mut found: Vec<Token> = Vec::new();
    for token in addresses.chain(words).chain(returned) {
        if !found.contains(&token) {
            found.push(token);
        }
    }
    found
}

/// How the Message-ID of a question begins.
const QUESTION: &str = "confirm.";

/// Returns the left part of the Message-ID of mail that asks to confirm with `token`.
pub fn confirm_id(token: &str) -> String {
    format!("{QUESTION}{token}")
}

/// Returns what may be the token of a question that is answered: in the words, or in the Message-ID of what is answered or
/// returned.
pub fn confirm_tokens(evidence: &Evidence) -> Vec<Token> {
    let words = evidence.words.iter().filter_map(|word| Token::parse(word));
    let ids = evidence.message_ids.iter().filter_map(|id| {
        let left = id.split('@').next()?.strip_prefix(QUESTION)?;
        Token::parse(left)
    });
    words.chain(ids).collect()
}

/// Returns the tokens in the local part of `address`: `bounces+TOKEN`, in the form that may be folded.
pub fn in_address(address: &EmailAddress) -> Vec<Token> {
    address.local().split(|c: char| !c.is_ascii_alphanumeric()).filter_map(Token::parse).collect()
}

/// Returns the tokens in `text`, such as a URL.
pub fn in_text(text: &str) -> Vec<Token> {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_').filter_map(Token::parse).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_found_in_either_form() {
        let token = Token([7; 16]);
        let address = EmailAddress::parse(&format!("Leave+{}@example.org", token.folded().to_uppercase())).unwrap();
        assert_eq!(in_address(&address), [token]);
        let header =
            format!("<https://letter.example.org/u/{token}>, <mailto:leave@example.org?subject=unsubscribe%20x>");
        assert_eq!(in_text(&header), [token]);
        let evidence = Evidence { delivered_to: vec![address], words: vec![token.to_string()], ..Evidence::default() };
        assert_eq!(tokens(&evidence), [token]);
        assert_eq!(in_text("nothing here, and notATokenBecauseItIsTooLongToBeOneOfThem"), []);
    }
}
