//! What README and the documents print of the configuration is tried out: themes and routes with their
//! examples, and every rule; and a document that prints nonsense is found out.

use std::fs;
use std::process::Command;

use crate::support::process::{Ended, run};
use crate::support::{binary, root};

fn test(documents: &[&str]) -> Ended {
    let mut command = Command::new(binary::voc());
    command.current_dir(root()).args(["test", "--format", "json"]);
    for document in documents {
        command.args(["--docs", document]);
    }
    run(&mut command)
}

#[test]
fn all_that_is_printed_holds() {
    let without = test(&[]).expect(0).json()["passed"].as_u64().unwrap();
    for document in ["README.md", "docs"] {
        let with = test(&[document]);
        let outcome = with.json();
        assert_eq!(outcome["failures"], serde_json::json!([]), "{document}");
        assert_eq!(with.code, Some(0));
        let printed = outcome["passed"].as_u64().unwrap() - without;
        assert!(printed > 0, "{document} prints nothing that was tried");
    }
    // README's theme with its two examples; the rules and the condition on the page of rules.
    let readme = test(&["README.md"]).json()["passed"].as_u64().unwrap();
    assert!(readme >= without + 3, "{readme}");
    let rules = test(&["docs/RULES.md"]).json()["passed"].as_u64().unwrap();
    assert!(rules >= without + 25, "{rules}");
}

#[test]
fn a_document_that_prints_nonsense_fails_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    for (text, line, part) in [
        ("A rule: `charge AND`.", "line 1", "AND"),
        ("\n| write | takes |\n|---|---|\n| `a b` | two |\n", "line 4", "a b"),
        ("\n    [[theme]]\n    id = \"a\"\n    sevrity = 3\n", "line 4", "severity"),
        (
            "```toml\n[[route]]\nid = \"a\"\nwhen = 'nps <= 6'\ntask = \"none\"\npriority = 4\n```\n",
            "line 4",
            "score.nps",
        ),
        ("    rule.en = 'it's late'\n", "line 1", "'''it's late'''"),
        (
            "    [[theme]]\n    id = \"a\"\n    kind = \"topic\"\n    department = \"d\"\n    rule.en = \"late\"\n    match.en = [\"It was early.\"]\n",
            "a",
            "must match",
        ),
    ] {
        let path = folder.path().join("page.md");
        fs::write(&path, text).unwrap();
        let outcome = test(&[path.to_str().unwrap()]).expect(1).json();
        let failures = outcome["failures"].as_array().unwrap();
        let told = failures.iter().any(|failure| {
            failure["of"] == line
                && failure["file"] == path.to_str().unwrap()
                && failure["wrong"].to_string().contains(part)
        });
        assert!(told, "{text}: {outcome}");
    }
    let missing = test(&["no/such/page.md"]);
    assert_eq!(missing.code, Some(1));
    assert!(missing.stderr.contains("no/such/page.md"), "{}", missing.stderr);
}
