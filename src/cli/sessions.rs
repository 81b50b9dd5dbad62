//! `hetu sessions`: the runs that the window has saved.

use crate::cli::Outcome;
use crate::io::session::{SavedSession, Session, SessionCache};

/// Lists them, the newest first.
pub(super) fn sessions() -> anyhow::Result<Outcome> {
    let Some(cache) = SessionCache::of_user() else {
        anyhow::bail!("this system names no folder for caches; set HETU_CACHE_DIR to one")
    };
    let saved = cache.list();
    if saved.is_empty() {
        println!("no saved sessions in {}", cache.dir().display());
    }
    for saved in &saved {
        println!("{}", line(saved));
    }
    Ok(Outcome::Done)
}

fn line(saved: &SavedSession) -> String {
    let about = match Session::open(&saved.path) {
        Ok(session) => {
            let end = match (saved.is_being_written, session.is_complete()) {
                (true, _) => "in use",
                (false, true) => "complete",
                (false, false) => "interrupted",
            };
            let hours = session.head_secs().unwrap_or(0.0) / 3600.0;
            let n_branches = session.living().len();
            let branches = if n_branches > 1 { format!("  {n_branches} branches") } else { String::new() };
            format!("{:<28} T+{hours:>7.1} h  {end}{branches}", session.scenario.name)
        }
        Err(error) => format!("cannot be read ({error})"),
    };
    format!("{about}  {:.1} MiB  {}", saved.n_bytes as f64 / f64::from(1 << 20), saved.path.display())
}
