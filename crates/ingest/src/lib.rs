//! Reads bytes into Feedback or says why not: decode, map, validate, redact, language.
