//! Completions and manual page: what shells and man(1) take, with every option in them.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::process::{Command, Stdio};

fn told(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_touchstone-verify"))
        .args(arguments)
        .env_remove("TOUCHSTONE_OWNER_KEY")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// The long options that `--help` names.
fn options() -> Vec<String> {
    let help = told(&["--help"]);
    let words = help
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix("--"));
    let names = words.map(|word| word.split([' ', ',']).next().unwrap_or_default().to_owned());
    names.collect()
}

#[test]
fn every_option_is_completed_and_told() {
    let options = options();
    assert!(options.len() >= 20, "{options:?}");
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = told(&["--completions", shell]);
        for option in &options {
            assert!(script.contains(option.as_str()), "{shell}: --{option}");
        }
    }
    let manual = told(&["--manual"]);
    assert!(manual.contains(".TH touchstone-verify 1"), "{manual}");
    for option in &options {
        let written = format!(r"\-\-{}", option.replace('-', r"\-"));
        assert!(manual.contains(&written), "{written}");
    }
    assert!(manual.contains("Exit codes"), "{manual}");
}

/// Bash itself completes an option and its values.
#[test]
fn bash_completes() {
    let script = told(&["--completions", "bash"]);
    let asked = format!(
        "{script}\nCOMP_WORDS=(touchstone-verify --as st); COMP_CWORD=2; set -- $(complete -p touchstone-verify); while [ \"$1\" != -F ]; do shift; done; $2 touchstone-verify st --as; echo \"${{COMPREPLY[@]}}\"",
    );
    let output = Command::new("bash")
        .args(["-c", &asked])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert_eq!(
        String::from_utf8_lossy(&output.stdout).trim(),
        "statement",
        "{output:?}"
    );
}

#[test]
fn nothing_else_is_asked_beside() {
    let output = Command::new(env!("CARGO_BIN_EXE_touchstone-verify"))
        .args(["--manual", "--offline", "-"])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(64), "{output:?}");
}
