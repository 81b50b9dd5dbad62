//! What scenario files say of sediment.

use hetu::domain::river::channel::{Capacity, zhang_ruijin_settling_mps};

use super::Folder;

fn with_sediment(text: &str) -> Folder {
    Folder::new().with("events: [", &format!("sediment: {text},\n    events: ["))
}

#[test]
fn sediment_has_published_constants_unless_told_otherwise() {
    assert!(Folder::new().load().sediment.is_none());
    let sediment = with_sediment("()").load().sediment.unwrap();
    let rules = sediment.rules;
    assert_eq!(rules.capacity, Capacity::LOWER_YELLOW_RIVER);
    let of_grains = [0.02, 0.1].map(|grain_mm| zhang_ruijin_settling_mps(grain_mm, 1e-6));
    assert_eq!([rules.settling_mps, rules.bed_settling_mps], of_grains);
    assert_eq!((rules.deposition_frac, rules.scour_frac, rules.dry_density_kgm3), (0.25, 1.0, 1400.0));
    assert_eq!((sediment.initial_kgm3, sediment.inflows.len()), (0.0, 0));
}

#[test]
fn sediment_is_what_the_file_says() {
    let text = "(formula: ZhangRuijin(k_kgm3: 0.3, m: 0.8), settling_mps: 0.001, deposition_frac: 0.5, scour_frac: 0.0, \
                dry_density_kgm3: 1300, initial_kgm3: 2, inflow: [(name: \"inflow\", kgm3: 40.0), \
                (name: \"pump\", kgm3: Series([(0.0, 1.0), (10.0, 3.0)]))])";
    let sediment = with_sediment(text).load().sediment.unwrap();
    let rules = sediment.rules;
    assert_eq!(rules.capacity, Capacity::ZhangRuijin { k_kgm3: 0.3, m: 0.8 });
    assert_eq!((rules.settling_mps, rules.deposition_frac, rules.scour_frac), (0.001, 0.5, 0.0));
    assert_eq!((rules.dry_density_kgm3, sediment.initial_kgm3), (1300.0, 2.0));
    assert_eq!(sediment.inflow_of("inflow").unwrap().at(50.0), 40.0);
    assert_eq!(sediment.inflow_of("pump").unwrap().at(5.0), 2.0);
    assert!(sediment.inflow_of("sea").is_none());
    let coarse = with_sediment("(formula: ZhangHongwu, bed_grain_mm: 0.2, grain_mm: 0.03)").load().sediment.unwrap();
    assert_eq!(coarse.rules.capacity, Capacity::ZhangHongwu { bed_grain_mm: 0.2, suspended_grain_mm: 0.03 });
}

#[test]
fn faults_of_sediment_name_the_key_and_what_is_allowed() {
    let fault = |text: &str| with_sediment(text).faults().join("\n");
    for (text, told) in [
        ("(formula: ZhangHong)", "sediment.formula: found `ZhangHong`; allowed `ZhangHongwu`, the nearest known name"),
        ("(grain_mm: 2.0)", "sediment.grain_mm: found `2.0`; allowed a D50 in mm above 0 and at most 0.1"),
        ("(dry_density: 1300)", "found the unknown key `dry_density`; allowed `dry_density_kgm3`, the nearest"),
        (
            "(inflow: [(name: \"rain\", kgm3: 1.0)])",
            "found the name \"rain\"; allowed the name of a boundary or source",
        ),
        ("(inflow: [(name: \"sea\", kgm3: -1.0)])", "allowed a concentration from 0 to 1000 kg/m³"),
        ("(inflow: [(name: \"sea\", kgm3: 1.0), (name: \"sea\", kgm3: 2.0)])", "\"sea\" a second time"),
        ("(formula: ZhangRuijin(k_kgm3: 0.2))", "allowed `m: ..`, which must be given"),
    ] {
        let found = fault(text);
        assert!(found.contains(told), "{text}: {found}");
    }
}
