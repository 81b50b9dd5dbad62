//! Suspended sediment: the steady solution, clouds, masses that close.

use hetu::domain::river::channel::{Capacity, Channel, Downstream, Entering, SedimentRules, SuspendedLoad};

use super::{Dice, irregular, rectangle, river, sloping};

fn carrying(n: usize, slope: f64, q: f64, rules: SedimentRules, start_kgm3: f64) -> (Channel, SuspendedLoad) {
    let segments = sloping(n, 400.0, slope, 0.012, |_| rectangle(800.0));
    let mut channel = river(segments, Downstream::NormalDepth(slope));
    channel.start_steady(q);
    let load = SuspendedLoad::new(&channel, rules, start_kgm3);
    (channel, load)
}

/// What comes in at the upstream end only; `still` is 0 for each segment.
fn none_lateral(upstream_kgm3: f64, still: &[f64]) -> Entering<'_> {
    Entering { upstream_kgm3, lateral_in_m3s: still, lateral_in_kgs: still, downstream_kgm3: 0.0 }
}

#[test]
fn sediment_settles_towards_the_capacity_as_the_steady_solution_says() {
    let rules = SedimentRules::new(Capacity::LOWER_YELLOW_RIVER, 8e-4);
    let (n, q, still) = (250, 3000.0, vec![0.0; 250]);
    let (mut channel, mut load) = carrying(n, 2e-4, q, rules, 0.0);
    let entering = none_lateral(60.0, &still);
    for _ in 0..6000 {
        channel.step_with_load(50.0, q, &still, &mut load, entering);
    }
    let depth = channel.depth_m(0);
    let velocity = q / (800.0 * depth);
    let capacity = rules.capacity.capacity_kgm3(velocity, depth, rules.settling_mps, 60.0);
    // S − S* = (S0 − S*) exp(−α ω x / q), q the discharge per metre of width.
    let exact = |x: f64| capacity + (60.0 - capacity) * (-0.25 * 8e-4 * x * 800.0 / q).exp();
    let worst = (0..n)
        .map(|i| load.concentration_kgm3(&channel, i) / exact((i as f64 + 0.5) * 400.0) - 1.0)
        .fold(0.0_f64, |m, e| m.max(e.abs()));
    let budget = load.budget();
    println!(
        "sediment: capacity {capacity:.3} kg/m3, off by {worst:.1e}, residual {:.1e} kg of {:.1e}",
        budget.residual_kg(),
        budget.inflow_kg
    );
    assert!(worst < 2e-2);
    assert!(budget.residual_kg().abs() < 1e-12 * budget.inflow_kg);
    assert!((0..n).map(|i| load.deposited_kg(i)).sum::<f64>() / budget.deposited_kg - 1.0 < 1e-12);
    // 1400 kg/m³ over 800 m by 400 m.
    assert!((load.thickness_m(5) / (load.deposited_kg(5) / (1400.0 * 800.0 * 400.0)) - 1.0).abs() < 1e-3);
}

#[test]
fn a_cloud_makes_no_new_extreme_and_keeps_its_mass() {
    // Grains that do not settle.
    let rules = SedimentRules::new(Capacity::LOWER_YELLOW_RIVER, 0.0);
    let still = vec![0.0; 300];
    let (mut channel, mut load) = carrying(300, 2e-4, 2000.0, rules, 5.0);
    let mut widest = 0;
    for step in 0..900 {
        let upstream_kgm3 = if (100..300).contains(&step) { 100.0 } else { 5.0 };
        let entering = none_lateral(upstream_kgm3, &still);
        let q = 2000.0 + 1000.0 * (f64::from(step) * 0.01).sin();
        channel.step_with_load(50.0, q, &still, &mut load, entering);
        let s: Vec<f64> = (0..300).map(|i| load.concentration_kgm3(&channel, i)).collect();
        assert!(s.iter().all(|&s| s > 5.0 - 1e-9 && s < 100.0 + 1e-9), "{step}");
        widest = widest.max(s.iter().filter(|&&s| s > 10.0 && s < 95.0).count());
    }
    println!(
        "cloud: at most {widest} segments between 10 and 95 kg/m3 at its two ends, residual {:.1e} kg",
        load.budget().residual_kg()
    );
    assert!(widest < 30);
    assert!(load.budget().residual_kg().abs() < 1e-12 * load.budget().inflow_kg);
}

#[test]
fn sediment_closes_with_random_exchange_over_drying_beds() {
    let mut dice = Dice(99);
    let n = 40;
    let mut channel = river(irregular(n, &mut dice), Downstream::Stage(100.5));
    channel.fill_to_stages(&vec![100.5; n]);
    let law = Capacity::ZhangHongwu { bed_grain_mm: 0.08, suspended_grain_mm: 0.03 };
    let mut load = SuspendedLoad::new(&channel, SedimentRules::new(law, 8e-4), 20.0);
    let (mut lateral, mut lateral_in, mut brought) = (vec![0.0; n], vec![0.0; n], vec![0.0; n]);
    for _ in 0..4000 {
        lateral.fill_with(|| 40.0 * (dice.roll() - 0.55));
        // Some comes in while some leaves, in the same segment.
        for i in 0..n {
            lateral_in[i] = lateral[i].max(0.0) + 10.0 * dice.roll();
            brought[i] = lateral_in[i] * 300.0 * dice.roll();
        }
        let entering = Entering {
            upstream_kgm3: 400.0 * dice.roll(),
            lateral_in_m3s: &lateral_in,
            lateral_in_kgs: &brought,
            downstream_kgm3: 3.0,
        };
        channel.step_with_load(60.0, 900.0 * (dice.roll() - 0.2), &lateral, &mut load, entering);
        assert!((0..n).all(|i| load.mass_kg(i) >= 0.0 && load.concentration_kgm3(&channel, i) <= 1000.0 + 1e-6));
        assert!(load.lateral_left_kg().iter().all(|&left| left >= 0.0));
    }
    let budget = load.budget();
    let handled =
        budget.inflow_kg.abs() + budget.lateral_kg.abs() + budget.outflow_kg.abs() + budget.deposited_kg.abs();
    println!("sediment with exchange: residual {:.1e} of the mass", budget.residual_kg() / handled);
    assert!(budget.residual_kg().abs() < 1e-12 * handled);
}
