//! The water: its own surface, interpolated between two frames, in the flat colours of the legend.
//!
//! The two frames lie on the graphics card as textures of (depth, value). They are uploaded when another frame is
//! shown, not at every tick; between ticks only the weight changes. The camera must not map tones, see
//! [`super::scene_camera`], so that a colour on screen is exactly that of its class.

mod fields;
mod material;

use std::ops::Range;
use std::sync::Arc;

use bevy::asset::RenderAssetUsages;
use bevy::camera::primitives::Aabb;
use bevy::camera::visibility::{NoAutoAabb, RenderLayers};
use bevy::image::Image;
use bevy::math::Vec3A;
use bevy::mesh::{Indices, PrimitiveTopology};
use bevy::prelude::*;
use bevy::render::render_resource::{Extent3d, TextureDimension, TextureFormat};

pub use fields::{CellLevels, FAR_FROM_WATER_M, Fields};
pub use material::WaterMaterial;

use super::ViewSystems;
use super::light::{Light, Look};
use super::scene::{CurrentRoot, RebuildSystems, SceneModel};
use super::space::{f32_from, u32_from};
use super::style::{LayerKind, LayerStyle};
use super::terrain::{Chunk, Patch, Vertex, chunks};
use crate::domain::frame::{Envelope, Frame};
use crate::domain::geo::Grid;
use crate::domain::river::LandClass;
use fields::DRY;
pub(super) use fields::Ghost;

/// Shallower water is not drawn, m.
pub const SHOWN_DEPTH_M: f32 = 0.05;

/// Most cells along a side that a texture takes on every graphics card we know of.
const MAX_TEXTURE_CELLS: usize = 8192;

/// Rows kept free for ghosts: one for about every eight cells along the longest levees.
const GHOST_ROWS: usize = 64;

/// What moment of the water is shown. The app sets it; without it there is no water in the picture. Remove it before
/// another `SceneModel` goes in: frames of another grid are not drawn, but ones of an equal size would be.
#[derive(Resource, Debug, Clone)]
pub struct ShownWater {
    /// The frame at or before the moment.
    pub a: Arc<Frame>,
    /// The frame after it, or `a` again.
    pub b: Arc<Frame>,
    /// 0 shows `a`, 1 shows `b`, linear in between.
    pub weight: f32,
    /// Extremes for the layers that need them; without it these layers show no water.
    pub envelope: Option<Arc<Envelope>>,
    /// Levels for the layers that lay several waters beside each other; without it these layers show no water.
    pub levels: Option<Arc<CellLevels>>,
    /// What the colour means.
    pub layer: LayerKind,
    /// Paint water over the main channel silt-brown (`LayerStyle::channel_rgb`) in the depth layer, so that water on
    /// the floodplain is seen at once. Other layers ignore it.
    pub channel_brown: bool,
}

impl ShownWater {
    /// One frame, as depth.
    pub fn still(frame: Arc<Frame>) -> Self {
        let b = Arc::clone(&frame);
        Self { a: frame, b, weight: 0.0, envelope: None, levels: None, layer: LayerKind::Depth, channel_brown: true }
    }
}

/// Another water beside [`ShownWater`], on the same ground and at the same moment: another branch. Without it there is
/// one water.
#[derive(Resource, Debug, Clone)]
pub struct ComparedWater {
    /// The other water.
    pub water: ShownWater,
    /// How the two share the view.
    pub split: Split,
}

/// How two waters share the view.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Split {
    /// One view; left of this share of its width the first water is seen, right of it the other.
    Swipe(f32),
    /// Two views of one camera, side by side.
    SideBySide,
}

/// Render layers of the two waters; everything else is on layer 0.
pub(super) const WATER_LAYERS: [usize; 2] = [1, 2];

/// What a texture holds. It keeps its source alive, so that an address is never taken for an older frame's.
#[derive(Debug, Clone)]
enum Content {
    Frame(Arc<Frame>, LayerKind),
    Envelope(Arc<Envelope>, LayerKind),
    Levels(Arc<CellLevels>),
}

impl Content {
    fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Frame(a, la), Self::Frame(b, lb)) => Arc::ptr_eq(a, b) && la == lb,
            (Self::Envelope(a, la), Self::Envelope(b, lb)) => Arc::ptr_eq(a, b) && la == lb,
            (Self::Levels(a), Self::Levels(b)) => Arc::ptr_eq(a, b),
            _ => false,
        }
    }

    fn fields(&self, model: &SceneModel, ghosts: &[Ghost]) -> Fields {
        match self {
            Self::Frame(frame, layer) => Fields::of_frame(model, ghosts, frame, *layer),
            Self::Envelope(envelope, layer) => Fields::of_envelope(model, ghosts, envelope, *layer),
            Self::Levels(levels) => Fields::of_levels(model, ghosts, levels),
        }
    }
}

