//! What is wrong with an issue before it is sent: one rule, one file. Pure.
