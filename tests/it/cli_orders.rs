//! Orders on the command line: a run with them, its replay, and runs beside each other.

#![expect(clippy::unwrap_used, reason = "everything in this file is a test")]

use std::fs;
use std::path::{Path, PathBuf};

use hetu::domain::order::{Deed, preview};
use hetu::io::orders::load_orders;
use hetu::io::scenario::load;

use crate::cli::{assert_code, hetu, names_in, stdout};

fn shipped(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "scenarios", name].iter().collect()
}

fn run(folder: &Path, out: &str, more: &[&str]) {
    let scenario = shipped("dam-break.ron");
    let args = [&["run", scenario.to_str().unwrap(), "-o", out], more].concat();
    assert_code(&hetu(folder, &args), 0);
}

#[test]
fn a_run_with_orders_is_replayed_to_the_same_hash_and_compared_with_one_without() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let text = "Orders(version: 1, orders: [(at_secs: 7.3, what: Wall(line: LINE, height_m: 20.0))])";
    let grid = load(&shipped("dam-break.ron")).unwrap().terrain.grid;
    let x = grid.west_m + 0.75 * f64::from(u32::try_from(grid.n_cols).unwrap()) * grid.cell_m;
    let line = format!("[({x}, {}), ({x}, {})]", grid.south_m() + 0.1, grid.north_m - 0.1);
    fs::write(here.join("wall.ron"), text.replace("LINE", &line)).unwrap();
    run(here, "plain", &[]);
    run(here, "walled", &["--orders", "wall.ron"]);
    assert!(names_in(&here.join("walled")).contains(&"orders.ron".to_owned()));
    assert!(!names_in(&here.join("plain")).contains(&"orders.ron".to_owned()));

    let replayed = hetu(here, &["replay", "walled", "--scenario", shipped("dam-break.ron").to_str().unwrap()]);
    assert_code(&replayed, 0);
    assert!(stdout(&replayed).contains("1 order(s)") && stdout(&replayed).contains("the same to the last bit"));
    // Another order in its place is another run.
    fs::write(here.join("walled/orders.ron"), "Orders(version: 1, orders: [])").unwrap();
    assert_code(&hetu(here, &["replay", "walled"]), 1);
    let other = hetu(here, &["replay", "plain", "--scenario", shipped("constant-4000.ron").to_str().unwrap()]);
    assert_code(&other, 2);
    assert!(String::from_utf8_lossy(&other.stderr).contains("fingerprint"));

    let compared = hetu(here, &["compare", "plain", "walled", "-o", "beside"]);
    assert_code(&compared, 0);
    assert!(stdout(&compared).contains("Newly dry"), "{}", stdout(&compared));
    assert_eq!(names_in(&here.join("beside")), ["compare.csv", "depth_difference.tif", "difference.tif"]);
    let table = fs::read_to_string(here.join("beside/compare.csv")).unwrap();
    assert!(table.starts_with("figure,of_zh,of_en,unit,plain,walled,walled_minus_plain\ntime,,,s,"), "{table}");
    let compared = hetu(here, &["compare", "plain", "walled", "plain", "-o", "three"]);
    assert_code(&compared, 0);
    assert_eq!(names_in(&here.join("three")), ["compare.csv", "depth_range.tif", "times_flooded.tif"]);
    let late = hetu(here, &["compare", "plain", "walled", "-o", "late", "--at", "900d"]);
    assert_code(&late, 2);
    assert!(!here.join("late").exists());
}

#[test]
fn a_faulty_file_of_orders_is_refused_with_its_place_before_anything_runs() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let text = "Orders(version: 1, orders: [(at_secs: 0.0, what: CloseRoad(road: \"S1\"))])";
    fs::write(here.join("bad.ron"), text.replace("CloseRoad", "ClosedRoad")).unwrap();
    let scenario = shipped("dam-break.ron");
    let scenario = scenario.to_str().unwrap();
    let bad = hetu(here, &["run", scenario, "-o", "bad", "--orders", "bad.ron"]);
    assert_code(&bad, 2);
    let words = String::from_utf8_lossy(&bad.stderr).into_owned();
    assert!(words.contains("bad.ron:1:") && words.contains("`CloseRoad`, the nearest known name"), "{words}");
    assert!(!here.join("bad").exists());
}

#[test]
fn the_shipped_orders_can_be_carried_out() {
    let scenario = load(&shipped("constant-8000.ron")).unwrap();
    for (name, n_orders) in [("orders/dongbatou-breach.ron", 1), ("orders/dongbatou-sandbags.ron", 4)] {
        let orders = load_orders(&shipped(name), &scenario).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(orders.all().len(), n_orders);
        let breach = orders.all().iter().find(|order| matches!(order.deed, Deed::Breach { .. })).unwrap();
        let found = preview(&scenario, &breach.deed).unwrap();
        assert_eq!(found.wall.as_deref(), Some("right-levee"));
        assert!((250.0..350.0).contains(&found.length_m), "{}", found.length_m);
        assert!(found.edges.iter().all(|edge| edge.before_m > edge.ground_m + 1.0 && edge.after_m < edge.before_m));
    }
}
