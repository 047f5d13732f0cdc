//! A specimen chip through a real pcscd and its virtual reader: read and verified by titre, read by programs that
//! nobody here wrote, and everything that goes wrong with cards and readers. Each test has a pcscd of its own: its
//! files in a mount namespace, its reader on free ports; whatever else runs on the machine is not touched.
#![cfg(all(feature = "pcsc", target_os = "linux"))]

#[expect(dead_code, reason = "each test file uses a part of the bench")]
mod bench;
mod pcscd;

use pcscd::{Cards, Gate, Pcscd, SLOT, folder, peers};
use serde_json::Value;
use std::process::{Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// `titre --json ARGS` with this pcscd; gives exit code and document.
fn titre(service: &Pcscd, args: &[&str]) -> (i32, Value) {
    finished(service.titre(args).spawn().unwrap())
}

fn finished(child: std::process::Child) -> (i32, Value) {
    let output = child.wait_with_output().unwrap();
    let document: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{} {}", stdout(&output), String::from_utf8_lossy(&output.stderr)));
    (output.status.code().unwrap(), document)
}

const READ: [&str; 5] = ["--batch", "read", "--transport", "pcsc", "--reader"];

/// A read of the card in the first slot, on its way.
fn reading(service: &Pcscd, dir: &std::path::Path, rest: &[&str]) -> std::process::Child {
    let mrz = dir.join("mrz").display().to_string();
    let document = dir.join("document").display().to_string();
    let args = [&READ[..], &[SLOT, "--mrz-file", &mrz, "-o", &document], rest].concat();
    service.titre(&args).spawn().unwrap()
}

fn code(document: &Value) -> &str {
    document["failure"]["code"].as_str().unwrap_or("none")
}

#[test]
fn a_served_specimen_is_read_and_verified() {
    let Some(service) = Pcscd::start() else { return };
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name).display().to_string();
    let specimen = path("specimen");
    let made = titre(&service, &["specimen", "make", "-o", &specimen]);
    assert_eq!(made.0, 0, "{}", made.1);
    let import = [
        "csca",
        "import",
        &path("specimen/masterlist.ml"),
        &path("specimen/revocation-list.crl"),
        "--signer",
        &path("specimen/masterlist-signer.der"),
        "-o",
        &path("trust.json"),
    ];
    assert_eq!(titre(&service, &import).0, 0);

    let mut served = service.titre(&["specimen", "serve", &specimen, "--vpcd", &service.address()]);
    let served = served.spawn().unwrap();
    let args = [
        &READ[..],
        &[SLOT, "--mrz-file", &path("specimen/mrz.txt"), "-o", &path("document"), "--wait", "20"],
    ];
    let start = Instant::now();
    let (exit, document) = titre(&service, &args.concat());
    assert_eq!(exit, 0, "{document}");
    let result = &document["result"];
    eprintln!("read through pcscd: {} APDUs, {:?}", result["counts"]["apdus"], start.elapsed());
    assert_eq!(result["provenance"], "live");
    assert_eq!(result["chip_authentication"]["witnessed"], true);
    let (exit, document) = titre(&service, &["verify", &path("document"), "--store", &path("trust.json")]);
    assert_eq!((exit, document["result"]["verdict"].as_str()), (0, Some("successful")), "{document}");

    // Ctrl-C takes the card off.
    pcscd::signal(served.id(), "INT");
    let (exit, document) = finished(served);
    assert_eq!((exit, code(&document)), (130, "interrupted"));
    let (exit, document) = titre(&service, &["reader", "watch", "--wait", "20", "--count", "4"]);
    assert_eq!(exit, 0, "{document}");
}

