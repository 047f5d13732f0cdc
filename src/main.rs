//! The program: parses the command line, lets clock and OS randomness in, runs one verb, prints its end.

use std::panic::{AssertUnwindSafe, catch_unwind, set_hook};
use std::process::ExitCode;
use std::sync::OnceLock;
use titre::commands::{self, Cli, Environment, Hardening};
use titre::crypto::{Entropy, EntropyError};
use titre::report::{Failure, FailureCode, Outcome, Reporter};

/// What is freed is wiped first, whoever held it: decoders, networks, the standard library's own buffers.
#[global_allocator]
static MEMORY: zeroizing_alloc::ZeroAlloc<std::alloc::System> =
    zeroizing_alloc::ZeroAlloc(std::alloc::System);

/// The operating system's randomness; it enters here and is passed in.
struct OsEntropy;

impl Entropy for OsEntropy {
    fn fill(&mut self, draw: &'static str, out: &mut [u8]) -> Result<(), EntropyError> {
        getrandom::fill(out)
            .map_err(|error| EntropyError { draw: draw.to_owned(), reason: error.to_string() })
    }
}

fn main() -> ExitCode {
    let hardening = Hardening::begin();
    let cli = match Cli::from_command_line(std::env::args_os()) {
        Ok(cli) => cli,
        Err(exit) => return ExitCode::from(exit.code()),
    };
    let (now, at_problem) = cli.global.reference_time(time::OffsetDateTime::now_utc());
    static REPORTER: OnceLock<Reporter> = OnceLock::new();
    let reporter = REPORTER.get_or_init(|| {
        Reporter::new(
            cli.global.format(),
            cli.global.lang(),
            cli.global.quiet,
            cli.command.name(),
            commands::rfc3339(now),
        )
    });
    commands::end_on_signal(reporter);
    let mut entropy = OsEntropy;
    let global = &cli.global;
    let mut environment = Environment { at: now, entropy: &mut entropy, reporter, global, hardening };
    let ended = match at_problem {
        Some(failure) => Err(failure),
        None => without_panic(|| cli.command.run(&mut environment)),
    };
    ExitCode::from(reporter.finish(&ended).code())
}

/// A panic is a defect: exit 1 with a document, and the place only, since its message may quote personal data.
fn without_panic(run: impl FnOnce() -> Result<Outcome, Failure>) -> Result<Outcome, Failure> {
    static PLACE: std::sync::Mutex<String> = std::sync::Mutex::new(String::new());
    set_hook(Box::new(|panic| {
        if let (Some(at), Ok(mut place)) = (panic.location(), PLACE.lock()) {
            *place = format!("{}:{}", at.file(), at.line());
        }
    }));
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| {
        let place = PLACE.lock().map(|place| place.clone()).unwrap_or_default();
        Err(Failure::new(FailureCode::Internal).cause(place))
    })
}
