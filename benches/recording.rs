//! Candidates for packing frames, on frames of real runs: `cargo bench --no-default-features --bench recording`.
//!
//! Without arguments the dam break and two days of the flood of August 1996 are computed first (minutes);
//! `-- --session FILE` takes the frames of a session. Printed: bytes a frame, ratio to raw, and rates in MB of raw
//! frames a second. The transform before the codec is that of `domain::recording`: differences to a base frame (or to
//! nothing), then to the cell to the west, low and high bytes apart.
#![expect(clippy::print_stdout, reason = "this prints what it measures")]
#![expect(clippy::disallowed_methods, reason = "measuring time is what this is for")]

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use hetu::domain::frame::Frame;
use hetu::domain::recording::{PackedFrame, Recording, Shape};
use hetu::engine::{EngineSettings, run_batch};
use hetu::io::scenario;
use hetu::io::session::Session;

/// What a frame is taken as a difference to.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Base {
    /// Nothing: each frame stands alone.
    Alone,
    /// The frame before: all since the last key are needed, of which there is one every eight frames.
    Before,
    /// The last of the key frames, one every so many.
    Key(usize),
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Codec {
    Lz4,
    Zstd(i32),
    Deflate(u8),
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(at) = arguments.iter().position(|argument| argument == "--session") {
        let path = PathBuf::from(arguments.get(at + 1).expect("a file after --session"));
        let session = Session::open_checked(&path).expect("a session");
        return table(&session.scenario.name, &session.recording);
    }
    for (name, until_secs) in [("dam-break", None), ("huayuankou-1996-08", Some(172_800.0))] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(format!("{name}.ron"));
        let scenario = Arc::new(scenario::load(&path).expect("a shipped scenario"));
        let run = run_batch(&scenario, &EngineSettings::BATCH, until_secs, &mut |_event| {}).expect("it runs");
        table(name, &run.recording);
    }
}

fn table(name: &str, recording: &Recording) {
    let frames: Vec<Arc<Frame>> = (0..recording.n_frames()).filter_map(|index| recording.frame(index)).collect();
    let shape = recording.shape();
    println!("\n{name}: {} frames of {} x {} cells", frames.len(), shape.n_cols, shape.n_rows);
    println!(
        "{:<9} {:>5} {:<10} {:>13} {:>8} {:>10} {:>12}",
        "base", "tile", "codec", "bytes a frame", "ratio", "pack MB/s", "unpack MB/s"
    );
    for base in [Base::Alone, Base::Before, Base::Key(4), Base::Key(8), Base::Key(16)] {
        for tile in [32, 64, 128] {
            for codec in [Codec::Lz4, Codec::Zstd(1), Codec::Zstd(3), Codec::Deflate(1), Codec::Deflate(6)] {
                let is_asked = tile == 64 || codec == Codec::Zstd(1);
                if is_asked {
                    row(&frames, shape, base, tile, codec);
                }
            }
        }
    }
    shipped(&frames, shape);
}

/// The way it is done, from frame to bytes and back.
fn shipped(frames: &[Arc<Frame>], shape: Shape) {
    let started = Instant::now();
    let packed: Vec<PackedFrame> = (0..frames.len())
        .map(|k| match k % 8 {
            0 => PackedFrame::pack(&frames[k], shape),
            _ => PackedFrame::pack_on(&frames[k], shape, (k - k % 8, &frames[k - k % 8])),
        })
        .collect();
    let pack_secs = started.elapsed().as_secs_f64();
    let started = Instant::now();
    for (k, packed) in packed.iter().enumerate() {
        let frame = packed.unpack(Some(&frames[k - k % 8])).expect("it was packed here");
        assert_eq!(frame, *frames[k], "the frame comes back");
    }
    let unpack_secs = started.elapsed().as_secs_f64();
    let n_bytes = packed.iter().map(PackedFrame::packed_bytes).sum();
    print_row("shipped", 64, "zstd 1", frames.len(), shape, n_bytes, pack_secs, unpack_secs);
}

