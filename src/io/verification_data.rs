//! Measured data of the verification cases that cannot be part of the program: Monai valley and Merewether.
//!
//! A data folder holds `monai/` (`bathymetry.asc`, `incoming_wave.csv`, `gauges.csv`) and `merewether/` (`dem.asc`,
//! `houses.csv`, `road.csv`, `stage.csv`).

use std::path::{Path, PathBuf};

use crate::domain::geo::Raster;
use crate::io::raster::{self, RasterError};

/// Why measured data could not be read.
#[derive(Debug, thiserror::Error)]
pub enum MeasuredError {
    /// A raster is wrong.
    #[error(transparent)]
    Raster(#[from] RasterError),
    /// A file could not be read.
    #[error("{source}: {path}")]
    Io {
        /// What the system said.
        source: std::io::Error,
        /// The file.
        path: PathBuf,
    },
    /// A row of a table is not what it should be.
    #[error("line {line}: found {found:?}, allowed {n_columns} finite numbers: {path}")]
    Row {
        /// Line, the first is 1.
        line: usize,
        /// What stands there.
        found: String,
        /// How many numbers a row has.
        n_columns: usize,
        /// The file.
        path: PathBuf,
    },
    /// A table has no row.
    #[error("no row below the header: {path}")]
    Empty {
        /// The file.
        path: PathBuf,
    },
}

/// A raster of the folder.
///
/// # Errors
/// When it cannot be read or is not a raster.
pub fn read_raster(dir: &Path, name: &str) -> Result<Raster, MeasuredError> {
    Ok(raster::read(&dir.join(name))?)
}

/// The rows of a table of numbers below one line of headers.
///
/// # Errors
/// When it cannot be read, has no row, or a row is not `N` finite numbers.
pub fn read_table<const N: usize>(dir: &Path, name: &str) -> Result<Vec<[f64; N]>, MeasuredError> {
    let path = dir.join(name);
    let text = std::fs::read_to_string(&path).map_err(|source| MeasuredError::Io { source, path: path.clone() })?;
    rows(&text, &path)
}

fn rows<const N: usize>(text: &str, path: &Path) -> Result<Vec<[f64; N]>, MeasuredError> {
    let mut rows = Vec::new();
    for (k, line) in text.lines().enumerate().skip(1).filter(|(_, line)| !line.trim().is_empty()) {
        let numbers: Option<Vec<f64>> =
            line.split(',').map(|word| word.trim().parse().ok().filter(|x: &f64| x.is_finite())).collect();
        let row = numbers.and_then(|numbers| <[f64; N]>::try_from(numbers).ok());
        let wrong = || MeasuredError::Row { line: k + 1, found: line.into(), n_columns: N, path: path.into() };
        rows.push(row.ok_or_else(wrong)?);
    }
    if rows.is_empty() { Err(MeasuredError::Empty { path: path.into() }) } else { Ok(rows) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_of_numbers() {
        let path = Path::new("a.csv");
        assert_eq!(rows::<2>("t,x\n0,1.5\n2, -3\n\n", path).unwrap(), [[0.0, 1.5], [2.0, -3.0]]);
        let told = rows::<2>("t,x\n0,1\n1,nan\n", path).unwrap_err().to_string();
        assert_eq!(told, "line 3: found \"1,nan\", allowed 2 finite numbers: a.csv");
        assert!(rows::<2>("t,x\n0,1,2\n", path).is_err());
        assert_eq!(rows::<2>("t,x\n", path).unwrap_err().to_string(), "no row below the header: a.csv");
    }
}
