//! One enrollment from a recording, with a folder, a home, a temporary folder and data folders of its own, watched from
//! outside: the files before and after, `/proc`, every system call, and its memory as it writes its result.

use super::canaries::{Canaries, Kind, of_document};
use super::story::{Story, titre};
use super::traced::can_trace;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{Read, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// A folder with all inputs of an enrollment, as a child of what is watched.
pub struct Bench {
    root: tempfile::TempDir,
    /// The words of the enrollment, without a format.
    pub words: Vec<String>,
    pub canaries: Canaries,
}

impl Bench {
    /// The story's person again, in a document of the first generation: its session keys follow from the recording.
    pub fn get() -> &'static Self {
        static BENCH: OnceLock<Bench> = OnceLock::new();
        BENCH.get_or_init(Self::new)
    }

    fn new() -> Self {
        let story = Story::get();
        let told = story.demo.document["result"]["steps"].as_array().unwrap();
        let enroll = told.iter().rev().find_map(|step| {
            let command = step["command"].as_str()?;
            command.starts_with("titre enroll").then(|| command.to_owned())
        });
        // A first answer that was not recognised is followed by another, with files of its own.
        let enroll = enroll.unwrap();
        let named = |option: &str| {
            let mut words = enroll.split_whitespace().skip_while(|word| *word != option);
            let path = PathBuf::from(words.nth(1).unwrap());
            story.path(path.file_name().unwrap().to_str().unwrap())
        };
        let root = tempfile::tempdir().unwrap();
        for folder in ["inputs", "work", "home", "tmp", "data", "config", "cache", "state"] {
            fs::create_dir(root.path().join(folder)).unwrap();
        }
        let at = |name: &str| root.path().join("inputs").join(name);
        let text = |path: &Path| path.to_str().unwrap().to_owned();
        let challenge = at("challenge.json");
        fs::copy(named("--challenge"), &challenge).unwrap();
        fs::copy(named("--video"), at("video.mp4")).unwrap();
        let asked: Value = serde_json::from_slice(&fs::read(&challenge).unwrap()).unwrap();
        let now = asked["issued_at"].as_str().unwrap().to_owned();
        let person: Value =
            serde_json::from_slice(&fs::read(story.path("specimen/person.json")).unwrap()).unwrap();
        let seed = person["seed"].as_u64().unwrap().to_string();
        let done = |words: &[&str]| {
            let run = titre(words.iter().chain(&["--at", now.as_str()]));
            assert_eq!(run.exit, 0, "{}", run.explain());
        };
        let (specimen, recording, document) =
            (text(&at("specimen")), text(&at("r.jsonl")), text(&at("document")));
        // The story's receipt is signed by the story's issuer, and this one is another.
        let agree = ["document_reading", "face_recognition", "attestation"].map(|each| ["--agree", each]);
        let consent = text(&at("consent.json"));
        done(&[&["consent", "record", "-o", consent.as_str()][..], agree.as_flattened()].concat());
        done(&["specimen", "make", "--seed", &seed, "--algorithms", "first-generation", "-o", &specimen]);
        let (mrz, transport) = (text(&at("specimen/mrz.txt")), format!("specimen:{specimen}"));
        done(&[
            "read",
            "--transport",
            &transport,
            "--mrz-file",
            &mrz,
            "-o",
            &document,
            "--record",
            &recording,
        ]);
        let (list, signer) =
            (text(&at("specimen/masterlist.ml")), text(&at("specimen/masterlist-signer.der")));
        done(&["csca", "import", &list, "--signer", &signer, "-o", &text(&at("trust.json"))]);
        let register = text(&root.path().join("work/register.json"));
        done(&["attest", "status", "new", "--uri", "https://issuer.example/status/1", "-o", &register]);
        let lines = fs::read_to_string(&mrz).unwrap();
        let file =
            |file: titre::lds::FileId| fs::read(at("document").join(format!("{}.bin", file.name()))).unwrap();
        let canaries = of_document(&lines, &file, &fs::read_to_string(&recording).unwrap());
        let mut words = vec!["enroll".to_owned(), recording];
        for (option, value) in [
            ("--mrz-file", mrz.clone()),
            ("--store", text(&at("trust.json"))),
            ("--video", text(&at("video.mp4"))),
            ("--challenge", text(&challenge)),
            ("--consent", consent),
            ("--issuer-key", text(&at("specimen/issuer.pem"))),
            ("--holder-key", text(&at("specimen/holder.pem"))),
            ("--at", now),
        ] {
            words.extend([option.to_owned(), value]);
        }
        Self { root, words, canaries }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    /// The same enrollment in a working folder, with nothing of the developer's environment.
    pub fn command(&self, program: &str, work: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.path(work)).env_remove("TITRE_MODELS");
        for (name, folder) in [
            ("HOME", "home"),
            ("TMPDIR", "tmp"),
            ("XDG_DATA_HOME", "data"),
            ("XDG_CONFIG_HOME", "config"),
            ("XDG_CACHE_HOME", "cache"),
            ("XDG_STATE_HOME", "state"),
            ("XDG_RUNTIME_DIR", "tmp"),
        ] {
            command.env(name, self.path(folder));
        }
        command
    }
}

