//! The river corridor on the grid.

use hetu::domain::geo::corridor::{CorridorSpec, build};
use hetu::io::river;

#[test]
fn the_default_corridor_carries_the_published_bankfull_discharge() {
    let corridor = build(&river::tables().unwrap(), &CorridorSpec::default()).unwrap();
    assert_eq!(corridor.river.stations.len(), 3);
    for station in &corridor.river.stations {
        let (published, model) = (station.bankfull_published_m3s.unwrap(), station.bankfull_model_m3s.unwrap());
        assert!((model / published - 1.0).abs() < 0.1, "{}: {model} {published}", station.id);
    }
}
