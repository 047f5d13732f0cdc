//! The end of a run from outside.

use crate::report::{Failure, FailureCode, Reporter, output};
use signal_hook::consts::{SIGINT, SIGTERM};
use std::io::Read;

/// SIGINT and SIGTERM end the run with a document of their own; what was being written goes. A pipe for each tells of it,
/// so that no run has a socket.
pub fn end_on_signal(reporter: &'static Reporter) {
    for (signal, code) in [(SIGINT, FailureCode::Interrupted), (SIGTERM, FailureCode::Terminated)] {
        let Ok((mut told, tell)) = std::io::pipe() else { return };
        let Ok(_) = signal_hook::low_level::pipe::register(signal, tell) else { return };
        std::thread::spawn(move || {
            if told.read_exact(&mut [0]).is_ok() {
                output::remove_staged();
                std::process::exit(reporter.finish(&Err(Failure::new(code))).code().into());
            }
        });
    }
}
