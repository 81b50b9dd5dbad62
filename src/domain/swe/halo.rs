//! A tile with the two rings of cells around it that the second order looks at.

use super::layout::{Cells, Layout, N};

/// Rings of cells around a tile.
pub(super) const RINGS: usize = 2;

/// One value for each cell of a tile and of both rings: `[j + RINGS][i + RINGS]` is cell `[j][i]`.
pub(super) type Halo = [[f64; N + 2 * RINGS]; N + 2 * RINGS];

/// The tiles around a tile and itself, `[from south][from west]`.
pub(super) type Around = [[Option<usize>; 3]; 3];

/// The tiles around `tile`.
pub(super) fn around(layout: Layout, tile: usize) -> Around {
    let (ty, tx) = (tile / layout.n_tile_cols, tile % layout.n_tile_cols);
    let at = |dy: usize, dx: usize| {
        let (y, x) = ((ty + dy).checked_sub(1)?, (tx + dx).checked_sub(1)?);
        (y < layout.n_tile_rows && x < layout.n_tile_cols).then(|| y * layout.n_tile_cols + x)
    };
    [0, 1, 2].map(|dy| [0, 1, 2].map(|dx| at(dy, dx)))
}

/// A field of a tile with its rings; 0 beyond the grid.
pub(super) fn gather<'a>(around: &Around, field: impl Fn(usize) -> &'a Cells) -> Halo {
    let mut halo = [[0.0; N + 2 * RINGS]; N + 2 * RINGS];
    for (dy, tiles) in around.iter().enumerate() {
        let (from, to, rows) = SPANS[dy];
        for (dx, tile) in tiles.iter().enumerate() {
            let Some(cells) = tile.map(&field) else { continue };
            for k in 0..rows {
                let (target, source) = (&mut halo[to + k], &cells[from + k]);
                match dx {
                    0 => target[..RINGS].copy_from_slice(&source[N - RINGS..]),
                    1 => target[RINGS..RINGS + N].copy_from_slice(source),
                    _ => target[RINGS + N..].copy_from_slice(&source[..RINGS]),
                }
            }
        }
    }
    halo
}

/// Rows of the tile before, of the tile itself and of the tile after: first row there, first row here, how many.
const SPANS: [(usize, usize, usize); 3] = [(N - RINGS, 0, RINGS), (0, RINGS, N), (0, RINGS + N, RINGS)];

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "copies are exact")]
mod tests {
    use super::*;
    use crate::domain::geo::Grid;

    #[test]
    fn the_rings_hold_the_cells_of_the_tiles_around() {
        let grid = Grid { n_cols: 3 * N, n_rows: 3 * N, cell_m: 1.0, west_m: 0.0, north_m: 48.0 };
        let layout = Layout::new(&grid);
        let value = |y: usize, x: usize| (y * 1000 + x) as f64;
        let mut fields = vec![[[0.0; N]; N]; layout.n_tiles()];
        for y in 0..3 * N {
            for x in 0..3 * N {
                let slot = layout.slot_from_south(y, x);
                fields[slot.tile][slot.j][slot.i] = value(y, x);
            }
        }
        let halo = gather(&around(layout, 4), |t| &fields[t]);
        for (j, row) in halo.iter().enumerate() {
            for (i, found) in row.iter().enumerate() {
                assert_eq!(*found, value(N - RINGS + j, N - RINGS + i));
            }
        }
        assert_eq!(around(layout, 0), [[None; 3], [None, Some(0), Some(1)], [None, Some(3), Some(4)]]);
    }
}
