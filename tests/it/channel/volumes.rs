//! Volumes that close, beds that run dry, lateral water, checkpoints.

use hetu::domain::river::channel::{Channel, Downstream};

use super::{DAY_SECS, Dice, irregular, rectangle, river, river_section, run, sloping};

#[test]
fn volumes_close_to_rounding_whatever_is_asked() {
    for seed in 1..=6 {
        let mut dice = Dice(seed * 7919);
        let n = 40;
        let downstream = match seed % 3 {
            0 => Downstream::Stage(101.0),
            1 => Downstream::NormalDepth(2e-4),
            _ => Downstream::Rating(vec![[98.0, 0.0], [101.0, 800.0], [104.0, 4000.0]]),
        };
        let mut channel = river(irregular(n, &mut dice), downstream);
        channel.fill_to_stages(&vec![101.0; n]);
        let mut lateral = vec![0.0; n];
        let [mut taken_m3, mut withheld_m3] = [0.0; 2];
        for step in 0..6000 {
            lateral.fill_with(|| 60.0 * (dice.roll() - 0.55));
            let upstream = 1500.0 * (dice.roll() - 0.3);
            // Steps too long on purpose now and then.
            let dt = channel.longest_step_secs(if step % 50 == 0 { 7.0 } else { 0.9 * dice.roll() });
            let moved = channel.step(dt, upstream, &lateral);
            taken_m3 += channel.lateral_taken_m3().iter().sum::<f64>();
            withheld_m3 += moved.withheld_m3;
            assert!((0..n).all(|i| channel.volume_m3(i) >= 0.0 && channel.depth_m(i).is_finite()));
        }
        let budget = channel.budget();
        println!("seed {seed}: residual {:.1e} of the water, withheld {withheld_m3:.3e} m3", budget.residual_frac());
        assert!(budget.residual_frac().abs() < 1e-12);
        assert!((taken_m3 / (budget.lateral_in_m3 - budget.lateral_out_m3) - 1.0).abs() < 1e-9);
        assert!(withheld_m3 > 0.0, "some segments were asked for more than they had");
    }
}

#[test]
fn a_segment_gives_what_it_has_and_says_so() {
    let segments = sloping(3, 400.0, 0.0, 0.012, |_| rectangle(100.0));
    let mut channel = river(segments, Downstream::NormalDepth(1e-4));
    channel.fill_to_stages(&[0.0, 1.0, 0.0]);
    // 5 m3/s for a second of a dry segment, which has only what runs into it from the next one in that second.
    let moved = channel.step(1.0, 0.0, &[-5.0, 0.0, 0.0]);
    let taken = channel.lateral_taken_m3()[0];
    assert!(taken <= 0.0 && taken > -5.0, "{taken}");
    assert!((moved.withheld_m3 - (5.0 + taken)).abs() < 1e-12 && (moved.lateral_out_m3 + taken).abs() < 1e-12);
}

#[test]
fn a_bed_runs_dry_and_is_wetted_again() {
    let mut segments = sloping(120, 400.0, 2e-4, 0.012, |_| river_section());
    // A bar that holds a pond.
    segments[60].bed_m += 1.0;
    let mut channel = river(segments, Downstream::NormalDepth(2e-4));
    let normal = river_section().normal_depth_m(1500.0, 2e-4, 0.012);
    run(
        &mut channel,
        3.0 * DAY_SECS,
        |_| 1500.0,
        |_, channel| {
            assert!((0..120).all(|i| channel.volume_m3(i) >= 0.0));
        },
    );
    println!("wetted from dry: depth {:.6} m, normal {normal:.6} m", channel.depth_m(100));
    assert!((channel.depth_m(100) / normal - 1.0).abs() < 1e-4);
    assert!((channel.face_discharges_m3s()[120] / 1500.0 - 1.0).abs() < 1e-4);
    run(&mut channel, 60.0 * DAY_SECS, |_| 0.0, |_, _| {});
    let fastest = channel.face_discharges_m3s().iter().fold(0.0_f64, |m, q| m.max(q.abs()));
    let (shallow, pond) = (channel.depth_m(100), channel.depth_m(59));
    println!("drained 60 days: {shallow:.4} m left, pond {pond:.4} m, discharge {fastest:.1e} m3/s");
    assert!(shallow < 0.05 && fastest < 1.0);
    // The bar stands 1 m over the bed line, which falls 0.08 m a segment.
    assert!((pond - 0.92).abs() < 0.05);
    assert!(channel.budget().residual_frac().abs() < 1e-12);
}

#[test]
fn lateral_water_adds_up_along_the_way() {
    let segments = sloping(100, 400.0, 2e-4, 0.012, |_| river_section());
    let mut channel = river(segments, Downstream::NormalDepth(2e-4));
    channel.start_steady(2000.0);
    let mut lateral = vec![0.0; 100];
    (lateral[30], lateral[70]) = (600.0, -400.0);
    for _ in 0..20_000 {
        channel.step(40.0, 2000.0, &lateral);
    }
    let q = channel.face_discharges_m3s();
    assert!((q[20] - 2000.0).abs() < 1e-6 && (q[50] - 2600.0).abs() < 1e-6 && (q[100] - 2200.0).abs() < 1e-6);
}

#[test]
fn a_checkpoint_goes_on_to_the_last_bit() {
    let make = || river(irregular(50, &mut Dice(3)), Downstream::NormalDepth(2e-4));
    let mut channel = make();
    channel.fill_to_stages(&[103.0; 50]);
    run(&mut channel, 7000.0, |_| 900.0, |_, _| {});
    let bytes = postcard::to_allocvec(channel.state()).unwrap();
    let mut other = make();
    other.restore(postcard::from_bytes(&bytes).unwrap()).unwrap();
    for channel in [&mut channel, &mut other] {
        run(channel, 20_000.0, |t| 900.0 + 0.01 * t, |_, _| {});
    }
    assert_eq!(channel.state(), other.state());
    let shorter =
        Channel::new(irregular(49, &mut Dice(3)), Downstream::Stage(1.0)).unwrap().restore(other.state().clone());
    assert_eq!(shorter.unwrap_err().to_string(), "a saved state with 50 volumes, allowed is 49");
}

#[test]
fn bad_figures_are_named() {
    let fault = |change: fn(&mut hetu::domain::river::channel::Segment)| {
        let mut segments = irregular(5, &mut Dice(5));
        change(&mut segments[3]);
        Channel::new(segments, Downstream::Stage(1.0)).unwrap_err().to_string()
    };
    assert_eq!(fault(|s| s.length_m = 0.0), "segment 3: length in m 0, allowed is a finite number above 0");
    assert_eq!(fault(|s| s.bed_m = f64::NAN), "segment 3: bed in m NaN, allowed is a finite number");
    let manning = fault(|s| s.manning = -0.01);
    assert_eq!(manning, "segment 3: Manning's n in s/m^(1/3) -0.01, allowed is a finite number of 0 or more");
    let mut channel = river(irregular(5, &mut Dice(5)), Downstream::NormalDepth(1e-4));
    assert!(channel.set_downstream(Downstream::NormalDepth(0.0)).is_err());
    let falling = Downstream::Rating(vec![[1.0, 0.0], [1.0, 5.0]]);
    let message = channel.set_downstream(falling).unwrap_err().to_string();
    assert!(message.starts_with("pair 1 of the rating: stage 1 m, discharge 5 m3/s; allowed are"), "{message}");
    assert!(Channel::new(Vec::new(), Downstream::Stage(1.0)).is_err());
}
