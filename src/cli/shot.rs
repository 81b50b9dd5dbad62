//! `hetu shot`: one annotated picture, offscreen.

use crate::app;
use crate::cli::Outcome;
use crate::cli::args::ShotArgs;
use crate::cli::source;

/// Draws one picture of a scenario (which is computed up to that moment) or of a session.
pub(super) fn shot(args: &ShotArgs) -> anyhow::Result<Outcome> {
    let source = source::open(&args.source, true)?;
    anyhow::ensure!(
        args.at <= source.scenario.duration_secs,
        "--at is {:.1} h; the scenario '{}' ends at {:.1} h",
        args.at / 3600.0,
        source.scenario.name,
        source.scenario.duration_secs / 3600.0
    );
    let order = app::ShotOrder {
        at_secs: args.at,
        camera: args.camera.clone(),
        layer: app::layer_named(&args.layer).map_err(anyhow::Error::msg)?,
        size: args.size,
        language: args.lang.into(),
        out: args.out.clone(),
    };
    app::check_renderer().map_err(anyhow::Error::msg)?;
    let recording = source.recorded(Some(args.at))?;
    app::shot(&source.scenario, recording, &order).map_err(anyhow::Error::msg)?;
    println!("picture: {}", args.out.display());
    Ok(Outcome::Done)
}
