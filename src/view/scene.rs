//! The scenario as the scene needs it, and the root below which everything hangs.

use std::sync::Arc;

use bevy::math::{DMat3, DVec3};
use bevy::prelude::*;

use super::ViewSystems;
use super::sides::Sides;
use super::space::{Exaggeration, WorldFrame, f32_from};
use crate::domain::geo::PointMap;
use crate::domain::river::LandClass;
use crate::domain::scenario::Scenario;

/// The scenario that is shown. Insert it anew to show another: the old scene is taken down and a new one built.
#[derive(Resource, Debug, Clone)]
pub struct SceneModel {
    scenario: Arc<Scenario>,
    frame: WorldFrame,
    bed_range_m: [f64; 2],
    outline_map: Vec<(PointMap, f64)>,
    sides: Option<Arc<Sides>>,
    plain: Option<Vec3>,
}

impl SceneModel {
    /// Lays a scenario out for drawing. Takes some tenths of a second for a million cells.
    pub fn new(scenario: Arc<Scenario>) -> Self {
        let terrain = &scenario.terrain;
        let inside = terrain.bed_m.iter().copied().filter(|z| z.is_finite());
        let (low, high) = inside.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), z| (a.min(z), b.max(z)));
        let bed_range_m = if low <= high { [low, high] } else { [0.0, 0.0] };
        let frame = WorldFrame::centered_on(&terrain.grid, bed_range_m[0]);
        let mut model = Self { scenario, frame, bed_range_m, outline_map: Vec::new(), sides: None, plain: None };
        model.outline_map = model.outline();
        model.sides = Some(Arc::new(Sides::of(&model)));
        model.plain = model.fit_plain();
        model
    }

    /// The scenario.
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// The local origin.
    pub fn frame(&self) -> &WorldFrame {
        &self.frame
    }

    /// Lowest and highest bed level, m.
    pub fn bed_range_m(&self) -> [f64; 2] {
        self.bed_range_m
    }

    /// Bed level at a map point, m: bilinear between cell centres, that of the cell at the edge of the domain, `None`
    /// outside it.
    pub fn bed_at(&self, at: PointMap) -> Option<f64> {
        let (grid, bed) = (&self.scenario.terrain.grid, &self.scenario.terrain.bed_m);
        let (row, col) = grid.cell_at(at)?;
        let nearest = bed[grid.index(row, col)];
        if !nearest.is_finite() {
            return None;
        }
        let center = grid.center_map(row, col);
        let (fx, fy) = ((at[0] - center[0]) / grid.cell_m, (center[1] - at[1]) / grid.cell_m);
        let col2 = if fx < 0.0 { col.checked_sub(1) } else { Some(col + 1).filter(|c| *c < grid.n_cols) };
        let row2 = if fy < 0.0 { row.checked_sub(1) } else { Some(row + 1).filter(|r| *r < grid.n_rows) };
        let (Some(col2), Some(row2)) = (col2, row2) else { return Some(nearest) };
        let (fx, fy) = (fx.abs(), fy.abs());
        let north = nearest * (1.0 - fx) + bed[grid.index(row, col2)] * fx;
        let south = bed[grid.index(row2, col)] * (1.0 - fx) + bed[grid.index(row2, col2)] * fx;
        let level = north * (1.0 - fy) + south * fy;
        Some(if level.is_finite() { level } else { nearest })
    }

    /// Land class of a cell by its position in the arrays; `None` without a river.
    pub fn class_of(&self, index: usize) -> Option<LandClass> {
        self.scenario.river.as_ref().map(|river| river.class_of_cell[index])
    }

    /// On which side of the levees and walls the cells lie.
    pub(super) fn sides(&self) -> &Sides {
        self.sides.as_ref().expect("a scene model works out its sides when it is made")
    }

    /// Points (map, level in m) that any full view must hold: levees and centreline, or the edge of the domain.
    pub fn outline_map(&self) -> &[(PointMap, f64)] {
        &self.outline_map
    }

    /// Height of the ground in the world at a position in the world; `None` outside the domain.
    pub fn ground_world(&self, at_world: Vec3, exaggeration: f32) -> Option<f32> {
        let at = self.frame.point_map_from_world(at_world);
        self.bed_at(at).map(|z| self.frame.world_from_map(at, z, exaggeration).y)
    }

    /// The plane nearest to the land behind the levees, before exaggeration: level at the origin, rise to the east and to
    /// the south, km a km. `None` without such land.
    pub(super) fn plain(&self) -> Option<Vec3> {
        self.plain
    }

    /// By least squares, from up to some thousands of cells.
    fn fit_plain(&self) -> Option<Vec3> {
        const MOST_CELLS: usize = 20_000;
        let terrain = &self.scenario.terrain;
        let is_land = |cell: &usize| self.class_of(*cell) == Some(LandClass::Landside) && terrain.is_inside(*cell);
        let stride = terrain.grid.n_cells().div_ceil(MOST_CELLS).max(1);
        let (mut normal, mut right) = (DMat3::ZERO, DVec3::ZERO);
        for cell in (0..terrain.grid.n_cells()).step_by(stride).filter(is_land) {
            let (row, col) = terrain.grid.row_col(cell);
            let at = self.frame.model_from_map(terrain.grid.center_map(row, col), terrain.bed_m[cell]).as_dvec3();
            let basis = DVec3::new(1.0, at.x, at.z);
            normal += DMat3::from_cols(basis * basis.x, basis * basis.y, basis * basis.z);
            right += basis * at.y;
        }
        let is_spread = normal.determinant().abs() > 1e-6 * normal.x_axis.x.powi(3);
        is_spread.then(|| (normal.inverse() * right).as_vec3())
    }

    fn outline(&self) -> Vec<(PointMap, f64)> {
        let level = |at: &PointMap| (*at, self.bed_at(*at).unwrap_or(self.bed_range_m[0]));
        match &self.scenario.river {
            Some(river) if !river.centreline.is_empty() => {
                let levees = river.levees.iter().flat_map(|l| l.line.iter());
                levees.chain(&river.centreline).map(level).collect()
            }
            _ => self.edge_cells().map(|at| level(&at)).collect(),
        }
    }

    /// Centres of the westernmost and easternmost cell of every row.
    fn edge_cells(&self) -> impl Iterator<Item = PointMap> {
        let terrain = &self.scenario.terrain;
        let grid = terrain.grid;
        (0..grid.n_rows).flat_map(move |row| {
            let inside = |col: &usize| terrain.is_inside(grid.index(row, *col));
            let ends = [(0..grid.n_cols).find(inside), (0..grid.n_cols).rev().find(inside)];
            ends.into_iter().flatten().map(move |col| grid.center_map(row, col))
        })
    }
}

