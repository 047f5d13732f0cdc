//! PACE with every mapping: the worked examples of Doc 9303-11, every protocol in every group with every password
//! against the specimen chip, and what a terminal must refuse; then what the chip does with its own keys.

#[path = "../bench/mod.rs"]
#[expect(dead_code, reason = "each test file uses a part of the bench")]
mod bench;
mod chip_keys;
mod examples;
mod pin;
mod refusals;
#[path = "../script/mod.rs"]
mod script;
mod table;
