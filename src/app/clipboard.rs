//! Copy, cut and paste between the window and other programs: how a name comes in where no input method is at hand.
//!
//! `bevy_egui` can do it itself, with a feature that builds Wayland's crates too, which Hetu does without.

use std::sync::{Mutex, PoisonError};

use arboard::Error;
use bevy::input::ButtonState;
use bevy::input::keyboard::KeyboardInput;
use bevy::prelude::*;
use bevy_egui::input::EguiInputEvent;
use bevy_egui::{EguiInputSet, EguiOutput, EguiPostUpdateSet, PrimaryEguiContext, egui};

/// The clipboard of the system, once it was needed. What was copied is there for others as long as this is.
#[derive(Resource, Default)]
struct Clipboard(Mutex<Option<arboard::Clipboard>>);

impl Clipboard {
    fn with<T>(&self, deed: impl FnOnce(&mut arboard::Clipboard) -> Result<T, Error>) -> Option<T> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let opened = match held.take() {
            Some(clipboard) => Ok(clipboard),
            None => arboard::Clipboard::new(),
        };
        let done = opened.and_then(|mut clipboard| {
            let done = deed(&mut clipboard);
            *held = Some(clipboard);
            done
        });
        done.inspect_err(|error| warn!("the clipboard cannot be used: {error}")).ok()
    }
}

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Clipboard>()
        .add_systems(PreUpdate, take_keys.in_set(EguiInputSet::ReadBevyMessages))
        .add_systems(PostUpdate, give_copied.after(EguiPostUpdateSet::ProcessOutput));
}

/// Ctrl (on a Mac: Command) with C, X and V becomes what egui calls it.
fn take_keys(
    mut pressed: MessageReader<KeyboardInput>,
    keys: Res<ButtonInput<KeyCode>>,
    clipboard: Res<Clipboard>,
    contexts: Query<Entity, With<PrimaryEguiContext>>,
    mut events: MessageWriter<EguiInputEvent>,
) {
    let holds = [KeyCode::ControlLeft, KeyCode::ControlRight, KeyCode::SuperLeft, KeyCode::SuperRight];
    let Ok(context) = contexts.single() else { return };
    for key in pressed.read().filter(|key| key.state == ButtonState::Pressed) {
        if !keys.any_pressed(holds) {
            continue;
        }
        let event = match key.key_code {
            KeyCode::KeyC => Some(egui::Event::Copy),
            KeyCode::KeyX => Some(egui::Event::Cut),
            KeyCode::KeyV => clipboard.with(arboard::Clipboard::get_text).map(egui::Event::Paste),
            _ => None,
        };
        events.write_batch(event.map(|event| EguiInputEvent { context, event }));
    }
}

/// Hands over what was copied in the panels.
fn give_copied(outputs: Query<&EguiOutput, Changed<EguiOutput>>, clipboard: Res<Clipboard>) {
    let commands = outputs.iter().flat_map(|output| &output.platform_output.commands);
    for command in commands {
        if let egui::OutputCommand::CopyText(text) = command
            && !text.is_empty()
        {
            clipboard.with(|clipboard| clipboard.set_text(text.clone()));
        }
    }
}
