trust-store-unreadable = the trust store cannot be read
    .detail = { $file }
    .hint = Make one with: titre csca import LIST --signer CERTIFICATE -o STORE
trust-store-empty = the trust store has no certificate
    .detail = { $file }
    .hint = Import a master list with: titre csca import LIST --signer CERTIFICATE -o STORE
trust-store-malformed = the trust store is malformed
    .detail = { $file }
    .hint = It was changed or cut; import the lists again.
trust-store-list-untrusted = the master list is not signed by that signer
    .detail = { $file }
    .hint = Get the list and the signer certificate from the issuing authority again, over two ways.
trust-store-list-malformed = the master list is malformed
    .detail = { $file }
    .hint = Check that it is a CSCA master list (.ml) and that it is whole.
trust-store-list-older = the master list is older than the one in the store
    .detail = { $file }
    .hint = Import the newer list; --force takes the older one.
trust-store-certificate-not-found = no such certificate in the trust store
    .detail = { $fingerprint }
    .hint = titre csca list shows the fingerprints; give enough of one to tell it from others.

# trust stores
stage-csca-import = Importing
heading-trust-store = Trust store
label-file = file
label-certificates = certificates
label-digest = SHA-256 of the content
label-trusted-by-name = trusted because you named it
label-fingerprint = SHA-256 fingerprint
label-list-signer = list signer
label-list-anchor = pinned certificate (SHA-256)
label-list-date = signed at
label-new = new in the store
label-gone = no longer in the store
label-unreadable = unreadable certificates
label-tolerated = deviations read over
label-serial = serial number
label-valid = valid
label-key = key
label-signature = signature
label-key-id = key identifier
label-defects = deviations
label-source = source

# inspection: the page
inspection-verdict = Verdict: { $result }
heading-basis = What it rests on
heading-checks = Checks
label-document = document
label-expires-on = expires on
label-mrz = MRZ
label-provenance = provenance
label-signed-file = signed file
label-signer = document signer
label-csca = CSCA
label-store = trust store (SHA-256)
label-at = judged as of
label-profile = profile
requirement-does-not-count = does not count in this profile
strength-transferable = anybody can verify it again
strength-witnessed = witnessed by this terminal only
result-successful = successful
result-failed = FAILED
result-undetermined = undetermined
result-not-supported = not supported
result-aborted = aborted

# inspection: the checks
check-inspection = Inspection
check-access = Access to the chip
check-access-protocol = Access protocol
check-access-card-access = EF.CardAccess against the signed DG14
check-passive-authentication = Passive authentication
check-passive-authentication-sod = Signed object
check-passive-authentication-sod-structure = Structure and content type
check-passive-authentication-sod-signed-attributes = Signed attributes
check-passive-authentication-sod-signature = Signature
check-passive-authentication-signer = Document signer certificate
check-passive-authentication-chain = Issued by a trusted CSCA
check-passive-authentication-validity = Validity of the certificates
check-passive-authentication-validity-at-signing = Validity when it was signed
check-passive-authentication-revocation = Revocation
check-passive-authentication-conformity = Conformity of the signature
check-data-groups = Data groups
check-data-groups-com = EF.COM against EF.SOD
check-data-groups-dg1-hash = DG1 against EF.SOD
check-data-groups-dg2-hash = DG2 against EF.SOD
check-data-groups-dg3-hash = DG3 against EF.SOD
check-data-groups-dg4-hash = DG4 against EF.SOD
check-data-groups-dg5-hash = DG5 against EF.SOD
check-data-groups-dg6-hash = DG6 against EF.SOD
check-data-groups-dg7-hash = DG7 against EF.SOD
check-data-groups-dg8-hash = DG8 against EF.SOD
check-data-groups-dg9-hash = DG9 against EF.SOD
check-data-groups-dg10-hash = DG10 against EF.SOD
check-data-groups-dg11-hash = DG11 against EF.SOD
check-data-groups-dg12-hash = DG12 against EF.SOD
check-data-groups-dg13-hash = DG13 against EF.SOD
check-data-groups-dg14-hash = DG14 against EF.SOD
check-data-groups-dg15-hash = DG15 against EF.SOD
check-data-groups-dg16-hash = DG16 against EF.SOD
check-chip-authenticity = Authenticity of the chip
check-chip-authenticity-active-authentication = Active authentication
check-chip-authenticity-chip-authentication = Chip authentication
check-document = Document
check-document-issuing-state = Issuing State against the signer
check-document-expiry = Expiry

# inspection: the reasons
reason-file-missing = { $file } is missing
reason-malformed = { $file } is malformed: { $problem }
reason-content-type = the content type is { $found }, not { $expected }
reason-nothing-to-check = { $missing ->
    [signer_certificate] the signer’s certificate
   *[other] { $missing }
 } could not be read
    .remedy = See the check of { $missing ->
        [signer_certificate] the signer’s certificate
       *[other] { $missing }
     }; once it can be read, this can be judged.
