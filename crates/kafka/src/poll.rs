//! How a batch is filled: one poll of the consumer after the other, and what each brings.

use std::thread;
use std::time::{Duration, Instant};

use feedback::Record;
use pipeline::{Batch, BatchBounds, Fault, TopicPartition};
use rdkafka::error::KafkaError;

use crate::member::{KafkaMember, SLICE, Standing};
use crate::record::{record_of, weight};

enum Read {
    Record(Record),
    /// Something else came; there may be more.
    Again,
    Nothing,
    /// The batch no longer counts.
    Astray,
}

impl KafkaMember {
    /// Fills the batch from what comes.
    pub(crate) fn collect(&mut self, bounds: &BatchBounds, batch: &mut Batch) -> Result<(), Fault> {
        let mut bytes = 0;
        let mut deadline = Instant::now() + bounds.wait_max;
        let mut next = self.carry.take();
        while batch.records.len() < bounds.records_max {
            let left = deadline.saturating_duration_since(Instant::now());
            // rdkafka waits whole milliseconds and spins through what is left of the last one.
            let part = Duration::from_nanos(u64::from(left.subsec_nanos() % 1_000_000));
            let timeout = left.saturating_sub(part);
            let record = match next.take() {
                Some(record) => record,
                None => match self.read(timeout, batch)? {
                    Read::Record(record) => record,
                    Read::Astray => return Ok(()),
                    Read::Nothing if timeout.is_zero() => break,
                    Read::Nothing | Read::Again => continue,
                },
            };
            if !batch.is_empty() && bytes + weight(&record) > bounds.bytes_max {
                self.carry = Some(record);
                break;
            }
            if batch.is_empty() {
                deadline = Instant::now() + bounds.linger;
            }
            bytes += weight(&record);
            batch.push(record);
        }
        Ok(())
    }

    /// One poll of the consumer.
    fn read(&mut self, timeout: Duration, batch: &mut Batch) -> Result<Read, Fault> {
        let Some(consumer) = &self.consumer else { return Ok(Read::Astray) };
        let mut read = Read::Nothing;
        let mut complaint = None;
        match consumer.poll(timeout) {
            None => {}
            Some(Ok(message)) => read = Read::Record(record_of(&message, &mut self.topics)),
            Some(Err(KafkaError::PartitionEOF(number))) => {
                self.assignment.reached_end(number);
                read = Read::Again;
            }
            Some(Err(error)) => complaint = Some(error),
        }
        self.attend(batch)?;
        if let Some(error) = complaint {
            self.hear(&error)?;
            read = Read::Again;
        }
        if self.consumer.is_none() {
            batch.clear();
            return Ok(Read::Astray);
        }
        if self.standing != Standing::Settled {
            // A record polled along with a rebalance may be from before the seeks of settling.
            if matches!(read, Read::Record(_)) || !self.settle(batch, SLICE)? {
                self.lose_way(batch);
                return Ok(Read::Astray);
            }
        }
        if let Read::Record(record) = &read {
            let partition = TopicPartition::from(&record.origin);
            if !self.assignment.take(&partition, record) {
                return Ok(Read::Again);
            }
        }
        Ok(read)
    }

    /// Serves the client without taking records; those that come are read again later.
    pub(crate) fn serve(&mut self, timeout: Duration, batch: &mut Batch) -> Result<(), Fault> {
        let Some(consumer) = &self.consumer else {
            thread::sleep(timeout);
            return Ok(());
        };
        let complaint = match consumer.poll(timeout) {
            Some(Ok(_)) => {
                self.lose_way(batch);
                None
            }
            Some(Err(KafkaError::PartitionEOF(_))) | None => None,
            Some(Err(error)) => Some(error),
        };
        self.attend(batch)?;
        complaint.map_or(Ok(()), |error| self.hear(&error))
    }
}
