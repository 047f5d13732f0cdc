//! What is generated and committed equals the code: man/, completions/, the README's table of exit codes.
//! `make docs` writes the first two anew.

use std::path::Path;
use titre::report::Exit;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[cfg(feature = "face")]
#[test]
fn manual_pages_equal_the_code() {
    let pages = titre::commands::man::pages().unwrap();
    for (name, text) in &pages {
        let committed = std::fs::read(root().join("man").join(name)).unwrap_or_default();
        assert!(committed == *text, "man/{name} is stale: run make docs");
    }
    let committed = std::fs::read_dir(root().join("man")).unwrap().count();
    assert_eq!(committed, pages.len(), "man/ holds a page of a verb that is gone");
}

#[cfg(feature = "face")]
#[test]
fn completions_equal_the_code() {
    use clap_complete::Shell;
    use titre::commands::completions;
    for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
        let name = completions::file_name(shell);
        let committed = std::fs::read(root().join("completions").join(&name)).unwrap_or_default();
        assert!(committed == completions::script(shell), "completions/{name} is stale: run make docs");
    }
}

#[test]
fn the_readme_lists_every_exit_code() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    for (exit, meaning) in Exit::TABLE {
        let row = format!("| {} | {meaning} |", exit.code());
        assert!(readme.contains(&row), "README.md lacks the row {row}");
    }
}
