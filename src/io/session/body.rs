//! How parts are put into bytes, and their checksums.

use serde::Serialize;
use serde::de::DeserializeOwned;
use xxhash_rust::xxh3::{Xxh3, xxh3_64};

/// Level of compression of checkpoints.
const CHECKPOINT_LEVEL: i32 = 1;

/// Postcard, then LZ4 with its length before.
pub(super) fn encode(value: &(impl Serialize + ?Sized)) -> Result<Vec<u8>, postcard::Error> {
    Ok(lz4_flex::block::compress_prepend_size(&postcard::to_stdvec(value)?))
}

/// What [`encode`] made; `None` when the bytes are others.
pub(super) fn decode<T: DeserializeOwned>(blob: &[u8]) -> Option<T> {
    postcard::from_bytes(&lz4_flex::block::decompress_size_prepended(blob).ok()?).ok()
}

/// Postcard, then Zstandard: for large things.
pub(super) fn encode_large(value: &impl Serialize) -> Result<Vec<u8>, postcard::Error> {
    let bytes = postcard::to_stdvec(value)?;
    zstd::bulk::compress(&bytes, CHECKPOINT_LEVEL).map_err(|_no_memory| postcard::Error::SerializeBufferFull)
}

/// What [`encode_large`] made; `None` when the bytes are others.
pub(super) fn decode_large<T: DeserializeOwned>(blob: &[u8]) -> Option<T> {
    postcard::from_bytes(&zstd::stream::decode_all(blob).ok()?).ok()
}

/// Checksum of a part; `SQLite` keeps signed integers.
pub(super) fn checksum(blob: &[u8]) -> i64 {
    xxh3_64(blob).cast_signed()
}

/// Checksum of the small columns of a frame.
pub(super) fn head_checksum(index: i64, time_secs: f64, key: Option<i64>, readings: &[u8]) -> i64 {
    let mut hash = Xxh3::with_seed(index.cast_unsigned());
    hash.update(&time_secs.to_le_bytes());
    hash.update(&key.unwrap_or(-1).to_le_bytes());
    hash.update(readings);
    hash.digest().cast_signed()
}

/// Checksum of the packed fields of a frame.
pub(super) fn fields_checksum(index: i64, fields: &[u8]) -> i64 {
    let mut hash = Xxh3::with_seed(index.cast_unsigned());
    hash.update(fields);
    hash.digest().cast_signed()
}