reason-content-type-not-signed = the content says { $found }, the signature { $expected }
reason-message-digest = the signed digest is not that of the content
reason-signed-attributes = { $problem }
reason-signature = { $problem }
reason-curve-parameters = { $problem }
reason-algorithm-not-supported = not supported by titre: { $problem }
    .remedy = A later version of titre may know it; please report the document’s algorithms, never its data.
reason-signer-certificate-missing = the signer’s certificate is not in the file: look for serial number or key identifier { $number }, issued by { $issuer }
    .remedy = Look for the certificate in the PKD of ICAO (its LDIF of document signers), or ask the authority that issued the document.
reason-signer-is-ca = the signer is a certification authority
reason-signer-key-usage = the signer’s key may not sign documents
reason-signer-of-another-kind = the certificate is for another use: { $purposes }
reason-critical-extension = unknown critical extension { $extension }
    .remedy = A later version of titre may know it; until then nobody can say what the key may be used for.
reason-signer-country = the signer is of { $subject }, its issuer of { $issuer }
reason-csca-country = the signer is of { $country }, the CSCA of { $csca }
reason-chain-signature = the CSCA of { $country } with key { $key_id } did not sign this certificate
reason-csca-missing = the trust store has no CSCA of { $country } with key { $key_id } ({ $issuer })
    .remedy = Import a newer master list that has { $country } (of ICAO, or of an authority such as the German one): titre csca import LIST --signer CERTIFICATE -o STORE. Some countries publish theirs on their own pages only.
reason-certificate-expired = the { $certificate } certificate expired at { $not_after }
reason-certificate-not-yet-valid = the { $certificate } certificate is valid from { $not_before } only; is the clock right?
    .remedy = Set the clock, or name the time to judge by with --at.
reason-csca-validity-unknown = the CSCA of { $country } with key { $key_id } is not known
    .remedy = Import the CSCA: see the check of the issuer.
reason-no-signing-time = the signer does not say when it signed
reason-signed-outside-validity = signed at { $signed_at }, outside the certificate’s validity
reason-signed-outside-key-usage-period = signed at { $signed_at }, outside the period of use of the key
reason-no-revocation-list = no revocation list
    .remedy = Get the revocation list of the CSCA from the PKD of ICAO or from the country.
reason-deviations = { $deviations }
reason-not-in-sod = it was read, and EF.SOD does not list it
reason-hash = its hash is not that of EF.SOD: it was altered
reason-not-read = EF.SOD lists { $file }; it was not read: { $why ->
    [refused] the chip refused it
    [malformed] the chip gave another thing
    [too_large] it is larger than titre reads
    [not_needed] titre had no use for it
   *[other] nothing says why
 }
    .remedy = Read the document again (titre read) and leave it on the reader until the end.
reason-file-malformed = EF.SOD lists it; the chip gave another thing
reason-not-read-by-policy = fingerprints and irises are never read
reason-no-com = there is no EF.COM
reason-com-unknown-tag = EF.COM lists the unknown tag { $tag }
reason-com-differs = only in EF.COM: { $only_in_com }; only in EF.SOD: { $only_in_sod }
reason-no-mrz = { $file } could not be read
    .remedy = Read the document again (titre read); without its machine readable zone there is nothing to compare with.
reason-no-expiry-date = the MRZ has no date of expiry
    .remedy = Look at the date that is printed on the document.
reason-document-expired = expired on { $expired_on }
reason-unknown-state = unknown State { $state }
    .remedy = Compare the printed code of the issuer with Doc 9303-3 section 5; a document of no listed issuer is judged by a person.
reason-signer-without-country = the signer’s certificate has no country ({ $subject })
    .remedy = Ask the issuing authority which certificates are its own; titre csca show prints those of the store.
reason-state-differs = the MRZ says { $state }, the signer is of { $signer }
reason-no-access = the reading does not say how access was gained
    .remedy = Read the document again with this version of titre.
reason-downgraded-to-bac = the chip offers PACE and was read with BAC
reason-pace-variant-not-supported = the chip offers only PACE variants that titre does not speak: { $variants }
reason-card-access-hidden = { $signed_in } says that the chip speaks PACE; EF.CardAccess is not there
reason-no-card-access = the chip has no EF.CardAccess
reason-pace-not-signed = DG14 says nothing of PACE
reason-card-access-differs = EF.CardAccess offers other variants of PACE than { $signed_in }
reason-key-file-missing = EF.SOD lists { $file } with the chip’s key; it was not read
reason-not-offered = the document does not have it
reason-not-performed = the document has a key for it in { $file }; it was not done
    .remedy = Read the document again (titre read), on a reader; a copy of the files cannot prove that the chip is genuine.
reason-chip-gave-no-proof = the chip did not prove that it has the key: { $problem }
reason-chip-signature = the chip’s answer was not made with the key of DG15
reason-key-not-in-dg14 = the key or protocol used is not in DG14
reason-key-file-not-authentic = { $file }, which has the key, failed passive authentication
reason-key-file-not-authenticated = { $file }, which has the key, could not be authenticated
    .remedy = Mend what passive authentication lacks first: see its checks.
