//! The house rules that a compiler does not know: which room may use which, file sizes, where printing,
//! clock and randomness may stand.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Who may use whom. A room stands here once; a new room is a new line.
const ROOMS: &[(&str, &[&str])] = &[
    ("asn1", &[]),
    ("crypto", &["asn1"]),
    ("transport", &[]),
    ("iso7816", &["asn1", "crypto"]),
    ("lds", &["asn1", "crypto"]),
    ("protocol", &["asn1", "crypto", "iso7816", "lds"]),
    ("session", &["asn1", "crypto", "transport", "iso7816", "lds", "protocol"]),
    ("pki", &["asn1", "crypto"]),
    ("inspection", &["asn1", "crypto", "transport", "lds", "session", "pki"]),
    ("specimen", &["asn1", "crypto", "transport", "iso7816", "lds", "protocol", "pki"]),
    ("consent", &["crypto"]),
    ("biometrics", &["crypto", "lds", "consent"]),
    ("attestation", &["asn1", "crypto", "transport", "lds", "pki", "inspection", "consent", "biometrics"]),
];
/// These may use every room above.
const TOP: &[&str] = &["report", "commands"];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

fn tree() -> BTreeMap<String, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    sources(&root, &mut found);
    let relative = |path: &PathBuf| path.strip_prefix(&root).unwrap().to_string_lossy().into_owned();
    found.iter().map(|path| (relative(path), std::fs::read_to_string(path).unwrap())).collect()
}

/// The rooms that a line of code names after `crate::`.
fn named(line: &str) -> Vec<String> {
    let code = line.split("//").next().unwrap_or_default();
    let mut rooms = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        if let Some(group) = rest.strip_prefix('{') {
            rooms.extend(group.split([',', '}']).filter_map(|part| first_word(part.trim())));
        } else {
            rooms.extend(first_word(rest));
        }
    }
    rooms
}

fn first_word(text: &str) -> Option<String> {
    let word: String = text.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
    (!word.is_empty()).then_some(word)
}

#[test]
fn rooms_use_only_rooms_above_them() {
    let mut breaches = Vec::new();
    for (file, text) in tree() {
        let Some((room, _)) = file.split_once('/') else { continue };
        if TOP.contains(&room) {
            continue;
        }
        let (_, allowed) = ROOMS
            .iter()
            .find(|(name, _)| *name == room)
            .unwrap_or_else(|| panic!("{room} is no room of the table"));
        for (number, line) in text.lines().enumerate() {
            for used in named(line) {
                if used != room && !allowed.contains(&used.as_str()) {
                    breaches.push(format!("src/{file}:{}: {room} uses {used}", number + 1));
                }
            }
        }
    }
    assert!(breaches.is_empty(), "{}", breaches.join("\n"));
}

#[test]
fn the_check_for_breaches_sees_them() {
    assert_eq!(named("use crate::commands::Cli;"), ["commands"]);
    assert_eq!(named("use crate::{lds::Mrz, pki};"), ["lds", "pki"]);
    assert!(named("// crate::commands is above").is_empty());
}

#[test]
fn files_are_small() {
    let long: Vec<_> = tree()
        .into_iter()
        .map(|(file, text)| (file, text.lines().count()))
        .filter(|(_, lines)| *lines > 500)
        .collect();
    assert!(long.is_empty(), "over 500 lines (aim at 400): {long:?}");
}

#[test]
fn every_room_says_what_it_holds_what_it_may_use_and_what_it_implements() {
    for (file, text) in tree() {
        if file.matches('/').count() == 1 && file.ends_with("/mod.rs") {
            let lines: Vec<_> = text.lines().take(3).collect();
            for (line, start) in lines.iter().zip(["//! Holds: ", "//! May use: ", "//! Implements: "]) {
                assert!(line.starts_with(start), "src/{file}: expected a line that begins with {start}");
            }
        }
    }
}

#[test]
fn only_report_prints_and_only_main_has_clock_and_randomness() {
    let mut breaches = Vec::new();
    for (file, text) in tree() {
        // Tests may say that they skip, and print what they measured.
        let is_tests = file.ends_with("_tests.rs") || file.ends_with("/tests.rs");
        let code = if is_tests { "" } else { text.split("#[cfg(test)]").next().unwrap_or_default() };
        let bans: &[(&str, &[&str])] = &[
            ("println!(", &[]),
            ("print!(", &[]),
            ("eprintln!(", &[]),
            ("dbg!(", &[]),
            ("SystemTime::now", &[]),
            ("OffsetDateTime::now", &["main.rs"]),
            ("getrandom::", &["main.rs"]),
            ("OsRng", &[]),
            ("#[allow(", &[]),
        ];
        for (ban, except) in bans {
            if except.contains(&file.as_str()) {
                continue;
            }
            for (number, line) in code.lines().enumerate() {
                if line.split("//").next().unwrap_or_default().contains(ban) {
                    breaches.push(format!("src/{file}:{}: {ban}", number + 1));
                }
            }
        }
    }
    assert!(breaches.is_empty(), "{}", breaches.join("\n"));
}

#[test]
fn main_stays_under_80_lines() {
    assert!(tree()["main.rs"].lines().count() < 80);
}