#[test]
fn programs_that_nobody_here_wrote_speak_to_the_chip() {
    let Some(service) = Pcscd::start() else { return };
    let cards = Cards::put(&service, Gate::open());
    service.wait_for_card();
    // SELECT of the eMRTD application, GET CHALLENGE twice, READ BINARY without access.
    let script = "00 A4 04 0C 07 A0 00 00 02 47 10 01\n00 84 00 00 08\n00 84 00 00 08\n00 B0 9E 00 04\n";
    if let Some(output) = service.foreign("scriptor", &["-r", SLOT], script) {
        let text = stdout(&output);
        let answers: Vec<&str> = text.lines().filter(|line| line.starts_with("< ")).collect();
        assert_eq!(answers.len(), 4, "{text}");
        assert!(answers[0].starts_with("< 90 00"), "{text}");
        let challenge = |line: &str| line.split(" : ").next().unwrap().trim_end().to_owned();
        assert!(challenge(answers[1]).ends_with("90 00"), "{text}");
        assert_eq!(challenge(answers[1]).split(' ').count(), 1 + 8 + 2, "{text}");
        assert_ne!(challenge(answers[1]), challenge(answers[2]), "the same challenge twice");
        assert!(answers[3].starts_with("< 69 82"), "{text}");
    }
    let sends = ["-r", SLOT, "-s", "00:A4:04:0C:07:A0:00:00:02:47:10:01", "-s", "00:84:00:00:08"];
    if let Some(output) = service.foreign("opensc-tool", &sends, "") {
        let text = stdout(&output);
        assert_eq!(text.matches("SW1=0x90, SW2=0x00").count(), 2, "{text}");
    }
    if let Some(output) = service.foreign("opensc-tool", &["-r", SLOT, "--atr"], "") {
        // T=1, five historical bytes: the capabilities, with extended length; the check byte.
        assert_eq!(stdout(&output).trim(), "3b:85:80:01:80:73:84:21:40:12", "{}", stdout(&output));
    }
    drop(cards);
}