/// A file's bytes, or nothing for a folder.
pub type Snapshot = BTreeMap<PathBuf, Option<Vec<u8>>>;

/// Everything below a folder.
pub fn snapshot(folder: &Path) -> Snapshot {
    let mut found = Snapshot::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(snapshot(&path));
            found.insert(path, None);
        } else {
            let bytes = fs::read(&path).unwrap();
            found.insert(path, Some(bytes));
        }
    }
    found
}

/// What the memory of the process was found to hold.
pub struct Memory {
    pub bytes: usize,
    pub found: Vec<&'static str>,
    /// Whether what must be there was found: the result that is being written.
    pub control: bool,
}

/// What was seen of the enrollment.
pub struct Watched {
    pub document: Value,
    pub stdout: Vec<u8>,
    pub stderr: Vec<u8>,
    pub before: Snapshot,
    pub after: Snapshot,
    /// What `/proc` shows to others: command line and environment, of the process and of those that it starts.
    pub shown: BTreeSet<Vec<u8>>,
    /// Its memory at the end; `None` where only root may look.
    pub memory: Option<Memory>,
    /// What strace wrote; `None` where it may not trace.
    pub trace: Option<String>,
}

/// Bytes that fill a pipe, so that whoever writes next waits.
const PIPE: usize = 64 * 1024;

impl Watched {
    pub fn get() -> &'static Self {
        static WATCHED: OnceLock<Watched> = OnceLock::new();
        WATCHED.get_or_init(Self::new)
    }

    fn new() -> Self {
        let bench = Bench::get();
        let outside = tempfile::tempdir().unwrap();
        let (trace, stderr) = (outside.path().join("trace"), outside.path().join("stderr"));
        let mut command = if can_trace() {
            let mut command = bench.command("strace", "work");
            command.args(["-f", "-qq", "-xx", "-s", "1000000", "-o"]).arg(&trace);
            command.arg("--").arg(env!("CARGO_BIN_EXE_titre"));
            command
        } else {
            bench.command(env!("CARGO_BIN_EXE_titre"), "work")
        };
        command.args(&bench.words).args(["--used", "used", "--status-register", "register.json"]);
        command.args(["-o", "a.sd-jwt", "--erasure-receipt", "receipt.jwt", "--json", "--batch"]);
        let (mut result, mut full) = std::io::pipe().unwrap();
        full.write_all(&vec![b' '; PIPE]).unwrap();
        let before = snapshot(bench.root.path());
        command.stdin(Stdio::null()).stdout(full).stderr(fs::File::create(&stderr).unwrap());
        let mut child = command.spawn().unwrap();
        drop(command);
        let mut shown = BTreeSet::new();
        let stopped = watch(&mut child, &mut shown, &bench.path("work/receipt.jwt"));
        let memory = stopped.and_then(|process| look_into(process, &bench.canaries));
        let after = snapshot(bench.root.path());
        let mut stdout = Vec::new();
        result.read_to_end(&mut stdout).unwrap();
        stdout.drain(..PIPE);
        let stderr = fs::read(&stderr).unwrap();
        let status = child.wait().unwrap();
        assert!(status.success(), "{status}\n{}", String::from_utf8_lossy(&stdout));
        let document = serde_json::from_slice(&stdout).unwrap();
        let trace = fs::read_to_string(&trace).ok();
        Self { document, stdout, stderr, before, after, shown, memory, trace }
    }
}

