//! The process keeps its memory to itself: no core dump, nothing that another process of the user could read, no swap where
//! that can be had.
#![cfg(target_os = "linux")]

use std::fs;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A run that waits for its input, under a shell's limits.
fn waiting(folder: &Path, limits: &str) -> Child {
    let mut command = Command::new("sh");
    command.args(["-c", &format!("{limits}; exec \"$@\""), "sh", env!("CARGO_BIN_EXE_titre")]);
    command.args(["consent", "withdraw", "-"]).current_dir(folder);
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.process_group(0).spawn().unwrap();
    let program = fs::canonicalize(env!("CARGO_BIN_EXE_titre")).unwrap();
    for _ in 0..500 {
        let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
        // Where only root may ask which program it is, its name says it.
        let is_it = fs::read_link(format!("/proc/{}/exe", child.id())).map_or(true, |path| path == program);
        if is_it && status.contains("Name:\ttitre") && status.contains("State:\tS") {
            return child;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    let _ = child.kill();
    let _ = child.wait();
    panic!("it never waits");
}

fn ends(mut child: Child, signal: &str) -> std::process::ExitStatus {
    let id = child.id().to_string();
    // The first SIGSEGV only takes the standard library's own handler away, which looks for overflows of the stack.
    for _ in 0..100 {
        assert!(Command::new("kill").args([format!("-{signal}"), id.clone()]).status().unwrap().success());
        std::thread::sleep(Duration::from_millis(20));
        if let Some(status) = child.try_wait().unwrap() {
            return status;
        }
    }
    panic!("it does not end by SIG{signal}");
}

#[test]
fn no_signal_makes_it_dump_a_core() {
    let folder = tempfile::tempdir().unwrap();
    let unlimited = "ulimit -c unlimited";
    let control = format!("{unlimited} && kill -SEGV $$");
    let control = Command::new("sh").args(["-c", &control]).current_dir(folder.path()).status().unwrap();
    if !control.core_dumped() {
        eprintln!("SKIPPED: this machine writes no core of any process, so nothing is shown");
    }
    let before = fs::read_dir(folder.path()).unwrap().count();
    // Not SIGQUIT: whoever runs the tests in the background of a shell has it ignored in all that they start.
    for signal in ["SEGV", "ABRT", "ILL", "BUS", "SYS"] {
        let child = waiting(folder.path(), unlimited);
        let limits = fs::read_to_string(format!("/proc/{}/limits", child.id())).unwrap();
        let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
        assert_eq!(core.split_whitespace().skip(4).take(2).collect::<Vec<_>>(), ["0", "0"], "{core}");
        let status = ends(child, signal);
        assert!(status.signal().is_some() && !status.core_dumped(), "{signal}: {status}");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), before, "a core was left");
}

#[test]
fn what_proc_shows_of_it_is_roots_alone() {
    use std::os::unix::fs::MetadataExt;
    let folder = tempfile::tempdir().unwrap();
    let child = waiting(folder.path(), "true");
    for file in ["environ", "mem", "maps"] {
        let path = format!("/proc/{}/{file}", child.id());
        assert_eq!(fs::metadata(&path).unwrap().uid(), 0, "{path}");
    }
    ends(child, "KILL");
}

/// Locked where any amount may be locked; under a limit nothing is, and the run goes on all the same.
#[test]
fn memory_is_locked_where_that_is_allowed_and_no_run_fails_for_it() {
    let folder = tempfile::tempdir().unwrap();
    let locked = |limits: &str| {
        let child = waiting(folder.path(), limits);
        let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmLck:")).unwrap();
        let locked: u64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
        let held = status.lines().find(|line| line.starts_with("CapEff:")).unwrap();
        let held = u64::from_str_radix(held.split_whitespace().nth(1).unwrap(), 16).unwrap();
        ends(child, "KILL");
        (locked, held >> 14 & 1 == 1)
    };
    let (kilobytes, capable) = locked("ulimit -l 64");
    assert_eq!(kilobytes > 0, capable, "under a limit, only who may pass over it locks");
    let unlimited = Command::new("sh").args(["-c", "ulimit -l unlimited"]).status().unwrap().success();
    if unlimited {
        assert!(locked("ulimit -l unlimited").0 > 0);
    } else {
        eprintln!("SKIPPED: this user may not lock memory without a limit");
    }
    println!("locked under a limit of 64 kB: {kilobytes} kB; without a limit: {unlimited}");
}
