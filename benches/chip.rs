//! Time to read a chip through pcscd and its virtual reader, whole processes, beside the readers that the variables of
//! tests/pcscd/peers.rs name. All of them take turns on one chip, on this machine, in one run; compare figures of one run
//! only. A table to the error stream, one JSON document to the output. See `make bench-chip`.
//!
//! `--runs N` of each reader (11), `--preset NAME` once for each (modern, first-generation). titre reads every file, the
//! evidence of chip and active authentication, and writes them; what the others read and check is theirs to say: emrtd
//! and passauf know no PACE, so that only first-generation is the same protocol for all. On a busy machine the medians may
//! tell of other programs; `nice -n -15` and the shortest times help.

#[cfg(all(feature = "pcsc", target_os = "linux"))]
#[expect(dead_code, reason = "a part of the tests' bench is used")]
#[path = "../tests/bench/mod.rs"]
mod bench;
#[cfg(all(feature = "pcsc", target_os = "linux"))]
#[expect(dead_code, reason = "a part of the tests' service is used")]
#[path = "../tests/pcscd/mod.rs"]
mod pcscd;

#[cfg(not(all(feature = "pcsc", target_os = "linux")))]
fn main() {
    eprintln!("skipped: this bench needs Linux and --features pcsc");
}

#[cfg(all(feature = "pcsc", target_os = "linux"))]
fn main() {
    measure::run();
}

#[cfg(all(feature = "pcsc", target_os = "linux"))]
mod measure {
    use crate::pcscd::{Cards, Gate, Pcscd, SLOT, holder, peers};
    use serde_json::{Value, json};
    use std::time::{Duration, Instant};
    use titre::specimen::ChipData;

    /// Times and numbers of commands of one reader.
    struct Row {
        name: &'static str,
        times: Vec<Duration>,
        apdus: u64,
        failures: usize,
    }

    pub fn run() {
        let (mut runs, mut presets) = (11, Vec::new());
        let mut arguments = std::env::args().skip(1);
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--runs" => runs = arguments.next().and_then(|runs| runs.parse().ok()).expect("--runs N"),
                "--preset" => presets.push(arguments.next().expect("--preset NAME")),
                // cargo adds it.
                "--bench" => {}
                other => panic!("{other}: --runs N or --preset NAME"),
            }
        }
        if presets.is_empty() {
            presets = ["modern", "first-generation"].map(str::to_owned).to_vec();
        }
        let Some(service) = Pcscd::start() else { return };
        let measured: Vec<Value> = presets.iter().map(|preset| chip(&service, preset, runs)).collect();
        println!("{}", serde_json::to_string_pretty(&json!({"runs": runs, "chips": measured})).unwrap());
    }

    /// Every reader on the chip of one preset.
    fn chip(service: &Pcscd, preset: &str, runs: usize) -> Value {
        let data = peers::document(preset);
        let given = peers::given();
        let row = |name| Row { name, times: Vec::new(), apdus: 0, failures: 0 };
        let mut rows: Vec<Row> =
            std::iter::once("titre").chain(given.iter().map(|(peer, _)| peer.name)).map(row).collect();
        for _ in 0..runs {
            for (at, row) in rows.iter_mut().enumerate() {
                let cards = Cards::put_document(service, 0, &data, Gate::open());
                service.wait_for_card();
                let (read, took) = match at.checked_sub(1) {
                    None => titre(service, &data),
                    Some(peer) => {
                        let (peer, program) = &given[peer];
                        let outcome = peer.read(program, service, &data);
                        (outcome.read, outcome.took)
                    }
                };
                let served = cards.take_off();
                service.wait_until_empty();
                if read {
                    row.times.push(took);
                    row.apdus = served.apdus;
                } else {
                    row.failures += 1;
                }
            }
        }
        eprintln!("{preset}, {runs} runs:");
        eprintln!("  {:10} {:>6} {:>10} {:>10} {:>9}", "reader", "APDUs", "median", "shortest", "to titre");
        let ours = median(&mut rows[0].times);
        let readers: Vec<Value> = rows.iter_mut().map(|row| row.told(ours)).collect();
        json!({"preset": preset, "readers": readers})
    }

    /// One read by titre, with all that it reads by itself.
    fn titre(service: &Pcscd, data: &ChipData) -> (bool, Duration) {
        let dir = tempfile::tempdir().unwrap();
        let path = |name: &str| dir.path().join(name).display().to_string();
        std::fs::write(path("mrz"), holder(data).join("/")).unwrap();
        let args =
            ["--batch", "read", "--transport", "pcsc", "--reader", SLOT, "--mrz-file", &path("mrz"), "-o"];
        let mut command = service.titre(&[&args[..], &[&path("document")]].concat());
        let start = Instant::now();
        let read = command.output().unwrap().status.success();
        (read, start.elapsed())
    }

    fn median(times: &mut [Duration]) -> Option<Duration> {
        times.sort_unstable();
        times.get(times.len() / 2).copied()
    }

    impl Row {
        fn told(&mut self, ours: Option<Duration>) -> Value {
            let millis = |time: Duration| time.as_secs_f64() * 1e3;
            let (Some(median), Some(ours)) = (median(&mut self.times), ours) else {
                eprintln!("  {:10} does not read this chip", self.name);
                return json!({"reader": self.name, "failures": self.failures});
            };
            let (median, shortest, ratio) =
                (millis(median), millis(self.times[0]), median.as_secs_f64() / ours.as_secs_f64());
            eprintln!(
                "  {:10} {:>6} {median:>7.1} ms {shortest:>7.1} ms {ratio:>9.2}",
                self.name, self.apdus
            );
            json!({
                "reader": self.name, "apdus": self.apdus, "median_ms": median, "shortest_ms": shortest,
                "ratio_to_titre": ratio, "failures": self.failures,
            })
        }
    }
}
