//! Changes to what the system does for a program, loaded before its C library.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The value for `LD_PRELOAD`: `source`, a C file below `tests/it`, compiled into `folder`.
pub(crate) fn preloaded(source: &str, folder: &Path) -> PathBuf {
    let library = folder.join("preloaded.so");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it").join(source);
    let built = Command::new("cc").args(["-shared", "-fPIC", "-o"]).arg(&library).arg(source).status();
    assert!(built.expect("cc is missing; run ./check").success());
    library
}
