//! A private pcscd with the virtual reader of vsmartcard, and specimen cards that are put on it.

pub mod peers;

use crate::bench;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};
use titre::lds::Mrz;
use titre::specimen::{CHIP_FILE, ChipData, SpecimenChip};
use titre::transport::virtual_reader::{self, MAX_ANSWER, Served, VirtualCard};
use titre::transport::{CardInfo, Transport, TransportError};

/// The first slot of the virtual reader.
pub const SLOT: &str = "Virtual PCD 00 00";
const PCSCD: &str = "/usr/sbin/pcscd";
const DRIVER: &str = "/usr/lib/pcsc/drivers/serial/libifdvpcd.so";
/// The file that unplugs a reader; see unplugged.c.
const UNPLUGGED: &str = "unplugged";
/// Longest wait for anything here.
const PATIENCE: Duration = Duration::from_secs(30);

/// pcscd, its folder (socket, configuration), its port.
pub struct Pcscd {
    dir: tempfile::TempDir,
    child: Child,
    port: u16,
}

impl Pcscd {
    /// Starts one; `None`, and a line on stderr, where this machine cannot. CI must be able to.
    pub fn start() -> Option<Self> {
        Self::start_in(tempfile::tempdir().unwrap(), Path::new(DRIVER))
    }

    /// As [`Self::start`], with a reader that [`Self::unplug`] takes away.
    pub fn start_unpluggable() -> Option<Self> {
        let dir = tempfile::tempdir().unwrap();
        let driver = dir.path().join("unplugged.so");
        let mut compiler = Command::new("cc");
        compiler.args(["-shared", "-fPIC", "-I/usr/include/PCSC", "-o"]).arg(&driver);
        compiler.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pcscd/unplugged.c")).arg("-ldl");
        assert!(compiler.status().unwrap().success(), "{compiler:?}");
        Self::start_in(dir, &driver)
    }

    /// Takes the reader away while pcscd runs. pcscd forgets a reader only where USB tells it to; of this one it knows
    /// what it knows of any until then: its driver does not reach it.
    pub fn unplug(&self) {
        std::fs::write(self.dir.path().join(UNPLUGGED), "").unwrap();
    }

    fn start_in(dir: tempfile::TempDir, driver: &Path) -> Option<Self> {
        let skip = |why: &str| {
            assert!(std::env::var_os("CI").is_none(), "CI must run this test: {why}");
            eprintln!("skipped: {why}");
            None
        };
        if !Path::new(PCSCD).exists() || !Path::new(DRIVER).exists() {
            return skip("pcscd and vsmartcard-vpcd are not installed");
        }
        if !may_unshare() {
            // Nothing of ours: a container that forbids name spaces.
            eprintln!("skipped: this machine gives no mount namespace (unshare --mount)");
            return None;
        }
        let (run, configuration) = (dir.path().join("run"), dir.path().join("conf"));
        std::fs::create_dir(&run).unwrap();
        std::fs::create_dir(&configuration).unwrap();
        let port = two_free_ports();
        let reader = format!(
            "FRIENDLYNAME \"Virtual PCD\"\nDEVICENAME /dev/null:{port}\nLIBPATH {}\nCHANNELID {port}\n",
            driver.display()
        );
        std::fs::write(configuration.join("vpcd"), reader).unwrap();
        // The paths of pcscd's socket and process id are compiled in: it gets a /run of its own.
        let script = "mount --make-rprivate / && mount -t tmpfs tmpfs /run && mkdir /run/pcscd && \
                      mount --bind \"$1\" /run/pcscd && exec \"$0\" --foreground --config \"$2\"";
        let mut unshare = unshare();
        unshare.args(["sh", "-c", script, PCSCD]).arg(&run).arg(&configuration);
        unshare.env("TITRE_DRIVER", DRIVER).env("TITRE_UNPLUGGED", dir.path().join(UNPLUGGED));
        let log = std::fs::File::create(dir.path().join("log")).unwrap();
        unshare.stdin(Stdio::null()).stderr(log.try_clone().unwrap()).stdout(log);
        let Ok(child) = unshare.spawn() else { return skip("there is no unshare") };
        let mut service = Self { dir, child, port };
        let start = Instant::now();
        loop {
            if service.readers().len() == 2 {
                return Some(service);
            }
            let ended = service.child.try_wait().unwrap();
            if ended.is_some() || start.elapsed() > PATIENCE {
                return skip(&format!("a private pcscd does not start: {}", service.log()));
            }
            thread::sleep(Duration::from_millis(50));
        }
    }

