//! `hetu shot`: one annotated picture, offscreen, or several at moments of equal distance.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::app::{self, Recorded, ShotOrder};
use crate::cli::Outcome;
use crate::cli::args::{ShotArgs, WindowArg};
use crate::cli::source::{self, Source};
use crate::io::animation::Animation;
use crate::io::folder;
use crate::io::session::{Session, write_session};

/// How long an animation shows each picture, ms.
const FRAME_MS: u16 = 400;

/// Draws pictures of a scenario (which is computed up to the last of them) or of a session.
pub(super) fn shot(args: &ShotArgs) -> anyhow::Result<Outcome> {
    let source = source::open(&args.source, true)?;
    let last_secs = args.to.unwrap_or(args.at).max(args.at);
    anyhow::ensure!(
        last_secs <= source.scenario.duration_secs,
        "{} is {:.1} h; the scenario '{}' ends at {:.1} h",
        if args.to.is_some() { "--to" } else { "--at" },
        last_secs / 3600.0,
        source.scenario.name,
        source.scenario.duration_secs / 3600.0
    );
    let order = ShotOrder {
        at_secs: args.at,
        camera: args.camera.clone(),
        branch: args.branch.clone(),
        beside: args.beside.clone(),
        layer: app::layer_named(&args.layer).map_err(anyhow::Error::msg)?,
        light: args.light.into(),
        has_contours: args.contours,
        section: args.section.map(app::ShotSection::Across).or(args.profile.then_some(app::ShotSection::Along)),
        size: args.size,
        language: args.lang.into(),
        out: args.out.clone(),
    };
    app::check_renderer().map_err(anyhow::Error::msg)?;
    if let Some(window) = args.window {
        window_shot(&source, &order, window)?;
    } else if let Some(every_secs) = args.every {
        several(&source, order, every_secs, last_secs)?;
    } else {
        app::shot(&recorded(&source, args.at)?, &order).map_err(anyhow::Error::msg)?;
    }
    println!("picture: {}", args.out.display());
    Ok(Outcome::Done)
}

/// The window with a session, or with a scenario that is computed up to that time.
fn window_shot(source: &Source, order: &ShotOrder, window: WindowArg) -> anyhow::Result<()> {
    let held = tempfile::tempdir()?;
    let session = if let Some(session) = &source.session {
        Arc::clone(session)
    } else {
        let path = held.path().join("shot.hetu");
        let recording = source.recorded(Some(order.at_secs))?;
        write_session(&path, &source.scenario, &recording, None)?;
        Arc::new(Session::open(&path)?)
    };
    app::window_shot(&session, order, window.tab()).map_err(anyhow::Error::msg)
}

/// What there is; of a scenario alone what is computed up to that time.
fn recorded(source: &Source, until_secs: f64) -> anyhow::Result<Recorded> {
    Ok(match &source.session {
        Some(session) => Recorded::Session(Arc::clone(session)),
        None => Recorded::Run(Arc::clone(&source.scenario), source.recorded(Some(until_secs))?),
    })
}

fn several(source: &Source, order: ShotOrder, every_secs: f64, last_secs: f64) -> anyhow::Result<()> {
    let recorded = recorded(source, last_secs)?;
    let (out, size) = (order.out.clone(), order.size);
    let is_animation = out.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("gif"));
    let held = tempfile::tempdir()?;
    let path_at = |at_secs: f64| {
        if is_animation {
            held.path().join("picture.png")
        } else {
            out.join(format!("T{:06.2}h.png", at_secs / 3600.0))
        }
    };
    let times = (0_u32..).map(|k| order.at_secs + f64::from(k) * every_secs);
    let pictures: Vec<(f64, PathBuf)> =
        times.take_while(|at_secs| *at_secs <= last_secs + 1e-6).map(|at_secs| (at_secs, path_at(at_secs))).collect();
    if !is_animation {
        folder::make(&out)?;
        let took = |_: &Path| Ok(());
        return app::sequence(&recorded, &order, &pictures, took).map_err(anyhow::Error::msg);
    }
    let mut animation = Animation::begin(&out, size, FRAME_MS)?;
    let took = |path: &Path| animation.add_file(path).map_err(|error| error.to_string());
    app::sequence(&recorded, &order, &pictures, took).map_err(anyhow::Error::msg)?;
    Ok(animation.finish()?)
}
