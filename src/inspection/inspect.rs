//! The inspection: takes the files apart once, asks every check, and hangs the findings into one tree.
//! Source: BSI TR-03135-1 sections 5.6 and 5.7; Doc 9303-11 section 5.1.

use super::check::Check;
use super::checks;
use super::profile::Profile;
use super::protected::Protected;
use super::result::CheckResult;
use super::security_object::SecurityObject;
use super::subject::{DocumentEvidence, Subject};
use super::summary::{DocumentSummary, SignerSummary, StoreSummary};
use crate::lds::{Dg1, Dg14, FileId, Mrz};
use crate::pki::{Certificate, Chain, StoreSession, Tolerance, TrustStore, build_chain};
use crate::transport::Provenance;
use serde::Serialize;
use time::OffsetDateTime;

/// The result of an inspection. The same subject, store, time and profile give the same value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Inspection {
    /// The result of the whole.
    pub verdict: CheckResult,
    /// The requirements that it was judged by.
    pub profile: Profile,
    /// The time that it was judged by, RFC 3339.
    pub at: String,
    /// Where the files come from; absent for a single file.
    pub provenance: Option<Provenance>,
    /// The trust store.
    pub store: StoreSummary,
    /// The document; absent for a single file, or where DG1 cannot be read.
    pub document: Option<DocumentSummary>,
    /// Who signed.
    pub signer: SignerSummary,
    /// The deviations that were read over.
    pub tolerated: Vec<Tolerance>,
    /// The checks.
    #[serde(rename = "checks")]
    pub root: Check,
}

impl Inspection {
    /// The check with that id.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<&Check> {
        self.root.find(id)
    }
}

/// Inspects `subject` as of `at`.
#[must_use]
pub fn inspect(subject: &Subject, store: &TrustStore, at: OffsetDateTime, profile: Profile) -> Inspection {
    inspect_in(subject, &StoreSession::new(store), at, profile)
}

/// As [`inspect`], for one of several subjects: what was worked out about the store for one serves the next.
#[must_use]
pub fn inspect_in(
    subject: &Subject,
    store: &StoreSession<'_>,
    at: OffsetDateTime,
    profile: Profile,
) -> Inspection {
    let at = at.replace_nanosecond(0).unwrap_or(at);
    let file = subject.signed_file();
    let object = subject.file(file).map(|bytes| SecurityObject::open(file, bytes));
    let object = object.as_ref();
    let mut tolerated = object.map(|object| object.tolerated.clone()).unwrap_or_default();
    let certificate = object.and_then(SecurityObject::signer).map(|(_, _, certificate)| certificate);
    let chain = certificate.map(|certificate| build_chain(certificate, store, at));

    let leaf = |id, finding| Check::leaf(profile, id, finding);
    let structure = checks::sod_structure::check(file, object, &mut tolerated);
    let (signature, scheme) = checks::sod_signature::check(object, &mut tolerated);
    let sod = vec![
        leaf("passive_authentication.sod.structure", structure),
        leaf("passive_authentication.sod.signed_attributes", checks::signed_attributes::check(object)),
        leaf("passive_authentication.sod.signature", signature),
    ];
    let signer = checks::signer::check(object, &mut tolerated);
    let trusted = checks::chain::check(certificate, chain.as_ref(), &mut tolerated);
    tolerated.sort_unstable();
    tolerated.dedup();
    let signed = Check::group(
        profile,
        "passive_authentication",
        vec![
            Check::group(profile, "passive_authentication.sod", sod),
            leaf("passive_authentication.signer", signer),
            leaf("passive_authentication.chain", trusted),
            leaf("passive_authentication.validity", checks::validity::check(certificate, chain.as_ref(), at)),
            leaf("passive_authentication.validity_at_signing", checks::validity_at_signing::check(object)),
            leaf("passive_authentication.revocation", checks::revocation::check()),
            leaf("passive_authentication.conformity", checks::conformity::check(&tolerated)),
        ],
    );
    let mrz = subject.file(FileId::Dg(1)).and_then(|bytes| Dg1::parse(bytes).ok()).map(|dg1| dg1.mrz);
    let root = match &subject.document {
        None => Check::group(profile, "inspection", vec![signed]),
        Some(evidence) => {
            let context = Context { profile, subject, evidence, object, certificate, mrz: mrz.as_ref(), at };
            context.document(signed)
        }
    };
    Inspection {
        verdict: root.result,
        profile,
        at: at.format(&time::format_description::well_known::Rfc3339).unwrap_or_default(),
        provenance: subject.provenance,
        store: StoreSummary::of(store),
        document: mrz
            .as_ref()
            .filter(|_| subject.document.is_some())
            .map(|mrz| DocumentSummary::of(mrz, certificate, at)),
        signer: SignerSummary::of(file.name(), object, scheme, chain.as_ref().filter(is_trusted)),
        tolerated,
        root,
    }
}

