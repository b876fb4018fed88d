//! Who runs the workers: a file in the log's folder, locked by the operating system, so that the lock
//! goes with the process however it ends. The file holds the process's id, for the message.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

use pipeline::Fault;

use crate::database::storage;

/// The file inside the log's folder.
const FILE: &str = "workers.lock";

/// The lock, while it is held.
#[derive(Debug)]
pub(crate) struct WorkersLock {
    _file: File,
}

impl WorkersLock {
    /// Takes the lock, or says which process has it.
    pub(crate) fn take(folder: &Path) -> Result<Self, Fault> {
        let path = folder.join(FILE);
        let failed = |error: &std::io::Error| storage(format!("{}: {error}", path.display()));
        let mut options = OpenOptions::new();
        options.create(true).truncate(false).read(true).write(true);
        let mut file = options.open(&path).map_err(|error| failed(&error))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(Fault::Locked {
                    path: folder.display().to_string(),
                    pid: holder(&mut file),
                });
            }
            Err(TryLockError::Error(error)) => return Err(failed(&error)),
        }
        write_holder(&mut file).map_err(|error| failed(&error))?;
        Ok(Self { _file: file })
    }
}

fn write_holder(file: &mut File) -> std::io::Result<()> {
    file.set_len(0)?;
    file.seek(SeekFrom::Start(0))?;
    writeln!(file, "{}", std::process::id())?;
    file.flush()
}

/// The process id in the file; 0 where it is not written yet.
fn holder(file: &mut File) -> u32 {
    let mut text = String::new();
    match file.read_to_string(&mut text) {
        Ok(_) => text.trim().parse().unwrap_or(0),
        Err(_) => 0,
    }
}