/// The entity that carries the exaggeration; the whole scene hangs below it.
#[derive(Component, Debug, Default)]
#[require(Transform, Visibility)]
pub struct SceneRoot;

/// Whatever must go when another scenario is shown.
#[derive(Component, Debug, Default)]
pub struct SceneEntity;

/// The root of the scene that was built last.
#[derive(Resource, Debug, Clone, Copy)]
pub struct CurrentRoot(pub Entity);

/// Order within [`ViewSystems::Rebuild`].
#[derive(SystemSet, Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum RebuildSystems {
    /// Old entities go, the new root comes.
    Root,
    /// Terrain, water, levees and markers are hung below it.
    Parts,
}

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Exaggeration>()
        .configure_sets(
            Update,
            (RebuildSystems::Root, RebuildSystems::Parts)
                .chain()
                .in_set(ViewSystems::Rebuild)
                .run_if(resource_exists_and_changed::<SceneModel>),
        )
        .add_systems(Update, replace_root.in_set(RebuildSystems::Root))
        .add_systems(Update, apply_exaggeration.in_set(ViewSystems::Sync));
}

fn replace_root(mut commands: Commands, old: Query<Entity, With<SceneEntity>>) {
    for entity in &old {
        commands.entity(entity).try_despawn();
    }
    let root = commands.spawn((SceneRoot, SceneEntity)).id();
    commands.insert_resource(CurrentRoot(root));
}

