//! The path validator of `titre::pki` against NIST PKITS, x509-limbo and paths made here. Every case is decided: it goes
//! as the suite says, or a row of the table says how it goes and why. Anything else is red, in either direction; so is a
//! row that no case needs.
//!
//! The material stands in `../shared/data`; see `trust.rs` for what happens where it does not.

#[expect(dead_code, reason = "each test file uses a part")]
#[path = "../forge/mod.rs"]
mod forge;
mod limbo;
mod made;
mod pkits;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use titre::inspection::CheckResult;
use titre::inspection::checks::revocation;
use titre::pki::{
    Certificate, Chain, Crl, PathFault, PathRules, StoreSession, TrustStore, TrustedChain, find_path,
};

/// A decision about the cases whose names begin so, with or without the name of the set; the first row that fits counts.
struct Row {
    start: &'static str,
    /// `valid`, or the kind of the fault.
    outcome: &'static str,
    /// Why titre decides so where the suite decides otherwise, or refuses for another reason than the suite's; empty
    /// where it does as the suite says.
    why: &'static str,
}

const fn row(start: &'static str, outcome: &'static str, why: &'static str) -> Row {
    Row { start, outcome, why }
}

fn folder(name: &str) -> Option<PathBuf> {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    let folder = shared.join(name);
    if folder.exists() {
        return Some(folder);
    }
    assert!(std::env::var_os("CI").is_none() || !shared.exists(), "{name} is not there");
    println!("SKIPPED paths: ../shared/data/{name} is not there");
    None
}

/// What titre says of a path: `valid`, or the kind of fault.
fn outcome(
    end: &Certificate,
    intermediates: &[Certificate],
    anchors: &[Certificate],
    rules: &PathRules<'_>,
) -> &'static str {
    match find_path(end, intermediates, anchors, rules) {
        Ok(_) => "valid",
        Err(PathFault::NoIssuer { .. }) => "no_issuer",
        Err(PathFault::Signature { .. }) => "signature",
        Err(PathFault::Unusable { .. }) => "unusable",
        Err(PathFault::Validity { .. }) => "validity",
        Err(PathFault::Extension { .. }) => "extension",
        Err(PathFault::Deviation { tolerance, .. }) => tolerance.code(),
        Err(PathFault::TooLong(_)) => "too_long",
        Err(PathFault::TooMany) => "too_many",
        Err(other) => panic!("{other}"),
    }
}

/// What titre says of a path whose every certificate is looked for in the lists of its issuer: as [`outcome`], and
/// `valid` only where each is in force.
fn outcome_with_lists(
    end: &Certificate,
    intermediates: &[Certificate],
    anchors: &[Certificate],
    rules: &PathRules<'_>,
    lists: &[Crl],
) -> &'static str {
    let Ok(path) = find_path(end, intermediates, anchors, rules) else {
        return outcome(end, intermediates, anchors, rules);
    };
    let mut store = TrustStore::default();
    let path: Vec<Certificate> =
        std::iter::once(end.clone()).chain(path.intermediates).chain([path.anchor]).collect();
    for certificate in &path {
        store.add_certificate(certificate, "path", certificate.as_der());
    }
    for list in lists {
        // Whoever has signed none of the path's certificates has no say.
        let _ = store.add_crl_beside(list, "list");
    }
    let session = StoreSession::new(&store);
    for pair in path.windows(2) {
        let chain = Chain::Trusted(Box::new(TrustedChain {
            issuer: pair[1].clone(),
            linked_by: None,
            sources: Vec::new(),
            tolerated: Vec::new(),
        }));
        let finding = revocation::check(Some(&pair[0]), Some(&chain), &session, rules.at);
        if finding.result != CheckResult::Successful {
            return finding.reason.map_or("?", |reason| reason.code);
        }
    }
    "valid"
}

/// Holds cases and table together: name, what the suite says, what titre says. Gives how many went as the suite says,
/// and how many otherwise for each reason.
fn judge(rows: &[Row], cases: &[(String, bool, &'static str)]) -> (usize, BTreeMap<&'static str, usize>) {
    let (mut agreed, mut diverged, mut wrong) = (0, BTreeMap::new(), Vec::new());
    let mut used = vec![false; rows.len()];
    for (name, valid, found) in cases {
        let bare = name.split_once('/').map_or(name.as_str(), |(_, bare)| bare);
        let fits = |row: &Row| name.starts_with(row.start) || bare.starts_with(row.start);
        let place = rows.iter().position(fits);
        let (expected, why) = place.map_or((if *valid { "valid" } else { "?" }, ""), |place| {
            used[place] = true;
            (rows[place].outcome, rows[place].why)
        });
        if *found != expected {
            wrong.push(format!("{name}: {found}, not {expected}"));
        } else if why.is_empty() {
            // Without a reason, only what the suite says will do.
            if *valid != (*found == "valid") {
                wrong.push(format!("{name}: {found} against the suite needs a reason"));
            }
            agreed += 1;
        } else {
            *diverged.entry(why).or_default() += 1;
        }
    }
    for (row, used) in rows.iter().zip(used) {
        if !used {
            wrong.push(format!("no case needs the row {}", row.start));
        }
    }
    println!("{} cases: {agreed} as the suite says", cases.len());
    for (why, count) in &diverged {
        println!("{count:5} {why}");
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
    (agreed, diverged)
}