    /// What pcscd said.
    fn log(&self) -> String {
        std::fs::read_to_string(self.dir.path().join("log")).unwrap_or_default()
    }

    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Any program, with this pcscd.
    pub fn with_service(&self, mut command: Command) -> Command {
        command.env("PCSCLITE_CSOCK_NAME", self.dir.path().join("run/pcscd.comm"));
        for secret in ["TITRE_MRZ", "TITRE_CAN"] {
            command.env_remove(secret);
        }
        command.env("LC_ALL", "C").stdin(Stdio::null());
        command
    }

    /// `titre ARGS`.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_titre"));
        command.args(args);
        self.with_service(command)
    }

    /// `titre --json ARGS`, its output kept.
    pub fn titre(&self, args: &[&str]) -> Command {
        let mut command = self.command(&[&["--json"], args].concat());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Another program's output; `None` where it is not installed.
    pub fn foreign(&self, program: &str, args: &[&str], input: &str) -> Option<Output> {
        use std::io::Write;
        let mut command = self.with_service({
            let mut command = Command::new(program);
            command.args(args);
            command
        });
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let Ok(mut child) = command.spawn() else {
            assert!(std::env::var_os("CI").is_none(), "CI must have {program}");
            eprintln!("skipped: {program} is not installed");
            return None;
        };
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        Some(child.wait_with_output().unwrap())
    }

    fn readers(&self) -> Vec<serde_json::Value> {
        let output = self.titre(&["reader", "list"]).output().unwrap();
        let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        document["result"]["readers"].as_array().cloned().unwrap_or_default()
    }

    pub fn wait_for(&self, fits: impl Fn(&[serde_json::Value]) -> bool) {
        let start = Instant::now();
        while !fits(&self.readers()) {
            assert!(
                start.elapsed() < PATIENCE,
                "pcscd does not follow: {:?}\n{}",
                self.readers(),
                self.log()
            );
            thread::sleep(Duration::from_millis(50));
        }
    }

    /// Until pcscd has seen the card in the first slot.
    pub fn wait_for_card(&self) {
        self.wait_for(|list| list[0]["card"] == true);
    }

    pub fn wait_until_empty(&self) {
        self.wait_for(|list| list[0]["card"] == false);
    }

    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Pcscd {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// `unshare` with a mount namespace, to be followed by a command.
fn unshare() -> Command {
    let root = Command::new("id").arg("-u").output().is_ok_and(|id| id.stdout == b"0\n");
    let mut unshare = Command::new("unshare");
    unshare.arg("--mount").args((!root).then_some("--map-root-user"));
    unshare
}

/// Whether this machine gives a mount namespace with mounts of its own.
fn may_unshare() -> bool {
    let mut unshare = unshare();
    unshare.args(["sh", "-c", "mount --make-rprivate / && mount -t tmpfs tmpfs /run"]);
    unshare.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    unshare.status().is_ok_and(|status| status.success())
}

pub fn signal(process: u32, name: &str) {
    let sent = Command::new("kill").args(["-s", name, &process.to_string()]).status().unwrap();
    assert!(sent.success());
}

/// The virtual reader has two slots, on neighbouring ports.
fn two_free_ports() -> u16 {
    for _ in 0..100 {
        let first = TcpListener::bind(("0.0.0.0", 0)).unwrap();
        let port = first.local_addr().unwrap().port();
        if port < u16::MAX && TcpListener::bind(("0.0.0.0", port + 1)).is_ok() {
            return port;
        }
    }
    panic!("no two free ports beside each other");
}

/// The document that stands on the reader, made once.
fn data() -> &'static ChipData {
    static DATA: std::sync::OnceLock<ChipData> = std::sync::OnceLock::new();
    DATA.get_or_init(|| bench::preset("modern", &[]))
}

/// A folder with the chip and the password of the document on the reader.
pub fn folder() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let data = data();
    std::fs::write(dir.path().join(CHIP_FILE), data.to_json().unwrap()).unwrap();
    let [number, birth, expiry] = holder(data);
    std::fs::write(dir.path().join("mrz"), format!("{number}/{birth}/{expiry}\n")).unwrap();
    dir
}

