//! Readers that nobody here wrote. None of them is part of this repository or fetched by it: a variable names the
//! program, and where it is not set that is said. What each cannot do was seen with the version named here.

use super::{Pcscd, holder};
use crate::bench;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};
use titre::specimen::{ChipData, DocumentKind, Order, PRESETS, Specimen};

/// A program, and what it makes of the presets.
pub struct Peer {
    pub name: &'static str,
    /// The variable that names the program.
    pub variable: &'static str,
    /// Gives it document number, date of birth and date of expiry.
    tell: fn(&mut Command, &[String; 3]),
    /// Presets that it does not read, each with what it lacks.
    pub refuses: &'static [(&'static str, &'static str)],
    /// Presets that it reads at times, each with why.
    pub wavers: &'static [(&'static str, &'static str)],
    /// Protocols of presets that it tries and fails, by its own report.
    pub complains: &'static [(&'static str, &'static str)],
}

const PACE_ONLY: [(&str, &str); 3] =
    [("strong", "no PACE"), ("integrated-mapping", "no PACE"), ("chip-authentication-mapping", "no PACE")];

fn in_environment(command: &mut Command, [number, birth, expiry]: &[String; 3]) {
    command.env("DOCNO", number).env("BIRTHDATE", birth).env("EXPIRYDATE", expiry);
}

fn as_options(command: &mut Command, names: [&str; 3], holder: &[String; 3]) {
    for (name, value) in names.into_iter().zip(holder) {
        command.args([name, value]);
    }
}

pub const PEERS: [Peer; 4] = [
    // gmrtd-reader 1.1.2
    Peer {
        name: "gmrtd",
        variable: "TITRE_PEER_GMRTD",
        tell: |command, holder| as_options(command, ["-doc", "-dob", "-exp"], holder),
        refuses: &[("integrated-mapping", "no integrated mapping")],
        wavers: &[(
            "strong",
            "drops leading zeros of the shared secret, of P-521 half the time (pace.go:416)",
        )],
        complains: &[
            ("modp", "PACE parameter is recognised but not implemented"),
            ("modp", "DH not currently supported"),
        ],
    },
    // A program round the library JMRTD 0.8.8, which has none: the document in DOCNO, BIRTHDATE and EXPIRYDATE, the MRZ
    // of DG1 on its output.
    Peer {
        name: "jmrtd",
        variable: "TITRE_PEER_JMRTD",
        tell: in_environment,
        refuses: &[],
        wavers: &[],
        complains: &[],
    },
    // The example read_emrtd of the crate emrtd 0.0.2, without get_atr, which the virtual reader has not.
    Peer {
        name: "emrtd",
        variable: "TITRE_PEER_EMRTD",
        tell: in_environment,
        refuses: &PACE_ONLY,
        wavers: &[],
        complains: &[],
    },
    // passauf 0.1.0
    Peer {
        name: "passauf",
        variable: "TITRE_PEER_PASSAUF",
        tell: |command, holder| as_options(command.args(["--dump", "."]), ["-n", "-b", "-e"], holder),
        refuses: &PACE_ONLY,
        wavers: &[],
        complains: &[],
    },
];

/// What a program made of a chip.
pub struct Outcome {
    /// Whether it ended well and knows the holder's name.
    pub read: bool,
    pub took: Duration,
    /// All that it wrote.
    pub text: String,
}

/// A document of a preset whose files lie within 32 KiB: gmrtd 1.1.2 and others have no odd READ BINARY.
pub fn document(preset: &str) -> ChipData {
    let preset = PRESETS.iter().find(|known| known.name == preset).unwrap();
    let order = Order {
        seed: 7,
        kind: DocumentKind::Td3,
        algorithms: preset.algorithms,
        quirks: BTreeSet::new(),
        at: bench::today(),
        portrait: &bench::portrait(16_000),
    };
    Specimen::make(&order).unwrap().chip
}

/// The peers that this machine has, with their programs.
pub fn given() -> Vec<(&'static Peer, PathBuf)> {
    static LIST: [Peer; 4] = PEERS;
    let mut given = Vec::new();
    for peer in &LIST {
        match std::env::var_os(peer.variable) {
            Some(program) => given.push((peer, PathBuf::from(program))),
            None => eprintln!("skipped: {} does not name a program", peer.variable),
        }
    }
    given
}

impl Peer {
    /// Lets it read the document that is on the reader.
    pub fn read(&self, program: &Path, service: &Pcscd, data: &ChipData) -> Outcome {
        let dir = tempfile::tempdir().unwrap();
        let report = dir.path().join("report.html");
        // gmrtd shows its report in a browser, and fails where there is none.
        let browser = dir.path().join("xdg-open");
        std::fs::write(&browser, "#!/bin/sh\nexec cp \"${1#file://}\" \"$TITRE_REPORT\"\n").unwrap();
        make_executable(&browser);
        let path = std::env::var_os("PATH").unwrap_or_default();
        let path =
            std::env::join_paths([dir.path().to_owned()].into_iter().chain(std::env::split_paths(&path)));
        let mut command = Command::new(program);
        let holder = holder(data);
        (self.tell)(&mut command, &holder);
        command.current_dir(dir.path()).env("TITRE_REPORT", &report).env("PATH", path.unwrap());
        let mut command = service.with_service(command);
        let start = Instant::now();
        let output = command.output().unwrap_or_else(|error| panic!("{}: {error}", program.display()));
        let took = start.elapsed();
        let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
        text.push_str(&String::from_utf8_lossy(&output.stderr));
        text.push_str(&String::from_utf8_lossy(&std::fs::read(&report).unwrap_or_default()));
        // The name of the MRZ, which nobody told it; as it stands there, or in hexadecimal.
        let name = data.mrz.get(5..).and_then(|line| line.split('<').next()).unwrap();
        let upper = text.to_uppercase();
        let known = upper.contains(name) || upper.contains(&hex::encode_upper(name));
        Outcome { read: output.status.success() && known, took, text }
    }
}

fn make_executable(file: &Path) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o755)).unwrap();
}
