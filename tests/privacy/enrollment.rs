//! What an enrollment leaves: the files that it says, nothing of the person in any other place, no socket, no core.

use super::canaries::Kind;
use super::watched::{Bench, Snapshot, Watched, snapshot};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};
use titre::attestation::IssuerCertificate;
use titre::attestation::sdjwt::Jws;

const ALL: [Kind; 2] = [Kind::Identity, Kind::Secret];

/// What a report says was kept: path, bytes and change.
type Kept = BTreeMap<PathBuf, (Option<u64>, String)>;

fn kept(report: &Value, folder: &Path) -> Kept {
    let entry = |entry: &Value| {
        let text = |name: &str| entry[name].as_str().unwrap().to_owned();
        assert!(!text("why").is_empty());
        (folder.join(text("path")), (entry["bytes"].as_u64(), text("change")))
    };
    report["kept"].as_array().unwrap().iter().map(entry).collect()
}

fn difference(before: &Snapshot, after: &Snapshot) -> Kept {
    let mut found = Kept::new();
    for (path, bytes) in after {
        let change = match before.get(path) {
            None => "created",
            Some(old) if old != bytes => "replaced",
            Some(_) => continue,
        };
        found.insert(path.clone(), (bytes.as_ref().map(|bytes| bytes.len() as u64), change.to_owned()));
    }
    let gone = before.keys().filter(|path| !after.contains_key(*path));
    found.extend(gone.map(|path| (path.clone(), (None, "removed".to_owned()))));
    found
}

#[test]
fn the_retention_report_is_the_difference_of_the_file_system() {
    let (bench, watched) = (Bench::get(), Watched::get());
    let work = bench.path("work");
    let report = &watched.document["result"]["retention"];
    let difference = difference(&watched.before, &watched.after);
    assert_eq!(kept(report, &work), difference, "{report:#}");
    println!("kept: {} files and folders, as reported", difference.len());
    let names: Vec<_> = difference.keys().map(|path| path.strip_prefix(&work).unwrap().to_owned()).collect();
    let used = names.iter().find(|name| name.parent() == Some(Path::new("used"))).unwrap();
    let expected =
        ["a.sd-jwt", "receipt.jwt", "register.json", "register.json.lock", "used", used.to_str().unwrap()];
    assert_eq!(names, expected.map(PathBuf::from));
    let why: BTreeSet<&str> =
        report["kept"].as_array().unwrap().iter().map(|entry| entry["why"].as_str().unwrap()).collect();
    let known = ["attestation", "erasure_receipt", "folder", "lock", "status_register", "used_challenge"];
    assert_eq!(why, BTreeSet::from(known), "every file has a purpose of its own");

    let erased: Vec<&str> =
        report["erased"].as_array().unwrap().iter().map(|entry| entry["what"].as_str().unwrap()).collect();
    let expected =
        ["portrait", "templates", "video", "pictures", "attestation", "session_keys", "document_files"];
    assert_eq!(erased, expected, "{report:#}");
    assert_eq!(report["process"]["core_dumps"], "off");
    assert!(["locked", "not_allowed"].contains(&report["process"]["swap"].as_str().unwrap()));
    let inputs: Vec<&str> =
        report["inputs"].as_array().unwrap().iter().map(|input| input["what"].as_str().unwrap()).collect();
    assert_eq!(inputs, ["document", "video"], "what titre did not touch is named too");

    // A file that nobody wrote down would be seen.
    let mut more = watched.after.clone();
    more.insert(bench.path("tmp/forgotten"), Some(b"1".to_vec()));
    assert_ne!(kept(report, &work), self::difference(&watched.before, &more));
}

#[test]
fn the_erasure_receipt_is_signed_by_the_issuer_and_says_the_same() {
    let (bench, watched) = (Bench::get(), Watched::get());
    let receipt = String::from_utf8(watched.after[&bench.path("work/receipt.jwt")].clone().unwrap()).unwrap();
    let jws = Jws::parse(receipt.trim()).unwrap();
    assert_eq!(jws.header().typ(), Some("titre-erasure-receipt+jwt"));
    let leaf = &jws.header().x5c().unwrap()[0];
    let certificate = IssuerCertificate::from_der(leaf).unwrap();
    let issuer = std::fs::read(bench.path("inputs/specimen/issuer.pem")).unwrap();
    let issuer = titre::attestation::IssuerKey::read_files(&issuer, None).unwrap();
    assert_eq!(certificate.key(), issuer.leaf().key());
    let said: Value = serde_json::from_slice(&jws.verify(issuer.leaf().key()).unwrap()).unwrap();
    assert_eq!((&said["test"], &said["iss"]), (&json!(true), &json!(issuer.uri())));
    let report = &watched.document["result"]["retention"];
    let work = bench.path("work");
    let (mut signed, mut printed) = (kept(&said["retention"], &work), kept(report, &work));
    // It cannot say its own size.
    for kept in [&mut signed, &mut printed] {
        kept.get_mut(&bench.path("work/receipt.jwt")).unwrap().0 = None;
    }
    assert_eq!(signed, printed);
    assert_eq!(said["retention"]["erased"], report["erased"]);
    let mut changed = receipt.trim().to_owned().into_bytes();
    let middle = changed.len() / 2;
    changed[middle] = if changed[middle] == b'A' { b'B' } else { b'A' };
    let changed = Jws::parse(std::str::from_utf8(&changed).unwrap());
    assert!(changed.is_err() || changed.unwrap().verify(issuer.leaf().key()).is_err());
}