/// One texture, what it holds, and which chunks have water in it.
#[derive(Debug)]
struct Slot {
    image: Handle<Image>,
    content: Option<Content>,
    wet_chunks: Vec<bool>,
}

/// One water: its material, and the textures of the two frames it lies between.
#[derive(Debug)]
struct Sheet {
    material: Handle<WaterMaterial>,
    slots: [Slot; 2],
}

/// The textures on screen of the first water, for what stands in it: depth in m in their first number.
#[derive(Resource, Debug, Clone, PartialEq)]
pub(super) struct ShownFields {
    pub(super) images: [Handle<Image>; 2],
    /// How far from the first to the second, 0 to 1.
    pub(super) weight: f32,
    /// What is shown.
    pub(super) layer: LayerKind,
}

/// The water of the scene that was built last, and room for another beside it.
#[derive(Resource, Debug)]
struct Surface {
    sheets: [Sheet; 2],
    /// Vertices beyond levees, in the order of their texels after those of the cells.
    ghosts: Vec<Ghost>,
    /// Which of them each chunk uses.
    ghosts_of_chunk: Vec<Range<usize>>,
}

/// A piece of the surface of a sheet, by its position in [`chunks`].
#[derive(Component, Debug)]
struct WaterChunk {
    sheet: usize,
    position: usize,
}

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<LayerStyle>()
        .add_plugins(MaterialPlugin::<WaterMaterial>::default())
        .add_systems(Update, build.in_set(RebuildSystems::Parts))
        .add_systems(Update, show.in_set(ViewSystems::Sync).run_if(resource_exists::<Surface>));
}

fn build(
    mut commands: Commands,
    model: Res<SceneModel>,
    root: Res<CurrentRoot>,
    mut meshes: ResMut<Assets<Mesh>>,
    mut images: ResMut<Assets<Image>>,
    mut materials: ResMut<Assets<WaterMaterial>>,
) {
    commands.remove_resource::<Surface>();
    commands.remove_resource::<ShownFields>();
    let grid = &model.scenario().terrain.grid;
    if grid.n_cols.max(grid.n_rows) > MAX_TEXTURE_CELLS - GHOST_ROWS {
        error!("a grid of {} by {} cells is too large to draw its water", grid.n_cols, grid.n_rows);
        return;
    }
    let patches: Vec<Patch> = chunks(grid).iter().map(|chunk| Patch::of(&model, chunk)).collect();
    let (mut ghosts, mut ghosts_of_chunk) = (Vec::new(), Vec::new());
    for patch in &patches {
        let first = ghosts.len();
        ghosts.extend(patch.vertices.iter().filter_map(Vertex::ghost));
        ghosts_of_chunk.push(first..ghosts.len());
    }
    let sheets = [0, 1].map(|_| {
        let slots = [0, 1].map(|_| Slot {
            image: images.add(dry_image(grid, ghosts.len())),
            content: None,
            wet_chunks: Vec::new(),
        });
        let material = materials.add(WaterMaterial::new(slots[0].image.clone(), slots[1].image.clone()));
        Sheet { material, slots }
    });
    for (position, (patch, ghosts)) in patches.into_iter().zip(&ghosts_of_chunk).enumerate() {
        if let Some((mesh, aabb)) = chunk_mesh(&model, patch, ghosts.start) {
            let mesh = meshes.add(mesh);
            for (sheet, layer) in WATER_LAYERS.into_iter().enumerate() {
                commands.spawn((
                    WaterChunk { sheet, position },
                    Mesh3d(mesh.clone()),
                    MeshMaterial3d(sheets[sheet].material.clone()),
                    RenderLayers::layer(layer),
                    aabb,
                    NoAutoAabb,
                    Visibility::Hidden,
                    ChildOf(root.0),
                ));
            }
        }
    }
    commands.insert_resource(Surface { sheets, ghosts, ghosts_of_chunk });
}

fn dry_image(grid: &Grid, n_ghosts: usize) -> Image {
    let n_rows = grid.n_rows + n_ghosts.div_ceil(grid.n_cols.max(1));
    let size = Extent3d { width: u32_from(grid.n_cols), height: u32_from(n_rows), depth_or_array_layers: 1 };
    let texel: Vec<u8> = DRY.iter().flat_map(|x: &f32| x.to_le_bytes()).collect();
    Image::new_fill(size, TextureDimension::D2, &texel, TextureFormat::Rg32Float, RenderAssetUsages::RENDER_WORLD)
}

