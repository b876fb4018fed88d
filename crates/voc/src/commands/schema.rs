//! `voc schema`: the JSON Schema of a record, or every key of voc.toml with its default.

use std::process::ExitCode;

use anyhow::Result;
use feedback::{Classification, Feedback, Routing};
use schemars::{Schema, SchemaGenerator};

use super::{write_json, write_out};
use crate::arguments::{SchemaArguments, SchemaKind};

/// The shipped voc.toml: each key, its default, what it means.
const SETTINGS: &str = include_str!("../../../../config/voc.toml");

/// Prints a schema.
pub(super) fn run(arguments: &SchemaArguments) -> Result<ExitCode> {
    match arguments.what {
        SchemaKind::Feedback => write_json(&schema(Shape::Feedback))?,
        SchemaKind::Classified => write_json(&schema(Shape::Classified))?,
        SchemaKind::Routed => write_json(&schema(Shape::Routed))?,
        SchemaKind::Config => write_out(SETTINGS.as_bytes())?,
    }
    Ok(ExitCode::SUCCESS)
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
    use super::*;

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
