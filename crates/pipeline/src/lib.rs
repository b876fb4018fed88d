//! The worker loop over a log: batches, dead letters and their limit, the ledger, telemetry.
