//! Which known coordinate system a well-known text (a `.prj` file) describes.

use crate::domain::geo::projection::crs_kind;

/// Deepest nesting that is read; real texts have four levels.
const MOST_LEVELS: usize = 16;
/// Datums that the map takes as one: they differ by centimetres.
const DATUMS: [&str; 6] =
    ["china2000", "cgcs2000", "chinageodeticcoordinatesystem2000", "wgs1984", "wgs84", "worldgeodeticsystem1984"];

/// A keyword with what stands in its brackets.
#[derive(Debug, PartialEq)]
struct Node {
    keyword: String,
    args: Vec<Arg>,
}

#[derive(Debug, PartialEq)]
enum Arg {
    Text(String),
    Number(f64),
    Node(Node),
}

/// EPSG code of the system that the text describes: the code it gives itself or else by its parameters.
///
/// The error is the system's name, in words for a message.
pub(super) fn epsg_of(text: &str) -> Result<u32, String> {
    let mut reader = Reader { rest: text.trim_start_matches('\u{feff}').trim() };
    let Some(root) = reader.node(0) else {
        let start: String = text.trim().chars().take(40).collect();
        return Err(format!("`{start}`, which is no well-known text"));
    };
    let by_code = root.authority().filter(|epsg| crs_kind(*epsg).is_some());
    let found = by_code.or_else(|| match root.keyword.as_str() {
        "GEOGCS" => geographic(&root),
        "PROJCS" => projected(&root),
        _ => None,
    });
    found.ok_or_else(|| format!("`{}`", root.name()))
}

fn geographic(root: &Node) -> Option<u32> {
    let unit = root.child("UNIT")?.number(1)?;
    let is_degree = (unit.to_degrees() - 1.0).abs() < 1e-6;
    let meridian = root.child("PRIMEM").map_or(Some(0.0), |node| node.number(1))?;
    let datum = root.child("DATUM")?.name();
    let plain: String = datum.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let plain = if datum.starts_with("D_") { &plain[1..] } else { &plain };
    let is_known = DATUMS.contains(&plain) && is_degree && meridian.abs() < 1e-9;
    is_known.then_some(if plain.starts_with('w') { 4326 } else { 4490 })
}

fn projected(root: &Node) -> Option<u32> {
    geographic(root.child("GEOGCS")?)?;
    let method = root.child("PROJECTION")?.name().to_ascii_lowercase();
    let is_metre = (root.child("UNIT")?.number(1)? - 1.0).abs() < 1e-9;
    if !is_metre || !["transverse_mercator", "gauss_kruger"].contains(&method.as_str()) {
        return None;
    }
    let is = |value: f64, expected: f64| (value - expected).abs() < 1e-9 * expected.abs().max(1.0);
    let [north, lat, scale] = ["false_northing", "latitude_of_origin", "scale_factor"].map(|key| root.parameter(key));
    if !is(north.unwrap_or(0.0), 0.0) || !is(lat.unwrap_or(0.0), 0.0) {
        return None;
    }
    let (east, meridian) = (root.parameter("false_easting")?, root.parameter("central_meridian")?);
    let scale = scale.unwrap_or(1.0);
    let gauss_kruger = (0..=20_u32).filter(|zone| is(scale, 1.0) && is(meridian, f64::from(75 + 3 * zone)));
    let utm = (1..=60_u32).filter(|zone| is(scale, 0.9996) && is(meridian, f64::from(*zone) * 6.0 - 183.0));
    let gauss_kruger = gauss_kruger.filter_map(|zone| {
        let with_zone = f64::from(zone + 25) * 1e6 + 5e5;
        if is(east, 5e5) { Some(4534 + zone) } else { is(east, with_zone).then_some(4513 + zone) }
    });
    gauss_kruger.chain(utm.filter(|_| is(east, 5e5)).map(|zone| 32600 + zone)).next()
}

impl Node {
    fn name(&self) -> &str {
        match self.args.first() {
            Some(Arg::Text(name)) => name,
            _ => &self.keyword,
        }
    }

    fn nodes(&self) -> impl Iterator<Item = &Self> {
        self.args.iter().filter_map(|arg| if let Arg::Node(node) = arg { Some(node) } else { None })
    }

    fn child(&self, keyword: &str) -> Option<&Self> {
        self.nodes().find(|node| node.keyword == keyword)
    }

    fn number(&self, i: usize) -> Option<f64> {
        match self.args.get(i)? {
            Arg::Number(number) => Some(*number),
            Arg::Text(text) => text.parse().ok(),
            Arg::Node(_) => None,
        }
    }

    fn parameter(&self, name: &str) -> Option<f64> {
        let is_it = |node: &&Self| node.keyword == "PARAMETER" && node.name().eq_ignore_ascii_case(name);
        self.nodes().find(is_it)?.number(1)
    }

