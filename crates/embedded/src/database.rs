//! The SQLite file: how it is opened, its tables, and which of its errors pass.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use pipeline::Fault;
use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};

/// "voc1" in ASCII: marks the file as ours.
const APPLICATION_ID: i32 = 0x766f_6331;

/// The format of tables and blocks.
const FORMAT: i32 = 1;

/// The file inside the log's folder.
pub(crate) const FILE: &str = "log.sqlite";

/// A table page. Blocks are much larger than SQLite's default of 4 KiB.
const PAGE_BYTES: u32 = 8 << 10;

/// Pages in the write-ahead log before they are moved into the file: 32 MiB.
const CHECKPOINT_PAGES: u32 = 4 << 10;

/// The write-ahead log is cut back to this after it has grown.
const WAL_BYTES_MAX: u32 = 64 << 20;

/// A connection's page cache, in KiB.
const CACHE_KIB: u32 = 16 << 10;

/// `block.id` is the partition's id in the upper bits and the offset of the block's last record in
/// these lower ones: so a partition's blocks lie together, in order.
pub(crate) const OFFSET_BITS: u32 = 40;

const TABLES: &str = "
CREATE TABLE topic (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    retention_ms INTEGER
) STRICT;
CREATE TABLE partition (
    id INTEGER PRIMARY KEY,
    topic_id INTEGER NOT NULL REFERENCES topic (id),
    number INTEGER NOT NULL,
    earliest INTEGER NOT NULL DEFAULT 0,
    next INTEGER NOT NULL DEFAULT 0,
    UNIQUE (topic_id, number)
) STRICT;
CREATE TABLE block (
    id INTEGER PRIMARY KEY,
    count INTEGER NOT NULL,
    appended_ms INTEGER NOT NULL,
    data BLOB NOT NULL
) STRICT;
CREATE TABLE committed (
    group_name TEXT NOT NULL,
    partition_id INTEGER NOT NULL REFERENCES partition (id),
    next INTEGER NOT NULL,
    PRIMARY KEY (group_name, partition_id)
) STRICT, WITHOUT ROWID;
";

/// What a crash may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Survives a killed process. A power cut may take the last transactions, each of them whole.
    Normal,
    /// Survives a power cut: each commit waits for the disk.
    Full,
}

/// How the log is kept.
#[derive(Debug, Clone)]
pub struct Settings {
    /// What a crash may take.
    pub durability: Durability,
    /// How long to wait for another process that writes.
    pub busy_timeout: Duration,
    /// How long a member goes on trying to commit where it can't (disk full, another process never
    /// ends its transaction) before it gives up; `None`: for ever.
    pub give_up_after: Option<Duration>,
    /// The most the file may grow to, in bytes; `None`: as far as the disk goes. A full log holds
    /// the workers back, it loses nothing.
    pub bytes_max: Option<u64>,
    /// How often records beyond their retention are looked for.
    pub retention_every: Duration,
    /// The wall clock, in milliseconds since 1970 UTC: for retention, and for records that come
    /// without a timestamp.
    pub clock: fn() -> i64,
}

impl Settings {
    /// The defaults: normal durability, 10 s for others' writes, 10 min until giving up, no limit
    /// of size, retention every 10 s.
    pub fn new(clock: fn() -> i64) -> Self {
        Self {
            durability: Durability::Normal,
            busy_timeout: Duration::from_secs(10),
            give_up_after: Some(Duration::from_mins(10)),
            bytes_max: None,
            retention_every: Duration::from_secs(10),
            clock,
        }
    }
}

/// Why something could not be done.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// It may pass by itself: the disk is full, another process writes.
    Passing(String),
    /// It does not.
    Fault(Fault),
}

impl From<rusqlite::Error> for Trouble {
    fn from(error: rusqlite::Error) -> Self {
        let reason = error.to_string();
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                Self::Passing(format!("another process is writing to it ({reason})"))
            }
            Some(ErrorCode::DiskFull) => Self::Passing(format!(
                "there is no room left ({reason}); free disk space, shorten [topics] retention or \
                 raise [embedded] bytes_max"
            )),
            Some(ErrorCode::SystemIoFailure) => Self::Passing(reason),
            _ => Self::Fault(storage(reason)),
        }
    }
}

