//! Fetching from a server on this machine, and installing from it and from folders. Where there is no curl the tests
//! of fetching say so by name and pass.

use super::server::{Manner, Server};
use super::*;
use std::fs;
use tempfile::TempDir;

const PARAM: &str = "7767517\n3 3\nInput data 0 1 data\nConvolution conv 1 1 data conv 0=1 1=1 6=3\n\
                     InnerProduct fc 1 1 conv fc 0=3 2=768\n";

/// The weights of a graph of one convolution and one matrix.
fn bin() -> Vec<u8> {
    let floats = |count: usize| (0..count).flat_map(|at| (at as f32).to_le_bytes());
    [0u8; 4].into_iter().chain(floats(3)).chain([0; 4]).chain(floats(768)).collect()
}

fn onnx() -> Vec<u8> {
    convert(super::super::original::Format::Ncnn, &[PARAM.as_bytes(), &bin()], [1, 3, 16, 16]).unwrap()
}

fn server() -> Server {
    Server::start(vec![("/m.param", PARAM.into()), ("/m.bin", bin())])
}

/// A manifest of one model whose originals are at `base`; `ready` is the digest of a file made elsewhere.
fn manifest(base: &str, ready: &str, made: &str) -> Manifest {
    let file = |name: &str, bytes: &[u8]| {
        format!("{{ url = \"{base}{name}\", sha256 = \"{}\", size = {} }}", digest(bytes), bytes.len())
    };
    Manifest::parse(&format!(
        "schema = \"titre.models/1\"\n[[model]]\nname = \"m\"\ntask = \"presentation_attack\"\ndecoder = \"minifasnet\"\n\
         crop_scale = 2.0\nfile = \"m.onnx\"\nsha256 = \"{ready}\"\nlicence = \"MIT\"\nsource = \"here\"\n\
         training_data = \"none\"\ninput = {{ shape = [1, 3, 16, 16], colour = \"rgb\", subtract = 0.0, divide = 1.0 }}\n\
         output = \"three\"\n[model.origin]\nformat = \"ncnn\"\nonnx_sha256 = \"{made}\"\nfiles = [{}, {}]\n",
        file("/m.param", PARAM.as_bytes()),
        file("/m.bin", &bin())
    ))
    .unwrap()
}

fn names() -> BTreeSet<String> {
    BTreeSet::from(["m".to_owned()])
}

fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    folder
}

/// Where curl is there; else says that the test is skipped.
fn has_curl(test: &str) -> bool {
    let there = std::process::Command::new("curl").arg("--version").output().is_ok();
    if !there {
        eprintln!("SKIPPED {test}: there is no curl");
    }
    there
}

fn fetch(server: &Server, part: &Path) -> Result<u64, FetchError> {
    let mut last = 0;
    let size = bin().len() as u64;
    download(&server.url("/m.bin"), part, Length::Exactly(size), &mut |have| last = have).map(|()| last)
}

#[test]
fn what_breaks_off_goes_on_where_it_stopped() {
    if !has_curl("what_breaks_off_goes_on_where_it_stopped") {
        return;
    }
    let (server, folder) = (server(), folder(&[]));
    let part = folder.path().join("part");
    server.becomes(Manner::CutAfter(1000));
    assert!(matches!(fetch(&server, &part), Err(FetchError::Failed(_))));
    assert_eq!(fs::read(&part).unwrap(), bin()[..1000]);
    server.becomes(Manner::Good);
    assert_eq!(fetch(&server, &part).unwrap(), bin().len() as u64);
    assert_eq!(fs::read(&part).unwrap(), bin());
    assert_eq!(server.asked(), ["/m.bin", "/m.bin 1000-"]);
    // Whole: nothing more is asked for.
    fetch(&server, &part).unwrap();
    assert!(server.asked().is_empty());
    // What is longer than it can be is no beginning of it.
    fs::write(&part, vec![0; bin().len() + 1]).unwrap();
    fetch(&server, &part).unwrap();
    assert_eq!(fs::read(&part).unwrap(), bin());
}

#[test]
fn a_server_that_cannot_go_on_begins_anew() {
    if !has_curl("a_server_that_cannot_go_on_begins_anew") {
        return;
    }
    let (server, folder) = (server(), folder(&[("part", b"another beginning")]));
    let part = folder.path().join("part");
    server.becomes(Manner::NoRange);
    fetch(&server, &part).unwrap();
    assert_eq!(fs::read(&part).unwrap(), bin());
    assert_eq!(server.asked(), ["/m.bin 17-", "/m.bin"]);
}

#[test]
fn what_is_too_large_not_there_or_elsewhere_is_refused() {
    if !has_curl("what_is_too_large_not_there_or_elsewhere_is_refused") {
        return;
    }
    let (server, folder) = (server(), folder(&[]));
    let part = folder.path().join("part");
    server.becomes(Manner::Endless);
    assert!(
        matches!(fetch(&server, &part), Err(FetchError::TooLarge { limit }) if limit == bin().len() as u64)
    );
    assert!(!part.exists());
    for (manner, word) in [(Manner::NotFound, "404"), (Manner::Elsewhere, "http")] {
        server.becomes(manner);
        match fetch(&server, &part) {
            Err(FetchError::Failed(reason)) => assert!(reason.contains(word), "{manner:?}: {reason}"),
            other => panic!("{manner:?}: {other:?}"),
        }
    }
    // Less than there should be, properly ended.
    let short = Server::start(vec![("/m.bin", vec![0; 10])]);
    assert!(matches!(fetch(&short, &part), Err(FetchError::Failed(reason)) if reason.contains("10 bytes")));
    let refused = download("http://192.0.2.1/", &part, Length::AtMost(1), &mut |_| {});
    assert!(matches!(refused, Err(FetchError::Address)));
}

