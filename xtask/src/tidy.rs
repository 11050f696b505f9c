//! The house rules that a compiler does not know.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, bail, ensure};

use crate::arrows;

/// Longer files rarely tell one story.
const LINES_MAX: usize = 900;
const WIDTH_MAX: usize = 200;
/// Words that name nothing.
const EMPTY_NAMES: [&str; 6] = ["Manager", "Helper", "Util", "Utils", "Impl", "Dto"];

/// Fails with every place that breaks a rule.
pub fn run(root: &Path) -> anyhow::Result<()> {
    let mut problems = arrows::problems(root)?;
    for file in tracked(root)? {
        let Ok(text) = fs::read_to_string(root.join(&file)) else { continue };
        let name = file.display().to_string();
        problems.extend(check(&name, &text).into_iter().map(|(line, problem)| format!("{name}:{line}: {problem}")));
        if name.ends_with(".md") {
            problems.extend(broken_links(root, &file, &text));
        }
    }
    if problems.is_empty() {
        return Ok(());
    }
    bail!("{}\n{} problem(s)", problems.join("\n"), problems.len())
}

fn tracked(root: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let output = Command::new("git").args(["ls-files"]).current_dir(root).output().context("git does not run")?;
    ensure!(output.status.success(), "git ls-files: {}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?.lines().map(PathBuf::from).collect())
}

/// Line numbers and what is wrong there.
fn check(name: &str, text: &str) -> Vec<(usize, String)> {
    let mut problems = Vec::new();
    let is_rust = name.ends_with(".rs");
    if !(is_rust || name.ends_with(".md") || name.ends_with(".toml") || name.ends_with(".sh")) {
        return problems;
    }
    if is_rust && !text.starts_with("//! ") {
        problems.push((1, "the first line does not say what the file owns (//!)".to_owned()));
    }
    let count = text.lines().count();
    if is_rust && count > LINES_MAX {
        problems.push((count, format!("{count} lines; a file should tell one story in fewer than {LINES_MAX}")));
    }
    for (index, line) in text.lines().enumerate() {
        let mut note = |problem: &str| problems.push((index + 1, problem.to_owned()));
        if line.ends_with([' ', '\t']) {
            note("white space at the end");
        }
        if line.contains('\t') {
            note("a tab");
        }
        if is_rust {
            rust_line(line, &mut note);
        }
    }
    problems
}

fn rust_line(line: &str, note: &mut impl FnMut(&str)) {
    if line.chars().count() > WIDTH_MAX && !line.contains("json!") && !line.contains('"') {
        note("a line too long to read");
    }
    let todo = ["TO", "DO"].concat();
    if line.contains(&format!("{todo} ")) || line.contains(&format!("{todo}:")) {
        note("a note to do later, which belongs into an issue");
    }
    if line.trim_start().starts_with("#[allow(") {
        note("#[allow] without a reason; use #[expect(…, reason = \"…\")]");
    }
    let declared = ["struct ", "enum ", "trait ", "type "].iter().find_map(|word| {
        let rest = line.trim_start().trim_start_matches("pub ").strip_prefix(word)?;
        rest.split(|c: char| !c.is_alphanumeric()).next()
    });
    if let Some(name) = declared
        && EMPTY_NAMES.iter().any(|empty| name.ends_with(empty))
    {
        note(&format!("{name} does not say what it is"));
    }
}

/// Links to files of the repository that are not there.
fn broken_links(root: &Path, file: &Path, text: &str) -> Vec<String> {
    let folder = root.join(file).parent().map(Path::to_owned).unwrap_or_default();
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    targets
        .filter(|target| !target.contains("://") && !target.starts_with('#') && !target.starts_with("mailto:"))
        .map(|target| target.split('#').next().unwrap_or_default())
        .filter(|target| !target.is_empty() && !target.contains(' ') && !folder.join(target).exists())
        .map(|target| format!("{}: links to {target}, which is not there", file.display()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::check;

    fn problems(text: &str) -> usize {
        check("a.rs", text).len()
    }

    #[test]
    fn each_rule_finds_what_it_is_for() {
        assert_eq!(problems("//! Owns nothing.\nfn a() {}\n"), 0);
        assert_eq!(problems("fn a() {}\n"), 1);
        assert_eq!(problems("//! Owns.\nfn a() {} \n"), 1);
        assert_eq!(problems("//! Owns.\n\tfn a() {}\n"), 1);
        assert_eq!(problems("//! Owns.\npub struct OrderManager;\n"), 1);
        assert_eq!(problems("//! Owns.\n#[allow(dead_code)]\nfn a() {}\n"), 1);
        assert_eq!(problems(&format!("//! Owns.\n{}", "fn a() {}\n".repeat(1000))), 1);
    }
}
