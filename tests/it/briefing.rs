//! The briefing folder: pictures, tables and the page.

mod reach;

use hetu::briefing::{Inset, Layer, MapSheet, Picture};
use hetu::domain::impact::total;
use hetu::domain::text::Language;

#[test]
fn preview() {
    let scenario = reach::scenario(700, 330, 200.0);
    let frame = reach::frame(&scenario, 110.0 * 3600.0);
    let depth: Vec<f64> = frame.depth_mm.iter().map(|h| f64::from(*h) / 1000.0).collect();
    let lines = ["底线一 EPSG:4547 网格 200 m".to_owned(), "底线二".to_owned()];
    let sheet = MapSheet::new(
        &scenario,
        Layer::Depth,
        [1920, 1080],
        Language::Zh,
        "演示参数：按面积均摊；统计水深 ≥ 0.15 m",
        lines,
    );
    let inset = Inset {
        title: "花园口 流量（m³/s）".into(),
        series: (0..240)
            .map(|i| f64::from(i) * 3600.0)
            .map(|t| [t, reach::section(&scenario, t, 0).discharge_m3s])
            .collect(),
    };
    let values: Vec<Option<String>> =
        frame.readings.sections.iter().map(|s| Some(format!("{:.0} m³/s", s.discharge_m3s))).collect();
    let picture = Picture {
        values: &depth,
        heading: "漫滩面积最大",
        time_secs: Some(frame.time_secs),
        loss: Some(total(&frame.readings.losses)),
        station_values: &values,
        inset: Some(&inset),
    };
    std::fs::write(std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("preview.png"), sheet.paint_png(&picture))
        .unwrap();
}
