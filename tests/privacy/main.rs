//! Personal data stays where it belongs: canaries of the specimen's holder are searched for in what the program
//! prints, writes, keeps in memory and shows of itself in `/proc`, and biometric data in the attestation.

use clap::CommandFactory;

#[cfg(all(feature = "face", target_os = "linux"))]
mod canaries;
#[cfg(all(feature = "face", target_os = "linux"))]
mod enrollment;
#[cfg(feature = "face")]
#[path = "../story/mod.rs"]
mod story;
#[cfg(all(feature = "face", target_os = "linux"))]
#[path = "../traced/mod.rs"]
mod traced;
#[cfg(all(feature = "face", target_os = "linux"))]
mod watched;

#[cfg(feature = "face")]
mod with_a_document {
    use super::story::{Run, Story, titre};
    use std::path::Path;

    /// Strings of at least five characters that stand in the MRZ: names, document number, dates, whole lines.
    fn canaries(story: &Story) -> Vec<String> {
        let mrz = std::fs::read_to_string(story.path("specimen/mrz.txt")).unwrap();
        let mut canaries: Vec<String> = mrz.lines().map(str::to_owned).collect();
        canaries.extend(mrz.split(['<', '\n']).filter(|part| part.len() >= 5).map(str::to_owned));
        assert!(canaries.len() >= 4, "too few canaries to mean anything");
        canaries
    }

    fn assert_silent(canaries: &[String], run: &Run, what: &str) {
        let said = format!("{}{}", run.stdout, run.stderr).to_uppercase();
        for canary in canaries {
            assert!(!said.contains(&canary.to_uppercase()), "{what} prints personal data");
        }
    }

    fn text(path: &Path) -> &str {
        path.to_str().unwrap()
    }

    #[test]
    fn reading_verifying_and_enrolling_print_no_holder_data() {
        let story = Story::get();
        let canaries = canaries(story);
        assert_silent(&canaries, &story.demo, "titre demo");
        let store = story.path("trust.json");
        let document = story.path("document");
        let verify = titre(["verify", text(&document), "--store", text(&store)]);
        assert_eq!(verify.exit, 0, "{}", verify.explain());
        assert!(verify.document["failure"].is_null());
        assert_silent(&canaries, &verify, "titre verify");
        let folder = tempfile::tempdir().unwrap();
        let transport = format!("specimen:{}", text(&story.path("specimen")));
        let mrz = story.path("specimen/mrz.txt");
        let again = folder.path().join("document");
        let read = titre(["read", "--transport", &transport, "--mrz-file", text(&mrz), "-o", text(&again)]);
        assert_eq!(read.exit, 0, "{}", read.explain());
        assert_silent(&canaries, &read, "titre read");
        let disclosed = titre(["verify", text(&document), "--store", text(&store), "--disclose"]);
        let said = disclosed.stdout.to_uppercase();
        assert!(canaries.iter().any(|canary| said.contains(canary)), "the canaries are no canaries");
    }

    #[test]
    fn the_attestation_holds_no_biometric_data() {
        let story = Story::get();
        let attestation = std::fs::read_to_string(story.path("attestation.sd-jwt")).unwrap();
        let portrait = std::fs::metadata(story.path("document/EF.DG2.bin")).unwrap().len() as usize;
        assert!(attestation.len() < portrait, "an attestation as large as a portrait");
        let security_object = std::fs::read(story.path("document/EF.SOD.bin")).unwrap();
        let decoded: Vec<Vec<u8>> = attestation.trim().split(['.', '~']).filter_map(base64url).collect();
        assert!(decoded.len() > 5, "the parts do not decode");
        let everything = decoded.concat();
        let dg2 = std::fs::read(story.path("document/EF.DG2.bin")).unwrap();
        // The hash of the portrait would tell who it is to anybody who has the document's files.
        for hash in [sha256(&dg2), sha256(&security_object)] {
            let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
            let text = String::from_utf8_lossy(&everything).to_lowercase();
            assert!(!text.contains(&hex), "a hash of the document's files in the attestation");
            assert!(!everything.windows(hash.len()).any(|window| window == hash));
        }
        for window in [&dg2[2000..2032], &security_object[200..232]] {
            assert!(!everything.windows(32).any(|part| part == window));
        }
    }

    fn sha256(data: &[u8]) -> Vec<u8> {
        titre::crypto::HashAlgorithm::Sha256.digest(data)
    }

    fn base64url(part: &str) -> Option<Vec<u8>> {
        use base64ct::{Base64UrlUnpadded, Encoding};
        Base64UrlUnpadded::decode_vec(part).ok()
    }
}

#[test]
fn no_option_takes_a_secret_as_its_value() {
    fn look(command: &clap::Command, found: &mut Vec<String>) {
        for arg in command.get_arguments() {
            let long = arg.get_long().unwrap_or_default();
            let secret = ["mrz", "can", "pin", "puk", "passphrase", "password"];
            if secret.iter().any(|word| long == *word || long.ends_with(&format!("-{word}"))) {
                found.push(format!("{} --{long}", command.get_name()));
            }
        }
        command.get_subcommands().for_each(|sub| look(sub, found));
    }
    let mut found = Vec::new();
    look(&titre::commands::Cli::command(), &mut found);
    assert!(found.is_empty(), "options that take a secret: {found:?}");
}

#[test]
fn a_personal_value_redacts_itself() {
    let name = titre::lds::Personal::new("ERIKSSON");
    assert_eq!(format!("{name} {name:?} {:?}", Some(&name)), "[personal] [personal] Some([personal])");
}
