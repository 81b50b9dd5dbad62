//! A run put by in a file, to be gone on with later.
//!
//! | bytes | content |
//! |---|---|
//! | 8 | `HETUCK`, carriage return, line feed |
//! | 4 | version of the format, little-endian |
//! | 4 | length of the head |
//! | | head, as postcard: program, scenario, its fingerprint, simulated time, length of the body |
//! | | body: the [`Checkpoint`] as postcard, in an LZ4 frame |
//! | 8 | XXH3 of everything before, little-endian |
//!
//! The fingerprint is the XXH3 of the scenario as postcard: a checkpoint is of one scenario as it was resolved, rasters
//! and tables included, and of no other. A file is written beside its place and moved there when it is complete.

use std::borrow::Cow;
use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use lz4_flex::frame::{FrameDecoder, FrameEncoder};
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::{Xxh3, xxh3_64};

use crate::domain::order::Orders;
use crate::domain::recording::Checkpoint;
use crate::domain::scenario::Scenario;
use crate::io::beside::new_beside;

/// Version of the format that this build writes, and the only one it reads.
pub const CHECKPOINT_VERSION: u32 = 5;

/// First bytes of every checkpoint. The last ones show a file that went through a text filter.
const MAGIC: [u8; 8] = *b"HETUCK\r\n";

/// Bytes before the head.
const N_FIXED: usize = 16;

/// Bytes of the checksum.
const N_SUM: usize = 8;

/// Why a checkpoint could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum CheckpointError {
    /// The file or folder could not be opened, read or written.
    #[error("{source}: {path}")]
    Io {
        /// What the system said.
        source: std::io::Error,
        /// The file or folder.
        path: PathBuf,
    },
    /// The file is something else.
    #[error("not a checkpoint of hetu (its first bytes are others): {path}")]
    NotACheckpoint {
        /// The file.
        path: PathBuf,
    },
    /// The file ends too early.
    #[error("the checkpoint is cut short: {found} bytes, and there should be {expected}: {path}")]
    CutShort {
        /// Bytes there are.
        found: usize,
        /// Bytes there should be, at least.
        expected: usize,
        /// The file.
        path: PathBuf,
    },
    /// The bytes are not those that were written.
    #[error("the checkpoint is damaged ({what}): {path}")]
    Damaged {
        /// How it shows.
        what: &'static str,
        /// The file.
        path: PathBuf,
    },
    /// The file is of another version of the format.
    #[error("the checkpoint has version {found}, this build reads version {known}: {path}")]
    OtherVersion {
        /// Version of the file.
        found: u32,
        /// Version this build reads.
        known: u32,
        /// The file.
        path: PathBuf,
    },
    /// The file is of another scenario.
    #[error(
        "the checkpoint is of the scenario {found:?} with the fingerprint {found_mark:016x}, read by {program}; \
         allowed is {expected:?} exactly as it is now, orders up to that time included, with {expected_mark:016x}: {path}"
    )]
    OtherScenario {
        /// Name of the scenario it is of.
        found: String,
        /// Fingerprint of the scenario it is of.
        found_mark: u64,
        /// The program that wrote it.
        program: String,
        /// Name of the scenario it should be of.
        expected: String,
        /// Fingerprint of the scenario it should be of.
        expected_mark: u64,
        /// The file.
        path: PathBuf,
    },
    /// Something could not be put into bytes.
    #[error("the checkpoint cannot be stored ({source}): {path}")]
    Encode {
        /// What the encoder said.
        source: postcard::Error,
        /// The file.
        path: PathBuf,
    },
}

#[derive(Debug, Serialize, Deserialize)]
struct Head {
    program: String,
    scenario: String,
    fingerprint: u64,
    time_secs: f64,
    n_body: usize,
}