/// Looks at the process, and those that it starts, until it waits to write its result or ends; gives its number where it
/// can be told. `last` is the last file that it writes.
fn watch(child: &mut Child, shown: &mut BTreeSet<Vec<u8>>, last: &Path) -> Option<u32> {
    let begun = Instant::now();
    let mut written: Option<Instant> = None;
    loop {
        assert!(begun.elapsed() < Duration::from_secs(600), "the enrollment does not end");
        if child.try_wait().unwrap().is_some() {
            return None;
        }
        let family = family(child.id());
        for process in &family {
            for file in ["cmdline", "environ"] {
                shown.extend(fs::read(format!("/proc/{process}/{file}")).ok());
            }
        }
        let program = fs::canonicalize(env!("CARGO_BIN_EXE_titre")).unwrap();
        for process in family {
            let is_it = fs::read_link(format!("/proc/{process}/exe")).is_ok_and(|path| path == program);
            // The number of the call, then its first argument: write is 1 on x86-64, 64 on AArch64 and RISC-V.
            let call = fs::read_to_string(format!("/proc/{process}/syscall")).unwrap_or_default();
            if is_it && (call.starts_with("1 0x1 ") || call.starts_with("64 0x1 ")) {
                return Some(process);
            }
        }
        // Where only root may look, the last file says that the result comes next.
        if last.exists() && written.get_or_insert_with(Instant::now).elapsed() > Duration::from_secs(5) {
            return None;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// A process and all that it started.
fn family(process: u32) -> Vec<u32> {
    let mut all = vec![process];
    let children = fs::read_to_string(format!("/proc/{process}/task/{process}/children")).unwrap_or_default();
    for child in children.split_whitespace().filter_map(|child| child.parse().ok()) {
        all.extend(family(child));
    }
    all
}

/// How the result begins; nowhere but in memory that is written to is it looked for.
const RESULT: &[u8] = b"\"schema\": \"titre.enroll/1\"";

/// Searches all memory of a process that waits.
fn look_into(process: u32, canaries: &Canaries) -> Option<Memory> {
    let maps = fs::read_to_string(format!("/proc/{process}/maps")).ok()?;
    let memory = fs::File::open(format!("/proc/{process}/mem")).ok()?;
    let mut seen = Memory { bytes: 0, found: Vec::new(), control: false };
    for line in maps.lines() {
        let mut words = line.split_whitespace();
        let (range, rights) = (words.next().unwrap(), words.next().unwrap());
        // What cannot be written came from a file of the program.
        if !rights.starts_with("rw") {
            continue;
        }
        let (from, to) = range.split_once('-').unwrap();
        let [from, to] = [from, to].map(|end| u64::from_str_radix(end, 16).unwrap());
        let mut part = vec![0; usize::try_from(to - from).unwrap()];
        if memory.read_exact_at(&mut part, from).is_err() {
            continue;
        }
        seen.bytes += part.len();
        seen.control |= part.windows(RESULT.len()).any(|window| window == RESULT);
        for what in canaries.find(&part, &[Kind::Identity, Kind::Secret]) {
            if !seen.found.contains(&what) {
                eprintln!("memory: {what} in {line}");
                seen.found.push(what);
            }
        }
    }
    Some(seen)
}
