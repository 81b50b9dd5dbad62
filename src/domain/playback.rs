//! Playback as a pure state machine: time comes in as an argument, no window is needed.
//!
//! The playhead never passes the computed head. When it gets there while the run goes on, it waits and goes on by
//! itself as soon as there is more; at the end of a complete run it stops.

/// Rates that [`PlaybackCommand::Faster`] and [`PlaybackCommand::Slower`] step through, simulated s per wall s.
pub const RATES: [f64; 9] = [60.0, 300.0, 600.0, 1_800.0, 3_600.0, 7_200.0, 14_400.0, 43_200.0, 86_400.0];

/// Rate at the start: one hour of flood in one second.
pub const DEFAULT_RATE: f64 = 3_600.0;

/// Two times closer than this are the same moment, s.
const SAME_MOMENT_SECS: f64 = 1e-6;

/// What people can ask of the playhead.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum PlaybackCommand {
    /// Go; from the start when standing at the end of a complete run.
    Play,
    /// Stand still.
    Pause,
    /// Play or pause.
    Toggle,
    /// Go to a time, s, as far as it is computed; goes on playing if it was.
    SeekSecs(f64),
    /// Pause and go this many frames on (negative: back); from between two frames the first step goes to the nearer
    /// side's frame.
    StepFrames(i32),
    /// Move by this many seconds (negative: back); goes on playing if it was.
    StepSecs(f64),
    /// The next faster of [`RATES`].
    Faster,
    /// The next slower of [`RATES`].
    Slower,
    /// Any positive rate, simulated s per wall s; others are ignored.
    SetRate(f64),
    /// Go to the start.
    Home,
    /// Go to the computed head.
    End,
}

/// The playhead and what bounds it.
#[derive(Debug, Clone, PartialEq)]
pub struct Playback {
    is_playing: bool,
    is_complete: bool,
    time_secs: f64,
    rate: f64,
    head_secs: f64,
    frame_every_secs: f64,
}

impl Playback {
    /// A playhead at the start of an empty record whose frames will come every `frame_every_secs` (positive).
    pub fn new(frame_every_secs: f64) -> Self {
        debug_assert!(frame_every_secs > 0.0);
        Self {
            is_playing: false,
            is_complete: false,
            time_secs: 0.0,
            rate: DEFAULT_RATE,
            head_secs: 0.0,
            frame_every_secs,
        }
    }

    /// Whether it plays, moving or waiting for more to be computed.
    pub fn is_playing(&self) -> bool {
        self.is_playing
    }

    /// Whether it plays but stands at the computed head of a run that goes on.
    pub fn is_waiting(&self) -> bool {
        self.is_playing && !self.is_complete && self.is_at_head()
    }

    /// Time shown, s after the start of the scenario.
    pub fn time_secs(&self) -> f64 {
        self.time_secs
    }

    /// Simulated seconds per wall second.
    pub fn rate(&self) -> f64 {
        self.rate
    }

    /// The computed head, s.
    pub fn head_secs(&self) -> f64 {
        self.head_secs
    }

    /// Whether the run is computed to its end.
    pub fn is_complete(&self) -> bool {
        self.is_complete
    }

    /// Tells how far the run is recorded, and whether that is its end. A head that moved back takes the playhead along.
    pub fn set_head(&mut self, head_secs: f64, is_complete: bool) {
        self.head_secs = if head_secs.is_finite() { head_secs.max(0.0) } else { 0.0 };
        self.is_complete = is_complete;
        self.go_to(self.time_secs);
    }

    /// Does what is asked.
    pub fn apply(&mut self, command: PlaybackCommand) {
        match command {
            PlaybackCommand::Toggle if self.is_playing => self.is_playing = false,
            PlaybackCommand::Play | PlaybackCommand::Toggle => self.play(),
            PlaybackCommand::Pause => self.is_playing = false,
            PlaybackCommand::SeekSecs(time_secs) => self.go_to(time_secs),
            PlaybackCommand::StepFrames(n) => self.step_frames(n),
            PlaybackCommand::StepSecs(secs) => self.go_to(self.time_secs + secs),
            PlaybackCommand::Faster => self.rate = faster(self.rate),
            PlaybackCommand::Slower => self.rate = slower(self.rate),
            PlaybackCommand::SetRate(rate) if rate.is_finite() && rate > 0.0 => self.rate = rate,
            PlaybackCommand::SetRate(_) => {}
            PlaybackCommand::Home => self.go_to(0.0),
            PlaybackCommand::End => self.go_to(self.head_secs),
        }
    }

    /// Lets wall time pass, s; nothing happens for a negative or non-finite time.
    pub fn advance(&mut self, wall_dt_secs: f64) {
        if !self.is_playing || !wall_dt_secs.is_finite() || wall_dt_secs <= 0.0 {
            return;
        }
        self.go_to(self.time_secs + self.rate * wall_dt_secs);
        if self.is_complete && self.is_at_head() {
            self.is_playing = false;
        }
    }

    fn play(&mut self) {
        if self.is_complete && self.is_at_head() {
            self.time_secs = 0.0;
        }
        self.is_playing = true;
    }

    fn is_at_head(&self) -> bool {
        self.time_secs >= self.head_secs - SAME_MOMENT_SECS
    }

    fn go_to(&mut self, time_secs: f64) {
        if !time_secs.is_nan() {
            self.time_secs = time_secs.clamp(0.0, self.head_secs);
        }
    }

    /// Frames lie at whole multiples of the interval, and one at the head.
    fn step_frames(&mut self, n: i32) {
        self.is_playing = false;
        let tolerance = SAME_MOMENT_SECS / self.frame_every_secs;
        let position = self.time_secs / self.frame_every_secs;
        let from = match n {
            0 => return,
            1.. => (position + tolerance).floor(),
            _ => (position - tolerance).ceil(),
        };
        self.go_to((from + f64::from(n)) * self.frame_every_secs);
    }
}

fn faster(rate: f64) -> f64 {
    RATES.into_iter().find(|r| *r > rate).unwrap_or(rate)
}

fn slower(rate: f64) -> f64 {
    RATES.into_iter().rev().find(|r| *r < rate).unwrap_or(rate)
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "what was set comes back unchanged")]
mod tests {
    use super::*;

    #[test]
    fn rates_rise_and_stop_at_their_ends() {
        assert!(RATES.is_sorted());
        assert_eq!([faster(60.0), faster(61.0), faster(86_400.0), faster(1e6)], [300.0, 300.0, 86_400.0, 1e6]);
        assert_eq!([slower(300.0), slower(299.0), slower(60.0), slower(1e6)], [60.0, 60.0, 60.0, 86_400.0]);
        assert!(RATES.contains(&DEFAULT_RATE));
    }

    #[test]
    fn nonsense_changes_nothing() {
        let mut playback = Playback::new(600.0);
        playback.set_head(6_000.0, false);
        playback.apply(PlaybackCommand::SeekSecs(1_200.0));
        playback.apply(PlaybackCommand::Play);
        let before = playback.clone();
        for command in [
            PlaybackCommand::SetRate(0.0),
            PlaybackCommand::SetRate(-5.0),
            PlaybackCommand::SetRate(f64::NAN),
            PlaybackCommand::SeekSecs(f64::NAN),
            PlaybackCommand::StepSecs(f64::NAN),
        ] {
            playback.apply(command);
            assert_eq!(playback, before, "{command:?}");
        }
        for dt in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            playback.advance(dt);
            assert_eq!(playback, before, "{dt}");
        }
    }
}
