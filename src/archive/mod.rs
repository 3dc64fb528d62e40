//! The web archive and the feeds, from the same issues as the letters.
