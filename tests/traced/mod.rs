//! The program under strace: killed at a chosen system call, or watched.

use std::path::Path;
use std::process::{Command, Output};

/// Whether strace is there and may trace; says so where not.
pub fn can_trace() -> bool {
    let tried = Command::new("strace").args(["-qq", "-o", "/dev/null", "true"]).output();
    let can = tried.is_ok_and(|tried| tried.status.success());
    if !can {
        eprintln!("SKIPPED: strace is not installed, or not allowed to trace");
    }
    can
}

/// Runs the program in `folder` under strace with these options.
pub fn traced(folder: &Path, options: &[&str], words: &[String]) -> Output {
    let mut command = Command::new("strace");
    command.args(["-f", "-qq"]).args(options).arg("--").arg(env!("CARGO_BIN_EXE_titre")).args(words);
    command.current_dir(folder).env_remove("TITRE_MODELS").env("XDG_DATA_HOME", "/nonexistent");
    command.output().unwrap()
}