/// Counts what was searched, and collects what was found.
#[derive(Default)]
struct Search {
    places: usize,
    bytes: usize,
    found: Vec<String>,
}

impl Search {
    fn look(&mut self, place: &str, data: &[u8], kinds: &[Kind]) {
        self.places += 1;
        self.bytes += data.len();
        let found = Bench::get().canaries.find(data, kinds);
        self.found.extend(found.iter().map(|what| format!("{what} in {place}")));
    }

    fn end(self, what: &str) {
        let canaries = Bench::get().canaries.all.len();
        println!(
            "{what}: {canaries} canaries x {} places = {} searches, {} bytes, {} found",
            self.places,
            canaries * self.places,
            self.bytes,
            self.found.len()
        );
        assert!(self.found.is_empty(), "{what}: {:?}", self.found);
    }
}

#[test]
fn no_canary_is_in_files_streams_arguments_or_the_environment() {
    let (bench, watched) = (Bench::get(), Watched::get());
    let mut search = Search::default();
    for (path, bytes) in &watched.after {
        let Some(bytes) = bytes.as_ref().filter(|_| !path.starts_with(bench.path("inputs"))) else {
            continue;
        };
        // The attestation names the holder, and has nothing else of the person.
        let attestation = path.ends_with("a.sd-jwt");
        let kinds = if attestation { &ALL[1..] } else { &ALL[..] };
        search.look(&path.display().to_string(), bytes, kinds);
        if attestation {
            assert!(!bench.canaries.find(bytes, &ALL[..1]).is_empty(), "the canaries are no canaries");
            for part in String::from_utf8_lossy(bytes).trim().split(['.', '~']) {
                use base64ct::{Base64UrlUnpadded, Encoding};
                let decoded = Base64UrlUnpadded::decode_vec(part).unwrap();
                search.look("a part of the attestation", &decoded, kinds);
            }
        }
    }
    search.look("stdout", &watched.stdout, &ALL);
    search.look("stderr", &watched.stderr, &ALL);
    assert!(watched.shown.len() >= 2, "nothing of /proc was seen");
    for shown in &watched.shown {
        search.look("/proc/PID/cmdline or environ", shown, &ALL);
    }
    search.end("files, streams, arguments, environment");
    // The same search, where there is something to find.
    let inputs: Vec<u8> = ["mrz.txt", "portrait.jpg"]
        .map(|name| std::fs::read(bench.path("inputs/specimen").join(name)).unwrap())
        .concat();
    let found = bench.canaries.find(&inputs, &ALL);
    for what in ["MRZ line", "name", "document number", "portrait as stored"] {
        assert!(found.contains(&what), "{what} is not found where it is: {found:?}");
    }
}

#[test]
fn no_canary_is_in_any_byte_written_and_there_is_no_socket() {
    let (bench, watched) = (Bench::get(), Watched::get());
    let Some(trace) = &watched.trace else { return };
    let mut search = Search::default();
    let (mut calls, mut sockets, mut made) = (0, Vec::new(), Vec::new());
    for line in trace.lines() {
        let call = line.trim_start_matches(|c: char| c.is_ascii_digit()).trim_start();
        let Some((name, args)) = call.split_once('(').filter(|(name, _)| !name.contains(' ')) else {
            continue;
        };
        calls += 1;
        // Without one of these there is none: sendto is how it is found out that the pipe which tells of a signal is no
        // socket, and fails with ENOTSOCK.
        if ["socket", "socketpair", "connect", "bind", "listen", "accept", "accept4"].contains(&name) {
            sockets.push(call);
        }
        if ["open", "openat", "creat"].contains(&name)
            && (args.contains("O_CREAT") || args.contains("O_TMPFILE"))
        {
            made.push(unhex(args));
        }
        if ["write", "writev", "pwrite64", "pwritev", "pwritev2"].contains(&name) {
            let bytes = unhex(args);
            // The one file that may name the holder is known by how it begins, as base64url of `{"alg"`.
            let kinds =
                if bytes.starts_with(b"eyJhbGci") && bytes.contains(&b'~') { &ALL[1..] } else { &ALL[..] };
            search.look("write", &bytes, kinds);
        }
    }
    println!("strace: {calls} system calls, {} of them about sockets", sockets.len());
    assert!(calls > 1000, "too few system calls to mean anything");
    assert!(sockets.is_empty(), "{sockets:?}");
    if search.bytes == 0 {
        eprintln!("SKIPPED: what is written can be seen by root only, since the process is not dumpable");
        return;
    }
    assert!(search.places >= 5 && search.bytes > 10_000);
    search.end("bytes written");
    for path in &made {
        let path = bench.path("work").join(std::str::from_utf8(path).unwrap());
        assert!(path.starts_with(bench.path("work")), "a file is made outside: {path:?}");
    }
    println!("files opened to be made: {}", made.len());
}

