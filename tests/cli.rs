//! The contract that scripts rely on: one document, its exit code, events, help that begins with examples.

use assert_cmd::Command;
use serde_json::Value;

fn titre() -> Command {
    let mut command = Command::cargo_bin("titre").unwrap();
    command.env_remove("LANG").env_remove("LC_ALL").env_remove("LC_MESSAGES");
    command
}

#[test]
fn json_is_one_document_on_failure_too() {
    for words in [&["explain", "no.such.code"][..], &["verify", "nothing-there", "--store", "none"]] {
        let output = titre().args(words).arg("--json").output().unwrap();
        let document: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(document["exit"], output.status.code().unwrap());
        assert!(document["result"].is_null());
        for member in ["code", "title", "detail", "hint", "step", "sw", "retryable"] {
            assert!(document["failure"].get(member).is_some(), "failure lacks {member}");
        }
        assert!(output.stderr.is_empty(), "a machine format leaves stderr to progress");
    }
}

#[test]
fn a_wrong_command_line_is_a_document_too() {
    let output = titre().args(["verify", "--no-such-option", "--json"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["failure"]["code"], "usage");
}

#[test]
fn events_begin_with_hello_end_with_result_and_count_without_a_gap() {
    let output = titre().args(["explain", "usage", "--format", "events"]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let events: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(events.first().unwrap()["event"], "hello");
    assert_eq!(events.last().unwrap()["event"], "result");
    assert_eq!(events.last().unwrap()["document"]["exit"], 0);
    for (expected, event) in events.iter().enumerate() {
        assert_eq!(event["seq"], expected);
    }
}

#[test]
fn codes_stay_and_words_follow_the_language() {
    let run = |lang: &str| {
        let output = titre().args(["explain", "card.lost", "--json", "--lang", lang]).output().unwrap();
        serde_json::from_slice::<Value>(&output.stdout).unwrap()["result"]["codes"][0].clone()
    };
    let (en, fr) = (run("en"), run("fr"));
    assert_eq!(en["code"], fr["code"]);
    assert_eq!(en["exit"], 23);
    assert_ne!(en["title"], fr["title"]);
}

#[test]
fn a_failure_says_what_and_what_to_do() {
    let output = titre().args(["verify", "nothing-there", "--store", "none"]).output().unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(output.stdout.is_empty());
    assert!(text.starts_with("titre: "), "{text}");
    assert!(text.contains("titre explain "), "{text}");
}

#[test]
fn help_of_every_verb_begins_with_examples() {
    use clap::CommandFactory;
    fn look(command: &clap::Command, path: &str, without: &mut Vec<String>) {
        for sub in command.get_subcommands().filter(|sub| sub.get_name() != "help") {
            let path = format!("{path} {}", sub.get_name());
            let help = sub.get_before_help().map(ToString::to_string).unwrap_or_default();
            if !help.starts_with("Examples:\n  titre ") && !sub.has_subcommands() {
                without.push(path.clone());
            }
            look(sub, &path, without);
        }
    }
    let mut without = Vec::new();
    look(&titre::commands::Cli::command(), "titre", &mut without);
    assert!(without.is_empty(), "help without examples: {without:?}");
}

#[test]
fn the_examples_of_help_are_command_lines_that_parse() {
    use clap::{CommandFactory, Parser};
    fn look(command: &clap::Command, wrong: &mut Vec<String>) {
        let help = command.get_before_help().map(ToString::to_string).unwrap_or_default();
        // A command of several lines is one.
        let help = help.split("\\\n").map(str::trim).collect::<Vec<_>>().join(" ");
        for line in help.lines().skip(1) {
            // Two or more spaces part the command from what is said about it.
            let line = line.trim_start().split("  ").next().unwrap_or_default();
            let line = line.split(" | ").last().unwrap_or_default();
            let words: Vec<_> = line.split_whitespace().skip_while(|word| *word != "titre").collect();
            if words.is_empty() {
                continue;
            }
            if let Err(error) = titre::commands::Cli::try_parse_from(&words)
                && error.use_stderr()
            {
                wrong.push(format!("{line}: {error}"));
            }
        }
        command.get_subcommands().for_each(|sub| look(sub, wrong));
    }
    let mut wrong = Vec::new();
    look(&titre::commands::Cli::command(), &mut wrong);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