/// Document number, date of birth and date of expiry, as they open the chip.
pub fn holder(data: &ChipData) -> [String; 3] {
    let key = Mrz::parse(&data.mrz).unwrap().mrz_key().unwrap();
    let information = key.information();
    let (number, dates) = information.split_at(information.len() - 15);
    [number.trim_end_matches('<'), &dates[1..7], &dates[8..14]].map(str::to_owned)
}

/// Where a card stops: it waits, or it is gone.
#[derive(Clone)]
pub struct Gate {
    at: usize,
    removed: bool,
    state: Arc<(Mutex<GateState>, Condvar)>,
}

#[derive(Default)]
struct GateState {
    reached: bool,
    released: bool,
}

impl Gate {
    fn new(at: usize, removed: bool) -> Self {
        Self { at, removed, state: Arc::default() }
    }

    /// A card that answers everything.
    pub fn open() -> Self {
        Self::new(usize::MAX, false)
    }

    /// A card that answers command `at` (from 0) only once it is released.
    pub fn closed_at(at: usize) -> Self {
        Self::new(at, false)
    }

    /// A card that is taken off instead of answering command `at`.
    pub fn removed_at(at: usize) -> Self {
        Self::new(at, true)
    }

    pub fn wait_until_reached(&self) {
        let (state, changed) = &*self.state;
        let guard = state.lock().unwrap();
        let (guard, _) = changed.wait_timeout_while(guard, PATIENCE, |state| !state.reached).unwrap();
        assert!(guard.reached, "the card was not asked");
    }

    pub fn release(&self) {
        let (state, changed) = &*self.state;
        state.lock().unwrap().released = true;
        changed.notify_all();
    }

    fn pass(&self) {
        let (state, changed) = &*self.state;
        let mut guard = state.lock().unwrap();
        guard.reached = true;
        changed.notify_all();
        let (guard, _) = changed.wait_timeout_while(guard, PATIENCE, |state| !state.released).unwrap();
        drop(guard);
    }
}

struct GatedChip {
    chip: SpecimenChip,
    gate: Gate,
    count: usize,
}

impl Transport for GatedChip {
    fn transceive(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError> {
        let number = self.count;
        self.count += 1;
        if number == self.gate.at {
            if self.gate.removed {
                return Err(TransportError::CardLost("taken off".to_owned()));
            }
            self.gate.pass();
        }
        self.chip.transceive(command)
    }
    fn card(&self) -> &CardInfo {
        self.chip.card()
    }
}

impl VirtualCard for GatedChip {
    fn reset(&mut self) {
        self.chip.reset();
    }
}

/// A card on the reader; taken off when dropped.
pub struct Cards {
    stream: std::net::TcpStream,
    thread: Option<JoinHandle<std::io::Result<Served>>>,
}

impl Cards {
    pub fn put(service: &Pcscd, gate: Gate) -> Self {
        Self::put_in_slot(service, 0, gate)
    }

    pub fn put_in_slot(service: &Pcscd, slot: u16, gate: Gate) -> Self {
        Self::put_document(service, slot, data(), gate)
    }

    pub fn put_document(service: &Pcscd, slot: u16, data: &ChipData, gate: Gate) -> Self {
        let stream = virtual_reader::connect(&format!("127.0.0.1:{}", service.port + slot)).unwrap();
        let chip = SpecimenChip::new(data.clone()).unwrap().with_answers_up_to(MAX_ANSWER);
        let mut chip = GatedChip { chip, gate, count: 0 };
        let served = stream.try_clone().unwrap();
        let thread = Some(thread::spawn(move || virtual_reader::serve(served, &mut chip)));
        Self { stream, thread }
    }

    /// Takes it off; what it was asked.
    pub fn take_off(mut self) -> Served {
        self.end().unwrap()
    }

    fn end(&mut self) -> Option<Served> {
        let _ = self.stream.shutdown(std::net::Shutdown::Both);
        self.thread.take()?.join().ok()?.ok()
    }
}

impl Drop for Cards {
    fn drop(&mut self) {
        self.end();
    }
}
