//! Tests files, settings and machines that would make the program wait, fill its memory, show
//! private data or write outside its folders: each is refused for its kind, with a message.

mod amount;
mod build_folder;
mod file_limit;
mod files;
mod private;
mod threads;
