# Two commands set everything up on a fresh Debian machine with Rust: `make demo` and `make test`.
# Both build the one profile of Cargo.toml (dev), so the dependencies compile once.

SHELL := /bin/sh
.DEFAULT_GOAL := help

# For make bench: a folder with the recommended face models. The tests of that set look in the same places, and say so
# where they skip.
ifeq ($(TITRE_MODELS),)
TITRE_MODELS := $(abspath $(firstword $(wildcard ../shared/models)))
endif

DEMO ?= target/demo
INTEROP := target/interop
BENCH := target/bench

.PHONY: help demo test lint build install docs bench bench-trust bench-chip fuzz packages clean

help:
	@echo "make demo      a specimen passport enrolled, its attestation verified (writes $(DEMO))"
	@echo "make test      every test"
	@echo "make lint      formatting and lints, as .ci/run checks them"
	@echo "make docs      write man/ and completions/ anew"
	@echo "make bench     times of the recommended models, beside onnxruntime's on the same files"
	@echo "make bench-trust  signatures, EF.SODs and a master list a second, beside OpenSSL"
	@echo "make bench-chip  a chip read through pcscd, beside the readers that TITRE_PEER_... name"
	@echo "make fuzz      every fuzz target for a minute (SECONDS_EACH=60); needs cargo-fuzz"
	@echo "make install   install titre for this user (release profile)"

demo: build
	@env -u TITRE_MODELS target/debug/titre demo -o $(DEMO) --force

test: packages $(INTEROP)/ready $(INTEROP)/node/ready
	TITRE_INTEROP_PYTHON=$(abspath $(INTEROP)/bin/python) \
	TITRE_INTEROP_NODE=$$(test ! -e $(INTEROP)/node/ready || echo $(abspath $(INTEROP)/node)) cargo test --locked

build: packages
	cargo build --locked

lint: packages
	cargo fmt --check
	cargo clippy --locked --all-targets -- -D warnings

docs: build
	target/debug/titre man --force -o man
	target/debug/titre completions --force -o completions

install: packages
	cargo install --locked --path .

# The other implementations of SD-JWT and mdoc that the tests compare with. Without Python those tests skip and say so.
$(INTEROP)/ready: tests/interop/requirements.txt
	@mkdir -p $(INTEROP)
	@if python3 -m venv $(INTEROP) && $(INTEROP)/bin/python -m pip install --quiet --disable-pip-version-check -r $<; \
	then touch $@; else echo "make: no second SD-JWT library; its tests will say that they skip" >&2; fi

# The same in JavaScript, where npm is there. Nothing that a package brings is run to install it.
$(INTEROP)/node/ready: tests/interop/package.json
	@mkdir -p $(INTEROP)/node
	@if cp $< $(INTEROP)/node && npm install --prefix $(INTEROP)/node --ignore-scripts --no-package-lock --no-audit --no-fund --silent; \
	then touch $@; else echo "make: no JavaScript libraries; their tests will say that they skip" >&2; fi

# Both sides run on the same files, one after the other; compare figures of one run only. PROFILE=release is slower to
# build and no faster where it matters: the kernels are optimised in either profile.
PROFILE ?= dev
bench: packages $(BENCH)/ready
	@test -n "$(TITRE_MODELS)" || { echo "make: name a folder of models: TITRE_MODELS=DIR" >&2; exit 1; }
	cargo bench --locked --profile $(PROFILE) --bench face -- --models $(TITRE_MODELS) > $(BENCH)/titre.json
	$(BENCH)/bin/python benches/onnxruntime_times.py $(TITRE_MODELS) < $(BENCH)/titre.json

# One thread on both sides, in turns; libcrypto is reached from Python's standard library. Release, as users install it.
bench-trust: packages
	@mkdir -p $(BENCH)
	cargo bench --locked --profile release --no-default-features --bench trust -- --openssl benches/openssl_verify.py > $(BENCH)/trust.json

# Whole processes through a pcscd of its own. TITRE_PEER_GMRTD=PROGRAM and the like put other readers beside titre.
bench-chip: packages
	@mkdir -p $(BENCH)
	cargo bench --locked --profile release --no-default-features --features pcsc --bench chip > $(BENCH)/chip.json

$(BENCH)/ready: benches/requirements.txt
	@mkdir -p $(BENCH)
	python3 -m venv $(BENCH)
	$(BENCH)/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@

fuzz: packages
	fuzz/run.sh

packages:
	@.ci/packages

clean:
	cargo clean