/// Hash of everything a scenario says, as it was resolved: XXH3 of its postcard form.
///
/// # Errors
/// When the scenario cannot be put into bytes, which takes more floodplain units than memory.
pub fn fingerprint(scenario: &Scenario) -> Result<u64, postcard::Error> {
    struct Hashing(Xxh3);
    impl std::io::Write for Hashing {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.update(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    postcard::to_io(scenario, Hashing(Xxh3::new())).map(|hashing| hashing.0.digest())
}

/// The folder that the checkpoints of one run go to.
#[derive(Debug)]
pub struct CheckpointFolder {
    dir: PathBuf,
    scenario: String,
    fingerprint: u64,
}

impl CheckpointFolder {
    /// Makes the folder if it is not there.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn create(dir: &Path, scenario: &Scenario) -> Result<Self, CheckpointError> {
        fs::create_dir_all(dir).map_err(io_error(dir))?;
        let fingerprint = fingerprint(scenario).map_err(encode_error(dir))?;
        Ok(Self { dir: dir.to_owned(), scenario: scenario.name.clone(), fingerprint })
    }

    /// From now on the checkpoints are of the scenario as orders have changed it.
    ///
    /// # Errors
    /// When it cannot be put into bytes.
    pub fn follow(&mut self, scenario: &Scenario) -> Result<(), CheckpointError> {
        self.fingerprint = fingerprint(scenario).map_err(encode_error(&self.dir))?;
        Ok(())
    }

    /// Writes one and returns its place, `checkpoint-SECONDS.hck`.
    ///
    /// # Errors
    /// When the place cannot be written to or the disk is full; an older file of that name is then still there.
    pub fn write(&self, checkpoint: &Checkpoint) -> Result<PathBuf, CheckpointError> {
        let path = self.dir.join(file_name(checkpoint.time_secs()));
        write(&path, &self.scenario, self.fingerprint, checkpoint)?;
        Ok(path)
    }
}

/// Seconds to the millisecond, without idle zeros, wide enough to sort by name within a year.
fn file_name(time_secs: f64) -> String {
    let text = format!("{time_secs:012.3}");
    format!("checkpoint-{}.hck", text.trim_end_matches('0').trim_end_matches('.'))
}

/// Writes a checkpoint of a scenario.
///
/// # Errors
/// When the place cannot be written to or the disk is full; an older file is then still there.
pub fn write_checkpoint(path: &Path, scenario: &Scenario, checkpoint: &Checkpoint) -> Result<(), CheckpointError> {
    write(path, &scenario.name, fingerprint(scenario).map_err(encode_error(path))?, checkpoint)
}

fn write(path: &Path, scenario: &str, fingerprint: u64, checkpoint: &Checkpoint) -> Result<(), CheckpointError> {
    let packed = postcard::to_io(checkpoint, FrameEncoder::new(Vec::new())).map_err(encode_error(path))?;
    let body = packed.finish().map_err(|error| io_error(path)(std::io::Error::other(error)))?;
    let head = Head {
        program: format!("hetu {}", env!("CARGO_PKG_VERSION")),
        scenario: scenario.to_owned(),
        fingerprint,
        time_secs: checkpoint.time_secs(),
        n_body: body.len(),
    };
    let head = postcard::to_stdvec(&head).map_err(encode_error(path))?;
    let n_head = u32::try_from(head.len()).expect("a head is a few hundred bytes long");
    let [version, n_head] = [CHECKPOINT_VERSION, n_head].map(u32::to_le_bytes);
    let parts: [&[u8]; 5] = [&MAGIC, &version, &n_head, &head, &body];
    let mut sum = Xxh3::new();
    for part in parts {
        sum.update(part);
    }
    let mut file = new_beside(path).map_err(io_error(path))?;
    parts
        .iter()
        .copied()
        .chain([&sum.digest().to_le_bytes() as &[u8]])
        .try_for_each(|part| file.write_all(part))
        .and_then(|()| file.as_file().sync_all())
        .map_err(io_error(path))?;
    file.persist(path).map(|_file| ()).map_err(|failure| io_error(path)(failure.error))
}

/// Reads a checkpoint of a scenario and checks every byte of it.
///
/// # Errors
/// When the file cannot be read, is no checkpoint, is of another version or scenario, or is cut short or damaged.
pub fn read_checkpoint(path: &Path, scenario: &Scenario) -> Result<Checkpoint, CheckpointError> {
    read_checkpoint_with(path, scenario, &Orders::none())
}

/// The same of a run with orders: those up to the time of the checkpoint must be the ones it was computed with.
///
/// # Errors
/// As [`read_checkpoint`].
pub fn read_checkpoint_with(path: &Path, scenario: &Scenario, orders: &Orders) -> Result<Checkpoint, CheckpointError> {
    let bytes = fs::read(path).map_err(io_error(path))?;
    let (head, body) = open(&bytes, path)?;
    let mut changed = Cow::Borrowed(scenario);
    if !orders.until(head.time_secs).is_empty() {
        orders.change(changed.to_mut(), head.time_secs);
    }
    let scenario = &*changed;
    let expected_mark = fingerprint(scenario).map_err(encode_error(path))?;
    if head.fingerprint != expected_mark {
        return Err(CheckpointError::OtherScenario {
            found: head.scenario,
            found_mark: head.fingerprint,
            program: head.program,
            expected: scenario.name.clone(),
            expected_mark,
            path: path.to_owned(),
        });
    }
    let damaged = |what| CheckpointError::Damaged { what, path: path.to_owned() };
    let mut plain = Vec::new();
    FrameDecoder::new(body).read_to_end(&mut plain).map_err(|_unreadable| damaged("its body cannot be unpacked"))?;
    let checkpoint: Checkpoint = postcard::from_bytes(&plain).map_err(|_unreadable| damaged("its body is no state"))?;
    if checkpoint.time_secs().to_bits() != head.time_secs.to_bits() {
        return Err(damaged("head and body are of different times"));
    }
    Ok(checkpoint)
}

/// Head and body of a file whose bytes are those that were written.
fn open<'a>(bytes: &'a [u8], path: &Path) -> Result<(Head, &'a [u8]), CheckpointError> {
    let damaged = |what| CheckpointError::Damaged { what, path: path.to_owned() };
    let cut_short = |expected| CheckpointError::CutShort { found: bytes.len(), expected, path: path.to_owned() };
    if !bytes.starts_with(&MAGIC) {
        return Err(CheckpointError::NotACheckpoint { path: path.to_owned() });
    }
    let Some((content, sum)) = bytes.split_last_chunk::<N_SUM>().filter(|(content, _)| content.len() >= N_FIXED) else {
        return Err(cut_short(N_FIXED + N_SUM));
    };
    let is_whole = xxh3_64(content) == u64::from_le_bytes(*sum);
    let [version, n_head] = [8, 12].map(|at| number(&content[at..]));
    if is_whole && version != CHECKPOINT_VERSION {
        return Err(CheckpointError::OtherVersion { found: version, known: CHECKPOINT_VERSION, path: path.to_owned() });
    }
    let rest = &content[N_FIXED..];
    let head = rest.get(..n_head as usize).and_then(|head| postcard::from_bytes::<Head>(head).ok());
    let expected = head.as_ref().and_then(|head| head.n_body.checked_add(N_FIXED + N_SUM + n_head as usize));
    match (head, expected) {
        (_, Some(expected)) if expected > bytes.len() => Err(cut_short(expected)),
        (Some(head), Some(expected)) if is_whole && expected == bytes.len() => Ok((head, &rest[n_head as usize..])),
        (None, _) if is_whole => Err(damaged("its head cannot be read")),
        _ => Err(damaged("its checksum is another")),
    }
}

fn number(bytes: &[u8]) -> u32 {
    bytes.first_chunk().copied().map_or(0, u32::from_le_bytes)
}

fn io_error(path: &Path) -> impl Fn(std::io::Error) -> CheckpointError {
    let path = path.to_owned();
    move |source| CheckpointError::Io { source, path: path.clone() }
}

fn encode_error(path: &Path) -> impl Fn(postcard::Error) -> CheckpointError {
    let path = path.to_owned();
    move |source| CheckpointError::Encode { source, path: path.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_sort_by_time() {
        let names = [0.5, 600.0, 43_200.0, 1_036_800.25].map(file_name);
        assert_eq!(names[2], "checkpoint-00043200.hck");
        assert_eq!(names[3], "checkpoint-01036800.25.hck");
        assert!(names.is_sorted());
    }
}
