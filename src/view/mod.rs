//! Bevy plugins that draw: terrain, water, markers, camera, capture.
