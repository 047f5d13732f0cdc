//! Whether the program can be run under strace: killed at a chosen system call, or watched.

use std::process::Command;

/// Whether strace is there and may trace; says so where not.
pub fn can_trace() -> bool {
    let tried = Command::new("strace").args(["-qq", "-o", "/dev/null", "true"]).output();
    let can = tried.is_ok_and(|tried| tried.status.success());
    if !can {
        eprintln!("SKIPPED: strace is not installed, or not allowed to trace");
    }
    can
}
