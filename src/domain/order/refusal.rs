//! Why an order cannot be carried out.

use std::fmt;

use crate::domain::geo::PointMap;
use crate::domain::text::Bilingual;

/// Why an order cannot be carried out, with what was found and what is allowed.
#[derive(Debug, Clone, PartialEq)]
pub enum Refusal {
    /// A point outside the grid.
    OffGrid {
        /// The point.
        at: PointMap,
    },
    /// A point outside the domain, or in a channel that is a line beside the plain.
    Outside {
        /// The point.
        at: PointMap,
    },
    /// No wall is near enough.
    NoWall {
        /// The point.
        at: PointMap,
        /// How near one must be, m.
        within_m: f64,
        /// The nearest one and its distance, m.
        nearest: Option<(String, f64)>,
    },
    /// Both ends of what is to be raised are on different walls.
    TwoWalls {
        /// The wall at one end and the wall at the other.
        walls: [String; 2],
    },
    /// A line that passes no edge between two cells of the domain.
    NoEdge,
    /// A breach whose sill is not below the crest.
    SillAboveCrest {
        /// The sill, m.
        sill_m: f64,
        /// Highest crest of the wall there, m.
        crest_m: f64,
    },
    /// A wall whose crest is nowhere above what stands there.
    CrestTooLow {
        /// Its highest crest, m.
        crest_m: f64,
        /// The lowest of what stands there, ground or crest, m.
        ground_m: f64,
    },
    /// A name that nothing has.
    Unknown {
        /// Of what.
        what: Bilingual,
        /// The name.
        name: String,
        /// Names there are.
        known: Vec<String>,
    },
    /// A boundary that has no discharge to change.
    NoDischarge {
        /// The boundary.
        name: String,
    },
    /// A number outside its range.
    Value {
        /// Which, as the key of the file.
        key: &'static str,
        /// The number.
        found: f64,
        /// What is allowed.
        allowed: Bilingual,
    },
    /// A text that says nothing.
    Blank {
        /// Which, as the key of the file.
        key: &'static str,
    },
    /// A pump that puts the water where it takes it.
    SameCell,
    /// The time is computed already.
    InThePast {
        /// When the order should take effect, s.
        at_secs: f64,
        /// The earliest possible time, s.
        earliest_secs: f64,
    },
    /// The time is after the end of the run.
    AfterTheEnd {
        /// When the order should take effect, s.
        at_secs: f64,
        /// End of the run, s.
        end_secs: f64,
    },
    /// There is no order of this number.
    NoSuchOrder {
        /// The number.
        id: u32,
    },
}

impl Refusal {
    /// In words: what was found; what is allowed.
    pub fn text(&self) -> Bilingual {
        let point = |[x, y]: &PointMap| format!("({x:.0}, {y:.0})");
        match self {
            Self::OffGrid { at } => Bilingual::new(
                format!("点{}在网格之外", point(at)),
                format!("the point {} lies outside the grid", point(at)),
            ),
            Self::Outside { at } => Bilingual::new(
                format!("点{}在计算区域之外", point(at)),
                format!("the point {} lies outside the domain, or in the channel beside it", point(at)),
            ),
            Self::NoWall { at, within_m, nearest } => no_wall(&point(at), *within_m, nearest.as_ref()),
            Self::TwoWalls { walls: [a, b] } => Bilingual::new(
                format!("起点在“{a}”，终点在“{b}”，两端须在同一堤上"),
                format!("it begins on the wall {a:?} and ends on {b:?}; both ends must be on one wall"),
            ),
            Self::NoEdge => Bilingual::new(
                "线段太短，或全在计算区域之外",
                "the line passes no edge between two cells of the domain: it is too short, or outside",
            ),
            Self::SillAboveCrest { sill_m, crest_m } => Bilingual::new(
                format!("口门底高程{sill_m:.2}米不低于该处堤顶{crest_m:.2}米"),
                format!("the sill of {sill_m:.2} m is not below the crest of the wall there, {crest_m:.2} m"),
            ),
            Self::CrestTooLow { crest_m, ground_m } => Bilingual::new(
                format!("顶高程{crest_m:.2}米处处不高于现有地面或堤顶（最低{ground_m:.2}米）"),
                format!("the crest of {crest_m:.2} m is nowhere above the ground or crest there, from {ground_m:.2} m"),
            ),
            Self::Unknown { what, name, known } => unknown(what, name, known),
            Self::NoDischarge { name } => Bilingual::new(
                format!("边界“{name}”不是流量边界"),
                format!("the boundary {name:?} imposes no discharge that could be changed"),
            ),
            Self::Value { key, found, allowed } => Bilingual::new(
                format!("{key}为{found}，应为{}", allowed.zh),
                format!("{key} is {found}; allowed is {}", allowed.en),
            ),
            Self::Blank { key } => Bilingual::new(format!("{key}未填写"), format!("{key} is empty; allowed is a text")),
            Self::SameCell => Bilingual::new(
                "泵站的取水点和出水点在同一网格",
                "the pump would put the water into the cell it takes it from",
            ),
            Self::InThePast { at_secs, earliest_secs } => Bilingual::new(
                format!("{}已经算过，最早可在{}", hours(*at_secs), hours(*earliest_secs)),
                format!("{} is computed already; the earliest is {}", hours(*at_secs), hours(*earliest_secs)),
            ),
            Self::AfterTheEnd { at_secs, end_secs } => Bilingual::new(
                format!("{}在计算结束{}之后", hours(*at_secs), hours(*end_secs)),
                format!("{} is after the end of the run, {}", hours(*at_secs), hours(*end_secs)),
            ),
            Self::NoSuchOrder { id } => Bilingual::new(format!("没有第{id}号指令"), format!("there is no order {id}")),
        }
    }
}

fn no_wall(at: &str, within_m: f64, nearest: Option<&(String, f64)>) -> Bilingual {
    let (zh, en) = match nearest {
        Some((name, m)) => {
            (format!("，最近的“{name}”在{m:.0}米外"), format!("; the nearest, {name:?}, is {m:.0} m away"))
        }
        None => (String::new(), "; there is none".to_owned()),
    };
    Bilingual::new(
        format!("{at}周围{within_m:.0}米内没有堤{zh}"),
        format!("no wall within {within_m:.0} m of {at}{en}"),
    )
}

fn unknown(what: &Bilingual, name: &str, known: &[String]) -> Bilingual {
    let quoted: Vec<String> = known.iter().map(|name| format!("{name:?}")).collect();
    let (zh, en) = if known.is_empty() {
        ("无".to_owned(), "there is none".to_owned())
    } else {
        (known.join("、"), quoted.join(", "))
    };
    Bilingual::new(
        format!("没有名为“{name}”的{}；现有：{zh}", what.zh),
        format!("no {} is called {name:?}; known: {en}", what.en),
    )
}

fn hours(secs: f64) -> String {
    format!("T+{:.3} h ({secs} s)", secs / 3600.0)
}

impl fmt::Display for Refusal {
    /// The English words.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text().en)
    }
}

impl std::error::Error for Refusal {}
