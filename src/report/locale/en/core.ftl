# Terms that are not translated: PACE, BAC, MRZ, CAN, EF.SOD, CSCA, SD-JWT, H.264.

explain-more = More: titre explain { $code }
label-exit = exit code

internal = internal error
    .hint = This is a defect of titre. Please report it with the command that you ran.
usage = wrong command line
    .hint = See titre --help, or titre COMMAND --help for examples.
usage-not-built = this build does not have that feature
    .detail = { $feature } is not part of this build
    .hint = Install it with: cargo install --path . --features { $feature }
usage-secret-missing = a secret is missing
    .hint = Give it with --mrz-file, --can-file or their -fd forms, or set { $variable }; no option takes a secret as its value.
usage-unknown-topic = nothing to explain under that name
    .detail = { $topic }
    .hint = titre explain lists every code.
input-unreadable = the file cannot be read
    .detail = { $file }
    .hint = Check the path and its permissions.
input-too-large = the file is too large
    .detail = { $file } has more than { $limit } bytes
    .hint = Check that it is the right file.
input-malformed = the file is not what it should be
    .detail = { $file }
    .hint = Check that it is the right file and that it is whole.
input-time = not a time
    .detail = { $value }
    .hint = Write RFC 3339, for example 2026-05-28T12:00:00Z.
output-exists = the output exists
    .detail = { $file }
    .hint = Choose another name, or use --force to replace it.
output-unwritable = the output cannot be written
    .detail = { $file }
    .hint = Check that the folder exists and may be written; nothing was left behind.
interrupted = interrupted
    .hint = Nothing was written.
terminated = terminated
    .hint = Nothing was written.

# titre demo
label-seconds = seconds
stage-demo = demonstration
demo-intro = A specimen passport is made, read, checked and enrolled. Each line that begins with $ can be typed as it stands.
demo-step = { $number }. { $title }
demo-specimen = A specimen document with its chip
demo-trust = A trust store from its signed master list
demo-read = Read the chip and record the session
demo-verify = Is the document genuine?
demo-portrait = The portrait of the chip
demo-consent = Consent of the holder
demo-challenge = An unpredictable challenge
demo-video = The holder acts out the challenge (rendered)
demo-enroll = Enroll: document, liveness, comparison, signature
demo-attest = Another program's view: verify the attestation
demo-again = Not passed ({ $code }). The holder is asked again, with a new challenge.
demo-result = The attestation
demo-outro = All files stand in { $folder }. The document is a specimen and its person is generated: the attestation is marked as a test.
