//! The SMTP client: the protocol as a pure state machine, and its I/O. Knows nothing of newsletters.
