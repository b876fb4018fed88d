//! Says what a Feedback is about and which department is accountable, with evidence.