impl From<Fault> for Trouble {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<Trouble> for Fault {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Passing(reason) => storage(reason),
            Trouble::Fault(fault) => fault,
        }
    }
}

pub(crate) fn storage(reason: impl Into<String>) -> Fault {
    Fault::Storage { reason: reason.into() }
}

/// Where the file is.
pub(crate) fn path(folder: &Path) -> PathBuf {
    folder.join(FILE)
}

/// Opens the file for writing, and makes it where there is none.
pub(crate) fn open_writer(folder: &Path, settings: &Settings) -> Result<Connection, Trouble> {
    let connection = Connection::open(path(folder))?;
    connection.busy_timeout(settings.busy_timeout)?;
    connection.pragma_update(None, "page_size", PAGE_BYTES)?;
    check_ours(&connection, folder)?;
    enter_wal_mode(&connection, settings.busy_timeout)?;
    let synchronous = match settings.durability {
        Durability::Normal => "NORMAL",
        Durability::Full => "FULL",
    };
    connection.pragma_update(None, "synchronous", synchronous)?;
    connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
    connection.pragma_update(None, "journal_size_limit", WAL_BYTES_MAX)?;
    connection.pragma_update(None, "cache_size", -i64::from(CACHE_KIB))?;
    let mut connection = connection;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    if version(&transaction)? == (0, 0) {
        transaction.execute_batch(TABLES)?;
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
        transaction.pragma_update(None, "user_version", FORMAT)?;
    }
    transaction.commit()?;
    check_ours(&connection, folder)?;
    if let Some(bytes) = settings.bytes_max {
        let page: i64 = connection.pragma_query_value(None, "page_size", |row| row.get(0))?;
        let pages = i64::try_from(bytes).unwrap_or(i64::MAX) / page.max(1);
        connection.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))?;
    }
    connection.set_prepared_statement_cache_capacity(32);
    Ok(connection)
}

/// Opens the file that [`open_writer`] made, for reading only.
pub(crate) fn open_reader(folder: &Path, settings: &Settings) -> Result<Connection, Trouble> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path(folder), flags)?;
    connection.busy_timeout(settings.busy_timeout)?;
    connection.pragma_update(None, "query_only", true)?;
    Ok(connection)
}

fn version(connection: &Connection) -> Result<(i32, i32), rusqlite::Error> {
    let application = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let format = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    Ok((application, format))
}

/// An empty file may become ours; any other must be.
fn check_ours(connection: &Connection, folder: &Path) -> Result<(), Trouble> {
    let path = path(folder);
    let path = path.display();
    let not_ours = || storage(format!("{path} is no voc log; choose another folder"));
    let found = match version(connection) {
        Ok(found) => found,
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::NotADatabase) => {
            return Err(not_ours().into());
        }
        Err(error) => return Err(error.into()),
    };
    let tables: i64 =
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    match found {
        (APPLICATION_ID, FORMAT) => Ok(()),
        (0, 0) if tables == 0 => Ok(()),
        (APPLICATION_ID, format) => Err(storage(format!(
            "{path} has format {format} and this voc reads format {FORMAT}; use the voc that \
             wrote it, or choose another folder"
        ))
        .into()),
        _ => Err(not_ours().into()),
    }
}

/// Two processes that open a new file at once can meet here, and SQLite doesn't always wait.
fn enter_wal_mode(connection: &Connection, patience: Duration) -> Result<(), Trouble> {
    let end = Instant::now() + patience;
    loop {
        let result = connection
            .pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get::<_, String>(0));
        match result.map_err(Trouble::from) {
            Ok(mode) if mode == "wal" => return Ok(()),
            Ok(mode) => {
                let reason = format!("SQLite can't keep a write-ahead log here (mode {mode})");
                return Err(storage(reason).into());
            }
            Err(Trouble::Passing(_)) if Instant::now() < end => {
                std::thread::sleep(Duration::from_millis(5));
            }
            Err(trouble) => return Err(trouble),
        }
    }
}
