//! Playback as a pure state machine: time comes in as an argument, no window is needed.
//!
//! The playhead never passes the computed head. When it gets there while the run goes on, it waits and goes on by
//! itself as soon as there is more; at the end of a complete run it stops. Following, it stands at the head all the
//! time: playback as fast as the flood is computed.

/// Rates that [`PlaybackCommand::Faster`] and [`PlaybackCommand::Slower`] step through, simulated s per wall s.
pub const RATES: [f64; 11] = [1.0, 10.0, 60.0, 300.0, 600.0, 1_800.0, 3_600.0, 7_200.0, 14_400.0, 43_200.0, 86_400.0];

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
    /// Go forwards; faster if it does already.
    Forward,
    /// Go backwards; faster if it does already.
    Backward,
    /// Stand at the computed head, whatever is computed; or leave it.
    Follow,
    /// Go to a time, s, as far as it is computed; goes on playing if it was.
    SeekSecs(f64),
    /// Pause and go this many frames on (negative: back); from between two frames the first step goes to the nearer
    /// side's frame.
    StepFrames(i32),
    /// Move by this many seconds (negative: back); goes on playing if it was.
    StepSecs(f64),
    /// Pause at the next mark.
    NextMark,
    /// Pause at the mark before.
    PreviousMark,
    /// Pause where it was set going last.
    Return,
    /// Repeat from here; to the end of the loop, if that lies behind, else to the end of the run.
    LoopFrom,
    /// Repeat up to here.
    LoopTo,
    /// Repeat nothing.
    ClearLoop,
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

/// How the playhead moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Motion {
    /// It stands.
    #[default]
    Still,
    /// Forwards at its rate.
    Forward,
    /// Backwards at its rate.
    Backward,
    /// With the computed head.
    Following,
}

/// The playhead and what bounds it.
#[derive(Debug, Clone, PartialEq)]
pub struct Playback {
    motion: Motion,
    is_complete: bool,
    time_secs: f64,
    rate: f64,
    head_secs: f64,
    frame_every_secs: f64,
    /// Where it was set going last, s.
    from_secs: f64,
    /// What is repeated, s; infinite at the end for the end of the run.
    loop_secs: Option<[f64; 2]>,
    /// Moments worth going to, s, rising.
    marks_secs: Vec<f64>,
}

impl Playback {
    /// A playhead at the start of an empty record whose frames will come every `frame_every_secs` (positive).
    pub fn new(frame_every_secs: f64) -> Self {
        debug_assert!(frame_every_secs > 0.0);
        Self {
            motion: Motion::Still,
            is_complete: false,
            time_secs: 0.0,
            rate: DEFAULT_RATE,
            head_secs: 0.0,
            frame_every_secs,
            from_secs: 0.0,
            loop_secs: None,
            marks_secs: Vec::new(),
        }
    }

    /// Whether it plays, moving or waiting for more to be computed.
    pub fn is_playing(&self) -> bool {
        self.motion != Motion::Still
    }

    /// Whether it plays but stands at the computed head of a run that goes on.
    pub fn is_waiting(&self) -> bool {
        self.motion == Motion::Forward && !self.is_complete && self.is_at_head()
    }

    /// Whether it keeps to the computed head.
    pub fn is_following(&self) -> bool {
        self.motion == Motion::Following
    }

