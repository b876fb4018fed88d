//! Packs: a taxonomy for one trade, with the departments, owners, routes and touchpoints that go with
//! it, in the folder `packs/NAME` of the configuration. Its files are laid over the others one by one,
//! so it holds what differs and no more.

use feedback::document::Document;
use feedback::{Files, Problem, nearest};

use crate::settings;

/// The pack that the defaults are without any other.
pub const DEFAULT: &str = "contact_centre";

/// Where packs lie.
pub const FOLDER: &str = "packs/";

/// How the wish for a pack is told where it was typed as an argument.
const FLAG: &str = "--pack";

/// The pack of a run: the one that was typed, else the one voc.toml names, else the default. A name
/// that `known` lacks is a problem with the nearest one in its mend.
pub fn chosen(typed: Option<&str>, own: &Files, known: &[String]) -> Result<String, Problem> {
    if let Some(name) = typed {
        let is_known = known.iter().any(|known| known == name);
        return if is_known { Ok(name.to_owned()) } else { Err(unknown(FLAG, name, known)) };
    }
    // Whatever else is wrong with voc.toml, its own reader tells.
    let mut document = Document::new(settings::FILE, own.get(settings::FILE).unwrap_or_default());
    let wish = document.root().and_then(|mut root| root.text("pack", &mut document));
    match wish {
        Some(name) if !known.contains(name.get_ref()) => {
            Err(unknown(settings::FILE, name.get_ref(), known).at(name.span()))
        }
        Some(name) => Ok(name.into_inner()),
        None => Ok(DEFAULT.to_owned()),
    }
}

fn unknown(place: &str, name: &str, known: &[String]) -> Problem {
    let all = known.join(", ");
    let mend = nearest(name, known.iter().map(String::as_str)).map_or_else(
        || format!("write one of {all}"),
        |near| format!("write {near}; the packs are {all}"),
    );
    Problem::new(place, "unknown_pack", format!("there is no pack \"{name}\""), mend)
}

/// The packs whose files have these paths, sorted.
pub fn names<'a>(paths: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut names: Vec<String> = paths
        .into_iter()
        .filter_map(|path| path.strip_prefix(FOLDER)?.split_once('/'))
        .map(|(name, _)| name.to_owned())
        .chain([DEFAULT.to_owned()])
        .collect();
    names.sort();
    names.dedup();
    names
}

#[cfg(test)]
mod tests {
    use feedback::Given;

    use super::*;
    use crate::configuration::{self, Configuration};
    use crate::settings::Settings;
    use crate::stages::Stages;

    const PACKS: [&str; 6] = ["airline", "bank", DEFAULT, "healthcare", "retail", "telecom"];

    /// The languages that every rule of ours speaks.
    const LANGUAGES: [&str; 2] = ["en", "nl"];

    fn stages(pack: &str) -> Stages {
        let nothing = tempfile::tempdir().unwrap();
        let Configuration { files, problems, .. } =
            configuration::read(Some(nothing.path()), Some(pack)).unwrap();
        assert_eq!(problems, []);
        Stages::parse(&files, &Settings::default()).unwrap()
    }

    #[test]
    fn every_pack_names_itself_and_differs() {
        let mut hashes: Vec<String> = PACKS
            .iter()
            .map(|pack| {
                let stages = stages(pack);
                assert_eq!(stages.engine.taxonomy().name, *pack);
                stages.hash
            })
            .collect();
        hashes.sort();
        hashes.dedup();
        assert_eq!(hashes.len(), PACKS.len(), "the hash tells the packs apart");
    }

    #[test]
    fn every_theme_has_an_owner_and_examples_in_both_languages() {
        for pack in PACKS {
            let stages = stages(pack);
            let mut faults = Vec::new();
            let second =
                stages.engine.themes().iter().filter(|theme| theme.id.as_str().contains('.'));
            let second: Vec<_> = second.collect();
            assert!(second.len() >= 60, "{pack}: {} second-level themes", second.len());
            faults.extend(
                second
                    .iter()
                    .filter(|theme| theme.rules.is_empty())
                    .map(|theme| theme.id.to_string()),
            );
            for theme in stages.engine.themes() {
                if theme.department.is_none() {
                    faults.push(format!("{} has no department", theme.id));
                }
                for language in LANGUAGES.iter().filter(|_| !theme.rules.is_empty()) {
                    let count = |examples: &std::collections::BTreeMap<String, Vec<_>>| {
                        examples.get(*language).map_or(0, Vec::len)
                    };
                    let (matches, no_matches) = (count(&theme.matches), count(&theme.no_matches));
                    if matches < 2 || no_matches < 1 || !theme.rules.contains_key(*language) {
                        faults.push(format!("{}: {language}: {matches}, {no_matches}", theme.id));
                    }
                }
            }
            assert!(faults.is_empty(), "{pack}: {faults:#?}");
        }
    }

    fn wished(voc_toml: &str) -> Files {
        let mut files = Files::new();
        files.insert(settings::FILE, Given::ByUser, voc_toml);
        files
    }

    #[test]
    fn what_is_typed_goes_before_what_is_written() {
        let known =
            names(["packs/bank/taxonomy/card.toml", "packs/retail/owners.toml", "voc.toml"]);
        assert_eq!(known, ["bank", "contact_centre", "retail"]);
        let files = wished("pack = \"bank\"");
        assert_eq!(chosen(None, &files, &known).unwrap(), "bank");
        assert_eq!(chosen(Some("retail"), &files, &known).unwrap(), "retail");
        assert_eq!(chosen(None, &wished("workers = 2"), &known).unwrap(), DEFAULT);
    }

    #[test]
    fn the_nearest_name_is_offered_and_else_all() {
        let known = names(["packs/bank/owners.toml", "packs/healthcare/owners.toml"]);
        let typed = chosen(Some("helthcare"), &Files::new(), &known).unwrap_err();
        assert_eq!((typed.file.as_str(), typed.span), ("--pack", None));
        assert!(typed.mend.starts_with("write healthcare;"), "{}", typed.mend);
        let written = chosen(None, &wished("# ours\npack = \"hospital\""), &known).unwrap_err();
        assert_eq!(written.file, settings::FILE);
        assert_eq!(written.span.map(|span| span.start), Some(14));
        assert_eq!(written.mend, "write one of bank, contact_centre, healthcare");
    }
}
