//! The Kafka log: the only crate that names rdkafka.