fn chunk_mesh(model: &SceneModel, patch: Patch, first_ghost: usize) -> Option<(Mesh, Aabb)> {
    /// Room above the bed for the water, and below it for the slope under a shore, km.
    const ROOM_KM: f32 = 0.03;
    let grid = &model.scenario().terrain.grid;
    let (mut positions, mut texels, mut channel) = (Vec::new(), Vec::new(), Vec::new());
    let mut next_ghost = grid.n_cells() + first_ghost;
    for vertex in &patch.vertices {
        let (row, col) = grid.row_col(vertex.cell);
        positions.push(model.frame().model_from_map(grid.center_map(row, col), vertex.bed_m(model)));
        let texel = if vertex.ghost().is_some() {
            next_ghost += 1;
            next_ghost - 1
        } else {
            vertex.cell
        };
        texels.push([f32_from((texel % grid.n_cols) as f64), f32_from((texel / grid.n_cols) as f64)]);
        channel.push([channel_share(model, row, col), vertex.inside]);
    }
    let aabb = Aabb::enclosing(positions.iter())?;
    let half_extents = aabb.half_extents + Vec3A::new(0.0, ROOM_KM, 0.0);
    let positions: Vec<[f32; 3]> = positions.iter().map(Vec3::to_array).collect();
    let mesh = Mesh::new(PrimitiveTopology::TriangleList, RenderAssetUsages::RENDER_WORLD)
        .with_inserted_attribute(Mesh::ATTRIBUTE_POSITION, positions)
        .with_inserted_attribute(Mesh::ATTRIBUTE_UV_0, texels)
        .with_inserted_attribute(Mesh::ATTRIBUTE_UV_1, channel)
        .with_inserted_indices(Indices::U32(patch.triangles));
    Some((mesh, Aabb { half_extents, ..aabb }))
}

/// Share of main channel in the 5 by 5 cells around a cell, the nearer ones weighing more: its bound at one half runs
/// smoothly along a slanting bank where the classes make stairs.
fn channel_share(model: &SceneModel, row: usize, col: usize) -> f32 {
    const WEIGHTS: [f32; 3] = [3.0, 2.0, 1.0];
    let grid = &model.scenario().terrain.grid;
    let (mut channel, mut all) = (0.0, 0.0);
    for r in row.saturating_sub(2)..(row + 3).min(grid.n_rows) {
        for c in col.saturating_sub(2)..(col + 3).min(grid.n_cols) {
            let weight = WEIGHTS[r.abs_diff(row)] * WEIGHTS[c.abs_diff(col)];
            all += weight;
            if model.class_of(grid.index(r, c)) == Some(LandClass::Channel) {
                channel += weight;
            }
        }
    }
    channel / all
}

/// Brings textures, materials and visible chunks up to date with what is to be shown.
fn show(
    mut commands: Commands,
    water: Option<Res<ShownWater>>,
    compared: Option<Res<ComparedWater>>,
    style: Res<LayerStyle>,
    look: Res<Look>,
    model: Res<SceneModel>,
    mut surface: ResMut<Surface>,
    mut images: ResMut<Assets<Image>>,
    mut materials: ResMut<Assets<WaterMaterial>>,
    mut pieces: Query<(&WaterChunk, &mut Visibility)>,
) {
    let waters = [water.as_deref(), compared.as_deref().map(|compared| &compared.water)];
    let swipe = compared.as_deref().and_then(|compared| match compared.split {
        Split::Swipe(at) => Some(at),
        Split::SideBySide => None,
    });
    let spans = swipe.map_or([[0.0, 1.0]; 2], |at| [[0.0, at], [at, 1.0]]);
    let light = Light::of(&look);
    let surface = &mut *surface;
    for (i, (water, span)) in waters.into_iter().zip(spans).enumerate() {
        let wanted = water.and_then(|water| wanted(water, &model));
        let ghosts = (&surface.ghosts[..], &surface.ghosts_of_chunk[..]);
        let sheet = &mut surface.sheets[i];
        if let Some(wanted) = &wanted {
            let next = sheet.filled(wanted, &model, ghosts, &mut images, &style, &light).seen_between(span);
            if i == 0 {
                commands.insert_resource(ShownFields {
                    images: next.fields(),
                    weight: wanted.weight,
                    layer: wanted.layer,
                });
            }
            if materials.get(&sheet.material).is_some_and(|m| *m != next)
                && let Some(mut material) = materials.get_mut(&sheet.material)
            {
                *material = next;
            }
        }
        for (chunk, mut visibility) in pieces.iter_mut().filter(|(chunk, _)| chunk.sheet == i) {
            let is_wet = wanted.as_ref().is_some_and(|wanted| sheet.is_wet_in(chunk.position, wanted));
            visibility.set_if_neq(if is_wet { Visibility::Inherited } else { Visibility::Hidden });
        }
    }
}