#[test]
fn peers_read_every_preset_that_they_can() {
    let given = peers::given();
    if given.is_empty() {
        return;
    }
    let Some(service) = Pcscd::start() else { return };
    for preset in titre::specimen::PRESETS {
        let data = peers::document(preset.name);
        for (peer, program) in &given {
            let cards = Cards::put_document(&service, 0, &data, Gate::open());
            service.wait_for_card();
            let outcome = peer.read(program, &service, &data);
            let served = cards.take_off();
            service.wait_until_empty();
            let what = format!("{} and {}: {}", peer.name, preset.name, outcome.read);
            eprintln!("{what}, {} APDUs, {:?}", served.apdus, outcome.took);
            let here = |list: &[(&str, &'static str)]| {
                list.iter().filter(|(name, _)| *name == preset.name).map(|(_, why)| *why).collect::<Vec<_>>()
            };
            if here(peer.wavers).is_empty() {
                assert_eq!(outcome.read, here(peer.refuses).is_empty(), "{what}\n{}", outcome.text);
            }
            if outcome.read {
                let complaints = here(peer.complains);
                assert!(complaints.iter().all(|complaint| outcome.text.contains(complaint)), "{what}");
                // The words of gmrtd's report.
                let failed = ["DoPACE", "DoBAC", "DoChipAuth", "DoActiveAuth"];
                let failed = failed.iter().filter(|name| outcome.text.contains(&format!("Error: [{name}]")));
                assert_eq!(failed.count(), complaints.len(), "{what}\n{}", outcome.text);
            }
        }
    }
}

#[test]
fn a_second_program_is_refused_while_the_card_is_read() {
    let Some(service) = Pcscd::start() else { return };
    let dir = folder();
    let gate = Gate::closed_at(5);
    let _cards = Cards::put(&service, gate.clone());
    service.wait_for_card();
    let first = reading(&service, dir.path(), &[]);
    gate.wait_until_reached();
    let other = folder();
    let (exit, document) = finished(reading(&service, other.path(), &[]));
    assert_eq!((exit, code(&document)), (21, "card.reader_busy"), "{document}");
    assert!(document["failure"]["hint"].as_str().unwrap().contains("scdaemon"), "{document}");
    assert!(!other.path().join("document").exists());
    let (_, readers) = titre(&service, &["reader", "list"]);
    assert_eq!(readers["result"]["readers"][0]["exclusive"], true, "{readers}");
    if let Some(output) = service.foreign("opensc-tool", &["-r", SLOT, "-s", "00:84:00:00:08"], "") {
        assert!(!stdout(&output).contains("SW1=0x90"), "{}", stdout(&output));
    }
    gate.release();
    let (exit, document) = finished(first);
    assert_eq!(exit, 0, "the first is not disturbed: {document}");
}

#[test]
fn a_card_that_is_removed_is_lost() {
    for after in [0, 1, 12] {
        // One each: pcscd polls, and misses a card that is exchanged between two looks.
        let Some(service) = Pcscd::start() else { return };
        let dir = folder();
        let _cards = Cards::put(&service, Gate::removed_at(after));
        service.wait_for_card();
        let (exit, document) = finished(reading(&service, dir.path(), &[]));
        assert_eq!((exit, code(&document)), (23, "card.lost"), "after {after}: {document}");
        assert!(document["failure"]["step"].is_string(), "{document}");
        assert!(document["failure"]["hint"].as_str().unwrap().contains("--resume"), "{document}");
        assert!(!dir.path().join("document").exists());
    }
}

#[test]
fn a_reader_that_is_unplugged_is_gone() {
    let Some(service) = Pcscd::start_unpluggable() else { return };
    let dir = folder();
    let gate = Gate::closed_at(5);
    let _cards = Cards::put(&service, gate.clone());
    service.wait_for_card();
    let child = reading(&service, dir.path(), &[]);
    gate.wait_until_reached();
    service.unplug();
    gate.release();
    let (exit, document) = finished(child);
    assert_eq!((exit, code(&document)), (21, "card.reader"), "{document}");
    assert!(document["failure"]["detail"].as_str().unwrap().contains("gone"), "{document}");
    assert!(!dir.path().join("document").exists());
    service.wait_for(|list| list.is_empty());
    let (exit, document) = finished(reading(&service, dir.path(), &[]));
    assert_eq!((exit, code(&document)), (21, "card.reader"), "{document}");
}

#[test]
fn a_card_that_comes_back_is_read_on() {
    let Some(service) = Pcscd::start() else { return };
    let dir = folder();
    let first = Cards::put(&service, Gate::removed_at(12));
    service.wait_for_card();
    let child = reading(&service, dir.path(), &["--resume", "--wait", "20"]);
    service.wait_until_empty();
    drop(first);
    // vpcd drops the first card that comes after one that left in the middle of a command.
    let mut again = None;
    for _ in 0..5 {
        drop(again.take());
        again = Some(Cards::put(&service, Gate::open()));
        thread::sleep(Duration::from_millis(1500));
        if titre(&service, &["reader", "list"]).1["result"]["readers"][0]["card"] == true {
            break;
        }
    }
    let (exit, document) = finished(child);
    assert_eq!(exit, 0, "{document}");
    assert_eq!(document["result"]["access"]["card_lost"], 1, "{document}");
    assert_eq!(document["result"]["chip_authentication"]["witnessed"], true, "{document}");
}

#[test]
fn a_card_that_does_not_come_back_is_lost() {
    let Some(service) = Pcscd::start() else { return };
    let dir = folder();
    let _card = Cards::put(&service, Gate::removed_at(12));
    service.wait_for_card();
    let (exit, document) = finished(reading(&service, dir.path(), &["--resume", "--wait", "2"]));
    assert_eq!((exit, code(&document)), (23, "card.lost"), "{document}");
}

#[test]
fn a_service_that_goes_is_no_lost_card() {
    let Some(mut service) = Pcscd::start() else { return };
    let dir = folder();
    let gate = Gate::closed_at(3);
    let _cards = Cards::put(&service, gate.clone());
    service.wait_for_card();
    let child = reading(&service, dir.path(), &[]);
    gate.wait_until_reached();
    service.kill();
    gate.release();
    let (exit, document) = finished(child);
    assert_eq!((exit, code(&document)), (20, "card.service"), "{document}");
    assert!(!dir.path().join("document").exists());
}

#[test]
fn a_card_is_waited_for() {
    let Some(service) = Pcscd::start() else { return };
    let dir = folder();
    let start = Instant::now();
    let (exit, document) = finished(reading(&service, dir.path(), &["--wait", "1"]));
    assert_eq!((exit, code(&document)), (22, "card.absent"), "{document}");
    assert!(start.elapsed() >= Duration::from_secs(1), "{:?}", start.elapsed());

    // Both slots are empty and both are contactless: the one that gets a card is it.
    let mrz = dir.path().join("mrz").display().to_string();
    let document = dir.path().join("document").display().to_string();
    let args = ["--batch", "read", "--transport", "pcsc", "--mrz-file", &mrz, "-o", &document];
    let child = service.titre(&args).spawn().unwrap();
    thread::sleep(Duration::from_millis(700));
    let _cards = Cards::put(&service, Gate::open());
    let (exit, document) = finished(child);
    assert_eq!(exit, 0, "{document}");
    assert_eq!(document["result"]["reader"], SLOT);
}

#[test]
fn two_cards_are_an_ambiguity_that_names_them() {
    let Some(service) = Pcscd::start() else { return };
    let _first = Cards::put(&service, Gate::open());
    let _second = Cards::put_in_slot(&service, 1, Gate::open());
    service.wait_for_card();
    let dir = folder();
    let mrz = dir.path().join("mrz").display().to_string();
    let document = dir.path().join("document").display().to_string();
    let args = ["--batch", "read", "--transport", "pcsc", "--mrz-file", &mrz, "-o", &document];
    // pcscd may need a moment for the second card; without it the only card is it.
    service.wait_for(|list| (0..2).all(|slot| list[slot]["card"] == true));
    let (exit, document) = titre(&service, &args);
    assert_eq!((exit, code(&document)), (21, "card.reader_ambiguous"), "{document}");
    let detail = document["failure"]["detail"].as_str().unwrap();
    assert!(detail.contains("1: Virtual PCD 00 00 (card); 2: Virtual PCD 00 01 (card)"), "{detail}");
    let (_, readers) = titre(&service, &["reader", "list"]);
    assert!(readers["result"]["chosen"].is_null());
}

#[test]
fn what_happens_at_the_readers_is_told_as_it_happens() {
    let Some(service) = Pcscd::start() else { return };
    let mut watch =
        service.command(&["reader", "watch", "--count", "4", "--wait", "60", "--format", "events"]);
    let watch = watch.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    thread::sleep(Duration::from_millis(500));
    let cards = Cards::put(&service, Gate::open());
    service.wait_for_card();
    thread::sleep(Duration::from_millis(500));
    drop(cards);
    service.wait_until_empty();
    let output = watch.wait_with_output().unwrap();
    let text = stdout(&output);
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for (seq, line) in lines.iter().enumerate() {
        assert_eq!(line["seq"], seq, "{text}");
    }
    let events: Vec<String> = lines
        .iter()
        .filter(|line| line["reader"].is_string())
        .map(|line| format!("{} {}", line["event"].as_str().unwrap(), line["reader"].as_str().unwrap()))
        .collect();
    let slot = |slot: usize| format!("Virtual PCD 00 0{slot}");
    let mut expected = vec![format!("reader.added {}", slot(0)), format!("reader.added {}", slot(1))];
    expected.extend(["card.inserted", "card.removed"].map(|what| format!("{what} {}", slot(0))));
    assert_eq!(events, expected, "{text}");
    let inserted = lines.iter().find(|line| line["event"] == "card.inserted").unwrap();
    assert_eq!(inserted["atr"], "3B858001807384214012");
    assert_eq!(lines.last().unwrap()["document"]["result"]["count"], 4, "{text}");
}

#[test]
fn without_a_service_it_is_said() {
    let Some(mut service) = Pcscd::start() else { return };
    service.kill();
    for args in [&["reader", "list"][..], &["reader", "watch", "--wait", "1"]] {
        let (exit, document) = titre(&service, args);
        assert_eq!((exit, code(&document)), (20, "card.service"), "{document}");
    }
    let dir = folder();
    let specimen = dir.path().display().to_string();
    let (exit, document) = titre(&service, &["specimen", "serve", &specimen, "--vpcd", &service.address()]);
    assert_eq!((exit, code(&document)), (21, "card.virtual_reader"), "{document}");
}

/// The look of that name in the report of `titre doctor`.
fn probe<'a>(document: &'a Value, id: &str) -> &'a Value {
    let probes = document["result"]["probes"].as_array().unwrap();
    probes.iter().find(|probe| probe["id"] == id).unwrap_or_else(|| panic!("{id}: {document}"))
}