fn row(frames: &[Arc<Frame>], shape: Shape, base: Base, tile: usize, codec: Codec) {
    let base_of = |k: usize| match base {
        Base::Alone => None,
        Base::Before => (!k.is_multiple_of(8)).then(|| &*frames[k - 1]),
        Base::Key(every) => (!k.is_multiple_of(every)).then(|| &*frames[k - k % every]),
    };
    let mut packer = Packer::new(codec);
    let started = Instant::now();
    let packed: Vec<Vec<(usize, Vec<u8>)>> =
        (0..frames.len()).map(|k| pack(&frames[k], base_of(k), shape, tile, &mut packer)).collect();
    let pack_secs = started.elapsed().as_secs_f64();
    let started = Instant::now();
    for (length, bytes) in packed.iter().flatten() {
        assert_eq!(packer.unpack(bytes, *length).len(), *length, "the tile comes back");
    }
    let unpack_secs = started.elapsed().as_secs_f64();
    // A byte for each tile and four for the length of each packed one.
    let n_tiles = shape.n_cols.div_ceil(tile) * shape.n_rows.div_ceil(tile);
    let n_bytes = packed.iter().map(|tiles| n_tiles + tiles.iter().map(|(_, t)| t.len() + 4).sum::<usize>()).sum();
    let base = match base {
        Base::Alone => "alone".to_owned(),
        Base::Before => "before".to_owned(),
        Base::Key(every) => format!("key {every}"),
    };
    let codec = match codec {
        Codec::Lz4 => "lz4".to_owned(),
        Codec::Zstd(level) => format!("zstd {level}"),
        Codec::Deflate(level) => format!("deflate {level}"),
    };
    print_row(&base, tile, &codec, frames.len(), shape, n_bytes, pack_secs, unpack_secs);
}

fn print_row(
    base: &str,
    tile: usize,
    codec: &str,
    n: usize,
    shape: Shape,
    n_bytes: usize,
    pack_secs: f64,
    unpack_secs: f64,
) {
    let raw = (n * shape.n_cells() * 6) as f64;
    println!(
        "{base:<9} {tile:>5} {codec:<10} {:>13.0} {:>8.2} {:>10.0} {:>12.0}",
        n_bytes as f64 / n as f64,
        raw / n_bytes as f64,
        raw / pack_secs / 1e6,
        raw / unpack_secs / 1e6
    );
}

/// The tiles that differ from the base, with their length before packing.
fn pack(frame: &Frame, base: Option<&Frame>, shape: Shape, tile: usize, packer: &mut Packer) -> Vec<(usize, Vec<u8>)> {
    let fields = [Field::Depth, Field::East, Field::North];
    let mut tiles = Vec::new();
    for row in (0..shape.n_rows).step_by(tile) {
        for col in (0..shape.n_cols).step_by(tile) {
            let rows = row..(row + tile).min(shape.n_rows);
            let cols = col..(col + tile).min(shape.n_cols);
            let n = rows.len() * cols.len();
            let mut planes = vec![0_u8; 6 * n];
            let mut is_same = true;
            for (field, planes) in fields.iter().zip(planes.chunks_exact_mut(2 * n)) {
                let (low, high) = planes.split_at_mut(n);
                let mut at = 0;
                for row in rows.clone() {
                    let mut west = 0_u16;
                    for index in row * shape.n_cols + cols.start..row * shape.n_cols + cols.end {
                        let before = base.map_or(0, |base| field.bits(base, index));
                        let difference = field.bits(frame, index).wrapping_sub(before);
                        is_same &= difference == 0;
                        let small = difference.wrapping_sub(west);
                        west = difference;
                        let zigzag = (small << 1) ^ (small.cast_signed() >> 15).cast_unsigned();
                        [low[at], high[at]] = zigzag.to_le_bytes();
                        at += 1;
                    }
                }
            }
            if !is_same {
                tiles.push((planes.len(), packer.pack(&planes)));
            }
        }
    }
    tiles
}

#[derive(Debug, Clone, Copy)]
enum Field {
    Depth,
    East,
    North,
}

impl Field {
    fn bits(self, frame: &Frame, index: usize) -> u16 {
        match self {
            Self::Depth => frame.depth_mm[index],
            Self::East => frame.u_mmps[index].cast_unsigned(),
            Self::North => frame.v_mmps[index].cast_unsigned(),
        }
    }
}

struct Packer {
    codec: Codec,
    compressor: zstd::bulk::Compressor<'static>,
    decompressor: zstd::bulk::Decompressor<'static>,
}

impl Packer {
    fn new(codec: Codec) -> Self {
        let level = if let Codec::Zstd(level) = codec { level } else { 1 };
        Self {
            codec,
            compressor: zstd::bulk::Compressor::new(level).expect("a level that there is"),
            decompressor: zstd::bulk::Decompressor::new().expect("memory"),
        }
    }

    fn pack(&mut self, bytes: &[u8]) -> Vec<u8> {
        match self.codec {
            Codec::Lz4 => lz4_flex::block::compress(bytes),
            Codec::Zstd(_) => self.compressor.compress(bytes).expect("memory"),
            Codec::Deflate(level) => miniz_oxide::deflate::compress_to_vec(bytes, level),
        }
    }

    fn unpack(&mut self, bytes: &[u8], length: usize) -> Vec<u8> {
        match self.codec {
            Codec::Lz4 => lz4_flex::block::decompress(bytes, length).expect("it was packed here"),
            Codec::Zstd(_) => self.decompressor.decompress(bytes, length).expect("it was packed here"),
            Codec::Deflate(_) => miniz_oxide::inflate::decompress_to_vec(bytes).expect("it was packed here"),
        }
    }
}
