//! The embedded log: topics, partitions and offsets in one SQLite file.