/// The strings of strace's `-xx`, one after the other.
fn unhex(args: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = args;
    while let Some(at) = rest.find("\\x") {
        bytes.extend(rest.get(at + 2..at + 4).and_then(|hex| u8::from_str_radix(hex, 16).ok()));
        rest = &rest[at + 4..];
    }
    bytes
}

#[test]
fn no_canary_is_in_memory_when_the_result_is_written() {
    let Some(memory) = &Watched::get().memory else {
        eprintln!("SKIPPED: only root looks into a process that is not dumpable");
        return;
    };
    let canaries = Bench::get().canaries.all.len();
    println!(
        "memory: {canaries} canaries searched for in {} bytes, {} found",
        memory.bytes,
        memory.found.len()
    );
    assert!(memory.bytes > 1 << 20, "too little memory to mean anything");
    assert!(memory.control, "the result that is being written is not found, so nothing would be");
    assert!(memory.found.is_empty(), "{:?}", memory.found);
}

/// Waits until the challenge is marked as used: document and portrait are in memory, and the video comes next.
fn wait_for(folder: &Path) {
    let begun = Instant::now();
    while std::fs::read_dir(folder).map_or(0, Iterator::count) == 0 {
        assert!(begun.elapsed() < Duration::from_secs(120), "the video is never looked at");
        std::thread::sleep(Duration::from_millis(20));
    }
    std::thread::sleep(Duration::from_millis(300));
}

#[test]
fn a_crash_in_the_middle_leaves_no_core_and_no_canary() {
    let bench = Bench::get();
    // Whether this machine writes cores at all: else it shows nothing.
    // Beside the bench, whose files are counted at the same time.
    let elsewhere = tempfile::tempdir().unwrap();
    let mut control = bench.command("sh", "work");
    let control = control.current_dir(&elsewhere);
    let control = control.args(["-c", "ulimit -c unlimited && kill -SEGV $$"]).status().unwrap();
    if !control.core_dumped() {
        eprintln!("SKIPPED: this machine writes no core of any process");
    }
    let mut search = Search::default();
    for (number, signal) in ["SEGV", "ABRT"].into_iter().enumerate() {
        let work = elsewhere.path().join(format!("crash-{number}"));
        std::fs::create_dir(&work).unwrap();
        let mut command = bench.command("sh", "work");
        command.current_dir(&work).env("TMPDIR", elsewhere.path());
        command.args(["-c", "ulimit -c unlimited; exec \"$@\"", "sh", env!("CARGO_BIN_EXE_titre")]);
        command
            .args(&bench.words)
            .args(["--used", "used", "-o", "a.sd-jwt", "--format", "events", "--batch"]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        wait_for(&work.join("used"));
        // The first SIGSEGV only takes the standard library's own handler away, which looks for overflows of the stack.
        while child.try_wait().unwrap().is_none() {
            let id = child.id().to_string();
            let kill = std::process::Command::new("kill").args([format!("-{signal}"), id]).status();
            assert!(kill.unwrap().success());
            std::thread::sleep(Duration::from_millis(20));
        }
        let status = child.wait().unwrap();
        assert!(status.signal().is_some(), "{status}");
        assert!(!status.core_dumped(), "{signal}: a core of a process with a face in it");
        let said = child.wait_with_output().unwrap();
        search.look("events", &said.stdout, &ALL);
        search.look("stderr", &said.stderr, &ALL);
        let left = snapshot(&work);
        assert!(!left.keys().any(|path| path.to_string_lossy().contains("core")), "{:?}", left.keys());
        assert!(!left.contains_key(&work.join("a.sd-jwt")));
        for (path, bytes) in left {
            search.look(&path.display().to_string(), &bytes.unwrap_or_default(), &ALL);
        }
    }
    search.end("after a crash");
}