    /// Its EPSG code: `AUTHORITY["EPSG","4547"]` (WKT 1) or `ID["EPSG",4547]` (WKT 2).
    fn authority(&self) -> Option<u32> {
        let node = self.child("AUTHORITY").or_else(|| self.child("ID"))?;
        let code = node.number(1).filter(|_| node.name().eq_ignore_ascii_case("EPSG"))?;
        format!("{code}").parse().ok()
    }
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn node(&mut self, level: usize) -> Option<Node> {
        let at = self.rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))?;
        let keyword = self.rest[..at].to_ascii_uppercase();
        self.rest = self.rest[at..].trim_start();
        if keyword.is_empty() || level >= MOST_LEVELS || !self.skip(&['[', '(']) {
            return None;
        }
        let mut args = Vec::new();
        loop {
            args.push(self.arg(level)?);
            if self.skip(&[',']) {
                continue;
            }
            return self.skip(&[']', ')']).then_some(Node { keyword, args });
        }
    }

    fn arg(&mut self, level: usize) -> Option<Arg> {
        if self.skip(&['"']) {
            let (text, rest) = self.rest.split_once('"')?;
            self.rest = rest.trim_start();
            return Some(Arg::Text(text.to_owned()));
        }
        let end = self.rest.find([',', '[', '(', ']', ')'])?;
        if self.rest[end..].starts_with(['[', '(']) {
            return self.node(level + 1).map(Arg::Node);
        }
        let word = self.rest[..end].trim();
        self.rest = &self.rest[end..];
        // A bare word is an axis direction, such as EAST.
        Some(word.parse().map_or_else(|_| Arg::Text(word.to_owned()), Arg::Number))
    }

    fn skip(&mut self, any: &[char]) -> bool {
        let Some(rest) = self.rest.strip_prefix(any) else { return false };
        self.rest = rest.trim_start();
        true
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    const CHINA: &str = r#"GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]"#;
    const WGS: &str = r#"GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]"#;

    /// What ESRI writes for a Gauss-Krüger zone of CGCS2000.
    pub(in crate::io::layers) fn gauss_kruger(meridian: f64, false_easting_m: f64) -> String {
        transverse(CHINA, "Gauss_Kruger", [false_easting_m, meridian, 1.0], 1.0)
    }

    fn transverse(base: &str, method: &str, [east, meridian, scale]: [f64; 3], unit: f64) -> String {
        format!(
            r#"PROJCS["mine",{base},PROJECTION["{method}"],PARAMETER["False_Easting",{east:.1}],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",{meridian:.1}],PARAMETER["Scale_Factor",{scale}],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",{unit}]]"#
        )
    }

    #[test]
    fn systems_are_known_by_their_parameters() {
        assert_eq!(epsg_of(CHINA), Ok(4490));
        assert_eq!(epsg_of(&format!("\u{feff} {WGS}\r\n")), Ok(4326));
        assert_eq!(epsg_of(&gauss_kruger(114.0, 500_000.0)), Ok(4547));
        assert_eq!(epsg_of(&gauss_kruger(114.0, 38_500_000.0)), Ok(4526));
        assert_eq!(epsg_of(&gauss_kruger(135.0, 45_500_000.0)), Ok(4533));
        let utm = transverse(WGS, "Transverse_Mercator", [500_000.0, 117.0, 0.9996], 1.0);
        assert_eq!(epsg_of(&utm), Ok(32650));
    }

    #[test]
    fn a_code_of_the_whole_system_is_taken() {
        let text = r#"PROJCS["x (a[b]",GEOGCS["y",AUTHORITY["EPSG","4214"]],UNIT["metre",1],AXIS["E",EAST],AUTHORITY["EPSG","4547"]]"#;
        assert_eq!(epsg_of(text), Ok(4547));
        assert_eq!(epsg_of(r#"PROJCRS["x",BASEGEOGCRS["y",ID["EPSG",4214]],ID["EPSG",4548]]"#), Ok(4548));
    }

    #[test]
    fn other_systems_are_refused_by_name() {
        let xian = CHINA
            .replace("D_China_2000", "D_Xian_1980")
            .replace("GCS_China_Geodetic_Coordinate_System_2000", "GCS_Xian_1980");
        assert_eq!(epsg_of(&xian), Err("`GCS_Xian_1980`".to_owned()));
        for other in [
            transverse(&xian, "Gauss_Kruger", [500_000.0, 114.0, 1.0], 1.0),
            transverse(CHINA, "Gauss_Kruger", [500_000.0, 115.0, 1.0], 1.0),
            transverse(CHINA, "Gauss_Kruger", [500_000.0, 114.0, 1.0], 0.3048),
            transverse(CHINA, "Gauss_Kruger", [20_500_000.0, 117.0, 1.0], 1.0),
            transverse(CHINA, "Mercator", [500_000.0, 114.0, 1.0], 1.0),
        ] {
            assert_eq!(epsg_of(&other), Err("`mine`".to_owned()), "{other}");
        }
        let code = r#"PROJCS["WGS_1984_Web_Mercator",GEOGCS["y"],AUTHORITY["EPSG","3857"]]"#;
        assert_eq!(epsg_of(code), Err("`WGS_1984_Web_Mercator`".to_owned()));
    }

    #[test]
    fn nonsense_is_told_and_ends() {
        let deep = "A[".repeat(100_000);
        for text in ["", "PROJCS", "PROJCS[", "PROJCS[]", "[", "河图", r#"GEOGCS["x"#, deep.as_str(), "A[\"b\",C[1]"]
        {
            assert!(epsg_of(text).is_err(), "{text:.20}");
        }
    }
}
