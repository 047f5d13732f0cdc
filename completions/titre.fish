# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_titre_global_optspecs
    string join \n json format= lang= at= force batch q/quiet models= h/help V/version
end

function __fish_titre_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_titre_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_titre_using_subcommand
    set -l cmd (__fish_titre_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c titre -n "__fish_titre_needs_command" -l format -d 'How to print the result' -r -f -a "human\t'A page for people'
json\t'Exactly one JSON document'
events\t'NDJSON: `hello` first, contiguous `seq`, `result` last'"
complete -c titre -n "__fish_titre_needs_command" -l lang -d 'Language of messages [default: from LC_ALL, LC_MESSAGES or LANG]' -r -f -a "en\t'English'
fr\t'French'"
complete -c titre -n "__fish_titre_needs_command" -l at -d 'Judge as of this time (RFC 3339) instead of now; the result names it' -r
complete -c titre -n "__fish_titre_needs_command" -l models -d 'Folder of face models [default: those installed for the user, else those built in]' -r -F
complete -c titre -n "__fish_titre_needs_command" -l json -d 'Print one JSON document instead of a page'
complete -c titre -n "__fish_titre_needs_command" -l force -d 'Replace what is there'
complete -c titre -n "__fish_titre_needs_command" -l batch -d 'Never prompt'
complete -c titre -n "__fish_titre_needs_command" -s q -l quiet -d 'No progress, no notes'
complete -c titre -n "__fish_titre_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c titre -n "__fish_titre_needs_command" -s V -l version -d 'Print version'
complete -c titre -n "__fish_titre_needs_command" -f -a "demo" -d 'The whole story on a specimen: made, read, enrolled, its attestation verified'
complete -c titre -n "__fish_titre_needs_command" -f -a "enroll" -d 'The main job: read, verify, liveness, match, sign an attestation'
complete -c titre -n "__fish_titre_needs_command" -f -a "officer" -d 'The other way, without face recognition: two officers compare by a checklist'
complete -c titre -n "__fish_titre_needs_command" -f -a "read" -d 'Gain access to a chip, write a document folder'
complete -c titre -n "__fish_titre_needs_command" -f -a "verify" -d 'Inspect a document or one signed file against a trust store'
complete -c titre -n "__fish_titre_needs_command" -f -a "portrait" -d 'The portrait of DG2, as stored or as PNG, with its quality'
complete -c titre -n "__fish_titre_needs_command" -f -a "challenge" -d 'An unpredictable ordered gesture challenge for the kiosk to show'
complete -c titre -n "__fish_titre_needs_command" -f -a "liveness" -d 'Presentation attack detection and challenge response on a recorded video'
complete -c titre -n "__fish_titre_needs_command" -f -a "match" -d 'The portrait against a video or an image, one to one'
complete -c titre -n "__fish_titre_needs_command" -f -a "attest" -d 'Show or verify an attestation'
complete -c titre -n "__fish_titre_needs_command" -f -a "consent" -d 'The consent text, its receipt, its withdrawal'
complete -c titre -n "__fish_titre_needs_command" -f -a "csca" -d 'The trust store: import signed master lists, list and show certificates'
complete -c titre -n "__fish_titre_needs_command" -f -a "specimen" -d 'Test documents, their chips and their people'
complete -c titre -n "__fish_titre_needs_command" -f -a "models" -d 'List, verify, install, calibrate and measure the face models'
complete -c titre -n "__fish_titre_needs_command" -f -a "reader" -d 'The readers of the card service, and what happens at them'
complete -c titre -n "__fish_titre_needs_command" -f -a "doctor" -d 'What on this machine stands in the way, and what to do'
complete -c titre -n "__fish_titre_needs_command" -f -a "explain" -d 'Explain a failure code or a check: what it means, what to do'
complete -c titre -n "__fish_titre_needs_command" -f -a "completions" -d 'Write the completion scripts of the shells'
complete -c titre -n "__fish_titre_needs_command" -f -a "man" -d 'Write the manual pages'
complete -c titre -n "__fish_titre_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c titre -n "__fish_titre_using_subcommand demo" -s o -l output -d 'Folder for all that the demonstration makes' -r -F
complete -c titre -n "__fish_titre_using_subcommand demo" -l document -d 'The document: a passport or a residence permit' -r -f -a "td3\t''
td1\t''"
complete -c titre -n "__fish_titre_using_subcommand demo" -l format -d 'How to print the result' -r -f -a "human\t'A page for people'
json\t'Exactly one JSON document'
events\t'NDJSON: `hello` first, contiguous `seq`, `result` last'"
complete -c titre -n "__fish_titre_using_subcommand demo" -l lang -d 'Language of messages [default: from LC_ALL, LC_MESSAGES or LANG]' -r -f -a "en\t'English'
fr\t'French'"
complete -c titre -n "__fish_titre_using_subcommand demo" -l at -d 'Judge as of this time (RFC 3339) instead of now; the result names it' -r
complete -c titre -n "__fish_titre_using_subcommand demo" -l models -d 'Folder of face models [default: those installed for the user, else those built in]' -r -F
complete -c titre -n "__fish_titre_using_subcommand demo" -l json -d 'Print one JSON document instead of a page'
complete -c titre -n "__fish_titre_using_subcommand demo" -l force -d 'Replace what is there'
complete -c titre -n "__fish_titre_using_subcommand demo" -l batch -d 'Never prompt'
complete -c titre -n "__fish_titre_using_subcommand demo" -s q -l quiet -d 'No progress, no notes'
complete -c titre -n "__fish_titre_using_subcommand demo" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c titre -n "__fish_titre_using_subcommand enroll" -l store -d 'The trust store' -r -F
complete -c titre -n "__fish_titre_using_subcommand enroll" -l crl -d 'A revocation list beside those of the store, DER or PEM; may be repeated' -r -F
complete -c titre -n "__fish_titre_using_subcommand enroll" -l path -d 'Who compares the person with the portrait: face is a program and a video, human two officers and no program' -r -f -a "face\t'A program, by face recognition'
human\t'Two officers'"
complete -c titre -n "__fish_titre_using_subcommand enroll" -l video -d 'The video of the person: MP4, MOV or WebM, not mirrored' -r -F
complete -c titre -n "__fish_titre_using_subcommand enroll" -l challenge -d 'The challenge that the person was asked' -r -F
complete -c titre -n "__fish_titre_using_subcommand enroll" -l used -d 'A folder that remembers which challenges were answered: each serves once' -r -F
complete -c titre -n "__fish_titre_using_subcommand enroll" -l examination -d 'What two officers found and signed (titre officer), instead of video and challenge' -r -F
complete -c titre -n "__fish_titre_using_subcommand enroll" -l officer -d 'Who the issuer\'s officers are: their certificates, or that of who issued these' -r -F
complete -c titre -n "__fish_titre_using_subcommand enroll" -l consent -d 'The consent receipt; without one, nothing is done (exit 16)' -r -F
complete -c titre -n "__fish_titre_using_subcommand enroll" -l issuer-key -d 'The issuer\'s key: PEM with PKCS#8 on P-256, encrypted or not, and its certificates, leaf first; or a key on a token, as pkcs11:token=LABEL;object=LABEL?module-path=FILE (RFC 7512)' -r -F
complete -c titre -n "__fish_titre_using_subcommand enroll" -l issuer-cert -d 'The issuer\'s certificates, where they do not stand with the key' -r -F
complete -c titre -n "__fish_titre_using_subcommand enroll" -l issuer-passphrase-file -d 'File with the passphrase of an encrypted issuer key, or the PIN of the token; - is standard input [env: TITRE_ISSUER_PASSPHRASE=]' -r -F
complete -c titre -n "__fish_titre_using_subcommand enroll" -l issuer-passphrase-fd -d 'File descriptor with the same' -r
complete -c titre -n "__fish_titre_using_subcommand enroll" -l status-register -d 'The register of a status list: the attestation gets a place in it, so that it can be suspended and revoked' -r -F
complete -c titre -n "__fish_titre_using_subcommand enroll" -l evidence -d 'Keep what is needed to repeat the verdict, sealed and signed, without any biometric data' -r -F
complete -c titre -n "__fish_titre_using_subcommand enroll" -l evidence-recipient -d 'The certificate of the archive, which alone can open it: RSA or elliptic curve; PEM or DER' -r -F
complete -c titre -n "__fish_titre_using_subcommand enroll" -l retention -d 'For how many days it is kept; titre attest evidence purge deletes it then' -r
complete -c titre -n "__fish_titre_using_subcommand enroll" -l holder-key -d 'The holder\'s key that the attestation is bound to: PEM or JWK; the public half is enough' -r -F
complete -c titre -n "__fish_titre_using_subcommand enroll" -l profile -d 'What must hold: operational, conformity or kiosk' -r -f -a "operational\t''
conformity\t''
kiosk\t''"
complete -c titre -n "__fish_titre_using_subcommand enroll" -l mrz-file -d 'File with the lines of the MRZ, or NUMBER/BIRTH/EXPIRY; - is standard input [env: TITRE_MRZ=]' -r -F
complete -c titre -n "__fish_titre_using_subcommand enroll" -l mrz-fd -d 'File descriptor with the same' -r
complete -c titre -n "__fish_titre_using_subcommand enroll" -l can-file -d 'File with the card access number; - is standard input [env: TITRE_CAN=]' -r -F
complete -c titre -n "__fish_titre_using_subcommand enroll" -l can-fd -d 'File descriptor with the same' -r
complete -c titre -n "__fish_titre_using_subcommand enroll" -l pin-file -d 'File with the holder\'s PIN, which is tried once; with the CAN beside it even if it is the last try; - is standard input [env: TITRE_PIN=]' -r -F
complete -c titre -n "__fish_titre_using_subcommand enroll" -l pin-fd -d 'File descriptor with the same' -r
complete -c titre -n "__fish_titre_using_subcommand enroll" -l puk-file -d 'File with the PUK, which is tried once; - is standard input [env: TITRE_PUK=]' -r -F
complete -c titre -n "__fish_titre_using_subcommand enroll" -l puk-fd -d 'File descriptor with the same' -r
complete -c titre -n "__fish_titre_using_subcommand enroll" -l register-command -d 'A program that asks the register: the question as JSON on its standard input, the signed answer on its output' -r -F
complete -c titre -n "__fish_titre_using_subcommand enroll" -l register-url -d 'An https address that takes the same question and gives the same answer; without one, no network is used' -r
complete -c titre -n "__fish_titre_using_subcommand enroll" -l register-cert -d 'The register\'s certificates: what others sign is no answer' -r -F
complete -c titre -n "__fish_titre_using_subcommand enroll" -s o -l output -d 'Where the attestation goes, as an SD-JWT VC' -r -F
complete -c titre -n "__fish_titre_using_subcommand enroll" -l mdoc -d 'Where the same attestation goes as an mdoc (ISO/IEC 18013-5), where that is wanted too' -r -F
complete -c titre -n "__fish_titre_using_subcommand enroll" -l erasure-receipt -d 'Where the erasure receipt goes: what was kept and what was erased, signed by the issuer' -r -F
complete -c titre -n "__fish_titre_using_subcommand enroll" -l format -d 'How to print the result' -r -f -a "human\t'A page for people'
json\t'Exactly one JSON document'
events\t'NDJSON: `hello` first, contiguous `seq`, `result` last'"
complete -c titre -n "__fish_titre_using_subcommand enroll" -l lang -d 'Language of messages [default: from LC_ALL, LC_MESSAGES or LANG]' -r -f -a "en\t'English'
fr\t'French'"
complete -c titre -n "__fish_titre_using_subcommand enroll" -l at -d 'Judge as of this time (RFC 3339) instead of now; the result names it' -r
complete -c titre -n "__fish_titre_using_subcommand enroll" -l models -d 'Folder of face models [default: those installed for the user, else those built in]' -r -F
complete -c titre -n "__fish_titre_using_subcommand enroll" -l resume -d 'Where the card is lost, wait for it again and go on where reading stopped'
complete -c titre -n "__fish_titre_using_subcommand enroll" -l json -d 'Print one JSON document instead of a page'
complete -c titre -n "__fish_titre_using_subcommand enroll" -l force -d 'Replace what is there'
complete -c titre -n "__fish_titre_using_subcommand enroll" -l batch -d 'Never prompt'
complete -c titre -n "__fish_titre_using_subcommand enroll" -s q -l quiet -d 'No progress, no notes'
complete -c titre -n "__fish_titre_using_subcommand enroll" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c titre -n "__fish_titre_using_subcommand officer; and not __fish_seen_subcommand_from checklist examine countersign help" -l format -d 'How to print the result' -r -f -a "human\t'A page for people'
json\t'Exactly one JSON document'
events\t'NDJSON: `hello` first, contiguous `seq`, `result` last'"
complete -c titre -n "__fish_titre_using_subcommand officer; and not __fish_seen_subcommand_from checklist examine countersign help" -l lang -d 'Language of messages [default: from LC_ALL, LC_MESSAGES or LANG]' -r -f -a "en\t'English'
fr\t'French'"
complete -c titre -n "__fish_titre_using_subcommand officer; and not __fish_seen_subcommand_from checklist examine countersign help" -l at -d 'Judge as of this time (RFC 3339) instead of now; the result names it' -r
complete -c titre -n "__fish_titre_using_subcommand officer; and not __fish_seen_subcommand_from checklist examine countersign help" -l models -d 'Folder of face models [default: those installed for the user, else those built in]' -r -F
complete -c titre -n "__fish_titre_using_subcommand officer; and not __fish_seen_subcommand_from checklist examine countersign help" -l json -d 'Print one JSON document instead of a page'
complete -c titre -n "__fish_titre_using_subcommand officer; and not __fish_seen_subcommand_from checklist examine countersign help" -l force -d 'Replace what is there'
complete -c titre -n "__fish_titre_using_subcommand officer; and not __fish_seen_subcommand_from checklist examine countersign help" -l batch -d 'Never prompt'
complete -c titre -n "__fish_titre_using_subcommand officer; and not __fish_seen_subcommand_from checklist examine countersign help" -s q -l quiet -d 'No progress, no notes'
complete -c titre -n "__fish_titre_using_subcommand officer; and not __fish_seen_subcommand_from checklist examine countersign help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c titre -n "__fish_titre_using_subcommand officer; and not __fish_seen_subcommand_from checklist examine countersign help" -f -a "checklist" -d 'Write the form with the ground rules and the features of a face'
complete -c titre -n "__fish_titre_using_subcommand officer; and not __fish_seen_subcommand_from checklist examine countersign help" -f -a "examine" -d 'Sign what the first officer saw, bound to the document and to the consent'
complete -c titre -n "__fish_titre_using_subcommand officer; and not __fish_seen_subcommand_from checklist examine countersign help" -f -a "countersign" -d 'Sign what the second officer decided, who is another person with another key'
complete -c titre -n "__fish_titre_using_subcommand officer; and not __fish_seen_subcommand_from checklist examine countersign help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c titre -n "__fish_titre_using_subcommand officer; and __fish_seen_subcommand_from checklist" -s o -l output -d 'Where the form goes' -r -F
complete -c titre -n "__fish_titre_using_subcommand officer; and __fish_seen_subcommand_from checklist" -l format -d 'How to print the result' -r -f -a "human\t'A page for people'
json\t'Exactly one JSON document'
events\t'NDJSON: `hello` first, contiguous `seq`, `result` last'"
complete -c titre -n "__fish_titre_using_subcommand officer; and __fish_seen_subcommand_from checklist" -l lang -d 'Language of messages [default: from LC_ALL, LC_MESSAGES or LANG]' -r -f -a "en\t'English'
fr\t'French'"
complete -c titre -n "__fish_titre_using_subcommand officer; and __fish_seen_subcommand_from checklist" -l at -d 'Judge as of this time (RFC 3339) instead of now; the result names it' -r
complete -c titre -n "__fish_titre_using_subcommand officer; and __fish_seen_subcommand_from checklist" -l models -d 'Folder of face models [default: those installed for the user, else those built in]' -r -F
complete -c titre -n "__fish_titre_using_subcommand officer; and __fish_seen_subcommand_from checklist" -l json -d 'Print one JSON document instead of a page'
complete -c titre -n "__fish_titre_using_subcommand officer; and __fish_seen_subcommand_from checklist" -l force -d 'Replace what is there'
complete -c titre -n "__fish_titre_using_subcommand officer; and __fish_seen_subcommand_from checklist" -l batch -d 'Never prompt'
complete -c titre -n "__fish_titre_using_subcommand officer; and __fish_seen_subcommand_from checklist" -s q -l quiet -d 'No progress, no notes'
complete -c titre -n "__fish_titre_using_subcommand officer; and __fish_seen_subcommand_from checklist" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c titre -n "__fish_titre_using_subcommand officer; and __fish_seen_subcommand_from examine" -l consent -d 'The consent receipt of the person; it need not allow face recognition' -r -F
complete -c titre -n "__fish_titre_using_subcommand officer; and __fish_seen_subcommand_from examine" -l checklist -d 'The form, filled in' -r -F
complete -c titre -n "__fish_titre_using_subcommand officer; and __fish_seen_subcommand_from examine" -l officer-key -d 'The officer\'s key: PEM with PKCS#8 on P-256, encrypted or not, and its certificates, leaf first; or a key on a token, as pkcs11:token=LABEL;object=LABEL?module-path=FILE (RFC 7512)' -r -F
complete -c titre -n "__fish_titre_using_subcommand officer; and __fish_seen_subcommand_from examine" -l officer-cert -d 'The officer\'s certificates, where they do not stand with the key' -r -F
complete -c titre -n "__fish_titre_using_subcommand officer; and __fish_seen_subcommand_from examine" -l officer-passphrase-file -d 'File with the passphrase of an encrypted officer key, or the PIN of the token; - is standard input [env: TITRE_OFFICER_PASSPHRASE=]' -r -F
complete -c titre -n "__fish_titre_using_subcommand officer; and __fish_seen_subcommand_from examine" -l officer-passphrase-fd -d 'File descriptor with the same' -r
complete -c titre -n "__fish_titre_using_subcommand officer; and __fish_seen_subcommand_from examine" -l further-document -d 'Another document that was seen, as birth_certificate:FILE; only the type and a salted digest are kept' -r
complete -c titre -n "__fish_titre_using_subcommand officer; and __fish_seen_subcommand_from examine" -l vouch -d 'What a witness attests who vouches for the person, as written_attestation:FILE; kept in the same way' -r
complete -c titre -n "__fish_titre_using_subcommand officer; and __fish_seen_subcommand_from examine" -l mrz-file -d 'File with the lines of the MRZ, or NUMBER/BIRTH/EXPIRY; - is standard input [env: TITRE_MRZ=]' -r -F
complete -c titre -n "__fish_titre_using_subcommand officer; and __fish_seen_subcommand_from examine" -l mrz-fd -d 'File descriptor with the same' -r
complete -c titre -n "__fish_titre_using_subcommand officer; and __fish_seen_subcommand_from examine" -l can-file -d 'File with the card access number; - is standard input [env: TITRE_CAN=]' -r -F
complete -c titre -n "__fish_titre_using_subcommand officer; and __fish_seen_subcommand_from examine" -l can-fd -d 'File descriptor with the same' -r
complete -c titre -n "__fish_titre_using_subcommand officer; and __fish_seen_subcommand_from examine" -l pin-file -d 'File with the holder\'s PIN, which is tried once; with the CAN beside it even if it is the last try; - is standard input [env: TITRE_PIN=]' -r -F
complete -c titre -n "__fish_titre_using_subcommand officer; and __fish_seen_subcommand_from examine" -l pin-fd -d 'File descriptor with the same' -r
complete -c titre -n "__fish_titre_using_subcommand officer; and __fish_seen_subcommand_from examine" -l puk-file -d 'File with the PUK, which is tried once; - is standard input [env: TITRE_PUK=]' -r -F
complete -c titre -n "__fish_titre_using_subcommand officer; and __fish_seen_subcommand_from examine" -l puk-fd -d 'File descriptor with the same' -r
complete -c titre -n "__fish_titre_using_subcommand officer; and __fish_seen_subcommand_from examine" -s o -l output -d 'Where the examination goes' -r -F
complete -c titre -n "__fish_titre_using_subcommand officer; and __fish_seen_subcommand_from examine" -l format -d 'How to print the result' -r -f -a "human\t'A page for people'
json\t'Exactly one JSON document'
events\t'NDJSON: `hello` first, contiguous `seq`, `result` last'"
complete -c titre -n "__fish_titre_using_subcommand officer; and __fish_seen_subcommand_from examine" -l lang -d 'Language of messages [default: from LC_ALL, LC_MESSAGES or LANG]' -r -f -a "en\t'English'
fr\t'French'"
complete -c titre -n "__fish_titre_using_subcommand officer; and __fish_seen_subcommand_from examine" -l at -d 'Judge as of this time (RFC 3339) instead of now; the result names it' -r
complete -c titre -n "__fish_titre_using_subcommand officer; and __fish_seen_subcommand_from examine" -l models -d 'Folder of face models [default: those installed for the user, else those built in]' -r -F
complete -c titre -n "__fish_titre_using_subcommand officer; and __fish_seen_subcommand_from examine" -l json -d 'Print one JSON document instead of a page'
complete -c titre -n "__fish_titre_using_subcommand officer; and __fish_seen_subcommand_from examine" -l force -d 'Replace what is there'
complete -c titre -n "__fish_titre_using_subcommand officer; and __fish_seen_subcommand_from examine" -l batch -d 'Never prompt'
complete -c titre -n "__fish_titre_using_subcommand officer; and __fish_seen_subcommand_from examine" -s q -l quiet -d 'No progress, no notes'
complete -c titre -n "__fish_titre_using_subcommand officer; and __fish_seen_subcommand_from examine" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c titre -n "__fish_titre_using_subcommand officer; and __fish_seen_subcommand_from countersign" -l decision -d 'What the second officer decided: same_person, not_confirmed or could_not_tell' -r -f -a "same_person\t''
not_confirmed\t''
could_not_tell\t''"
complete -c titre -n "__fish_titre_using_subcommand officer; and __fish_seen_subcommand_from countersign" -l officer-key -d 'The officer\'s key: PEM with PKCS#8 on P-256, encrypted or not, and its certificates, leaf first; or a key on a token, as pkcs11:token=LABEL;object=LABEL?module-path=FILE (RFC 7512)' -r -F
complete -c titre -n "__fish_titre_using_subcommand officer; and __fish_seen_subcommand_from countersign" -l officer-cert -d 'The officer\'s certificates, where they do not stand with the key' -r -F
complete -c titre -n "__fish_titre_using_subcommand officer; and __fish_seen_subcommand_from countersign" -l officer-passphrase-file -d 'File with the passphrase of an encrypted officer key, or the PIN of the token; - is standard input [env: TITRE_OFFICER_PASSPHRASE=]' -r -F
complete -c titre -n "__fish_titre_using_subcommand officer; and __fish_seen_subcommand_from countersign" -l officer-passphrase-fd -d 'File descriptor with the same' -r
complete -c titre -n "__fish_titre_using_subcommand officer; and __fish_seen_subcommand_from countersign" -s o -l output -d 'Where the signed examination goes' -r -F
complete -c titre -n "__fish_titre_using_subcommand officer; and __fish_seen_subcommand_from countersign" -l format -d 'How to print the result' -r -f -a "human\t'A page for people'
json\t'Exactly one JSON document'
events\t'NDJSON: `hello` first, contiguous `seq`, `result` last'"
complete -c titre -n "__fish_titre_using_subcommand officer; and __fish_seen_subcommand_from countersign" -l lang -d 'Language of messages [default: from LC_ALL, LC_MESSAGES or LANG]' -r -f -a "en\t'English'
fr\t'French'"
complete -c titre -n "__fish_titre_using_subcommand officer; and __fish_seen_subcommand_from countersign" -l at -d 'Judge as of this time (RFC 3339) instead of now; the result names it' -r
complete -c titre -n "__fish_titre_using_subcommand officer; and __fish_seen_subcommand_from countersign" -l models -d 'Folder of face models [default: those installed for the user, else those built in]' -r -F
complete -c titre -n "__fish_titre_using_subcommand officer; and __fish_seen_subcommand_from countersign" -l json -d 'Print one JSON document instead of a page'
complete -c titre -n "__fish_titre_using_subcommand officer; and __fish_seen_subcommand_from countersign" -l force -d 'Replace what is there'
complete -c titre -n "__fish_titre_using_subcommand officer; and __fish_seen_subcommand_from countersign" -l batch -d 'Never prompt'
complete -c titre -n "__fish_titre_using_subcommand officer; and __fish_seen_subcommand_from countersign" -s q -l quiet -d 'No progress, no notes'
complete -c titre -n "__fish_titre_using_subcommand officer; and __fish_seen_subcommand_from countersign" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c titre -n "__fish_titre_using_subcommand officer; and __fish_seen_subcommand_from help" -f -a "checklist" -d 'Write the form with the ground rules and the features of a face'
complete -c titre -n "__fish_titre_using_subcommand officer; and __fish_seen_subcommand_from help" -f -a "examine" -d 'Sign what the first officer saw, bound to the document and to the consent'
complete -c titre -n "__fish_titre_using_subcommand officer; and __fish_seen_subcommand_from help" -f -a "countersign" -d 'Sign what the second officer decided, who is another person with another key'
complete -c titre -n "__fish_titre_using_subcommand officer; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c titre -n "__fish_titre_using_subcommand read" -l transport -d 'The way to the chip: specimen:DIR, replay:FILE, pcsc, or nfc[:CONNSTRING] through libnfc' -r
complete -c titre -n "__fish_titre_using_subcommand read" -l reader -d 'The PC/SC reader: a number from 1, or a part of its name' -r
complete -c titre -n "__fish_titre_using_subcommand read" -l wait -d 'Seconds to wait for a card' -r
complete -c titre -n "__fish_titre_using_subcommand read" -l timeout -d 'Seconds that the chip\'s answers may take altogether' -r
complete -c titre -n "__fish_titre_using_subcommand read" -l mrz-file -d 'File with the lines of the MRZ, or NUMBER/BIRTH/EXPIRY; - is standard input [env: TITRE_MRZ=]' -r -F
complete -c titre -n "__fish_titre_using_subcommand read" -l mrz-fd -d 'File descriptor with the same' -r
complete -c titre -n "__fish_titre_using_subcommand read" -l can-file -d 'File with the card access number; - is standard input [env: TITRE_CAN=]' -r -F
complete -c titre -n "__fish_titre_using_subcommand read" -l can-fd -d 'File descriptor with the same' -r
complete -c titre -n "__fish_titre_using_subcommand read" -l pin-file -d 'File with the holder\'s PIN, which is tried once; with the CAN beside it even if it is the last try; - is standard input [env: TITRE_PIN=]' -r -F
complete -c titre -n "__fish_titre_using_subcommand read" -l pin-fd -d 'File descriptor with the same' -r
complete -c titre -n "__fish_titre_using_subcommand read" -l puk-file -d 'File with the PUK, which is tried once; - is standard input [env: TITRE_PUK=]' -r -F
complete -c titre -n "__fish_titre_using_subcommand read" -l puk-fd -d 'File descriptor with the same' -r
complete -c titre -n "__fish_titre_using_subcommand read" -s o -l output -d 'The document folder to write' -r -F
complete -c titre -n "__fish_titre_using_subcommand read" -l record -d 'Record the session, for replay and for reports' -r -F
complete -c titre -n "__fish_titre_using_subcommand read" -l terminal-certificate -d 'Certificates of CVCA, DV and terminal, card verifiable, in any order' -r -F
complete -c titre -n "__fish_titre_using_subcommand read" -l terminal-key -d 'The terminal\'s private key: PKCS#8, DER or PEM, not encrypted' -r -F
complete -c titre -n "__fish_titre_using_subcommand read" -l format -d 'How to print the result' -r -f -a "human\t'A page for people'
json\t'Exactly one JSON document'
events\t'NDJSON: `hello` first, contiguous `seq`, `result` last'"
complete -c titre -n "__fish_titre_using_subcommand read" -l lang -d 'Language of messages [default: from LC_ALL, LC_MESSAGES or LANG]' -r -f -a "en\t'English'
fr\t'French'"
complete -c titre -n "__fish_titre_using_subcommand read" -l at -d 'Judge as of this time (RFC 3339) instead of now; the result names it' -r
complete -c titre -n "__fish_titre_using_subcommand read" -l models -d 'Folder of face models [default: those installed for the user, else those built in]' -r -F
complete -c titre -n "__fish_titre_using_subcommand read" -l all-files -d 'Read EF.ATR/INFO and EF.DIR too, which say what the chip takes and which applications it has'
complete -c titre -n "__fish_titre_using_subcommand read" -l resume -d 'Where the card is lost, wait for it again (--wait) and go on where reading stopped'
complete -c titre -n "__fish_titre_using_subcommand read" -l record-entropy -d 'Keep the terminal\'s random numbers in the recording of a real document: it can then be replayed, and deciphered by whoever knows the password'
complete -c titre -n "__fish_titre_using_subcommand read" -l allow-bac-fallback -d 'Use BAC where the chip offers PACE and PACE fails; the inspection will say so'
complete -c titre -n "__fish_titre_using_subcommand read" -l json -d 'Print one JSON document instead of a page'
complete -c titre -n "__fish_titre_using_subcommand read" -l force -d 'Replace what is there'
complete -c titre -n "__fish_titre_using_subcommand read" -l batch -d 'Never prompt'
complete -c titre -n "__fish_titre_using_subcommand read" -s q -l quiet -d 'No progress, no notes'
complete -c titre -n "__fish_titre_using_subcommand read" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c titre -n "__fish_titre_using_subcommand verify" -l mrz-file -d 'File with the lines of the MRZ, or NUMBER/BIRTH/EXPIRY; - is standard input [env: TITRE_MRZ=]' -r -F
complete -c titre -n "__fish_titre_using_subcommand verify" -l mrz-fd -d 'File descriptor with the same' -r
complete -c titre -n "__fish_titre_using_subcommand verify" -l can-file -d 'File with the card access number; - is standard input [env: TITRE_CAN=]' -r -F
complete -c titre -n "__fish_titre_using_subcommand verify" -l can-fd -d 'File descriptor with the same' -r
complete -c titre -n "__fish_titre_using_subcommand verify" -l pin-file -d 'File with the holder\'s PIN, which is tried once; with the CAN beside it even if it is the last try; - is standard input [env: TITRE_PIN=]' -r -F
complete -c titre -n "__fish_titre_using_subcommand verify" -l pin-fd -d 'File descriptor with the same' -r
complete -c titre -n "__fish_titre_using_subcommand verify" -l puk-file -d 'File with the PUK, which is tried once; - is standard input [env: TITRE_PUK=]' -r -F
complete -c titre -n "__fish_titre_using_subcommand verify" -l puk-fd -d 'File descriptor with the same' -r
complete -c titre -n "__fish_titre_using_subcommand verify" -l store -d 'The trust store' -r -F
complete -c titre -n "__fish_titre_using_subcommand verify" -l crl -d 'A revocation list beside those of the store, DER or PEM; may be repeated' -r -F
complete -c titre -n "__fish_titre_using_subcommand verify" -l profile -d 'What must hold: operational, conformity or kiosk' -r -f -a "operational\t''
conformity\t''
kiosk\t''"
complete -c titre -n "__fish_titre_using_subcommand verify" -l register-command -d 'A program that asks the register: the question as JSON on its standard input, the signed answer on its output' -r -F
complete -c titre -n "__fish_titre_using_subcommand verify" -l register-url -d 'An https address that takes the same question and gives the same answer; without one, no network is used' -r
complete -c titre -n "__fish_titre_using_subcommand verify" -l register-cert -d 'The register\'s certificates: what others sign is no answer' -r -F
complete -c titre -n "__fish_titre_using_subcommand verify" -l format -d 'How to print the result' -r -f -a "human\t'A page for people'
json\t'Exactly one JSON document'
events\t'NDJSON: `hello` first, contiguous `seq`, `result` last'"
complete -c titre -n "__fish_titre_using_subcommand verify" -l lang -d 'Language of messages [default: from LC_ALL, LC_MESSAGES or LANG]' -r -f -a "en\t'English'
fr\t'French'"
complete -c titre -n "__fish_titre_using_subcommand verify" -l at -d 'Judge as of this time (RFC 3339) instead of now; the result names it' -r
complete -c titre -n "__fish_titre_using_subcommand verify" -l models -d 'Folder of face models [default: those installed for the user, else those built in]' -r -F
complete -c titre -n "__fish_titre_using_subcommand verify" -l disclose -d 'Print the holder\'s data too'
complete -c titre -n "__fish_titre_using_subcommand verify" -l json -d 'Print one JSON document instead of a page'
complete -c titre -n "__fish_titre_using_subcommand verify" -l force -d 'Replace what is there'
complete -c titre -n "__fish_titre_using_subcommand verify" -l batch -d 'Never prompt'
complete -c titre -n "__fish_titre_using_subcommand verify" -s q -l quiet -d 'No progress, no notes'
complete -c titre -n "__fish_titre_using_subcommand verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c titre -n "__fish_titre_using_subcommand portrait" -l mrz-file -d 'File with the lines of the MRZ, or NUMBER/BIRTH/EXPIRY; - is standard input [env: TITRE_MRZ=]' -r -F
complete -c titre -n "__fish_titre_using_subcommand portrait" -l mrz-fd -d 'File descriptor with the same' -r
complete -c titre -n "__fish_titre_using_subcommand portrait" -l can-file -d 'File with the card access number; - is standard input [env: TITRE_CAN=]' -r -F
complete -c titre -n "__fish_titre_using_subcommand portrait" -l can-fd -d 'File descriptor with the same' -r
complete -c titre -n "__fish_titre_using_subcommand portrait" -l pin-file -d 'File with the holder\'s PIN, which is tried once; with the CAN beside it even if it is the last try; - is standard input [env: TITRE_PIN=]' -r -F
complete -c titre -n "__fish_titre_using_subcommand portrait" -l pin-fd -d 'File descriptor with the same' -r
complete -c titre -n "__fish_titre_using_subcommand portrait" -l puk-file -d 'File with the PUK, which is tried once; - is standard input [env: TITRE_PUK=]' -r -F
complete -c titre -n "__fish_titre_using_subcommand portrait" -l puk-fd -d 'File descriptor with the same' -r
complete -c titre -n "__fish_titre_using_subcommand portrait" -s o -l output -d 'Where it goes; pixels where the name ends in .png, else the file as stored' -r -F
complete -c titre -n "__fish_titre_using_subcommand portrait" -l format -d 'How to print the result' -r -f -a "human\t'A page for people'
json\t'Exactly one JSON document'
events\t'NDJSON: `hello` first, contiguous `seq`, `result` last'"
complete -c titre -n "__fish_titre_using_subcommand portrait" -l lang -d 'Language of messages [default: from LC_ALL, LC_MESSAGES or LANG]' -r -f -a "en\t'English'
fr\t'French'"
complete -c titre -n "__fish_titre_using_subcommand portrait" -l at -d 'Judge as of this time (RFC 3339) instead of now; the result names it' -r
complete -c titre -n "__fish_titre_using_subcommand portrait" -l models -d 'Folder of face models [default: those installed for the user, else those built in]' -r -F
complete -c titre -n "__fish_titre_using_subcommand portrait" -l json -d 'Print one JSON document instead of a page'
complete -c titre -n "__fish_titre_using_subcommand portrait" -l force -d 'Replace what is there'
complete -c titre -n "__fish_titre_using_subcommand portrait" -l batch -d 'Never prompt'
complete -c titre -n "__fish_titre_using_subcommand portrait" -s q -l quiet -d 'No progress, no notes'
complete -c titre -n "__fish_titre_using_subcommand portrait" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c titre -n "__fish_titre_using_subcommand challenge" -s o -l output -d 'Where the challenge goes' -r -F
complete -c titre -n "__fish_titre_using_subcommand challenge" -l gestures -d 'How many gestures: 8 are worth 22.7 bits, each more 2.8' -r
complete -c titre -n "__fish_titre_using_subcommand challenge" -l minutes -d 'For how long it may be answered' -r
complete -c titre -n "__fish_titre_using_subcommand challenge" -l format -d 'How to print the result' -r -f -a "human\t'A page for people'
json\t'Exactly one JSON document'
events\t'NDJSON: `hello` first, contiguous `seq`, `result` last'"
complete -c titre -n "__fish_titre_using_subcommand challenge" -l lang -d 'Language of messages [default: from LC_ALL, LC_MESSAGES or LANG]' -r -f -a "en\t'English'
fr\t'French'"
complete -c titre -n "__fish_titre_using_subcommand challenge" -l at -d 'Judge as of this time (RFC 3339) instead of now; the result names it' -r
complete -c titre -n "__fish_titre_using_subcommand challenge" -l models -d 'Folder of face models [default: those installed for the user, else those built in]' -r -F
complete -c titre -n "__fish_titre_using_subcommand challenge" -l json -d 'Print one JSON document instead of a page'
complete -c titre -n "__fish_titre_using_subcommand challenge" -l force -d 'Replace what is there'
complete -c titre -n "__fish_titre_using_subcommand challenge" -l batch -d 'Never prompt'
complete -c titre -n "__fish_titre_using_subcommand challenge" -s q -l quiet -d 'No progress, no notes'
complete -c titre -n "__fish_titre_using_subcommand challenge" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c titre -n "__fish_titre_using_subcommand liveness" -l challenge -d 'The challenge that the person was asked' -r -F
complete -c titre -n "__fish_titre_using_subcommand liveness" -l used -d 'A folder that remembers which challenges were answered: each serves once' -r -F
complete -c titre -n "__fish_titre_using_subcommand liveness" -l curves -d 'Where the evidence of each gesture over time goes, as a picture (SVG); it shows no face' -r -F
complete -c titre -n "__fish_titre_using_subcommand liveness" -l format -d 'How to print the result' -r -f -a "human\t'A page for people'
json\t'Exactly one JSON document'
events\t'NDJSON: `hello` first, contiguous `seq`, `result` last'"
complete -c titre -n "__fish_titre_using_subcommand liveness" -l lang -d 'Language of messages [default: from LC_ALL, LC_MESSAGES or LANG]' -r -f -a "en\t'English'
fr\t'French'"
complete -c titre -n "__fish_titre_using_subcommand liveness" -l at -d 'Judge as of this time (RFC 3339) instead of now; the result names it' -r
complete -c titre -n "__fish_titre_using_subcommand liveness" -l models -d 'Folder of face models [default: those installed for the user, else those built in]' -r -F
complete -c titre -n "__fish_titre_using_subcommand liveness" -l json -d 'Print one JSON document instead of a page'
complete -c titre -n "__fish_titre_using_subcommand liveness" -l force -d 'Replace what is there'
complete -c titre -n "__fish_titre_using_subcommand liveness" -l batch -d 'Never prompt'
complete -c titre -n "__fish_titre_using_subcommand liveness" -s q -l quiet -d 'No progress, no notes'
complete -c titre -n "__fish_titre_using_subcommand liveness" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c titre -n "__fish_titre_using_subcommand match" -l mrz-file -d 'File with the lines of the MRZ, or NUMBER/BIRTH/EXPIRY; - is standard input [env: TITRE_MRZ=]' -r -F
complete -c titre -n "__fish_titre_using_subcommand match" -l mrz-fd -d 'File descriptor with the same' -r
complete -c titre -n "__fish_titre_using_subcommand match" -l can-file -d 'File with the card access number; - is standard input [env: TITRE_CAN=]' -r -F
complete -c titre -n "__fish_titre_using_subcommand match" -l can-fd -d 'File descriptor with the same' -r
complete -c titre -n "__fish_titre_using_subcommand match" -l pin-file -d 'File with the holder\'s PIN, which is tried once; with the CAN beside it even if it is the last try; - is standard input [env: TITRE_PIN=]' -r -F
complete -c titre -n "__fish_titre_using_subcommand match" -l pin-fd -d 'File descriptor with the same' -r
complete -c titre -n "__fish_titre_using_subcommand match" -l puk-file -d 'File with the PUK, which is tried once; - is standard input [env: TITRE_PUK=]' -r -F
complete -c titre -n "__fish_titre_using_subcommand match" -l puk-fd -d 'File descriptor with the same' -r
complete -c titre -n "__fish_titre_using_subcommand match" -l format -d 'How to print the result' -r -f -a "human\t'A page for people'
json\t'Exactly one JSON document'
events\t'NDJSON: `hello` first, contiguous `seq`, `result` last'"
complete -c titre -n "__fish_titre_using_subcommand match" -l lang -d 'Language of messages [default: from LC_ALL, LC_MESSAGES or LANG]' -r -f -a "en\t'English'
fr\t'French'"
complete -c titre -n "__fish_titre_using_subcommand match" -l at -d 'Judge as of this time (RFC 3339) instead of now; the result names it' -r
complete -c titre -n "__fish_titre_using_subcommand match" -l models -d 'Folder of face models [default: those installed for the user, else those built in]' -r -F
complete -c titre -n "__fish_titre_using_subcommand match" -l json -d 'Print one JSON document instead of a page'
complete -c titre -n "__fish_titre_using_subcommand match" -l force -d 'Replace what is there'
complete -c titre -n "__fish_titre_using_subcommand match" -l batch -d 'Never prompt'
complete -c titre -n "__fish_titre_using_subcommand match" -s q -l quiet -d 'No progress, no notes'
complete -c titre -n "__fish_titre_using_subcommand match" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c titre -n "__fish_titre_using_subcommand attest; and not __fish_seen_subcommand_from show present verify status evidence help" -l format -d 'How to print the result' -r -f -a "human\t'A page for people'
json\t'Exactly one JSON document'
events\t'NDJSON: `hello` first, contiguous `seq`, `result` last'"
complete -c titre -n "__fish_titre_using_subcommand attest; and not __fish_seen_subcommand_from show present verify status evidence help" -l lang -d 'Language of messages [default: from LC_ALL, LC_MESSAGES or LANG]' -r -f -a "en\t'English'
fr\t'French'"
complete -c titre -n "__fish_titre_using_subcommand attest; and not __fish_seen_subcommand_from show present verify status evidence help" -l at -d 'Judge as of this time (RFC 3339) instead of now; the result names it' -r
complete -c titre -n "__fish_titre_using_subcommand attest; and not __fish_seen_subcommand_from show present verify status evidence help" -l models -d 'Folder of face models [default: those installed for the user, else those built in]' -r -F
complete -c titre -n "__fish_titre_using_subcommand attest; and not __fish_seen_subcommand_from show present verify status evidence help" -l json -d 'Print one JSON document instead of a page'
complete -c titre -n "__fish_titre_using_subcommand attest; and not __fish_seen_subcommand_from show present verify status evidence help" -l force -d 'Replace what is there'
complete -c titre -n "__fish_titre_using_subcommand attest; and not __fish_seen_subcommand_from show present verify status evidence help" -l batch -d 'Never prompt'
complete -c titre -n "__fish_titre_using_subcommand attest; and not __fish_seen_subcommand_from show present verify status evidence help" -s q -l quiet -d 'No progress, no notes'
complete -c titre -n "__fish_titre_using_subcommand attest; and not __fish_seen_subcommand_from show present verify status evidence help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c titre -n "__fish_titre_using_subcommand attest; and not __fish_seen_subcommand_from show present verify status evidence help" -f -a "show" -d 'Print what an attestation says, without verifying it'
complete -c titre -n "__fish_titre_using_subcommand attest; and not __fish_seen_subcommand_from show present verify status evidence help" -f -a "present" -d 'Show an attestation to one verifier, with the claims that are chosen and a proof that its key is yours'
complete -c titre -n "__fish_titre_using_subcommand attest; and not __fish_seen_subcommand_from show present verify status evidence help" -f -a "verify" -d 'Verify an attestation against pinned issuer certificates'
complete -c titre -n "__fish_titre_using_subcommand attest; and not __fish_seen_subcommand_from show present verify status evidence help" -f -a "status" -d 'Keep and publish whether what was issued still stands'
complete -c titre -n "__fish_titre_using_subcommand attest; and not __fish_seen_subcommand_from show present verify status evidence help" -f -a "evidence" -d 'Verify, open, repeat or delete the evidence that an archive keeps'
complete -c titre -n "__fish_titre_using_subcommand attest; and not __fish_seen_subcommand_from show present verify status evidence help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from show" -l format -d 'How to print the result' -r -f -a "human\t'A page for people'
json\t'Exactly one JSON document'
events\t'NDJSON: `hello` first, contiguous `seq`, `result` last'"
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from show" -l lang -d 'Language of messages [default: from LC_ALL, LC_MESSAGES or LANG]' -r -f -a "en\t'English'
fr\t'French'"
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from show" -l at -d 'Judge as of this time (RFC 3339) instead of now; the result names it' -r
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from show" -l models -d 'Folder of face models [default: those installed for the user, else those built in]' -r -F
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from show" -l disclose -d 'Print the holder\'s data too'
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from show" -l json -d 'Print one JSON document instead of a page'
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from show" -l force -d 'Replace what is there'
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from show" -l batch -d 'Never prompt'
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from show" -s q -l quiet -d 'No progress, no notes'
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from present" -l holder-key -d 'The private key that the attestation is bound to: PEM, encrypted or not; or a key on a token, as pkcs11:token=LABEL;object=LABEL?module-path=FILE (RFC 7512)' -r -F
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from present" -l holder-passphrase-file -d 'File with the passphrase of an encrypted holder key, or the PIN of the token; - is standard input [env: TITRE_HOLDER_PASSPHRASE=]' -r -F
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from present" -l holder-passphrase-fd -d 'File descriptor with the same' -r
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from present" -l audience -d 'Who it is shown to, as that verifier calls itself' -r
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from present" -l nonce -d 'What the verifier drew for this presentation' -r
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from present" -l disclose -d 'A claim to show, as titre attest show names it; may be repeated; without it, none' -r
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from present" -s o -l output -d 'Where the presentation goes' -r -F
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from present" -l format -d 'How to print the result' -r -f -a "human\t'A page for people'
json\t'Exactly one JSON document'
events\t'NDJSON: `hello` first, contiguous `seq`, `result` last'"
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from present" -l lang -d 'Language of messages [default: from LC_ALL, LC_MESSAGES or LANG]' -r -f -a "en\t'English'
fr\t'French'"
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from present" -l at -d 'Judge as of this time (RFC 3339) instead of now; the result names it' -r
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from present" -l models -d 'Folder of face models [default: those installed for the user, else those built in]' -r -F
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from present" -l json -d 'Print one JSON document instead of a page'
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from present" -l force -d 'Replace what is there'
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from present" -l batch -d 'Never prompt'
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from present" -s q -l quiet -d 'No progress, no notes'
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from present" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from verify" -l issuer -d 'Certificates to trust: a root, an intermediate or the signer itself; PEM or DER' -r -F
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from verify" -l holder-key -d 'The key that the attestation must be bound to; PEM or JWK' -r -F
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from verify" -l audience -d 'Who you are: a presentation must have been made for you, and prove that its holder made it' -r
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from verify" -l nonce -d 'What you drew for this presentation' -r
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from verify" -l max-seconds -d 'How many seconds ago the presentation may have been made' -r
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from verify" -l max-days -d 'How many days ago the person may have been enrolled' -r
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from verify" -l min-level -d 'The lowest assurance level that will do' -r -f -a "low\t''
substantial\t''
high\t''"
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from verify" -l policy -d 'What one of your procedures asks: a TOML file of procedures (--procedure names the one)' -r -F
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from verify" -l procedure -d 'The procedure of the policy file' -r
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from verify" -l status-list -d 'The issuer\'s status list as it is published now, as a file or an https address; `auto` is the address that the attestation names. What is revoked or suspended fails' -r
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from verify" -l format -d 'How to print the result' -r -f -a "human\t'A page for people'
json\t'Exactly one JSON document'
events\t'NDJSON: `hello` first, contiguous `seq`, `result` last'"
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from verify" -l lang -d 'Language of messages [default: from LC_ALL, LC_MESSAGES or LANG]' -r -f -a "en\t'English'
fr\t'French'"
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from verify" -l at -d 'Judge as of this time (RFC 3339) instead of now; the result names it' -r
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from verify" -l models -d 'Folder of face models [default: those installed for the user, else those built in]' -r -F
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from verify" -l disclose -d 'Print the holder\'s data too'
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from verify" -l json -d 'Print one JSON document instead of a page'
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from verify" -l force -d 'Replace what is there'
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from verify" -l batch -d 'Never prompt'
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from verify" -s q -l quiet -d 'No progress, no notes'
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from status" -l format -d 'How to print the result' -r -f -a "human\t'A page for people'
json\t'Exactly one JSON document'
events\t'NDJSON: `hello` first, contiguous `seq`, `result` last'"
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from status" -l lang -d 'Language of messages [default: from LC_ALL, LC_MESSAGES or LANG]' -r -f -a "en\t'English'
fr\t'French'"
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from status" -l at -d 'Judge as of this time (RFC 3339) instead of now; the result names it' -r
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from status" -l models -d 'Folder of face models [default: those installed for the user, else those built in]' -r -F
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from status" -l json -d 'Print one JSON document instead of a page'
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from status" -l force -d 'Replace what is there'
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from status" -l batch -d 'Never prompt'
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from status" -s q -l quiet -d 'No progress, no notes'
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from status" -f -a "new" -d 'Begin a register for a list that will be published under one URI'
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from status" -f -a "publish" -d 'Sign the list as it is now'
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from status" -f -a "suspend" -d 'Let an attestation not stand for now'
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from status" -f -a "revoke" -d 'Revoke an attestation for good'
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from status" -f -a "restore" -d 'Let a suspended attestation stand again; what was revoked stays so'
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from status" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from evidence" -l format -d 'How to print the result' -r -f -a "human\t'A page for people'
json\t'Exactly one JSON document'
events\t'NDJSON: `hello` first, contiguous `seq`, `result` last'"
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from evidence" -l lang -d 'Language of messages [default: from LC_ALL, LC_MESSAGES or LANG]' -r -f -a "en\t'English'
fr\t'French'"
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from evidence" -l at -d 'Judge as of this time (RFC 3339) instead of now; the result names it' -r
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from evidence" -l models -d 'Folder of face models [default: those installed for the user, else those built in]' -r -F
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from evidence" -l json -d 'Print one JSON document instead of a page'
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from evidence" -l force -d 'Replace what is there'
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from evidence" -l batch -d 'Never prompt'
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from evidence" -s q -l quiet -d 'No progress, no notes'
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from evidence" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from evidence" -f -a "verify" -d 'Verify the seal of a bundle and print its index, without opening it'
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from evidence" -f -a "open" -d 'Open a bundle and write its files; personal data'
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from evidence" -f -a "re-verify" -d 'Open a bundle and repeat the verdict from the files in it, as of the time of the enrollment'
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from evidence" -f -a "purge" -d 'Delete the bundles whose retention has ended'
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from evidence" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from help" -f -a "show" -d 'Print what an attestation says, without verifying it'
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from help" -f -a "present" -d 'Show an attestation to one verifier, with the claims that are chosen and a proof that its key is yours'
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from help" -f -a "verify" -d 'Verify an attestation against pinned issuer certificates'
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from help" -f -a "status" -d 'Keep and publish whether what was issued still stands'
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from help" -f -a "evidence" -d 'Verify, open, repeat or delete the evidence that an archive keeps'
complete -c titre -n "__fish_titre_using_subcommand attest; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c titre -n "__fish_titre_using_subcommand consent; and not __fish_seen_subcommand_from show record withdraw help" -l format -d 'How to print the result' -r -f -a "human\t'A page for people'
json\t'Exactly one JSON document'
events\t'NDJSON: `hello` first, contiguous `seq`, `result` last'"
complete -c titre -n "__fish_titre_using_subcommand consent; and not __fish_seen_subcommand_from show record withdraw help" -l lang -d 'Language of messages [default: from LC_ALL, LC_MESSAGES or LANG]' -r -f -a "en\t'English'
fr\t'French'"
complete -c titre -n "__fish_titre_using_subcommand consent; and not __fish_seen_subcommand_from show record withdraw help" -l at -d 'Judge as of this time (RFC 3339) instead of now; the result names it' -r
complete -c titre -n "__fish_titre_using_subcommand consent; and not __fish_seen_subcommand_from show record withdraw help" -l models -d 'Folder of face models [default: those installed for the user, else those built in]' -r -F
complete -c titre -n "__fish_titre_using_subcommand consent; and not __fish_seen_subcommand_from show record withdraw help" -l json -d 'Print one JSON document instead of a page'
complete -c titre -n "__fish_titre_using_subcommand consent; and not __fish_seen_subcommand_from show record withdraw help" -l force -d 'Replace what is there'
complete -c titre -n "__fish_titre_using_subcommand consent; and not __fish_seen_subcommand_from show record withdraw help" -l batch -d 'Never prompt'
complete -c titre -n "__fish_titre_using_subcommand consent; and not __fish_seen_subcommand_from show record withdraw help" -s q -l quiet -d 'No progress, no notes'
complete -c titre -n "__fish_titre_using_subcommand consent; and not __fish_seen_subcommand_from show record withdraw help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c titre -n "__fish_titre_using_subcommand consent; and not __fish_seen_subcommand_from show record withdraw help" -f -a "show" -d 'Print the text that a person agrees to'
complete -c titre -n "__fish_titre_using_subcommand consent; and not __fish_seen_subcommand_from show record withdraw help" -f -a "record" -d 'Ask, purpose by purpose, and write the receipt'
complete -c titre -n "__fish_titre_using_subcommand consent; and not __fish_seen_subcommand_from show record withdraw help" -f -a "withdraw" -d 'Mark a receipt withdrawn, suspend what rests on it, erase what was kept'
complete -c titre -n "__fish_titre_using_subcommand consent; and not __fish_seen_subcommand_from show record withdraw help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c titre -n "__fish_titre_using_subcommand consent; and __fish_seen_subcommand_from show" -l format -d 'How to print the result' -r -f -a "human\t'A page for people'
json\t'Exactly one JSON document'
events\t'NDJSON: `hello` first, contiguous `seq`, `result` last'"
complete -c titre -n "__fish_titre_using_subcommand consent; and __fish_seen_subcommand_from show" -l lang -d 'Language of messages [default: from LC_ALL, LC_MESSAGES or LANG]' -r -f -a "en\t'English'
fr\t'French'"
complete -c titre -n "__fish_titre_using_subcommand consent; and __fish_seen_subcommand_from show" -l at -d 'Judge as of this time (RFC 3339) instead of now; the result names it' -r
complete -c titre -n "__fish_titre_using_subcommand consent; and __fish_seen_subcommand_from show" -l models -d 'Folder of face models [default: those installed for the user, else those built in]' -r -F
complete -c titre -n "__fish_titre_using_subcommand consent; and __fish_seen_subcommand_from show" -l json -d 'Print one JSON document instead of a page'
complete -c titre -n "__fish_titre_using_subcommand consent; and __fish_seen_subcommand_from show" -l force -d 'Replace what is there'
complete -c titre -n "__fish_titre_using_subcommand consent; and __fish_seen_subcommand_from show" -l batch -d 'Never prompt'
complete -c titre -n "__fish_titre_using_subcommand consent; and __fish_seen_subcommand_from show" -s q -l quiet -d 'No progress, no notes'
complete -c titre -n "__fish_titre_using_subcommand consent; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c titre -n "__fish_titre_using_subcommand consent; and __fish_seen_subcommand_from record" -s o -l output -d 'Where the receipt goes' -r -F
complete -c titre -n "__fish_titre_using_subcommand consent; and __fish_seen_subcommand_from record" -l agree -d 'A purpose that the person agreed to, shown and asked elsewhere; once for each' -r -f -a "document_reading\t''
face_recognition\t''
attestation\t''"
complete -c titre -n "__fish_titre_using_subcommand consent; and __fish_seen_subcommand_from record" -l path -d 'The enrollment that it is for: face, or human, where no program looks at the face and none is asked for it' -r -f -a "face\t''
human\t''"
complete -c titre -n "__fish_titre_using_subcommand consent; and __fish_seen_subcommand_from record" -l issuer-key -d 'The issuer\'s key: PEM with PKCS#8 on P-256, encrypted or not, and its certificates, leaf first; or a key on a token, as pkcs11:token=LABEL;object=LABEL?module-path=FILE (RFC 7512)' -r -F
complete -c titre -n "__fish_titre_using_subcommand consent; and __fish_seen_subcommand_from record" -l issuer-cert -d 'The issuer\'s certificates, where they do not stand with the key' -r -F
complete -c titre -n "__fish_titre_using_subcommand consent; and __fish_seen_subcommand_from record" -l issuer-passphrase-file -d 'File with the passphrase of an encrypted issuer key; - is standard input [env: TITRE_ISSUER_PASSPHRASE=]' -r -F
complete -c titre -n "__fish_titre_using_subcommand consent; and __fish_seen_subcommand_from record" -l issuer-passphrase-fd -d 'File descriptor with the same' -r
complete -c titre -n "__fish_titre_using_subcommand consent; and __fish_seen_subcommand_from record" -l format -d 'How to print the result' -r -f -a "human\t'A page for people'
json\t'Exactly one JSON document'
events\t'NDJSON: `hello` first, contiguous `seq`, `result` last'"
complete -c titre -n "__fish_titre_using_subcommand consent; and __fish_seen_subcommand_from record" -l lang -d 'Language of messages [default: from LC_ALL, LC_MESSAGES or LANG]' -r -f -a "en\t'English'
fr\t'French'"
complete -c titre -n "__fish_titre_using_subcommand consent; and __fish_seen_subcommand_from record" -l at -d 'Judge as of this time (RFC 3339) instead of now; the result names it' -r
complete -c titre -n "__fish_titre_using_subcommand consent; and __fish_seen_subcommand_from record" -l models -d 'Folder of face models [default: those installed for the user, else those built in]' -r -F
complete -c titre -n "__fish_titre_using_subcommand consent; and __fish_seen_subcommand_from record" -l json -d 'Print one JSON document instead of a page'
complete -c titre -n "__fish_titre_using_subcommand consent; and __fish_seen_subcommand_from record" -l force -d 'Replace what is there'
complete -c titre -n "__fish_titre_using_subcommand consent; and __fish_seen_subcommand_from record" -l batch -d 'Never prompt'
complete -c titre -n "__fish_titre_using_subcommand consent; and __fish_seen_subcommand_from record" -s q -l quiet -d 'No progress, no notes'
complete -c titre -n "__fish_titre_using_subcommand consent; and __fish_seen_subcommand_from record" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c titre -n "__fish_titre_using_subcommand consent; and __fish_seen_subcommand_from withdraw" -l status-register -d 'The register of the status list: every attestation that rests on the receipt is suspended in it' -r -F
complete -c titre -n "__fish_titre_using_subcommand consent; and __fish_seen_subcommand_from withdraw" -l erase -d 'A document folder or a file that was kept of this enrollment: it is erased; may be repeated' -r -F
complete -c titre -n "__fish_titre_using_subcommand consent; and __fish_seen_subcommand_from withdraw" -s o -l output -d 'Where a record of the withdrawal goes, to hand on' -r -F
complete -c titre -n "__fish_titre_using_subcommand consent; and __fish_seen_subcommand_from withdraw" -l format -d 'How to print the result' -r -f -a "human\t'A page for people'
json\t'Exactly one JSON document'
events\t'NDJSON: `hello` first, contiguous `seq`, `result` last'"
complete -c titre -n "__fish_titre_using_subcommand consent; and __fish_seen_subcommand_from withdraw" -l lang -d 'Language of messages [default: from LC_ALL, LC_MESSAGES or LANG]' -r -f -a "en\t'English'
fr\t'French'"
complete -c titre -n "__fish_titre_using_subcommand consent; and __fish_seen_subcommand_from withdraw" -l at -d 'Judge as of this time (RFC 3339) instead of now; the result names it' -r
complete -c titre -n "__fish_titre_using_subcommand consent; and __fish_seen_subcommand_from withdraw" -l models -d 'Folder of face models [default: those installed for the user, else those built in]' -r -F
complete -c titre -n "__fish_titre_using_subcommand consent; and __fish_seen_subcommand_from withdraw" -l json -d 'Print one JSON document instead of a page'
complete -c titre -n "__fish_titre_using_subcommand consent; and __fish_seen_subcommand_from withdraw" -l force -d 'Replace what is there'
complete -c titre -n "__fish_titre_using_subcommand consent; and __fish_seen_subcommand_from withdraw" -l batch -d 'Never prompt'
complete -c titre -n "__fish_titre_using_subcommand consent; and __fish_seen_subcommand_from withdraw" -s q -l quiet -d 'No progress, no notes'
complete -c titre -n "__fish_titre_using_subcommand consent; and __fish_seen_subcommand_from withdraw" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c titre -n "__fish_titre_using_subcommand consent; and __fish_seen_subcommand_from help" -f -a "show" -d 'Print the text that a person agrees to'
complete -c titre -n "__fish_titre_using_subcommand consent; and __fish_seen_subcommand_from help" -f -a "record" -d 'Ask, purpose by purpose, and write the receipt'
complete -c titre -n "__fish_titre_using_subcommand consent; and __fish_seen_subcommand_from help" -f -a "withdraw" -d 'Mark a receipt withdrawn, suspend what rests on it, erase what was kept'
complete -c titre -n "__fish_titre_using_subcommand consent; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c titre -n "__fish_titre_using_subcommand csca; and not __fish_seen_subcommand_from import list show check diff help" -l format -d 'How to print the result' -r -f -a "human\t'A page for people'
json\t'Exactly one JSON document'
events\t'NDJSON: `hello` first, contiguous `seq`, `result` last'"
complete -c titre -n "__fish_titre_using_subcommand csca; and not __fish_seen_subcommand_from import list show check diff help" -l lang -d 'Language of messages [default: from LC_ALL, LC_MESSAGES or LANG]' -r -f -a "en\t'English'
fr\t'French'"
complete -c titre -n "__fish_titre_using_subcommand csca; and not __fish_seen_subcommand_from import list show check diff help" -l at -d 'Judge as of this time (RFC 3339) instead of now; the result names it' -r
complete -c titre -n "__fish_titre_using_subcommand csca; and not __fish_seen_subcommand_from import list show check diff help" -l models -d 'Folder of face models [default: those installed for the user, else those built in]' -r -F
complete -c titre -n "__fish_titre_using_subcommand csca; and not __fish_seen_subcommand_from import list show check diff help" -l json -d 'Print one JSON document instead of a page'
complete -c titre -n "__fish_titre_using_subcommand csca; and not __fish_seen_subcommand_from import list show check diff help" -l force -d 'Replace what is there'
complete -c titre -n "__fish_titre_using_subcommand csca; and not __fish_seen_subcommand_from import list show check diff help" -l batch -d 'Never prompt'
complete -c titre -n "__fish_titre_using_subcommand csca; and not __fish_seen_subcommand_from import list show check diff help" -s q -l quiet -d 'No progress, no notes'
complete -c titre -n "__fish_titre_using_subcommand csca; and not __fish_seen_subcommand_from import list show check diff help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c titre -n "__fish_titre_using_subcommand csca; and not __fish_seen_subcommand_from import list show check diff help" -f -a "import" -d 'Take master lists, certificates and revocation lists into a trust store'
complete -c titre -n "__fish_titre_using_subcommand csca; and not __fish_seen_subcommand_from import list show check diff help" -f -a "list" -d 'List the certificates of a trust store, and its revocation lists'
complete -c titre -n "__fish_titre_using_subcommand csca; and not __fish_seen_subcommand_from import list show check diff help" -f -a "show" -d 'Show a certificate of a trust store'
complete -c titre -n "__fish_titre_using_subcommand csca; and not __fish_seen_subcommand_from import list show check diff help" -f -a "check" -d 'Say which certificates and revocation lists break the profile of Doc 9303-12, and how'
complete -c titre -n "__fish_titre_using_subcommand csca; and not __fish_seen_subcommand_from import list show check diff help" -f -a "diff" -d 'Compare two master lists or trust stores'
complete -c titre -n "__fish_titre_using_subcommand csca; and not __fish_seen_subcommand_from import list show check diff help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c titre -n "__fish_titre_using_subcommand csca; and __fish_seen_subcommand_from import" -l signer -d 'A certificate that list signers must lead to: the list signer\'s own or its CSCA; DER or PEM; may be repeated' -r -F
complete -c titre -n "__fish_titre_using_subcommand csca; and __fish_seen_subcommand_from import" -s o -l output -d 'The trust store; it is made, or added to' -r -F
complete -c titre -n "__fish_titre_using_subcommand csca; and __fish_seen_subcommand_from import" -l tolerate -d 'Accept a named deviation of a list\'s signature' -r -f -a "digest_info_without_null\t''
list_signer_usage_missing\t''"
complete -c titre -n "__fish_titre_using_subcommand csca; and __fish_seen_subcommand_from import" -l format -d 'How to print the result' -r -f -a "human\t'A page for people'
json\t'Exactly one JSON document'
events\t'NDJSON: `hello` first, contiguous `seq`, `result` last'"
complete -c titre -n "__fish_titre_using_subcommand csca; and __fish_seen_subcommand_from import" -l lang -d 'Language of messages [default: from LC_ALL, LC_MESSAGES or LANG]' -r -f -a "en\t'English'
fr\t'French'"
complete -c titre -n "__fish_titre_using_subcommand csca; and __fish_seen_subcommand_from import" -l at -d 'Judge as of this time (RFC 3339) instead of now; the result names it' -r
complete -c titre -n "__fish_titre_using_subcommand csca; and __fish_seen_subcommand_from import" -l models -d 'Folder of face models [default: those installed for the user, else those built in]' -r -F
complete -c titre -n "__fish_titre_using_subcommand csca; and __fish_seen_subcommand_from import" -l json -d 'Print one JSON document instead of a page'
complete -c titre -n "__fish_titre_using_subcommand csca; and __fish_seen_subcommand_from import" -l force -d 'Replace what is there'
complete -c titre -n "__fish_titre_using_subcommand csca; and __fish_seen_subcommand_from import" -l batch -d 'Never prompt'
complete -c titre -n "__fish_titre_using_subcommand csca; and __fish_seen_subcommand_from import" -s q -l quiet -d 'No progress, no notes'
complete -c titre -n "__fish_titre_using_subcommand csca; and __fish_seen_subcommand_from import" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c titre -n "__fish_titre_using_subcommand csca; and __fish_seen_subcommand_from list" -l store -d 'The trust store' -r -F
complete -c titre -n "__fish_titre_using_subcommand csca; and __fish_seen_subcommand_from list" -l country -d 'Only certificates of this country, two letters' -r
complete -c titre -n "__fish_titre_using_subcommand csca; and __fish_seen_subcommand_from list" -l format -d 'How to print the result' -r -f -a "human\t'A page for people'
json\t'Exactly one JSON document'
events\t'NDJSON: `hello` first, contiguous `seq`, `result` last'"
complete -c titre -n "__fish_titre_using_subcommand csca; and __fish_seen_subcommand_from list" -l lang -d 'Language of messages [default: from LC_ALL, LC_MESSAGES or LANG]' -r -f -a "en\t'English'
fr\t'French'"
complete -c titre -n "__fish_titre_using_subcommand csca; and __fish_seen_subcommand_from list" -l at -d 'Judge as of this time (RFC 3339) instead of now; the result names it' -r
complete -c titre -n "__fish_titre_using_subcommand csca; and __fish_seen_subcommand_from list" -l models -d 'Folder of face models [default: those installed for the user, else those built in]' -r -F
complete -c titre -n "__fish_titre_using_subcommand csca; and __fish_seen_subcommand_from list" -l json -d 'Print one JSON document instead of a page'
complete -c titre -n "__fish_titre_using_subcommand csca; and __fish_seen_subcommand_from list" -l force -d 'Replace what is there'
complete -c titre -n "__fish_titre_using_subcommand csca; and __fish_seen_subcommand_from list" -l batch -d 'Never prompt'
complete -c titre -n "__fish_titre_using_subcommand csca; and __fish_seen_subcommand_from list" -s q -l quiet -d 'No progress, no notes'
complete -c titre -n "__fish_titre_using_subcommand csca; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c titre -n "__fish_titre_using_subcommand csca; and __fish_seen_subcommand_from show" -l store -d 'The trust store' -r -F
complete -c titre -n "__fish_titre_using_subcommand csca; and __fish_seen_subcommand_from show" -s o -l output -d 'Write the certificate here, as PEM' -r -F
complete -c titre -n "__fish_titre_using_subcommand csca; and __fish_seen_subcommand_from show" -l format -d 'How to print the result' -r -f -a "human\t'A page for people'
json\t'Exactly one JSON document'
events\t'NDJSON: `hello` first, contiguous `seq`, `result` last'"
complete -c titre -n "__fish_titre_using_subcommand csca; and __fish_seen_subcommand_from show" -l lang -d 'Language of messages [default: from LC_ALL, LC_MESSAGES or LANG]' -r -f -a "en\t'English'
fr\t'French'"
complete -c titre -n "__fish_titre_using_subcommand csca; and __fish_seen_subcommand_from show" -l at -d 'Judge as of this time (RFC 3339) instead of now; the result names it' -r
complete -c titre -n "__fish_titre_using_subcommand csca; and __fish_seen_subcommand_from show" -l models -d 'Folder of face models [default: those installed for the user, else those built in]' -r -F
complete -c titre -n "__fish_titre_using_subcommand csca; and __fish_seen_subcommand_from show" -l json -d 'Print one JSON document instead of a page'
complete -c titre -n "__fish_titre_using_subcommand csca; and __fish_seen_subcommand_from show" -l force -d 'Replace what is there'
complete -c titre -n "__fish_titre_using_subcommand csca; and __fish_seen_subcommand_from show" -l batch -d 'Never prompt'
complete -c titre -n "__fish_titre_using_subcommand csca; and __fish_seen_subcommand_from show" -s q -l quiet -d 'No progress, no notes'
complete -c titre -n "__fish_titre_using_subcommand csca; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c titre -n "__fish_titre_using_subcommand csca; and __fish_seen_subcommand_from check" -l country -d 'Only certificates of this country, two letters' -r
complete -c titre -n "__fish_titre_using_subcommand csca; and __fish_seen_subcommand_from check" -l rule -d 'Only this rule; may be repeated' -r -f -a "version\t''
serial_not_positive\t''
serial_too_long\t''
unique_id\t''
country_missing\t''
country_lower_case\t''
country_length\t''
country_differs\t''
country_string_type\t''
serial_number_string_type\t''
name_string_type\t''
common_name_missing\t''
time_encoding\t''
default_written\t''
extension_forbidden\t''
extension_critical\t''
key_usage_missing\t''
key_usage_not_critical\t''
subject_alternative_name_missing\t''
issuer_alternative_name_missing\t''
crl_distribution_missing\t''
private_key_usage_period_missing\t''
private_key_usage_period_empty\t''
key_unusable\t''
named_curve\t''
point_compressed\t''
sha1\t''
signature_algorithm\t''
key_too_short\t''
rsa_exponent_3\t''
validity_too_long\t''
private_key_usage_period_too_long\t''
basic_constraints_missing\t''
basic_constraints_not_critical\t''
not_ca\t''
path_length\t''
no_key_cert_sign\t''
no_crl_sign\t''
authority_key_usage_extra\t''
extended_key_usage\t''
no_subject_key_id\t''
no_authority_key_id\t''
name_change_missing\t''
document_types_in_csca\t''
no_digital_signature\t''
signer_key_usage_extra\t''
signer_basic_constraints\t''
signer_extended_key_usage\t''
signer_name_change\t''
document_types_missing\t''
list_signer_usage\t''
list_signer_usage_not_critical\t''
list_signer_document_types\t''
crl_version\t''
crl_algorithms_differ\t''
crl_country\t''
crl_next_update_missing\t''
crl_empty_list\t''
crl_no_authority_key_id\t''
crl_number\t''
crl_extension_forbidden\t''
crl_extension_critical\t''"
complete -c titre -n "__fish_titre_using_subcommand csca; and __fish_seen_subcommand_from check" -l format -d 'How to print the result' -r -f -a "human\t'A page for people'
json\t'Exactly one JSON document'
events\t'NDJSON: `hello` first, contiguous `seq`, `result` last'"
complete -c titre -n "__fish_titre_using_subcommand csca; and __fish_seen_subcommand_from check" -l lang -d 'Language of messages [default: from LC_ALL, LC_MESSAGES or LANG]' -r -f -a "en\t'English'
fr\t'French'"
complete -c titre -n "__fish_titre_using_subcommand csca; and __fish_seen_subcommand_from check" -l at -d 'Judge as of this time (RFC 3339) instead of now; the result names it' -r
complete -c titre -n "__fish_titre_using_subcommand csca; and __fish_seen_subcommand_from check" -l models -d 'Folder of face models [default: those installed for the user, else those built in]' -r -F
complete -c titre -n "__fish_titre_using_subcommand csca; and __fish_seen_subcommand_from check" -l json -d 'Print one JSON document instead of a page'
complete -c titre -n "__fish_titre_using_subcommand csca; and __fish_seen_subcommand_from check" -l force -d 'Replace what is there'
complete -c titre -n "__fish_titre_using_subcommand csca; and __fish_seen_subcommand_from check" -l batch -d 'Never prompt'
complete -c titre -n "__fish_titre_using_subcommand csca; and __fish_seen_subcommand_from check" -s q -l quiet -d 'No progress, no notes'
complete -c titre -n "__fish_titre_using_subcommand csca; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c titre -n "__fish_titre_using_subcommand csca; and __fish_seen_subcommand_from diff" -l country -d 'Only certificates of this country, two letters' -r
complete -c titre -n "__fish_titre_using_subcommand csca; and __fish_seen_subcommand_from diff" -l format -d 'How to print the result' -r -f -a "human\t'A page for people'
json\t'Exactly one JSON document'
events\t'NDJSON: `hello` first, contiguous `seq`, `result` last'"
complete -c titre -n "__fish_titre_using_subcommand csca; and __fish_seen_subcommand_from diff" -l lang -d 'Language of messages [default: from LC_ALL, LC_MESSAGES or LANG]' -r -f -a "en\t'English'
fr\t'French'"
complete -c titre -n "__fish_titre_using_subcommand csca; and __fish_seen_subcommand_from diff" -l at -d 'Judge as of this time (RFC 3339) instead of now; the result names it' -r
complete -c titre -n "__fish_titre_using_subcommand csca; and __fish_seen_subcommand_from diff" -l models -d 'Folder of face models [default: those installed for the user, else those built in]' -r -F
complete -c titre -n "__fish_titre_using_subcommand csca; and __fish_seen_subcommand_from diff" -l json -d 'Print one JSON document instead of a page'
complete -c titre -n "__fish_titre_using_subcommand csca; and __fish_seen_subcommand_from diff" -l force -d 'Replace what is there'
complete -c titre -n "__fish_titre_using_subcommand csca; and __fish_seen_subcommand_from diff" -l batch -d 'Never prompt'
complete -c titre -n "__fish_titre_using_subcommand csca; and __fish_seen_subcommand_from diff" -s q -l quiet -d 'No progress, no notes'
complete -c titre -n "__fish_titre_using_subcommand csca; and __fish_seen_subcommand_from diff" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c titre -n "__fish_titre_using_subcommand csca; and __fish_seen_subcommand_from help" -f -a "import" -d 'Take master lists, certificates and revocation lists into a trust store'
complete -c titre -n "__fish_titre_using_subcommand csca; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the certificates of a trust store, and its revocation lists'
complete -c titre -n "__fish_titre_using_subcommand csca; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show a certificate of a trust store'
complete -c titre -n "__fish_titre_using_subcommand csca; and __fish_seen_subcommand_from help" -f -a "check" -d 'Say which certificates and revocation lists break the profile of Doc 9303-12, and how'
complete -c titre -n "__fish_titre_using_subcommand csca; and __fish_seen_subcommand_from help" -f -a "diff" -d 'Compare two master lists or trust stores'
complete -c titre -n "__fish_titre_using_subcommand csca; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c titre -n "__fish_titre_using_subcommand specimen; and not __fish_seen_subcommand_from make serve video pictures people help" -l format -d 'How to print the result' -r -f -a "human\t'A page for people'
json\t'Exactly one JSON document'
events\t'NDJSON: `hello` first, contiguous `seq`, `result` last'"
complete -c titre -n "__fish_titre_using_subcommand specimen; and not __fish_seen_subcommand_from make serve video pictures people help" -l lang -d 'Language of messages [default: from LC_ALL, LC_MESSAGES or LANG]' -r -f -a "en\t'English'
fr\t'French'"
complete -c titre -n "__fish_titre_using_subcommand specimen; and not __fish_seen_subcommand_from make serve video pictures people help" -l at -d 'Judge as of this time (RFC 3339) instead of now; the result names it' -r
complete -c titre -n "__fish_titre_using_subcommand specimen; and not __fish_seen_subcommand_from make serve video pictures people help" -l models -d 'Folder of face models [default: those installed for the user, else those built in]' -r -F
complete -c titre -n "__fish_titre_using_subcommand specimen; and not __fish_seen_subcommand_from make serve video pictures people help" -l json -d 'Print one JSON document instead of a page'
complete -c titre -n "__fish_titre_using_subcommand specimen; and not __fish_seen_subcommand_from make serve video pictures people help" -l force -d 'Replace what is there'
complete -c titre -n "__fish_titre_using_subcommand specimen; and not __fish_seen_subcommand_from make serve video pictures people help" -l batch -d 'Never prompt'
complete -c titre -n "__fish_titre_using_subcommand specimen; and not __fish_seen_subcommand_from make serve video pictures people help" -s q -l quiet -d 'No progress, no notes'
complete -c titre -n "__fish_titre_using_subcommand specimen; and not __fish_seen_subcommand_from make serve video pictures people help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c titre -n "__fish_titre_using_subcommand specimen; and not __fish_seen_subcommand_from make serve video pictures people help" -f -a "make" -d 'Make a document with its chip, its State\'s certificates and test keys'
complete -c titre -n "__fish_titre_using_subcommand specimen; and not __fish_seen_subcommand_from make serve video pictures people help" -f -a "serve" -d 'Put its chip on the virtual reader of vsmartcard-vpcd, for every program that speaks PC/SC'
complete -c titre -n "__fish_titre_using_subcommand specimen; and not __fish_seen_subcommand_from make serve video pictures people help" -f -a "video" -d 'Make a video of its person answering a challenge, or of an attack'
complete -c titre -n "__fish_titre_using_subcommand specimen; and not __fish_seen_subcommand_from make serve video pictures people help" -f -a "pictures" -d 'Take pictures of generated people, with the truth of pose, lids and mouth beside them'
complete -c titre -n "__fish_titre_using_subcommand specimen; and not __fish_seen_subcommand_from make serve video pictures people help" -f -a "people" -d 'Show what the face models make of generated people'
complete -c titre -n "__fish_titre_using_subcommand specimen; and not __fish_seen_subcommand_from make serve video pictures people help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c titre -n "__fish_titre_using_subcommand specimen; and __fish_seen_subcommand_from make" -s o -l output -d 'Where the folder goes' -r -F
complete -c titre -n "__fish_titre_using_subcommand specimen; and __fish_seen_subcommand_from make" -l seed -d 'Decides the person, the keys and every random value' -r
complete -c titre -n "__fish_titre_using_subcommand specimen; and __fish_seen_subcommand_from make" -l document -d 'The kind of document: td3 is a passport, td1 a residence permit' -r -f -a "td3\t''
td1\t''"
complete -c titre -n "__fish_titre_using_subcommand specimen; and __fish_seen_subcommand_from make" -l algorithms -d 'A set of algorithms, and switches on it: NAME[,SWITCH=VALUE]...; see below' -r
complete -c titre -n "__fish_titre_using_subcommand specimen; and __fish_seen_subcommand_from make" -l quirk -d 'A deviation of chip or document, once for each; see below' -r -f -a "le-max-223\t''
le-max-192\t''
le-max-160\t''
le-max-128\t''
le-max-96\t''
le-6cxx\t''
eof-6282\t''
eof-6b00\t''
eof-wrong-padding\t''
short-reads\t''
no-straddling\t''
long-read-drops-channel\t''
extended-drops-channel\t''
refusals-drop-channel\t''
no-extended-length\t''
no-sfi\t''
no-le-in-select\t''
no-master-file\t''
mf-named-refused\t''
mf-wants-le\t''
mf-implicit-ignored\t''
mf-timeout\t''
application-preselected\t''
other-preselected\t''
card-access-6283\t''
card-access-without-pace\t''
pace-wants-parameter-id\t''
pace-refuses-parameter-id\t''
pace-parameters-written-out\t''
pace-several\t''
pace-broken\t''
card-access-altered\t''
card-security-two-keys\t''
dg14-without-chip-info\t''
chip-authentication-fails\t''
chip-authentication-two-keys\t''
dg14-trailing-bytes\t''
unknown-security-infos\t''
active-authentication-der\t''
dg14-without-active-info\t''
sod-indefinite-length\t''
sod-content-type-data\t''
sod-rsa-encryption\t''
sod-without-signing-time\t''
sod-other-strings\t''
signer-without-key-usage\t''
dg2-feature-points\t''
dg11-bcd-date\t''
dg11-empty-fields\t''
dg11-loose-names\t''
mrz-long-number\t''
mrz-short-number\t''
mrz-only-surname\t''
mrz-unknown-birth-day\t''
mrz-sex-unspecified\t''
clone\t''
stale-counter\t''
listed-group-missing\t''
dg3-protected\t''
dg2-altered\t''
unknown-csca\t''
signer-revoked\t''"
complete -c titre -n "__fish_titre_using_subcommand specimen; and __fish_seen_subcommand_from make" -l format -d 'How to print the result' -r -f -a "human\t'A page for people'
json\t'Exactly one JSON document'
events\t'NDJSON: `hello` first, contiguous `seq`, `result` last'"
complete -c titre -n "__fish_titre_using_subcommand specimen; and __fish_seen_subcommand_from make" -l lang -d 'Language of messages [default: from LC_ALL, LC_MESSAGES or LANG]' -r -f -a "en\t'English'
fr\t'French'"
complete -c titre -n "__fish_titre_using_subcommand specimen; and __fish_seen_subcommand_from make" -l at -d 'Judge as of this time (RFC 3339) instead of now; the result names it' -r
complete -c titre -n "__fish_titre_using_subcommand specimen; and __fish_seen_subcommand_from make" -l models -d 'Folder of face models [default: those installed for the user, else those built in]' -r -F
complete -c titre -n "__fish_titre_using_subcommand specimen; and __fish_seen_subcommand_from make" -l json -d 'Print one JSON document instead of a page'
complete -c titre -n "__fish_titre_using_subcommand specimen; and __fish_seen_subcommand_from make" -l force -d 'Replace what is there'
complete -c titre -n "__fish_titre_using_subcommand specimen; and __fish_seen_subcommand_from make" -l batch -d 'Never prompt'
complete -c titre -n "__fish_titre_using_subcommand specimen; and __fish_seen_subcommand_from make" -s q -l quiet -d 'No progress, no notes'
complete -c titre -n "__fish_titre_using_subcommand specimen; and __fish_seen_subcommand_from make" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c titre -n "__fish_titre_using_subcommand specimen; and __fish_seen_subcommand_from serve" -l vpcd -d 'Where the virtual reader listens' -r
complete -c titre -n "__fish_titre_using_subcommand specimen; and __fish_seen_subcommand_from serve" -l format -d 'How to print the result' -r -f -a "human\t'A page for people'
json\t'Exactly one JSON document'
events\t'NDJSON: `hello` first, contiguous `seq`, `result` last'"
complete -c titre -n "__fish_titre_using_subcommand specimen; and __fish_seen_subcommand_from serve" -l lang -d 'Language of messages [default: from LC_ALL, LC_MESSAGES or LANG]' -r -f -a "en\t'English'
fr\t'French'"
complete -c titre -n "__fish_titre_using_subcommand specimen; and __fish_seen_subcommand_from serve" -l at -d 'Judge as of this time (RFC 3339) instead of now; the result names it' -r
complete -c titre -n "__fish_titre_using_subcommand specimen; and __fish_seen_subcommand_from serve" -l models -d 'Folder of face models [default: those installed for the user, else those built in]' -r -F
complete -c titre -n "__fish_titre_using_subcommand specimen; and __fish_seen_subcommand_from serve" -l json -d 'Print one JSON document instead of a page'
complete -c titre -n "__fish_titre_using_subcommand specimen; and __fish_seen_subcommand_from serve" -l force -d 'Replace what is there'
complete -c titre -n "__fish_titre_using_subcommand specimen; and __fish_seen_subcommand_from serve" -l batch -d 'Never prompt'
complete -c titre -n "__fish_titre_using_subcommand specimen; and __fish_seen_subcommand_from serve" -s q -l quiet -d 'No progress, no notes'
complete -c titre -n "__fish_titre_using_subcommand specimen; and __fish_seen_subcommand_from serve" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c titre -n "__fish_titre_using_subcommand specimen; and __fish_seen_subcommand_from video" -l person -d 'The person of this seed' -r
complete -c titre -n "__fish_titre_using_subcommand specimen; and __fish_seen_subcommand_from video" -l specimen -d 'The person of this specimen document' -r -F
complete -c titre -n "__fish_titre_using_subcommand specimen; and __fish_seen_subcommand_from video" -l challenge -d 'The challenge that the person answers, at its pace' -r -F
complete -c titre -n "__fish_titre_using_subcommand specimen; and __fish_seen_subcommand_from video" -l acts -d 'What the person does, in order; left and right are the person\'s own' -r -f -a "turn_left\t''
turn_right\t''
nod\t''
blink\t''
smile\t''
open_mouth\t''
tilt_left\t''
tilt_right\t''"
complete -c titre -n "__fish_titre_using_subcommand specimen; and __fish_seen_subcommand_from video" -l attack -d 'Cheat: see the attack table in the README for what each is and what finds it' -r -f -a "print\t''
print-edgeless\t''
print-turned\t''
cut-out-eyes\t''
screen\t''
screen-edgeless\t''
still\t''
pan-zoom\t''
other-person\t''
swapped\t''
spliced\t''
loop\t''
reordered\t''"
complete -c titre -n "__fish_titre_using_subcommand specimen; and __fish_seen_subcommand_from video" -l session -d 'Decides room, clothes, light and noise; not the person' -r
complete -c titre -n "__fish_titre_using_subcommand specimen; and __fish_seen_subcommand_from video" -s o -l output -d 'Where the video goes (MP4, H.264)' -r -F
complete -c titre -n "__fish_titre_using_subcommand specimen; and __fish_seen_subcommand_from video" -l format -d 'How to print the result' -r -f -a "human\t'A page for people'
json\t'Exactly one JSON document'
events\t'NDJSON: `hello` first, contiguous `seq`, `result` last'"
complete -c titre -n "__fish_titre_using_subcommand specimen; and __fish_seen_subcommand_from video" -l lang -d 'Language of messages [default: from LC_ALL, LC_MESSAGES or LANG]' -r -f -a "en\t'English'
fr\t'French'"
complete -c titre -n "__fish_titre_using_subcommand specimen; and __fish_seen_subcommand_from video" -l at -d 'Judge as of this time (RFC 3339) instead of now; the result names it' -r
complete -c titre -n "__fish_titre_using_subcommand specimen; and __fish_seen_subcommand_from video" -l models -d 'Folder of face models [default: those installed for the user, else those built in]' -r -F
complete -c titre -n "__fish_titre_using_subcommand specimen; and __fish_seen_subcommand_from video" -l wrong-order -d 'Do what comes first at the end'
complete -c titre -n "__fish_titre_using_subcommand specimen; and __fish_seen_subcommand_from video" -l json -d 'Print one JSON document instead of a page'
complete -c titre -n "__fish_titre_using_subcommand specimen; and __fish_seen_subcommand_from video" -l force -d 'Replace what is there'
complete -c titre -n "__fish_titre_using_subcommand specimen; and __fish_seen_subcommand_from video" -l batch -d 'Never prompt'
complete -c titre -n "__fish_titre_using_subcommand specimen; and __fish_seen_subcommand_from video" -s q -l quiet -d 'No progress, no notes'
complete -c titre -n "__fish_titre_using_subcommand specimen; and __fish_seen_subcommand_from video" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c titre -n "__fish_titre_using_subcommand specimen; and __fish_seen_subcommand_from pictures" -l first -d 'The first person\'s seed' -r
complete -c titre -n "__fish_titre_using_subcommand specimen; and __fish_seen_subcommand_from pictures" -l count -d 'How many people' -r
complete -c titre -n "__fish_titre_using_subcommand specimen; and __fish_seen_subcommand_from pictures" -l each -d 'How many pictures of each, in two sittings' -r
complete -c titre -n "__fish_titre_using_subcommand specimen; and __fish_seen_subcommand_from pictures" -s o -l output -d 'Folder that receives SEED-NUMBER.jpg and truth.json' -r -F
complete -c titre -n "__fish_titre_using_subcommand specimen; and __fish_seen_subcommand_from pictures" -l format -d 'How to print the result' -r -f -a "human\t'A page for people'
json\t'Exactly one JSON document'
events\t'NDJSON: `hello` first, contiguous `seq`, `result` last'"
complete -c titre -n "__fish_titre_using_subcommand specimen; and __fish_seen_subcommand_from pictures" -l lang -d 'Language of messages [default: from LC_ALL, LC_MESSAGES or LANG]' -r -f -a "en\t'English'
fr\t'French'"
complete -c titre -n "__fish_titre_using_subcommand specimen; and __fish_seen_subcommand_from pictures" -l at -d 'Judge as of this time (RFC 3339) instead of now; the result names it' -r
complete -c titre -n "__fish_titre_using_subcommand specimen; and __fish_seen_subcommand_from pictures" -l models -d 'Folder of face models [default: those installed for the user, else those built in]' -r -F
complete -c titre -n "__fish_titre_using_subcommand specimen; and __fish_seen_subcommand_from pictures" -l json -d 'Print one JSON document instead of a page'
complete -c titre -n "__fish_titre_using_subcommand specimen; and __fish_seen_subcommand_from pictures" -l force -d 'Replace what is there'
complete -c titre -n "__fish_titre_using_subcommand specimen; and __fish_seen_subcommand_from pictures" -l batch -d 'Never prompt'
complete -c titre -n "__fish_titre_using_subcommand specimen; and __fish_seen_subcommand_from pictures" -s q -l quiet -d 'No progress, no notes'
complete -c titre -n "__fish_titre_using_subcommand specimen; and __fish_seen_subcommand_from pictures" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c titre -n "__fish_titre_using_subcommand specimen; and __fish_seen_subcommand_from people" -l first -d 'The first person\'s seed' -r
complete -c titre -n "__fish_titre_using_subcommand specimen; and __fish_seen_subcommand_from people" -l count -d 'How many people' -r
complete -c titre -n "__fish_titre_using_subcommand specimen; and __fish_seen_subcommand_from people" -l format -d 'How to print the result' -r -f -a "human\t'A page for people'
json\t'Exactly one JSON document'
events\t'NDJSON: `hello` first, contiguous `seq`, `result` last'"
complete -c titre -n "__fish_titre_using_subcommand specimen; and __fish_seen_subcommand_from people" -l lang -d 'Language of messages [default: from LC_ALL, LC_MESSAGES or LANG]' -r -f -a "en\t'English'
fr\t'French'"
complete -c titre -n "__fish_titre_using_subcommand specimen; and __fish_seen_subcommand_from people" -l at -d 'Judge as of this time (RFC 3339) instead of now; the result names it' -r
complete -c titre -n "__fish_titre_using_subcommand specimen; and __fish_seen_subcommand_from people" -l models -d 'Folder of face models [default: those installed for the user, else those built in]' -r -F
complete -c titre -n "__fish_titre_using_subcommand specimen; and __fish_seen_subcommand_from people" -l json -d 'Print one JSON document instead of a page'
complete -c titre -n "__fish_titre_using_subcommand specimen; and __fish_seen_subcommand_from people" -l force -d 'Replace what is there'
complete -c titre -n "__fish_titre_using_subcommand specimen; and __fish_seen_subcommand_from people" -l batch -d 'Never prompt'
complete -c titre -n "__fish_titre_using_subcommand specimen; and __fish_seen_subcommand_from people" -s q -l quiet -d 'No progress, no notes'
complete -c titre -n "__fish_titre_using_subcommand specimen; and __fish_seen_subcommand_from people" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c titre -n "__fish_titre_using_subcommand specimen; and __fish_seen_subcommand_from help" -f -a "make" -d 'Make a document with its chip, its State\'s certificates and test keys'
complete -c titre -n "__fish_titre_using_subcommand specimen; and __fish_seen_subcommand_from help" -f -a "serve" -d 'Put its chip on the virtual reader of vsmartcard-vpcd, for every program that speaks PC/SC'
complete -c titre -n "__fish_titre_using_subcommand specimen; and __fish_seen_subcommand_from help" -f -a "video" -d 'Make a video of its person answering a challenge, or of an attack'
complete -c titre -n "__fish_titre_using_subcommand specimen; and __fish_seen_subcommand_from help" -f -a "pictures" -d 'Take pictures of generated people, with the truth of pose, lids and mouth beside them'
complete -c titre -n "__fish_titre_using_subcommand specimen; and __fish_seen_subcommand_from help" -f -a "people" -d 'Show what the face models make of generated people'
complete -c titre -n "__fish_titre_using_subcommand specimen; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c titre -n "__fish_titre_using_subcommand models; and not __fish_seen_subcommand_from list verify calibrate bench install help" -l format -d 'How to print the result' -r -f -a "human\t'A page for people'
json\t'Exactly one JSON document'
events\t'NDJSON: `hello` first, contiguous `seq`, `result` last'"
complete -c titre -n "__fish_titre_using_subcommand models; and not __fish_seen_subcommand_from list verify calibrate bench install help" -l lang -d 'Language of messages [default: from LC_ALL, LC_MESSAGES or LANG]' -r -f -a "en\t'English'
fr\t'French'"
complete -c titre -n "__fish_titre_using_subcommand models; and not __fish_seen_subcommand_from list verify calibrate bench install help" -l at -d 'Judge as of this time (RFC 3339) instead of now; the result names it' -r
complete -c titre -n "__fish_titre_using_subcommand models; and not __fish_seen_subcommand_from list verify calibrate bench install help" -l models -d 'Folder of face models [default: those installed for the user, else those built in]' -r -F
complete -c titre -n "__fish_titre_using_subcommand models; and not __fish_seen_subcommand_from list verify calibrate bench install help" -l json -d 'Print one JSON document instead of a page'
complete -c titre -n "__fish_titre_using_subcommand models; and not __fish_seen_subcommand_from list verify calibrate bench install help" -l force -d 'Replace what is there'
complete -c titre -n "__fish_titre_using_subcommand models; and not __fish_seen_subcommand_from list verify calibrate bench install help" -l batch -d 'Never prompt'
complete -c titre -n "__fish_titre_using_subcommand models; and not __fish_seen_subcommand_from list verify calibrate bench install help" -s q -l quiet -d 'No progress, no notes'
complete -c titre -n "__fish_titre_using_subcommand models; and not __fish_seen_subcommand_from list verify calibrate bench install help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c titre -n "__fish_titre_using_subcommand models; and not __fish_seen_subcommand_from list verify calibrate bench install help" -f -a "list" -d 'Name every model of the set in use and what is there of its file'
complete -c titre -n "__fish_titre_using_subcommand models; and not __fish_seen_subcommand_from list verify calibrate bench install help" -f -a "verify" -d 'Check every digest, and that every model can be built'
complete -c titre -n "__fish_titre_using_subcommand models; and not __fish_seen_subcommand_from list verify calibrate bench install help" -f -a "calibrate" -d 'Thresholds and error rates on own pairs, as an entry for a manifest'
complete -c titre -n "__fish_titre_using_subcommand models; and not __fish_seen_subcommand_from list verify calibrate bench install help" -f -a "bench" -d 'What the models do on a public set of images'
complete -c titre -n "__fish_titre_using_subcommand models; and not __fish_seen_subcommand_from list verify calibrate bench install help" -f -a "install" -d 'Install the recommended models, or one that the manifest knows by digest'
complete -c titre -n "__fish_titre_using_subcommand models; and not __fish_seen_subcommand_from list verify calibrate bench install help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c titre -n "__fish_titre_using_subcommand models; and __fish_seen_subcommand_from list" -l format -d 'How to print the result' -r -f -a "human\t'A page for people'
json\t'Exactly one JSON document'
events\t'NDJSON: `hello` first, contiguous `seq`, `result` last'"
complete -c titre -n "__fish_titre_using_subcommand models; and __fish_seen_subcommand_from list" -l lang -d 'Language of messages [default: from LC_ALL, LC_MESSAGES or LANG]' -r -f -a "en\t'English'
fr\t'French'"
complete -c titre -n "__fish_titre_using_subcommand models; and __fish_seen_subcommand_from list" -l at -d 'Judge as of this time (RFC 3339) instead of now; the result names it' -r
complete -c titre -n "__fish_titre_using_subcommand models; and __fish_seen_subcommand_from list" -l models -d 'Folder of face models [default: those installed for the user, else those built in]' -r -F
complete -c titre -n "__fish_titre_using_subcommand models; and __fish_seen_subcommand_from list" -l json -d 'Print one JSON document instead of a page'
complete -c titre -n "__fish_titre_using_subcommand models; and __fish_seen_subcommand_from list" -l force -d 'Replace what is there'
complete -c titre -n "__fish_titre_using_subcommand models; and __fish_seen_subcommand_from list" -l batch -d 'Never prompt'
complete -c titre -n "__fish_titre_using_subcommand models; and __fish_seen_subcommand_from list" -s q -l quiet -d 'No progress, no notes'
complete -c titre -n "__fish_titre_using_subcommand models; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c titre -n "__fish_titre_using_subcommand models; and __fish_seen_subcommand_from verify" -l format -d 'How to print the result' -r -f -a "human\t'A page for people'
json\t'Exactly one JSON document'
events\t'NDJSON: `hello` first, contiguous `seq`, `result` last'"
complete -c titre -n "__fish_titre_using_subcommand models; and __fish_seen_subcommand_from verify" -l lang -d 'Language of messages [default: from LC_ALL, LC_MESSAGES or LANG]' -r -f -a "en\t'English'
fr\t'French'"
complete -c titre -n "__fish_titre_using_subcommand models; and __fish_seen_subcommand_from verify" -l at -d 'Judge as of this time (RFC 3339) instead of now; the result names it' -r
complete -c titre -n "__fish_titre_using_subcommand models; and __fish_seen_subcommand_from verify" -l models -d 'Folder of face models [default: those installed for the user, else those built in]' -r -F
complete -c titre -n "__fish_titre_using_subcommand models; and __fish_seen_subcommand_from verify" -l json -d 'Print one JSON document instead of a page'
complete -c titre -n "__fish_titre_using_subcommand models; and __fish_seen_subcommand_from verify" -l force -d 'Replace what is there'
complete -c titre -n "__fish_titre_using_subcommand models; and __fish_seen_subcommand_from verify" -l batch -d 'Never prompt'
complete -c titre -n "__fish_titre_using_subcommand models; and __fish_seen_subcommand_from verify" -s q -l quiet -d 'No progress, no notes'
complete -c titre -n "__fish_titre_using_subcommand models; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c titre -n "__fish_titre_using_subcommand models; and __fish_seen_subcommand_from calibrate" -s o -l output -d 'Where the entry for a manifest.toml goes' -r -F
complete -c titre -n "__fish_titre_using_subcommand models; and __fish_seen_subcommand_from calibrate" -l set -d 'The set\'s name, as results will print it [default: the name of the input]' -r
complete -c titre -n "__fish_titre_using_subcommand models; and __fish_seen_subcommand_from calibrate" -l pictures -d 'What kind of pictures these are' -r -f -a "colour-stills\t'Colour photographs'
colour-video\t'Pictures of a camera that films a person before it'
grey-stills\t'Grey photographs'"
complete -c titre -n "__fish_titre_using_subcommand models; and __fish_seen_subcommand_from calibrate" -l threads -d 'Threads [default: one for each processor]' -r
complete -c titre -n "__fish_titre_using_subcommand models; and __fish_seen_subcommand_from calibrate" -l format -d 'How to print the result' -r -f -a "human\t'A page for people'
json\t'Exactly one JSON document'
events\t'NDJSON: `hello` first, contiguous `seq`, `result` last'"
complete -c titre -n "__fish_titre_using_subcommand models; and __fish_seen_subcommand_from calibrate" -l lang -d 'Language of messages [default: from LC_ALL, LC_MESSAGES or LANG]' -r -f -a "en\t'English'
fr\t'French'"
complete -c titre -n "__fish_titre_using_subcommand models; and __fish_seen_subcommand_from calibrate" -l at -d 'Judge as of this time (RFC 3339) instead of now; the result names it' -r
complete -c titre -n "__fish_titre_using_subcommand models; and __fish_seen_subcommand_from calibrate" -l models -d 'Folder of face models [default: those installed for the user, else those built in]' -r -F
complete -c titre -n "__fish_titre_using_subcommand models; and __fish_seen_subcommand_from calibrate" -l json -d 'Print one JSON document instead of a page'
complete -c titre -n "__fish_titre_using_subcommand models; and __fish_seen_subcommand_from calibrate" -l force -d 'Replace what is there'
complete -c titre -n "__fish_titre_using_subcommand models; and __fish_seen_subcommand_from calibrate" -l batch -d 'Never prompt'
complete -c titre -n "__fish_titre_using_subcommand models; and __fish_seen_subcommand_from calibrate" -s q -l quiet -d 'No progress, no notes'
complete -c titre -n "__fish_titre_using_subcommand models; and __fish_seen_subcommand_from calibrate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c titre -n "__fish_titre_using_subcommand models; and __fish_seen_subcommand_from bench" -l task -d 'What to measure; without it, all that the set allows' -r -f -a "detection\t'Whether the face is found'
landmarks\t'How exact points of the face, pose, lids and mouth are; without --task only where the set knows'
comparison\t'Whether people are told apart'
attack\t'Whether attacks are told from people'"
complete -c titre -n "__fish_titre_using_subcommand models; and __fish_seen_subcommand_from bench" -l every -d 'Take every Nth picture only, for detection, landmarks and attack' -r
complete -c titre -n "__fish_titre_using_subcommand models; and __fish_seen_subcommand_from bench" -l against -d 'Folder of models to measure beside: how far faces and landmarks are from those of that set' -r -F
complete -c titre -n "__fish_titre_using_subcommand models; and __fish_seen_subcommand_from bench" -l pairs -d 'List of pairs of LFW [default: pairs.txt in or beside the folder]' -r -F
complete -c titre -n "__fish_titre_using_subcommand models; and __fish_seen_subcommand_from bench" -l scores -d 'Where the scores of every two pictures go, as a picture (SVG)' -r -F
complete -c titre -n "__fish_titre_using_subcommand models; and __fish_seen_subcommand_from bench" -l threads -d 'Threads [default: one for each processor]' -r
complete -c titre -n "__fish_titre_using_subcommand models; and __fish_seen_subcommand_from bench" -l format -d 'How to print the result' -r -f -a "human\t'A page for people'
json\t'Exactly one JSON document'
events\t'NDJSON: `hello` first, contiguous `seq`, `result` last'"
complete -c titre -n "__fish_titre_using_subcommand models; and __fish_seen_subcommand_from bench" -l lang -d 'Language of messages [default: from LC_ALL, LC_MESSAGES or LANG]' -r -f -a "en\t'English'
fr\t'French'"
complete -c titre -n "__fish_titre_using_subcommand models; and __fish_seen_subcommand_from bench" -l at -d 'Judge as of this time (RFC 3339) instead of now; the result names it' -r
complete -c titre -n "__fish_titre_using_subcommand models; and __fish_seen_subcommand_from bench" -l models -d 'Folder of face models [default: those installed for the user, else those built in]' -r -F
complete -c titre -n "__fish_titre_using_subcommand models; and __fish_seen_subcommand_from bench" -l pairs-only -d 'Look only at pictures that the list of pairs names'
complete -c titre -n "__fish_titre_using_subcommand models; and __fish_seen_subcommand_from bench" -l json -d 'Print one JSON document instead of a page'
complete -c titre -n "__fish_titre_using_subcommand models; and __fish_seen_subcommand_from bench" -l force -d 'Replace what is there'
complete -c titre -n "__fish_titre_using_subcommand models; and __fish_seen_subcommand_from bench" -l batch -d 'Never prompt'
complete -c titre -n "__fish_titre_using_subcommand models; and __fish_seen_subcommand_from bench" -s q -l quiet -d 'No progress, no notes'
complete -c titre -n "__fish_titre_using_subcommand models; and __fish_seen_subcommand_from bench" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c titre -n "__fish_titre_using_subcommand models; and __fish_seen_subcommand_from install" -l from -d 'Take the files from this folder, whatever they are called, instead of the network' -r -F
complete -c titre -n "__fish_titre_using_subcommand models; and __fish_seen_subcommand_from install" -l into -d 'Install into this folder instead of the user\'s own' -r -F
complete -c titre -n "__fish_titre_using_subcommand models; and __fish_seen_subcommand_from install" -l format -d 'How to print the result' -r -f -a "human\t'A page for people'
json\t'Exactly one JSON document'
events\t'NDJSON: `hello` first, contiguous `seq`, `result` last'"
complete -c titre -n "__fish_titre_using_subcommand models; and __fish_seen_subcommand_from install" -l lang -d 'Language of messages [default: from LC_ALL, LC_MESSAGES or LANG]' -r -f -a "en\t'English'
fr\t'French'"
complete -c titre -n "__fish_titre_using_subcommand models; and __fish_seen_subcommand_from install" -l at -d 'Judge as of this time (RFC 3339) instead of now; the result names it' -r
complete -c titre -n "__fish_titre_using_subcommand models; and __fish_seen_subcommand_from install" -l models -d 'Folder of face models [default: those installed for the user, else those built in]' -r -F
complete -c titre -n "__fish_titre_using_subcommand models; and __fish_seen_subcommand_from install" -l accept-licences -d 'Accept the licences of the models'
complete -c titre -n "__fish_titre_using_subcommand models; and __fish_seen_subcommand_from install" -l json -d 'Print one JSON document instead of a page'
complete -c titre -n "__fish_titre_using_subcommand models; and __fish_seen_subcommand_from install" -l force -d 'Replace what is there'
complete -c titre -n "__fish_titre_using_subcommand models; and __fish_seen_subcommand_from install" -l batch -d 'Never prompt'
complete -c titre -n "__fish_titre_using_subcommand models; and __fish_seen_subcommand_from install" -s q -l quiet -d 'No progress, no notes'
complete -c titre -n "__fish_titre_using_subcommand models; and __fish_seen_subcommand_from install" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c titre -n "__fish_titre_using_subcommand models; and __fish_seen_subcommand_from help" -f -a "list" -d 'Name every model of the set in use and what is there of its file'
complete -c titre -n "__fish_titre_using_subcommand models; and __fish_seen_subcommand_from help" -f -a "verify" -d 'Check every digest, and that every model can be built'
complete -c titre -n "__fish_titre_using_subcommand models; and __fish_seen_subcommand_from help" -f -a "calibrate" -d 'Thresholds and error rates on own pairs, as an entry for a manifest'
complete -c titre -n "__fish_titre_using_subcommand models; and __fish_seen_subcommand_from help" -f -a "bench" -d 'What the models do on a public set of images'
complete -c titre -n "__fish_titre_using_subcommand models; and __fish_seen_subcommand_from help" -f -a "install" -d 'Install the recommended models, or one that the manifest knows by digest'
complete -c titre -n "__fish_titre_using_subcommand models; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c titre -n "__fish_titre_using_subcommand reader; and not __fish_seen_subcommand_from list watch help" -l format -d 'How to print the result' -r -f -a "human\t'A page for people'
json\t'Exactly one JSON document'
events\t'NDJSON: `hello` first, contiguous `seq`, `result` last'"
complete -c titre -n "__fish_titre_using_subcommand reader; and not __fish_seen_subcommand_from list watch help" -l lang -d 'Language of messages [default: from LC_ALL, LC_MESSAGES or LANG]' -r -f -a "en\t'English'
fr\t'French'"
complete -c titre -n "__fish_titre_using_subcommand reader; and not __fish_seen_subcommand_from list watch help" -l at -d 'Judge as of this time (RFC 3339) instead of now; the result names it' -r
complete -c titre -n "__fish_titre_using_subcommand reader; and not __fish_seen_subcommand_from list watch help" -l models -d 'Folder of face models [default: those installed for the user, else those built in]' -r -F
complete -c titre -n "__fish_titre_using_subcommand reader; and not __fish_seen_subcommand_from list watch help" -l json -d 'Print one JSON document instead of a page'
complete -c titre -n "__fish_titre_using_subcommand reader; and not __fish_seen_subcommand_from list watch help" -l force -d 'Replace what is there'
complete -c titre -n "__fish_titre_using_subcommand reader; and not __fish_seen_subcommand_from list watch help" -l batch -d 'Never prompt'
complete -c titre -n "__fish_titre_using_subcommand reader; and not __fish_seen_subcommand_from list watch help" -s q -l quiet -d 'No progress, no notes'
complete -c titre -n "__fish_titre_using_subcommand reader; and not __fish_seen_subcommand_from list watch help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c titre -n "__fish_titre_using_subcommand reader; and not __fish_seen_subcommand_from list watch help" -f -a "list" -d 'Name the readers, their cards, and the one that is used where none is named'
complete -c titre -n "__fish_titre_using_subcommand reader; and not __fish_seen_subcommand_from list watch help" -f -a "watch" -d 'Tell what happens at the readers: a line an event, or NDJSON with --format events'
complete -c titre -n "__fish_titre_using_subcommand reader; and not __fish_seen_subcommand_from list watch help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c titre -n "__fish_titre_using_subcommand reader; and __fish_seen_subcommand_from list" -l transport -d 'Whose readers' -r -f -a "pcsc\t'The card service (PC/SC)'
nfc\t'libnfc; it looks at serial lines only where its own settings tell it to'"
complete -c titre -n "__fish_titre_using_subcommand reader; and __fish_seen_subcommand_from list" -l format -d 'How to print the result' -r -f -a "human\t'A page for people'
json\t'Exactly one JSON document'
events\t'NDJSON: `hello` first, contiguous `seq`, `result` last'"
complete -c titre -n "__fish_titre_using_subcommand reader; and __fish_seen_subcommand_from list" -l lang -d 'Language of messages [default: from LC_ALL, LC_MESSAGES or LANG]' -r -f -a "en\t'English'
fr\t'French'"
complete -c titre -n "__fish_titre_using_subcommand reader; and __fish_seen_subcommand_from list" -l at -d 'Judge as of this time (RFC 3339) instead of now; the result names it' -r
complete -c titre -n "__fish_titre_using_subcommand reader; and __fish_seen_subcommand_from list" -l models -d 'Folder of face models [default: those installed for the user, else those built in]' -r -F
complete -c titre -n "__fish_titre_using_subcommand reader; and __fish_seen_subcommand_from list" -l json -d 'Print one JSON document instead of a page'
complete -c titre -n "__fish_titre_using_subcommand reader; and __fish_seen_subcommand_from list" -l force -d 'Replace what is there'
complete -c titre -n "__fish_titre_using_subcommand reader; and __fish_seen_subcommand_from list" -l batch -d 'Never prompt'
complete -c titre -n "__fish_titre_using_subcommand reader; and __fish_seen_subcommand_from list" -s q -l quiet -d 'No progress, no notes'
complete -c titre -n "__fish_titre_using_subcommand reader; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c titre -n "__fish_titre_using_subcommand reader; and __fish_seen_subcommand_from watch" -l count -d 'End after this many events' -r
complete -c titre -n "__fish_titre_using_subcommand reader; and __fish_seen_subcommand_from watch" -l wait -d 'End after this many seconds' -r
complete -c titre -n "__fish_titre_using_subcommand reader; and __fish_seen_subcommand_from watch" -l format -d 'How to print the result' -r -f -a "human\t'A page for people'
json\t'Exactly one JSON document'
events\t'NDJSON: `hello` first, contiguous `seq`, `result` last'"
complete -c titre -n "__fish_titre_using_subcommand reader; and __fish_seen_subcommand_from watch" -l lang -d 'Language of messages [default: from LC_ALL, LC_MESSAGES or LANG]' -r -f -a "en\t'English'
fr\t'French'"
complete -c titre -n "__fish_titre_using_subcommand reader; and __fish_seen_subcommand_from watch" -l at -d 'Judge as of this time (RFC 3339) instead of now; the result names it' -r
complete -c titre -n "__fish_titre_using_subcommand reader; and __fish_seen_subcommand_from watch" -l models -d 'Folder of face models [default: those installed for the user, else those built in]' -r -F
complete -c titre -n "__fish_titre_using_subcommand reader; and __fish_seen_subcommand_from watch" -l json -d 'Print one JSON document instead of a page'
complete -c titre -n "__fish_titre_using_subcommand reader; and __fish_seen_subcommand_from watch" -l force -d 'Replace what is there'
complete -c titre -n "__fish_titre_using_subcommand reader; and __fish_seen_subcommand_from watch" -l batch -d 'Never prompt'
complete -c titre -n "__fish_titre_using_subcommand reader; and __fish_seen_subcommand_from watch" -s q -l quiet -d 'No progress, no notes'
complete -c titre -n "__fish_titre_using_subcommand reader; and __fish_seen_subcommand_from watch" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c titre -n "__fish_titre_using_subcommand reader; and __fish_seen_subcommand_from help" -f -a "list" -d 'Name the readers, their cards, and the one that is used where none is named'
complete -c titre -n "__fish_titre_using_subcommand reader; and __fish_seen_subcommand_from help" -f -a "watch" -d 'Tell what happens at the readers: a line an event, or NDJSON with --format events'
complete -c titre -n "__fish_titre_using_subcommand reader; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c titre -n "__fish_titre_using_subcommand doctor" -l store -d 'The trust store to look at' -r -F
complete -c titre -n "__fish_titre_using_subcommand doctor" -l format -d 'How to print the result' -r -f -a "human\t'A page for people'
json\t'Exactly one JSON document'
events\t'NDJSON: `hello` first, contiguous `seq`, `result` last'"
complete -c titre -n "__fish_titre_using_subcommand doctor" -l lang -d 'Language of messages [default: from LC_ALL, LC_MESSAGES or LANG]' -r -f -a "en\t'English'
fr\t'French'"
complete -c titre -n "__fish_titre_using_subcommand doctor" -l at -d 'Judge as of this time (RFC 3339) instead of now; the result names it' -r
complete -c titre -n "__fish_titre_using_subcommand doctor" -l models -d 'Folder of face models [default: those installed for the user, else those built in]' -r -F
complete -c titre -n "__fish_titre_using_subcommand doctor" -l json -d 'Print one JSON document instead of a page'
complete -c titre -n "__fish_titre_using_subcommand doctor" -l force -d 'Replace what is there'
complete -c titre -n "__fish_titre_using_subcommand doctor" -l batch -d 'Never prompt'
complete -c titre -n "__fish_titre_using_subcommand doctor" -s q -l quiet -d 'No progress, no notes'
complete -c titre -n "__fish_titre_using_subcommand doctor" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c titre -n "__fish_titre_using_subcommand explain" -l format -d 'How to print the result' -r -f -a "human\t'A page for people'
json\t'Exactly one JSON document'
events\t'NDJSON: `hello` first, contiguous `seq`, `result` last'"
complete -c titre -n "__fish_titre_using_subcommand explain" -l lang -d 'Language of messages [default: from LC_ALL, LC_MESSAGES or LANG]' -r -f -a "en\t'English'
fr\t'French'"
complete -c titre -n "__fish_titre_using_subcommand explain" -l at -d 'Judge as of this time (RFC 3339) instead of now; the result names it' -r
complete -c titre -n "__fish_titre_using_subcommand explain" -l models -d 'Folder of face models [default: those installed for the user, else those built in]' -r -F
complete -c titre -n "__fish_titre_using_subcommand explain" -l json -d 'Print one JSON document instead of a page'
complete -c titre -n "__fish_titre_using_subcommand explain" -l force -d 'Replace what is there'
complete -c titre -n "__fish_titre_using_subcommand explain" -l batch -d 'Never prompt'
complete -c titre -n "__fish_titre_using_subcommand explain" -s q -l quiet -d 'No progress, no notes'
complete -c titre -n "__fish_titre_using_subcommand explain" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c titre -n "__fish_titre_using_subcommand completions" -s o -l output -d 'File, or folder where no shell is named' -r -F
complete -c titre -n "__fish_titre_using_subcommand completions" -l format -d 'How to print the result' -r -f -a "human\t'A page for people'
json\t'Exactly one JSON document'
events\t'NDJSON: `hello` first, contiguous `seq`, `result` last'"
complete -c titre -n "__fish_titre_using_subcommand completions" -l lang -d 'Language of messages [default: from LC_ALL, LC_MESSAGES or LANG]' -r -f -a "en\t'English'
fr\t'French'"
complete -c titre -n "__fish_titre_using_subcommand completions" -l at -d 'Judge as of this time (RFC 3339) instead of now; the result names it' -r
complete -c titre -n "__fish_titre_using_subcommand completions" -l models -d 'Folder of face models [default: those installed for the user, else those built in]' -r -F
complete -c titre -n "__fish_titre_using_subcommand completions" -l json -d 'Print one JSON document instead of a page'
complete -c titre -n "__fish_titre_using_subcommand completions" -l force -d 'Replace what is there'
complete -c titre -n "__fish_titre_using_subcommand completions" -l batch -d 'Never prompt'
complete -c titre -n "__fish_titre_using_subcommand completions" -s q -l quiet -d 'No progress, no notes'
complete -c titre -n "__fish_titre_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c titre -n "__fish_titre_using_subcommand man" -s o -l output -d 'Folder for the pages' -r -F
complete -c titre -n "__fish_titre_using_subcommand man" -l format -d 'How to print the result' -r -f -a "human\t'A page for people'
json\t'Exactly one JSON document'
events\t'NDJSON: `hello` first, contiguous `seq`, `result` last'"
complete -c titre -n "__fish_titre_using_subcommand man" -l lang -d 'Language of messages [default: from LC_ALL, LC_MESSAGES or LANG]' -r -f -a "en\t'English'
fr\t'French'"
complete -c titre -n "__fish_titre_using_subcommand man" -l at -d 'Judge as of this time (RFC 3339) instead of now; the result names it' -r
complete -c titre -n "__fish_titre_using_subcommand man" -l models -d 'Folder of face models [default: those installed for the user, else those built in]' -r -F
complete -c titre -n "__fish_titre_using_subcommand man" -l json -d 'Print one JSON document instead of a page'
complete -c titre -n "__fish_titre_using_subcommand man" -l force -d 'Replace what is there'
complete -c titre -n "__fish_titre_using_subcommand man" -l batch -d 'Never prompt'
complete -c titre -n "__fish_titre_using_subcommand man" -s q -l quiet -d 'No progress, no notes'
complete -c titre -n "__fish_titre_using_subcommand man" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c titre -n "__fish_titre_using_subcommand help; and not __fish_seen_subcommand_from demo enroll officer read verify portrait challenge liveness match attest consent csca specimen models reader doctor explain completions man help" -f -a "demo" -d 'The whole story on a specimen: made, read, enrolled, its attestation verified'
complete -c titre -n "__fish_titre_using_subcommand help; and not __fish_seen_subcommand_from demo enroll officer read verify portrait challenge liveness match attest consent csca specimen models reader doctor explain completions man help" -f -a "enroll" -d 'The main job: read, verify, liveness, match, sign an attestation'
complete -c titre -n "__fish_titre_using_subcommand help; and not __fish_seen_subcommand_from demo enroll officer read verify portrait challenge liveness match attest consent csca specimen models reader doctor explain completions man help" -f -a "officer" -d 'The other way, without face recognition: two officers compare by a checklist'
complete -c titre -n "__fish_titre_using_subcommand help; and not __fish_seen_subcommand_from demo enroll officer read verify portrait challenge liveness match attest consent csca specimen models reader doctor explain completions man help" -f -a "read" -d 'Gain access to a chip, write a document folder'
complete -c titre -n "__fish_titre_using_subcommand help; and not __fish_seen_subcommand_from demo enroll officer read verify portrait challenge liveness match attest consent csca specimen models reader doctor explain completions man help" -f -a "verify" -d 'Inspect a document or one signed file against a trust store'
complete -c titre -n "__fish_titre_using_subcommand help; and not __fish_seen_subcommand_from demo enroll officer read verify portrait challenge liveness match attest consent csca specimen models reader doctor explain completions man help" -f -a "portrait" -d 'The portrait of DG2, as stored or as PNG, with its quality'
complete -c titre -n "__fish_titre_using_subcommand help; and not __fish_seen_subcommand_from demo enroll officer read verify portrait challenge liveness match attest consent csca specimen models reader doctor explain completions man help" -f -a "challenge" -d 'An unpredictable ordered gesture challenge for the kiosk to show'
complete -c titre -n "__fish_titre_using_subcommand help; and not __fish_seen_subcommand_from demo enroll officer read verify portrait challenge liveness match attest consent csca specimen models reader doctor explain completions man help" -f -a "liveness" -d 'Presentation attack detection and challenge response on a recorded video'
complete -c titre -n "__fish_titre_using_subcommand help; and not __fish_seen_subcommand_from demo enroll officer read verify portrait challenge liveness match attest consent csca specimen models reader doctor explain completions man help" -f -a "match" -d 'The portrait against a video or an image, one to one'
complete -c titre -n "__fish_titre_using_subcommand help; and not __fish_seen_subcommand_from demo enroll officer read verify portrait challenge liveness match attest consent csca specimen models reader doctor explain completions man help" -f -a "attest" -d 'Show or verify an attestation'
complete -c titre -n "__fish_titre_using_subcommand help; and not __fish_seen_subcommand_from demo enroll officer read verify portrait challenge liveness match attest consent csca specimen models reader doctor explain completions man help" -f -a "consent" -d 'The consent text, its receipt, its withdrawal'
complete -c titre -n "__fish_titre_using_subcommand help; and not __fish_seen_subcommand_from demo enroll officer read verify portrait challenge liveness match attest consent csca specimen models reader doctor explain completions man help" -f -a "csca" -d 'The trust store: import signed master lists, list and show certificates'
complete -c titre -n "__fish_titre_using_subcommand help; and not __fish_seen_subcommand_from demo enroll officer read verify portrait challenge liveness match attest consent csca specimen models reader doctor explain completions man help" -f -a "specimen" -d 'Test documents, their chips and their people'
complete -c titre -n "__fish_titre_using_subcommand help; and not __fish_seen_subcommand_from demo enroll officer read verify portrait challenge liveness match attest consent csca specimen models reader doctor explain completions man help" -f -a "models" -d 'List, verify, install, calibrate and measure the face models'
complete -c titre -n "__fish_titre_using_subcommand help; and not __fish_seen_subcommand_from demo enroll officer read verify portrait challenge liveness match attest consent csca specimen models reader doctor explain completions man help" -f -a "reader" -d 'The readers of the card service, and what happens at them'
complete -c titre -n "__fish_titre_using_subcommand help; and not __fish_seen_subcommand_from demo enroll officer read verify portrait challenge liveness match attest consent csca specimen models reader doctor explain completions man help" -f -a "doctor" -d 'What on this machine stands in the way, and what to do'
complete -c titre -n "__fish_titre_using_subcommand help; and not __fish_seen_subcommand_from demo enroll officer read verify portrait challenge liveness match attest consent csca specimen models reader doctor explain completions man help" -f -a "explain" -d 'Explain a failure code or a check: what it means, what to do'
complete -c titre -n "__fish_titre_using_subcommand help; and not __fish_seen_subcommand_from demo enroll officer read verify portrait challenge liveness match attest consent csca specimen models reader doctor explain completions man help" -f -a "completions" -d 'Write the completion scripts of the shells'
complete -c titre -n "__fish_titre_using_subcommand help; and not __fish_seen_subcommand_from demo enroll officer read verify portrait challenge liveness match attest consent csca specimen models reader doctor explain completions man help" -f -a "man" -d 'Write the manual pages'
complete -c titre -n "__fish_titre_using_subcommand help; and not __fish_seen_subcommand_from demo enroll officer read verify portrait challenge liveness match attest consent csca specimen models reader doctor explain completions man help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c titre -n "__fish_titre_using_subcommand help; and __fish_seen_subcommand_from officer" -f -a "checklist" -d 'Write the form with the ground rules and the features of a face'
complete -c titre -n "__fish_titre_using_subcommand help; and __fish_seen_subcommand_from officer" -f -a "examine" -d 'Sign what the first officer saw, bound to the document and to the consent'
complete -c titre -n "__fish_titre_using_subcommand help; and __fish_seen_subcommand_from officer" -f -a "countersign" -d 'Sign what the second officer decided, who is another person with another key'
complete -c titre -n "__fish_titre_using_subcommand help; and __fish_seen_subcommand_from attest" -f -a "show" -d 'Print what an attestation says, without verifying it'
complete -c titre -n "__fish_titre_using_subcommand help; and __fish_seen_subcommand_from attest" -f -a "present" -d 'Show an attestation to one verifier, with the claims that are chosen and a proof that its key is yours'
complete -c titre -n "__fish_titre_using_subcommand help; and __fish_seen_subcommand_from attest" -f -a "verify" -d 'Verify an attestation against pinned issuer certificates'
complete -c titre -n "__fish_titre_using_subcommand help; and __fish_seen_subcommand_from attest" -f -a "status" -d 'Keep and publish whether what was issued still stands'
complete -c titre -n "__fish_titre_using_subcommand help; and __fish_seen_subcommand_from attest" -f -a "evidence" -d 'Verify, open, repeat or delete the evidence that an archive keeps'
complete -c titre -n "__fish_titre_using_subcommand help; and __fish_seen_subcommand_from consent" -f -a "show" -d 'Print the text that a person agrees to'
complete -c titre -n "__fish_titre_using_subcommand help; and __fish_seen_subcommand_from consent" -f -a "record" -d 'Ask, purpose by purpose, and write the receipt'
complete -c titre -n "__fish_titre_using_subcommand help; and __fish_seen_subcommand_from consent" -f -a "withdraw" -d 'Mark a receipt withdrawn, suspend what rests on it, erase what was kept'
complete -c titre -n "__fish_titre_using_subcommand help; and __fish_seen_subcommand_from csca" -f -a "import" -d 'Take master lists, certificates and revocation lists into a trust store'
complete -c titre -n "__fish_titre_using_subcommand help; and __fish_seen_subcommand_from csca" -f -a "list" -d 'List the certificates of a trust store, and its revocation lists'
complete -c titre -n "__fish_titre_using_subcommand help; and __fish_seen_subcommand_from csca" -f -a "show" -d 'Show a certificate of a trust store'
complete -c titre -n "__fish_titre_using_subcommand help; and __fish_seen_subcommand_from csca" -f -a "check" -d 'Say which certificates and revocation lists break the profile of Doc 9303-12, and how'
complete -c titre -n "__fish_titre_using_subcommand help; and __fish_seen_subcommand_from csca" -f -a "diff" -d 'Compare two master lists or trust stores'
complete -c titre -n "__fish_titre_using_subcommand help; and __fish_seen_subcommand_from specimen" -f -a "make" -d 'Make a document with its chip, its State\'s certificates and test keys'
complete -c titre -n "__fish_titre_using_subcommand help; and __fish_seen_subcommand_from specimen" -f -a "serve" -d 'Put its chip on the virtual reader of vsmartcard-vpcd, for every program that speaks PC/SC'
complete -c titre -n "__fish_titre_using_subcommand help; and __fish_seen_subcommand_from specimen" -f -a "video" -d 'Make a video of its person answering a challenge, or of an attack'
complete -c titre -n "__fish_titre_using_subcommand help; and __fish_seen_subcommand_from specimen" -f -a "pictures" -d 'Take pictures of generated people, with the truth of pose, lids and mouth beside them'
complete -c titre -n "__fish_titre_using_subcommand help; and __fish_seen_subcommand_from specimen" -f -a "people" -d 'Show what the face models make of generated people'
complete -c titre -n "__fish_titre_using_subcommand help; and __fish_seen_subcommand_from models" -f -a "list" -d 'Name every model of the set in use and what is there of its file'
complete -c titre -n "__fish_titre_using_subcommand help; and __fish_seen_subcommand_from models" -f -a "verify" -d 'Check every digest, and that every model can be built'
complete -c titre -n "__fish_titre_using_subcommand help; and __fish_seen_subcommand_from models" -f -a "calibrate" -d 'Thresholds and error rates on own pairs, as an entry for a manifest'
complete -c titre -n "__fish_titre_using_subcommand help; and __fish_seen_subcommand_from models" -f -a "bench" -d 'What the models do on a public set of images'
complete -c titre -n "__fish_titre_using_subcommand help; and __fish_seen_subcommand_from models" -f -a "install" -d 'Install the recommended models, or one that the manifest knows by digest'
complete -c titre -n "__fish_titre_using_subcommand help; and __fish_seen_subcommand_from reader" -f -a "list" -d 'Name the readers, their cards, and the one that is used where none is named'
complete -c titre -n "__fish_titre_using_subcommand help; and __fish_seen_subcommand_from reader" -f -a "watch" -d 'Tell what happens at the readers: a line an event, or NDJSON with --format events'
