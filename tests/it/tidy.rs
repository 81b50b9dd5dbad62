//! Rules of the code base, as tests.

use std::fs;
use std::path::{Path, PathBuf};

/// For each layer, the layers it may import: arrows point one way only (docs/architecture.md).
const MAY_IMPORT: [(&str, &[&str]); 9] = [
    ("domain", &["domain"]),
    ("io", &["io", "domain"]),
    ("verification", &["verification", "domain"]),
    ("engine", &["engine", "io", "domain"]),
    ("briefing", &["briefing", "io", "domain"]),
    ("view", &["view", "engine", "io", "domain"]),
    ("ui", &["ui", "domain"]),
    ("app", &["app", "view", "ui", "briefing", "engine", "io", "domain"]),
    ("cli", &["cli", "app", "view", "ui", "briefing", "engine", "io", "verification", "domain"]),
];

fn rust_files(dir: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = Vec::new();
    let mut entries: Vec<PathBuf> =
        fs::read_dir(dir).expect("the folder exists").map(|e| e.expect("it can be read").path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            files.push(path);
        }
    }
    files
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Layers named as `crate::layer` in a line, comments left out.
fn layers_named(line: &str) -> Vec<String> {
    let code = line.split("//").next().unwrap_or_default();
    code.split("crate::")
        .skip(1)
        .map(|rest| rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect())
        .collect()
}

#[test]
fn imports_point_one_way() {
    let mut upward = Vec::new();
    for (layer, allowed) in MAY_IMPORT {
        for file in rust_files(&root().join("src").join(layer)) {
            let text = fs::read_to_string(&file).expect("source is UTF-8");
            for (number, line) in text.lines().enumerate() {
                for named in layers_named(line) {
                    let is_layer = MAY_IMPORT.iter().any(|(l, _)| *l == named);
                    if is_layer && !allowed.contains(&named.as_str()) {
                        upward.push(format!("{}:{}: {line}", file.display(), number + 1));
                    }
                }
            }
        }
    }
    assert!(upward.is_empty(), "imports against the arrows:\n{}", upward.join("\n"));
}

#[test]
fn the_check_for_imports_sees_them() {
    assert_eq!(layers_named("use crate::io::raster; // crate::ui"), ["io"]);
    assert_eq!(layers_named("let a = crate::domain::x(crate::view::y);"), ["domain", "view"]);
}

#[test]
fn only_io_opens_files_and_only_cli_prints() {
    let mut found = Vec::new();
    for file in rust_files(&root().join("src")) {
        let inside = |layer: &str| file.starts_with(root().join("src").join(layer));
        let text = fs::read_to_string(&file).expect("source is UTF-8");
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for (number, line) in code.lines().enumerate() {
            let opens = ["std::fs", "File::open", "File::create"].iter().any(|f| line.contains(f));
            let prints = ["println!", "eprintln!"].iter().any(|f| line.contains(f));
            if (opens && !inside("io")) || (prints && !inside("cli")) {
                found.push(format!("{}:{}: {}", file.display(), number + 1, line.trim()));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn every_todo_names_somebody() {
    let marker = ["TO", "DO"].concat();
    let mut bare = Vec::new();
    for dir in ["src", "tests"] {
        for file in rust_files(&root().join(dir)) {
            let text = fs::read_to_string(&file).expect("source is UTF-8");
            for (number, line) in text.lines().enumerate() {
                if line.contains(&marker) && !line.contains(&format!("{marker}(")) {
                    bare.push(format!("{}:{}: {}", file.display(), number + 1, line.trim()));
                }
            }
        }
    }
    assert!(bare.is_empty(), "{}", bare.join("\n"));
}
