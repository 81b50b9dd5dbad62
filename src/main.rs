//! The `hetu` program.

fn main() {}
