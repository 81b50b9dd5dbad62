//! A moment of the wall clock as text of RFC 3339, or none.
//!
//! As the `time` crate does it, but for formats that do not say what comes next, such as that of session files.

use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

#[expect(clippy::ref_option, reason = "serde hands it over so")]
pub(super) fn serialize<S: Serializer>(wall: &Option<OffsetDateTime>, serializer: S) -> Result<S::Ok, S::Error> {
    let text = wall.map(|wall| wall.format(&Rfc3339)).transpose().map_err(S::Error::custom)?;
    text.serialize(serializer)
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<OffsetDateTime>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    text.map(|text| OffsetDateTime::parse(&text, &Rfc3339).map_err(D::Error::custom)).transpose()
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use crate::domain::order::Given;

    #[test]
    fn a_session_gives_back_when_an_order_was_given() {
        for wall in [None, Some(datetime!(2026-11-28 09:58:52.461178609 UTC)), Some(datetime!(1996-08-04 08:00 +8))] {
            let given = Given { simulated_secs: Some(3_600.0), wall };
            let bytes = postcard::to_stdvec(&given).unwrap();
            assert_eq!(postcard::from_bytes::<Given>(&bytes).unwrap(), given);
        }
    }
}