fn apply_exaggeration(exaggeration: Res<Exaggeration>, mut roots: Query<&mut Transform, With<SceneRoot>>) {
    for mut transform in &mut roots {
        let scale = Vec3::new(1.0, exaggeration.0.max(f32_from(1e-3)), 1.0);
        if transform.scale != scale {
            transform.scale = scale;
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::domain::geo::Grid;
    use crate::domain::geo::corridor::RoughnessSource;
    use crate::domain::scenario::{Initial, Mode, Numerics, OutputPlan, Terrain};
    use crate::domain::text::Bilingual;

    /// A bare raster with the given bed, row by row from the north, cells of 100 m, south-west corner at (0, 0).
    pub(crate) fn raster(n_cols: usize, bed_m: Vec<f64>) -> SceneModel {
        let n_rows = bed_m.len() / n_cols;
        let grid = Grid { n_cols, n_rows, cell_m: 100.0, west_m: 0.0, north_m: n_rows as f64 * 100.0 };
        let manning = vec![0.03; bed_m.len()];
        SceneModel::new(Arc::new(Scenario {
            name: "test".into(),
            title: Bilingual::new("试", "Test"),
            mode: Mode::Drill,
            start: time::OffsetDateTime::UNIX_EPOCH,
            duration_secs: 1.0,
            terrain: Terrain { grid, epsg: None, bed_m, manning },
            initial: Initial::Dry,
            walls: vec![],
            boundaries: vec![],
            sources: vec![],
            rain: None,
            infiltration: None,
            sediment: None,
            events: vec![],
            structures: vec![],
            gauges: vec![],
            sections: vec![],
            output: OutputPlan { frame_every_secs: 1.0, gauge_every_secs: 1.0 },
            numerics: Numerics::default(),
            river: None,
            basins: Vec::new(),
            exposure: None,
            channel: None,
        }))
    }

    /// A bare raster as above with one wall 5 m high.
    pub(crate) fn walled(n_cols: usize, bed_m: Vec<f64>, line: Vec<PointMap>) -> SceneModel {
        let mut scenario = raster(n_cols, bed_m).scenario().clone();
        let crest_m = vec![5.0; line.len()];
        scenario.walls = vec![crate::domain::scenario::Wall::new("wall", line, crest_m)];
        SceneModel::new(Arc::new(scenario))
    }

    /// A river that runs east for 40 km through a plain of 10 km, levees on both sides, Huayuankou in it.
    pub(crate) fn with_river() -> SceneModel {
        use crate::domain::river::{Levee, NO_UNIT, River, Station};
        let (n_cols, n_rows) = (400, 100);
        let mut scenario = raster(n_cols, vec![50.0; n_cols * n_rows]).scenario().clone();
        let line = |y: f64| (0..=20).map(|i| [f64::from(i) * 2000.0, y]).collect::<Vec<_>>();
        let levee = |name: &str, y: f64| Levee {
            wall: name.into(),
            name: Bilingual::new("堤", name),
            line: line(y),
            crest_m: vec![60.0; 21],
        };
        scenario.river = Some(River {
            centreline: line(5000.0),
            chainage_km: (0..=20).map(|i| 120.0 + 2.0 * f64::from(i)).collect(),
            stations: vec![Station {
                id: "HYK".into(),
                name: Bilingual::new("花园口", "Huayuankou"),
                at: [16_000.0, 5000.0],
                chainage_km: 136.0,
                warning_stage_m: None,
                design_stage_m: None,
                bankfull_published_m3s: None,
                bankfull_model_m3s: None,
                observed_peaks: vec![],
                observed: None,
            }],
            levees: vec![levee("left", 9000.0), levee("right", 1000.0)],
            units: vec![],
            unit_of_cell: vec![NO_UNIT; n_cols * n_rows],
            class_of_cell: vec![LandClass::Floodplain; n_cols * n_rows],
            roughness: RoughnessSource::Published,
        });
        SceneModel::new(Arc::new(scenario))
    }

    /// One row of cells.
    pub(crate) fn row_of_cells(bed_m: &[f64]) -> SceneModel {
        raster(bed_m.len(), bed_m.to_vec())
    }

    #[test]
    fn the_plain_is_the_plane_of_the_land_behind_the_levees() {
        assert_eq!(row_of_cells(&[1.0, 1.0]).plain(), None);
        let mut scenario = with_river().scenario().clone();
        let grid = scenario.terrain.grid;
        for cell in 0..grid.n_cells() {
            let (row, col) = grid.row_col(cell);
            let [x, y] = grid.center_map(row, col);
            scenario.terrain.bed_m[cell] = 50.0 - 2e-4 * x + 1e-4 * y;
            if !(1000.0..9000.0).contains(&y) {
                scenario.river.as_mut().unwrap().class_of_cell[cell] = LandClass::Landside;
            }
        }
        let plain = SceneModel::new(Arc::new(scenario)).plain().unwrap();
        assert!((plain.y + 2e-4).abs() < 1e-6 && (plain.z + 1e-4).abs() < 1e-6, "{plain}");
    }

    #[test]
    fn bed_is_bilinear_between_centres_and_absent_outside() {
        let model = raster(2, vec![3.0, 5.0, 1.0, f64::NAN]);
        assert_eq!(model.bed_at([50.0, 150.0]), Some(3.0));
        assert_eq!(model.bed_at([160.0, 60.0]), None, "a hole");
        assert_eq!(model.bed_at([250.0, 60.0]), None, "off the grid");
        let whole = raster(2, vec![3.0, 5.0, 1.0, 3.0]);
        assert!((whole.bed_at([99.0, 101.0]).unwrap() - 3.0).abs() < 0.05);
        assert!((whole.bed_at([75.0, 150.0]).unwrap() - 3.5).abs() < 1e-9);
    }

    #[test]
    fn without_a_river_the_edge_of_the_domain_is_the_outline() {
        let model = raster(3, vec![f64::NAN, 2.0, 2.0, 1.0, 1.0, f64::NAN]);
        let points: Vec<_> = model.outline_map().iter().map(|(p, _)| *p).collect();
        assert_eq!(points, [[150.0, 150.0], [250.0, 150.0], [50.0, 50.0], [150.0, 50.0]]);
        assert_eq!(model.bed_range_m(), [1.0, 2.0]);
    }
}
