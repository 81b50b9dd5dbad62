//! What kind of coordinate system an EPSG code names.

/// Kind of a coordinate system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CrsKind {
    /// Easting and northing in metres: what a run needs.
    ProjectedMetres,
    /// Easting and northing in another unit, such as US survey feet.
    ProjectedOtherUnit,
    /// Longitude and latitude in degrees.
    Geographic,
    /// Vertical, geocentric, engineering or unknown.
    Other,
}

impl CrsKind {
    /// The kind in words, for a message.
    pub const fn describe(self) -> &'static str {
        match self {
            Self::ProjectedMetres => "projected metres",
            Self::ProjectedOtherUnit => "projected, but not in metres",
            Self::Geographic => "geographic, in degrees",
            Self::Other => "no map projection that is known here",
        }
    }
}

/// Runs of codes of one kind; the source is named in the file.
const TABLE: &str = include_str!("../../assets/epsg/kinds.csv");

/// Kind of the coordinate system of an EPSG code.
///
/// Source: EPSG dataset v11.022, through the database of PROJ 9.5.1.
pub fn kind(code: u32) -> CrsKind {
    let word = TABLE.lines().find_map(|line| {
        let (first, rest) = line.split_once(',')?;
        let (last, word) = rest.split_once(',')?;
        (first.parse::<u32>().ok()?..=last.parse::<u32>().ok()?).contains(&code).then_some(word)
    });
    match word {
        Some("metre") => CrsKind::ProjectedMetres,
        Some("other-unit") => CrsKind::ProjectedOtherUnit,
        Some("geographic") => CrsKind::Geographic,
        _ => CrsKind::Other,
    }
}

/// The code in a text such as `EPSG:4547`.
pub fn parse(text: &str) -> Option<u32> {
    let (authority, code) = text.split_once(':')?;
    let is_plain = code.bytes().all(|b| b.is_ascii_digit());
    (authority.eq_ignore_ascii_case("EPSG") && is_plain).then(|| code.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn well_known_codes_have_their_kind() {
        // 4547 and 4526: CGCS2000 Gauss-Krüger; 32649: UTM 49N; 3089: Kentucky in US feet; 5773: EGM96 height.
        for (code, expected) in [
            (4547, CrsKind::ProjectedMetres),
            (4526, CrsKind::ProjectedMetres),
            (32649, CrsKind::ProjectedMetres),
            (3857, CrsKind::ProjectedMetres),
            (3089, CrsKind::ProjectedOtherUnit),
            (4326, CrsKind::Geographic),
            (4490, CrsKind::Geographic),
            (4269, CrsKind::Geographic),
            (5773, CrsKind::Other),
            (1, CrsKind::Other),
            (999_999, CrsKind::Other),
        ] {
            assert_eq!(kind(code), expected, "{code}");
        }
    }

    #[test]
    fn codes_are_written_with_their_authority() {
        assert_eq!(parse("EPSG:4547"), Some(4547));
        assert_eq!(parse("epsg:4326"), Some(4326));
        for wrong in ["4547", "EPSG:", "EPSG:x", "ESRI:102012", "EPSG:-1", "EPSG:+1"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }
}