fn is_trusted(chain: &&Chain) -> bool {
    matches!(chain, Chain::Trusted(_))
}

/// Passive authentication of what EF.SOD lists: its signature, the signer, the chain and their validity. Deviations and
/// revocation lists that are not there do not make a key another one.
fn authentic(signed: &Check) -> CheckResult {
    let ids = ["sod", "signer", "chain", "validity"];
    let results =
        ids.map(|id| signed.find(&format!("passive_authentication.{id}")).map(|check| check.result));
    CheckResult::weightiest(results.into_iter().flatten()).unwrap_or(CheckResult::Undetermined)
}

/// What the checks of a document are asked about.
struct Context<'a> {
    profile: Profile,
    subject: &'a Subject,
    evidence: &'a DocumentEvidence,
    object: Option<&'a SecurityObject>,
    certificate: Option<&'a Certificate>,
    mrz: Option<&'a Mrz>,
    at: OffsetDateTime,
}

impl Context<'_> {
    fn leaf(&self, id: &'static str, finding: super::Finding) -> Check {
        Check::leaf(self.profile, id, finding)
    }

    /// The tree of a document around the checks of its signature.
    fn document(&self, signed: Check) -> Check {
        let groups = self.data_groups();
        let passive = authentic(&signed);
        let dg14 = self.protected(14, passive, &groups);
        let dg15 = self.protected(15, passive, &groups);
        let dg14_content = dg14.bytes.and_then(|bytes| Dg14::parse(bytes).ok());
        let access = vec![
            self.leaf("access.protocol", checks::access_protocol::check(&self.evidence.access)),
            self.leaf(
                "access.card_access",
                checks::card_access::check(self.subject.file(FileId::CardAccess), dg14_content.as_ref()),
            ),
        ];
        let chip = vec![
            self.leaf(
                "chip_authenticity.active_authentication",
                checks::active_authentication::check(
                    &dg15,
                    dg14_content.as_ref(),
                    self.evidence.active_authentication.as_ref(),
                ),
            ),
            self.leaf(
                "chip_authenticity.chip_authentication",
                checks::chip_authentication::check(&dg14, self.evidence.chip_authentication.as_ref()),
            ),
        ];
        let document = vec![
            self.leaf("document.issuing_state", checks::issuing_state::check(self.mrz, self.certificate)),
            self.leaf("document.expiry", checks::expiry::check(self.mrz, self.certificate, self.at)),
        ];
        let group = |id, children| Check::group(self.profile, id, children);
        let children = vec![
            group("access", access),
            signed,
            groups,
            group("chip_authenticity", chip),
            group("document", document),
        ];
        group("inspection", children)
    }

    fn data_groups(&self) -> Check {
        let listed = self.object.and_then(|object| object.hashes.as_ref());
        let com = checks::com::check(self.subject.file(FileId::Com), listed);
        let mut children = vec![self.leaf("data_groups.com", com)];
        for (number, id) in (1..).zip(checks::data_group_hash::IDS) {
            let read = self.subject.file(FileId::Dg(number));
            let finding = checks::data_group_hash::check(number, read, listed, &self.evidence.unread);
            children.extend(finding.map(|finding| self.leaf(id, finding)));
        }
        Check::group(self.profile, "data_groups", children)
    }

    /// Data group `number` with what passive authentication says of it.
    fn protected(&self, number: u8, passive: CheckResult, groups: &Check) -> Protected<'_> {
        let hash = checks::data_group_hash::IDS
            .get(usize::from(number).wrapping_sub(1))
            .and_then(|id| groups.find(id))
            .map_or(CheckResult::Undetermined, |check| check.result);
        let listed = self.object.and_then(|object| object.hashes.as_ref());
        Protected {
            bytes: self.subject.file(FileId::Dg(number)),
            listed: listed.is_some_and(|object| object.hashes.contains_key(&number)),
            authenticated: CheckResult::weightiest([passive, hash]).unwrap_or(CheckResult::Undetermined),
        }
    }
}
