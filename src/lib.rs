//! titre reads a biometric passport or residence permit, decides whether it is genuine, checks that the
//! person in a recorded video is its holder, and signs an enrollment attestation without biometric data.
//!
//! # The main job, in one line of data
//!
//! ```text
//! Transport --bytes--> Channel --> Reading ----> Document --> Inspection --+
//! (pcsc|replay|        (plain|SM)  raw files,    parsed       tree of      +--> Statement --> Attestation
//!  specimen)                       access log,   views        CheckResult  |    (policy)      (SD-JWT VC)
//!                                  evidence                                |
//! Video --> Frames --> Capture (track, quality, liveness) --> Comparison --+
//!                        ^ Portrait: DG2 of the same Reading, by hash
//! ```
//!
//! Each arrow is a value that is immutable once made.
//!
//! # The room map
//!
//! A room may use only rooms above it; `tests/architecture.rs` holds the table and fails on a breach.
//!
//! | room | holds |
//! |---|---|
//! | [`asn1`] | BER-TLV, the step from BER to DER |
//! | [`crypto`] | curves, keys, signatures, key derivation, session ciphers, agreement, [`crypto::Entropy`] |
//! | [`transport`] | [`transport::Transport`] (bytes in, bytes out), recordings, replay, readers |
//! | [`iso7816`] | command and response APDUs, status words, secure messaging |
//! | [`lds`] | EF.COM, EF.SOD, the data groups, SecurityInfos, the MRZ, `Personal<T>` |
//! | [`protocol`] | sans-IO exchanges: BAC, PACE, chip and active authentication, select, read; quirk tables |
//! | [`session`] | drives exchanges over a transport; makes a `Reading` |
//! | [`pki`] | CMS SignedData, certificates, master lists, the trust store, chains |
//! | [`inspection`] | the tree of checks, one file a check, profiles |
//! | [`specimen`] | test CSCA, documents, chips that answer APDUs, rendered people |
//! | [`consent`] | what a person is asked, the receipt, the ground that it gives to process a face |
//! | [`biometrics`] | portrait, video, detection, quality, liveness, comparison, models (the engine needs the feature `face`) |
//! | [`attestation`] | statement, signing, presentation, status lists, verification |
//! | [`report`] | human, JSON and event output; French and English; exit codes; failure codes |
//! | [`commands`] | one file a verb: clap `Args` and `run()` |
//!
//! To follow one command through the code, start at `commands/enroll.rs`: it composes the others and has no
//! logic of its own.

pub mod asn1;
pub mod attestation;
pub mod biometrics;
pub mod commands;
pub mod consent;
pub mod crypto;
pub mod inspection;
pub mod iso7816;
pub mod lds;
pub mod pki;
pub mod protocol;
pub mod report;
pub mod session;
pub mod specimen;
pub mod transport;