#[test]
fn the_doctor_sees_service_readers_and_who_holds_a_card() {
    let Some(mut service) = Pcscd::start() else { return };
    let dir = folder();
    let gate = Gate::closed_at(3);
    let _cards = Cards::put(&service, gate.clone());
    service.wait_for_card();
    let (_, document) = titre(&service, &["doctor"]);
    for (id, expected) in
        [("card_service", "successful"), ("readers", "successful"), ("readers.free", "successful")]
    {
        assert_eq!(probe(&document, id)["result"], expected, "{document}");
    }
    let child = reading(&service, dir.path(), &[]);
    gate.wait_until_reached();
    let (exit, document) = titre(&service, &["doctor"]);
    assert_eq!((exit, document["result"]["verdict"].as_str()), (10, Some("failed")), "{document}");
    assert_eq!(probe(&document, "readers.free")["reason"], "reader_held", "{document}");
    assert_eq!(probe(&document, "readers.free")["found"][0], SLOT);
    gate.release();
    assert_eq!(finished(child).0, 0);
    service.kill();
    let (exit, document) = titre(&service, &["doctor"]);
    assert_eq!(exit, 10);
    assert_eq!(probe(&document, "card_service")["result"], "failed");
    assert!(probe(&document, "card_service")["remedy"].as_str().unwrap().contains("pcscd.socket"));
    assert_eq!(probe(&document, "readers")["result"], "undetermined", "what cannot be asked is not told");
}