#[test]
fn originals_from_the_network_become_onnx_once() {
    if !has_curl("originals_from_the_network_become_onnx_once") {
        return;
    }
    let (server, before, staging) = (server(), folder(&[]), folder(&[]));
    let manifest = manifest(&server.url(""), &"0".repeat(64), &digest(&onnx()));
    let mut heard = 0;
    let mut progress = |bytes| heard = bytes;
    let mut network = NetworkSource::new(before.path().join("downloads"), &mut progress);
    let installed = fill(&manifest, &names(), before.path(), &mut network, staging.path()).unwrap();
    assert_eq!(installed[0].how, How::Converted);
    assert_eq!(installed[0].sha256, digest(&onnx()));
    assert_eq!(heard, (PARAM.len() + bin().len()) as u64);
    assert_eq!(server.asked(), ["/m.param", "/m.bin"]);
    // The folder's own manifest says what is there, so that it verifies by itself.
    let set = ModelSet::load(staging.path()).unwrap();
    assert_eq!(set.manifest().models[0].sha256, digest(&onnx()));
    // Again: kept, and nobody is asked.
    let again = folder(&[]);
    let mut progress = |_| {};
    let mut network = NetworkSource::new(again.path().join("downloads"), &mut progress);
    let installed = fill(&manifest, &names(), staging.path(), &mut network, again.path()).unwrap();
    assert_eq!(installed[0].how, How::Kept);
    assert!(server.asked().is_empty());
}

#[test]
fn another_digest_is_refused_and_not_kept() {
    if !has_curl("another_digest_is_refused_and_not_kept") {
        return;
    }
    let mut changed = bin();
    changed[9] ^= 1;
    let server = Server::start(vec![("/m.param", PARAM.into()), ("/m.bin", changed)]);
    let (before, staging) = (folder(&[]), folder(&[]));
    let manifest = manifest(&server.url(""), &"0".repeat(64), &digest(&onnx()));
    let mut progress = |_| {};
    let mut network = NetworkSource::new(before.path().join("downloads"), &mut progress);
    let refused = fill(&manifest, &names(), before.path(), &mut network, staging.path());
    assert!(matches!(refused, Err(InstallError::Digest { expected, .. }) if expected == digest(&bin())));
    let left = fs::read_dir(before.path().join("downloads")).unwrap();
    let left: Vec<_> = left.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(left, [format!("{}.part", digest(PARAM.as_bytes()))]);
}

/// Fills from a folder with these files.
fn from_folder(manifest: &Manifest, files: &[(&str, &[u8])]) -> Result<Vec<Installed>, InstallError> {
    let (from, before, staging) = (folder(files), folder(&[]), folder(&[]));
    let mut source = FolderSource::open(from.path()).unwrap();
    fill(manifest, &names(), before.path(), &mut source, staging.path())
}

#[test]
fn a_folder_gives_originals_and_ready_files_under_any_name() {
    let (made, other) = (digest(&onnx()), [onnx(), vec![0xFA, 0x01, 0]].concat());
    // Bytes appended as a protobuf field that ONNX does not know: the same model, made by somebody else.
    let manifest = manifest("https://example.org", &digest(&other), &made);
    let how = |files: &[(&str, &[u8])]| from_folder(&manifest, files).map(|installed| installed[0].how);
    assert_eq!(how(&[("a", PARAM.as_bytes()), ("b", &bin()), ("c", b"else")]).unwrap(), How::Converted);
    assert_eq!(how(&[("a", &onnx())]).unwrap(), How::Ready);
    assert_eq!(how(&[("a", &other)]).unwrap(), How::Ready);
    assert!(matches!(how(&[("a", PARAM.as_bytes())]), Err(InstallError::Absent { name }) if name == "m"));
    // Not asked for, not there: an empty set is no failure, and its manifest says what is missing.
    let (before, staging) = (folder(&[]), folder(&[]));
    let mut source = FolderSource::open(before.path()).unwrap();
    let installed = fill(&manifest, &BTreeSet::new(), before.path(), &mut source, staging.path()).unwrap();
    assert!(installed.is_empty() && ModelSet::load(staging.path()).is_ok());
}

#[test]
fn what_the_converter_makes_must_have_its_digest() {
    let wrong = manifest("https://example.org", &"0".repeat(64), &"1".repeat(64));
    let refused = from_folder(&wrong, &[("a", PARAM.as_bytes()), ("b", &bin())]);
    assert!(matches!(refused, Err(InstallError::Digest { found, .. }) if found == digest(&onnx())));
}

#[test]
fn an_original_that_is_no_model_is_refused() {
    let mut manifest = manifest("https://example.org", &"0".repeat(64), &"1".repeat(64));
    let origin = manifest.models[0].origin.as_mut().unwrap();
    origin.files[0].sha256 = digest(b"7767517\n1 1\nFoo f 0 1 x\n");
    let refused = from_folder(&manifest, &[("a", b"7767517\n1 1\nFoo f 0 1 x\n"), ("b", &bin())]);
    assert!(matches!(refused, Err(InstallError::Convert { name, .. }) if name == "m"));
}

#[test]
fn a_ready_file_that_does_not_run_is_refused() {
    let manifest = manifest("https://example.org", &digest(b"no graph"), &digest(&onnx()));
    let refused = from_folder(&manifest, &[("a", b"no graph")]);
    assert!(matches!(refused, Err(InstallError::Model(ModelError::Unusable { .. }))), "{refused:?}");
}
