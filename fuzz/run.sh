#!/bin/sh
# Fuzzes every target for SECONDS_EACH seconds (60), starting from the repository's own files. What is found stands
# in fuzz/artifacts. Needs cargo-fuzz (cargo install cargo-fuzz) and a C++ compiler; a nightly compiler is used where
# there is one, else the stable one is told to do what only nightly does.
set -eu
cd "$(dirname "$0")/.."
seconds=${SECONDS_EACH:-60}
# Signed files are made, not kept; before the compiler is told anything that would build all anew.
TITRE_SEEDS=$PWD/fuzz/corpus cargo test --quiet --test signed_mutations --test mdoc
if ! rustup run nightly rustc --version >/dev/null 2>&1; then
    export RUSTC_BOOTSTRAP=1
    toolchain=
else
    toolchain=+nightly
fi
for target in ${*:-video portrait manifest convert ber certificate signed_data master_list security_object crl ldif deviation_list card_verifiable mdoc session}; do
    seeds=fuzz/corpus/$target
    features=
    mkdir -p "$seeds"
    case $target in
    video | portrait | manifest | convert) features="--features face" ;;
    esac
    case $target in
    video) cp testdata/video/*.mp4 "$seeds" ;;
    portrait) cp testdata/image/*.j?? "$seeds" ;;
    convert | crl | ldif) cp fuzz/seeds/"$target"/* "$seeds" ;;
    manifest) cp models/*.toml "$seeds" ;;
    deviation_list) cp fuzz/seeds/deviation_list/* "$seeds" ;;
    esac
    cargo $toolchain fuzz run --sanitizer none $features "$target" "$seeds" -- \
        -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1
done