impl Sheet {
    /// Brings the textures up to date and gives the material that shows them.
    fn filled(
        &mut self,
        wanted: &Wanted,
        model: &SceneModel,
        (ghosts, ghosts_of_chunk): (&[Ghost], &[Range<usize>]),
        images: &mut Assets<Image>,
        style: &LayerStyle,
        light: &Light,
    ) -> WaterMaterial {
        let slots = &mut self.slots;
        if is_held(&slots[1], &wanted.contents[0]) && !is_held(&slots[0], &wanted.contents[0]) {
            slots.swap(0, 1);
        }
        for (slot, content) in slots.iter_mut().zip(&wanted.contents) {
            if !is_held(slot, content) {
                let fields = content.fields(model, ghosts);
                upload(slot, content.clone(), fields, (&model.scenario().terrain.grid, ghosts_of_chunk), images);
            }
        }
        let [a, b] = self.shown(wanted).map(|slot| slot.image.clone());
        let flat = WaterMaterial::flat(style, wanted.weight, wanted.channel_brown, [a, b]);
        match wanted.cycles {
            Some(cycles) => flat.natural(light, cycles),
            None => flat,
        }
    }

    /// The textures that are mixed: one twice where there is nothing to mix.
    fn shown(&self, wanted: &Wanted) -> [&Slot; 2] {
        let [a, b] = &self.slots;
        [a, if wanted.contents.len() == 1 { a } else { b }]
    }

    fn is_wet_in(&self, chunk: usize, wanted: &Wanted) -> bool {
        self.shown(wanted).iter().any(|slot| slot.wet_chunks.get(chunk).copied().unwrap_or(false))
    }
}

struct Wanted {
    /// One, or two to be mixed.
    contents: Vec<Content>,
    weight: f32,
    channel_brown: bool,
    layer: LayerKind,
    /// How far ripples have drifted, where there are any.
    cycles: Option<f32>,
}

/// Simulated time in which ripples drift by one cycle, s: they go with the flow at any speed of playback.
const CYCLE_SECS: f64 = 900.0;

/// What the textures should hold, or `None` when there is nothing to show (no envelope yet, or a frame of another grid).
fn wanted(water: &ShownWater, model: &SceneModel) -> Option<Wanted> {
    let n_cells = model.scenario().terrain.grid.n_cells();
    let channel_brown = water.channel_brown && water.layer == LayerKind::Depth;
    match water.layer {
        LayerKind::Depth | LayerKind::Speed | LayerKind::Natural => {
            let mut contents = vec![Content::Frame(Arc::clone(&water.a), water.layer)];
            if !Arc::ptr_eq(&water.a, &water.b) {
                contents.push(Content::Frame(Arc::clone(&water.b), water.layer));
            }
            let fits = water.a.depth_mm.len() == n_cells && water.b.depth_mm.len() == n_cells;
            let weight = water.weight.clamp(0.0, 1.0);
            let time_secs = water.a.time_secs + (water.b.time_secs - water.a.time_secs) * f64::from(weight);
            let cycles = f32_from((time_secs / CYCLE_SECS).rem_euclid(64.0));
            let cycles = (water.layer == LayerKind::Natural).then_some(cycles);
            fits.then_some(Wanted { contents, weight, channel_brown, layer: water.layer, cycles })
        }
        LayerKind::MaxDepth | LayerKind::Arrival | LayerKind::Hazard | LayerKind::Duration | LayerKind::Rise => {
            let envelope = water.envelope.as_ref().filter(|e| e.max_depth_m.len() == n_cells)?;
            let contents = vec![Content::Envelope(Arc::clone(envelope), water.layer)];
            Some(Wanted { contents, weight: 0.0, channel_brown, layer: water.layer, cycles: None })
        }
        LayerKind::Difference | LayerKind::Agreement => {
            let levels = water.levels.as_ref().filter(|levels| levels.level.len() == n_cells)?;
            let contents = vec![Content::Levels(Arc::clone(levels))];
            Some(Wanted { contents, weight: 0.0, channel_brown, layer: water.layer, cycles: None })
        }
    }
}

fn is_held(slot: &Slot, content: &Content) -> bool {
    slot.content.as_ref().is_some_and(|held| held.is_same(content))
}

fn upload(
    slot: &mut Slot,
    content: Content,
    fields: Fields,
    (grid, ghosts_of_chunk): (&Grid, &[Range<usize>]),
    images: &mut Assets<Image>,
) {
    let is_wet =
        |(chunk, ghosts): (Chunk, &Range<usize>)| fields.is_wet_in(grid, [chunk.rows, chunk.cols], ghosts.clone());
    slot.wet_chunks = chunks(grid).into_iter().zip(ghosts_of_chunk).map(is_wet).collect();
    if let Some(mut image) = images.get_mut(&slot.image) {
        image.data = Some(fields.into_bytes(grid.n_cols));
    }
    slot.content = Some(content);
}
