//! Names this process and identifies the last boot of this machine, for the ledger and for claims.

use std::{fs, process};

use data_encoding::HEXLOWER;

use crate::ledger::MachineStart;

/// Returns the name of this process for other machines: `pid 4711 on runner-7`.
pub(crate) fn process_name() -> String {
    let machine = rustix::system::uname().nodename().to_string_lossy().into_owned();
    format!("pid {} on {machine}", process::id())
}

/// Returns the identifier of the last boot; `None` except on Linux.
pub(crate) fn last_boot() -> Option<MachineStart> {
    // random(4): a UUID drawn at each boot. Only Linux has it as a file.
    let text = fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    let bytes = HEXLOWER.decode(text.trim().replace('-', "").as_bytes()).ok()?;
    bytes.try_into().ok().map(MachineStart)
}