    /// How it moves.
    pub fn motion(&self) -> Motion {
        self.motion
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

    /// What is repeated, s, as far as it is computed.
    pub fn loop_secs(&self) -> Option<[f64; 2]> {
        self.loop_secs.map(|[from, to]| [from.min(self.head_secs), to.min(self.head_secs)])
    }

    /// Tells how far the run is recorded, and whether that is its end. A head that moved back takes the playhead along.
    pub fn set_head(&mut self, head_secs: f64, is_complete: bool) {
        self.head_secs = if head_secs.is_finite() { head_secs.max(0.0) } else { 0.0 };
        self.is_complete = is_complete;
        self.go_to(if self.is_following() { self.head_secs } else { self.time_secs });
        if is_complete && self.is_following() {
            self.motion = Motion::Still;
        }
    }

    /// Tells the moments worth going to, s, in any order.
    pub fn set_marks(&mut self, mut marks_secs: Vec<f64>) {
        marks_secs.retain(|secs| secs.is_finite());
        marks_secs.sort_by(f64::total_cmp);
        self.marks_secs = marks_secs;
    }

    /// Does what is asked.
    pub fn apply(&mut self, command: PlaybackCommand) {
        match command {
            PlaybackCommand::Toggle if self.is_playing() => self.motion = Motion::Still,
            PlaybackCommand::Play | PlaybackCommand::Toggle => self.set_going(Motion::Forward),
            PlaybackCommand::Pause => self.motion = Motion::Still,
            PlaybackCommand::Forward => self.shuttle(Motion::Forward),
            PlaybackCommand::Backward => self.shuttle(Motion::Backward),
            PlaybackCommand::Follow if self.is_following() => self.motion = Motion::Still,
            PlaybackCommand::Follow => self.follow(),
            PlaybackCommand::SeekSecs(time_secs) => self.jump_to(time_secs),
            PlaybackCommand::StepFrames(n) => self.step_frames(n),
            PlaybackCommand::StepSecs(secs) => self.jump_to(self.time_secs + secs),
            PlaybackCommand::NextMark => self.pause_at(self.mark_after()),
            PlaybackCommand::PreviousMark => self.pause_at(self.mark_before()),
            PlaybackCommand::Return => self.pause_at(Some(self.from_secs)),
            PlaybackCommand::LoopFrom => self.loop_from(self.time_secs),
            PlaybackCommand::LoopTo => self.loop_to(self.time_secs),
            PlaybackCommand::ClearLoop => self.loop_secs = None,
            PlaybackCommand::Faster => self.rate = faster(self.rate),
            PlaybackCommand::Slower => self.rate = slower(self.rate),
            PlaybackCommand::SetRate(rate) if rate.is_finite() && rate > 0.0 => self.rate = rate,
            PlaybackCommand::SetRate(_) => {}
            PlaybackCommand::Home => self.jump_to(0.0),
            PlaybackCommand::End => self.jump_to(self.head_secs),
        }
    }

    /// Lets wall time pass, s; nothing happens for a negative or non-finite time.
    pub fn advance(&mut self, wall_dt_secs: f64) {
        if !wall_dt_secs.is_finite() || wall_dt_secs <= 0.0 {
            return;
        }
        match self.motion {
            Motion::Still | Motion::Following => {}
            Motion::Forward => self.advance_forward(self.rate * wall_dt_secs),
            Motion::Backward => self.advance_backward(self.rate * wall_dt_secs),
        }
    }

    fn advance_forward(&mut self, by_secs: f64) {
        let before_secs = self.time_secs;
        self.go_to(before_secs + by_secs);
        if let Some([from, to]) = self.turning()
            && before_secs <= to
            && before_secs + by_secs > to
        {
            self.go_to(from + (before_secs + by_secs - to).rem_euclid(to - from));
        } else if self.is_complete && self.is_at_head() {
            self.motion = Motion::Still;
        }
    }

    fn advance_backward(&mut self, by_secs: f64) {
        let before_secs = self.time_secs;
        self.go_to(before_secs - by_secs);
        if let Some([from, to]) = self.turning()
            && before_secs >= from
            && before_secs - by_secs < from
        {
            self.go_to(to - (from - before_secs + by_secs).rem_euclid(to - from));
        } else if self.time_secs <= 0.0 {
            self.motion = Motion::Still;
        }
    }

    /// The loop, when both of its ends are computed and apart. One that ends with the run turns when that is complete.
    fn turning(&self) -> Option<[f64; 2]> {
        let [from, to] = self.loop_secs?;
        let is_computed = to <= self.head_secs || self.is_complete;
        let to = to.min(self.head_secs);
        (is_computed && to > from + SAME_MOMENT_SECS).then_some([from, to])
    }

    fn loop_from(&mut self, from_secs: f64) {
        let to = self.loop_secs.map_or(f64::INFINITY, |[_, to]| to);
        self.loop_secs = Some([from_secs, if to > from_secs { to } else { f64::INFINITY }]);
    }

    fn loop_to(&mut self, to_secs: f64) {
        let from = self.loop_secs.map_or(0.0, |[from, _]| from);
        if to_secs > SAME_MOMENT_SECS {
            self.loop_secs = Some([if from < to_secs { from } else { 0.0 }, to_secs]);
        }
    }

    fn set_going(&mut self, motion: Motion) {
        if motion == Motion::Forward && self.is_complete && self.is_at_head() {
            self.time_secs = 0.0;
        }
        if self.motion != motion {
            self.from_secs = self.time_secs;
        }
        self.motion = motion;
    }

    fn shuttle(&mut self, motion: Motion) {
        if self.motion == motion {
            self.rate = faster(self.rate);
        } else {
            self.set_going(motion);
        }
    }

    fn follow(&mut self) {
        self.go_to(self.head_secs);
        self.motion = if self.is_complete { Motion::Still } else { Motion::Following };
    }

    fn is_at_head(&self) -> bool {
        self.time_secs >= self.head_secs - SAME_MOMENT_SECS
    }

    fn go_to(&mut self, time_secs: f64) {
        if !time_secs.is_nan() {
            self.time_secs = time_secs.clamp(0.0, self.head_secs);
        }
    }

    /// Goes elsewhere as someone asked; whoever followed the head stands still there.
    fn jump_to(&mut self, time_secs: f64) {
        if self.is_following() {
            self.motion = Motion::Still;
        }
        self.go_to(time_secs);
    }

    fn pause_at(&mut self, time_secs: Option<f64>) {
        let Some(time_secs) = time_secs else { return };
        self.motion = Motion::Still;
        self.go_to(time_secs);
    }

    /// The next mark that is computed.
    fn mark_after(&self) -> Option<f64> {
        let next = self.marks_secs.iter().find(|secs| **secs > self.time_secs + SAME_MOMENT_SECS);
        next.copied().filter(|secs| *secs <= self.head_secs)
    }

    fn mark_before(&self) -> Option<f64> {
        self.marks_secs.iter().rev().find(|secs| **secs < self.time_secs - SAME_MOMENT_SECS).copied()
    }

    /// Frames lie at whole multiples of the interval, and one at the head.
    fn step_frames(&mut self, n: i32) {
        self.motion = Motion::Still;
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
        assert_eq!([slower(300.0), slower(299.0), slower(1.0), slower(1e6)], [60.0, 60.0, 1.0, 86_400.0]);
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
