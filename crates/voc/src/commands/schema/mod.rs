//! `voc schema`: the JSON Schema of a record, or every key of a file of the configuration.

use std::process::ExitCode;

use anyhow::Result;
use feedback::{Classification, Feedback, Metric, Routing};
use schemars::{Schema, SchemaGenerator};
use serde::Serialize;
use serde_json::{Value, json};

use super::tap::Envelope;
use super::{write_json, write_out};
use crate::arguments::{SchemaArguments, SchemaKind};

/// Prints a schema.
pub(super) fn run(arguments: &SchemaArguments) -> Result<ExitCode> {
    let keys = match arguments.what {
        SchemaKind::Plain => return printed(&plain()),
        SchemaKind::Feedback => return printed(&schema(Shape::Feedback)),
        SchemaKind::Classified => return printed(&schema(Shape::Classified)),
        SchemaKind::Routed | SchemaKind::Task | SchemaKind::Kudos => {
            return printed(&schema(Shape::Routed));
        }
        SchemaKind::Envelope => return printed(&schemars::schema_for!(Envelope)),
        SchemaKind::Config => include_str!("../../../../../config/voc.toml"),
        SchemaKind::Departments => include_str!("departments.toml"),
        SchemaKind::Owners => include_str!("owners.toml"),
        SchemaKind::Touchpoints => include_str!("touchpoints.toml"),
        SchemaKind::Routes => include_str!("routes.toml"),
        SchemaKind::Source => include_str!("source.toml"),
        SchemaKind::Taxonomy => include_str!("taxonomy.toml"),
        SchemaKind::Words => include_str!("words.toml"),
        SchemaKind::Lexicon => include_str!("lexicon.toml"),
    };
    write_out(keys.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

fn printed(schema: &impl Serialize) -> Result<ExitCode> {
    write_json(schema)?;
    Ok(ExitCode::SUCCESS)
}

/// A plain record. Any other member becomes an attribute.
fn plain() -> Value {
    let score = json!({
        "description": "a number is an NPS, 0 to 10",
        "anyOf": [
            { "type": "number", "minimum": 0, "maximum": 10 },
            {
                "type": "object",
                "properties": {
                    "metric": { "enum": Metric::ALL.map(Metric::name) },
                    "value": { "type": "number" },
                    "min": { "type": "number" },
                    "max": { "type": "number" },
                },
                "required": ["metric", "value"],
            },
        ],
    });
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Plain",
        "description": "A record as the source `default` takes it; other members become attributes",
        "type": "object",
        "properties": {
            "id": { "description": "becomes source_id", "type": ["string", "number"] },
            "text": { "type": "string" },
            "lang": { "description": "a language's code", "type": "string" },
            "occurred_at": { "type": "string", "format": "date-time" },
            "score": score,
        },
        "anyOf": [{ "required": ["text"] }, { "required": ["score"] }],
    })
}

/// The shape of a record on a topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Feedback,
    Classified,
    Routed,
}

/// Feedback's schema, with what the stages add as further required members.
fn schema(shape: Shape) -> Schema {
    let mut generator = SchemaGenerator::default();
    let mut stages = Vec::new();
    if shape != Shape::Feedback {
        stages.push(("classification", generator.subschema_for::<Classification>()));
    }
    if shape == Shape::Routed {
        stages.push(("routing", generator.subschema_for::<Routing>()));
    }
    let mut schema = generator.into_root_schema_for::<Feedback>();
    let Some(object) = schema.as_object_mut() else { return schema };
    for (name, stage) in stages {
        if let Some(properties) =
            object.get_mut("properties").and_then(|value| value.as_object_mut())
        {
            properties.insert(name.to_owned(), stage.to_value());
        }
        if let Some(required) = object.get_mut("required").and_then(|value| value.as_array_mut()) {
            required.push(name.into());
        }
    }
    schema
}

#[cfg(test)]
mod tests {
    use feedback::{Files, Given};

    use super::*;
    use crate::settings::Settings;
    use crate::stages::Stages;

    /// What is printed is read without a problem, each file among the others.
    #[test]
    fn every_file_of_keys_can_be_read() {
        let mut files = Files::new();
        for (path, text) in [
            ("departments.toml", include_str!("departments.toml")),
            ("touchpoints.toml", include_str!("touchpoints.toml")),
            ("sources/helpdesk.toml", include_str!("source.toml")),
            ("words/en.toml", include_str!("words.toml")),
            ("lexicons/en.toml", include_str!("lexicon.toml")),
        ] {
            files.insert(path, Given::ByUser, text);
        }
        for (path, text) in [
            ("owners.toml", include_str!("owners.toml")),
            ("routes.toml", include_str!("routes.toml")),
            ("taxonomy/billing.toml", include_str!("taxonomy.toml")),
        ] {
            // These name departments and themes that the others haven't.
            files.insert(path, Given::Embedded, text);
        }
        let parsed = Stages::parse(&files, &Settings::default());
        assert_eq!(parsed.err(), None);
    }

    #[test]
    fn each_shape_has_its_members() {
        let routed = schema(Shape::Routed).to_value();
        let properties = &routed["properties"];
        assert!(properties["routing"].is_object() && properties["classification"].is_object());
        assert!(properties["texts"].is_object(), "{routed}");
        let feedback = schema(Shape::Feedback).to_value();
        assert!(feedback["properties"]["classification"].is_null());
        assert_eq!(feedback["title"], "Feedback");
    }
}
