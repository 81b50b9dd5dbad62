//! Whether a window or a picture can be had, asked before Bevy is started: Bevy panics where something is missing.

use crate::view::probe_renderer;

/// Whether pictures can be drawn.
///
/// # Errors
/// What is missing, and what to install.
pub fn check_renderer() -> Result<(), String> {
    probe_renderer().map(|_found| ()).map_err(|missing| missing.to_string())
}

/// Whether a window can be opened.
///
/// # Errors
/// What is missing, and what to install or set.
pub fn check_window() -> Result<(), String> {
    check_display()?;
    check_renderer()
}

/// On other systems than Linux and the BSDs there is always a display.
#[cfg(not(all(unix, not(target_os = "macos"))))]
fn check_display() -> Result<(), String> {
    Ok(())
}

/// Whether an X server answers at `DISPLAY`.
#[cfg(all(unix, not(target_os = "macos")))]
fn check_display() -> Result<(), String> {
    let display = std::env::var("DISPLAY").unwrap_or_default();
    if display.is_empty() {
        return Err("no display was found: DISPLAY is not set; start it in a desktop session (X11, or Wayland with \
                    XWayland), or use `hetu brief`, which needs none"
            .to_owned());
    }
    if answers(&display) {
        Ok(())
    } else {
        Err(format!("no X server answers at the display '{display}'; start one, or use `hetu brief`, which needs none"))
    }
}

/// Whether something listens where the display name points: `:0`, `unix:0.0` or `host:10`.
#[cfg(all(unix, not(target_os = "macos")))]
fn answers(display: &str) -> bool {
    let Some((host, number)) = display.rsplit_once(':') else { return false };
    let number = number.split('.').next().unwrap_or_default();
    let Ok(number) = number.parse::<u16>() else { return false };
    if host.is_empty() || host == "unix" {
        let path = format!("/tmp/.X11-unix/X{number}");
        return std::os::unix::net::UnixStream::connect(&path).is_ok()
            || std::net::TcpStream::connect(("127.0.0.1", 6000_u16.saturating_add(number))).is_ok();
    }
    std::net::TcpStream::connect((host, 6000_u16.saturating_add(number))).is_ok()
}

#[cfg(all(test, unix, not(target_os = "macos")))]
mod tests {
    use super::*;

    #[test]
    fn a_display_without_a_server_does_not_answer() {
        for name in ["", "nonsense", ":abc", ":59876", "unix:59876.0"] {
            assert!(!answers(name), "{name:?}");
        }
    }
}
