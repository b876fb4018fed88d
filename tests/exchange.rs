//! `voc export` and `voc import`: the shipped taxonomy goes out as one spreadsheet and comes back as
//! files that mean the same, by the hash.

use std::fs;

use crate::support::place::Place;

fn hash(place: &Place) -> String {
    let checked = place.run(&["check", "--format", "json"]).expect(0).json();
    checked["hash"].as_str().unwrap().to_owned()
}

/// The shipped departments and all else stay; the taxonomy comes from the spreadsheet.
#[test]
fn what_is_exported_is_imported_without_loss() {
    for ending in ["csv", "xlsx"] {
        let place = Place::embedded("");
        let shipped = hash(&place);
        let sheet = place.path(&format!("taxonomy.{ending}"));
        let sheet = sheet.to_str().unwrap();
        place.run(&["export", "--output", sheet]).expect(0);
        let back = Place::embedded("");
        let folder = back.path("config");
        let imported = back
            .run(&["import", sheet, "--strict", "--output", folder.to_str().unwrap()])
            .expect(0);
        assert!(
            imported.stderr.contains("0 things could not be carried over"),
            "{}",
            imported.stderr
        );
        for file in ["departments.toml", "routes.toml"] {
            let shipped = crate::support::root().join("config").join(file);
            back.configure(file, &fs::read_to_string(shipped).unwrap());
        }
        assert_eq!(hash(&back), shipped, "{ending}");
        let examples =
            |place: &Place| place.run(&["test", "--format", "json"]).json()["passed"].clone();
        assert_eq!(examples(&back), examples(&place), "{ending}: the examples come along");
        back.run(&["import", sheet, "--output", folder.to_str().unwrap()]).expect(2);
    }
}

/// A theme with every key there is, as `voc schema` shows them, comes back with each of them.
#[test]
fn every_key_of_a_theme_comes_back() {
    let place = Place::embedded("");
    let shown = place.run(&["schema", "taxonomy"]).expect(0).text();
    let every_key =
        shown.replace("\n# replaced_by", "\nreplaced_by").replace("\n# valid_to", "\nvalid_to");
    let other = "\n[[theme]]\nid = \"billing.wrong\"\nkind = \"topic\"\ndepartment = \"billing\"\n\
                 rule.en = \"=wrong OR mistake\"\n";
    let written = every_key + other;
    let themes = |text: &str| {
        let table: toml::Table = text.parse().unwrap();
        assert_eq!(table["taxonomy"]["name"].as_str(), Some("contact_centre"));
        table["theme"].as_array().unwrap().clone()
    };
    place.configure("taxonomy/all.toml", &written);
    let before = themes(&written);
    assert!(before[0].as_table().unwrap().len() >= 17, "{}", before[0]);
    for ending in ["csv", "xlsx"] {
        let sheet = place.path(&format!("every_key.{ending}"));
        let sheet = sheet.to_str().unwrap();
        place.run(&["export", "--output", sheet]).expect(0);
        let imported = place.run(&["import", sheet, "--strict"]).expect(0).text();
        let after = themes(&imported);
        assert_eq!(after.len(), before.len());
        for (after, before) in after.iter().zip(&before) {
            for (key, value) in before.as_table().unwrap() {
                assert_eq!(after.get(key), Some(value), "{ending}: {key}");
            }
        }
        let back = Place::embedded("");
        back.configure("taxonomy/all.toml", &imported);
        assert_eq!(hash(&back), hash(&place), "{ending}");
    }
}

/// A spreadsheet of rules that begin like formulas runs none.
#[test]
fn a_spreadsheet_runs_no_formula() {
    let place = Place::embedded("");
    let csv = place.run(&["export"]).expect(0).text();
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    for record in reader.records() {
        for cell in &record.unwrap() {
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell}");
        }
    }
}

#[test]
fn what_cannot_be_carried_over_is_told() {
    let place = Place::embedded("");
    let lanes = place.path("lanes.csv");
    fs::write(
        &lanes,
        "Category,OR,AND,AND,NOT\nBilling > Fees,fee charge,c?t,,\nBilling > Late,late,,,never\n",
    )
    .unwrap();
    let lanes = lanes.to_str().unwrap();
    let told = place.run(&["import", lanes]).expect(0);
    for part in ["row 2, column AND: c?t", "billing.late", "lanes"] {
        assert!((told.stderr.clone() + &told.text()).contains(part), "{part} in {}", told.stderr);
    }
    place.run(&["import", lanes, "--strict"]).expect(1);
    let output = place.path("config/taxonomy/mine.toml");
    place.run(&["import", lanes, "--output", output.to_str().unwrap()]).expect(0);
    place.run(&["check"]).expect(0);
    let nothing = place.path("nothing.csv");
    fs::write(&nothing, "").unwrap();
    place.run(&["import", nothing.to_str().unwrap()]).expect(2);
}
