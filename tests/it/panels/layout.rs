//! What the screen looks like, read from what it paints: texts, their sizes and their places.

use bevy_egui::egui::{Context, Pos2, RawInput, Rect, Shape, Vec2, epaint::TextShape, vec2};
use egui_kittest::Harness;
use hetu::domain::scenario::Mode;
use hetu::domain::text::Language;
use hetu::ui::readings::ObservedReadings;
use hetu::ui::theme::{self, Theme, WarningLevel};
use hetu::ui::{PlotKind, ScreenModel, picture_overlay_ui, strings};

use super::{FULL_HD, Room, demo, harness};

const LAPTOP: Vec2 = vec2(1366.0, 768.0);

struct Text {
    words: String,
    size_pt: f32,
    place: Rect,
    clip: Rect,
}

fn texts_of(shape: &Shape, clip: Rect, into: &mut Vec<Text>) {
    match shape {
        Shape::Vec(shapes) => shapes.iter().for_each(|s| texts_of(s, clip, into)),
        Shape::Text(text) => into.push(text_of(text, clip)),
        _ => {}
    }
}

fn text_of(shape: &TextShape, clip: Rect) -> Text {
    let sizes = shape.galley.job.sections.iter().map(|s| s.format.font_id.size);
    Text {
        words: shape.galley.text().to_owned(),
        size_pt: sizes.fold(f32::INFINITY, f32::min),
        place: Rect::from_min_size(shape.pos, shape.galley.size()),
        clip,
    }
}

/// Texts that can be seen, without the copies that make an outline and without the watermark.
fn visible_texts<S>(harness: &Harness<'_, S>) -> Vec<Text> {
    let mut all = Vec::new();
    for clipped in &harness.output().shapes {
        texts_of(&clipped.shape, clipped.clip_rect, &mut all);
    }
    let mut texts: Vec<Text> = Vec::new();
    for text in all {
        let seen = text.place.intersect(text.clip);
        let is_copy =
            texts.iter().any(|t| t.words == text.words && t.place.center().distance(text.place.center()) < 3.0);
        if !text.words.is_empty() && seen.is_positive() && !is_copy && text.size_pt < theme::TEXT_WATERMARK_PT {
            texts.push(text);
        }
    }
    texts
}

/// Every state of the screen that looks different.
fn screens() -> Vec<(String, ScreenModel)> {
    let mut screens = Vec::new();
    for language in [Language::Zh, Language::En] {
        let full = demo::screen(language);
        let with = |change: &dyn Fn(&mut ScreenModel)| {
            let mut model = full.clone();
            change(&mut model);
            model
        };
        for (name, model) in [
            ("full", full.clone()),
            ("light", with(&|m| m.theme = Theme::Light)),
            ("stage", with(&|m| m.state.plot = PlotKind::Stage)),
            (
                "one station",
                with(&|m| {
                    m.state.plot = PlotKind::Stage;
                    m.state.hidden_stations = vec![1, 2];
                }),
            ),
            (
                "folded",
                with(&|m| {
                    m.state.folds.left = true;
                    m.state.folds.right = true;
                    m.state.folds.bottom = true;
                }),
            ),
            (
                "clean drill",
                with(&|m| {
                    m.state.clean_screen = true;
                    m.open.as_mut().expect("the demo has a scenario open").mode = Mode::Drill;
                }),
            ),
            (
                "trouble",
                with(&|m| {
                    m.notices = demo::notices();
                    m.warning = Some(demo::warning());
                    m.compute.n_contained = 12;
                }),
            ),
            ("empty", ScreenModel { language, exaggeration: 20.0, ..ScreenModel::default() }),
        ] {
            screens.push((format!("{name} {language:?}"), model));
        }
    }
    screens
}

#[test]
fn no_text_is_smaller_than_twelve_points_cut_off_or_over_another() {
    for (name, model) in screens() {
        for size in [FULL_HD, LAPTOP] {
            let harness = harness(model.clone(), size);
            check_texts(&format!("{name} at {size:?}"), &visible_texts(&harness), size);
        }
    }
}

fn check_texts(name: &str, texts: &[Text], screen: Vec2) {
    assert!(texts.len() > 5, "{name}: there is something to check");
    for text in texts {
        assert!(text.size_pt >= 12.0, "{name}: “{}” has {} pt", text.words, text.size_pt);
        let clip = text.clip.intersect(Rect::from_min_size(Pos2::ZERO, screen)).expand(1.0);
        assert!(
            clip.left() <= text.place.left() && text.place.right() <= clip.right(),
            "{name}: “{}” is cut: {:?} in {clip:?}",
            text.words,
            text.place
        );
    }
    for (i, a) in texts.iter().enumerate() {
        for b in &texts[i + 1..] {
            // lines may touch; letters may not
            let both = a.place.shrink2(vec2(0.5, 3.0)).intersect(b.place.shrink2(vec2(0.5, 3.0)));
            assert!(!both.is_positive(), "{name}: “{}” {:?} lies on “{}” {:?}", a.words, a.place, b.words, b.place);
        }
    }
}

#[test]
fn the_scene_keeps_its_share_and_panels_stay_out_of_it() {
    let harness = harness(demo::screen(Language::Zh), FULL_HD);
    let Room { scene, .. } = harness.state();
    assert!(scene.area() / (FULL_HD.x * FULL_HD.y) >= 0.55, "{scene:?}");
}

#[test]
fn headings_clocks_and_numbers_have_their_sizes() {
    let harness = harness(demo::screen(Language::Zh), FULL_HD);
    let texts = visible_texts(&harness);
    let size_of = |wanted: &str| {
        let found = texts.iter().filter(|t| t.words == wanted).map(|t| t.size_pt);
        found.fold(0.0, f32::max)
    };
    for (text, size_pt) in [("滩区损失", 16.0), ("08-06 14:00", 20.0), ("996.3", 30.0)] {
        assert!((size_of(text) - size_pt).abs() < 0.01, "{text}: {}", size_of(text));
    }
}

/// The texts of the part of the screen whose left edge is at least `from_x` and that lies between two heights.
fn read_out(harness: &Harness<'_, Room>, area: Rect) -> String {
    let mut texts = visible_texts(harness);
    texts.retain(|t| area.contains(t.place.center()));
    texts.sort_by(|a, b| {
        let (ay, by) = (a.place.center().y.round(), b.place.center().y.round());
        if (ay - by).abs() < 9.0 { a.place.left().total_cmp(&b.place.left()) } else { ay.total_cmp(&by) }
    });
    let mut lines: Vec<(f32, String)> = Vec::new();
    for text in texts {
        let y = text.place.center().y;
        match lines.last_mut() {
            Some((last, line)) if (*last - y).abs() < 9.0 => {
                line.push_str(" | ");
                line.push_str(&text.words);
            }
            _ => lines.push((y, text.words)),
        }
    }
    lines.into_iter().map(|(_, line)| line).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_loss_panel_reads_as_a_ledger() {
    let harness = harness(demo::screen(Language::Zh), FULL_HD);
    let scene = harness.state().scene;
    let panel = Rect::from_min_max(scene.right_top(), (FULL_HD.x, scene.bottom()).into());
    insta::assert_snapshot!(read_out(&harness, panel), @"
    滩区损失
    淹没面积 | km² | 受淹人口 | 人
    996.3 | 351,000
    +161.3 / 6 h | +56,800 / 6 h
    尚需转移 | 人 | 损失 | 亿元
    189,000 | 66.3
    53.1–79.6
    −22,800 / 6 h | +10.74 / 6 h
    滩区 | km² | 受淹人 | 需转移 | 万元
    郑州滩 | 39.0 | 13,800 | 8,300 | 26,000
    原阳滩 | 263.3 | 92,700 | 55,700 | 175,000
    中牟滩 | 56.2 | 19,800 | 11,900 | 37,400
    开封滩 | 110.6 | 39,000 | 23,400 | 73,600
    封丘滩 | 146.4 | 51,600 | 31,000 | 97,400
    兰考滩 | 62.0 | 21,900 | 13,100 | 41,300
    长垣滩 | 203.2 | 71,600 | 43,000 | 135,000
    东明滩 | 115.7 | 40,800 | 24,500 | 77,000
    濮阳滩 | 0.0 | 0 | 0 | 0
    合计 | 996.3 | 351,000 | 211,000 | 663,000
    尚在险境 | 被困 | 已安置 | 尚需转移
    500,000
    250,000
    0
    人 | T+0 h | T+170 h
    转移时钟 | 台账
    ■ 长垣滩 | 6,200 | −0 h 42
    演示参数：按滩区单元面积均摊的人口、耕地与村庄（1996 年前后统计）
    曲线：JRC 亚洲；价值 2020 年；受淹水深 ≥ 0.5 m；网格 200 m，输出步长 60 min；分支：基准；演示参数
    人口向上取整到 10、100 或 1000
    ");
}

#[test]
fn the_top_bar_tells_mode_clock_progress_and_residual() {
    let harness = harness(demo::screen(Language::En), FULL_HD);
    let bar = Rect::from_min_max(Pos2::ZERO, (FULL_HD.x, harness.state().scene.top()).into());
    insta::assert_snapshot!(read_out(&harness, bar), @"
    Flood of August 1996 | Computed to 08-10 10:00 | 59 %  5 min 02 s left
    Rehearsal | Simulated | 08-06 14:00 | (T+78 h)  ×3,600 | 中 | ?
    1996-08-03 08:00 – 08-15 08:00 | 1,260× faster than the flood – Volume residual 3.1e-13
    ");
}

#[test]
fn trouble_in_the_computing_is_named() {
    let mut model = demo::screen(Language::Zh);
    model.compute.n_contained = 12;
    model.warning = Some(demo::warning());
    let harness = harness(model, FULL_HD);
    let all: Vec<String> = visible_texts(&harness).into_iter().map(|t| t.words).collect();
    assert!(all.iter().any(|t| t.starts_with('!') && t.contains("异常单元 12")), "{all:?}");
    assert!(all.iter().any(|t| t.contains("◆ Ⅱ") && t.contains("花园口水位超警戒")), "{all:?}");
}

#[test]
fn a_picture_carries_everything_a_reader_needs() {
    for language in [Language::Zh, Language::En] {
        for ppp in [1.0, 2.0] {
            let model = demo::picture(language);
            let mut harness = Harness::builder().with_size(FULL_HD).with_pixels_per_point(ppp).build_ui({
                let model = model.clone();
                move |ui| {
                    let builder = bevy_egui::egui::UiBuilder::new()
                        .layer_id(bevy_egui::egui::LayerId::background())
                        .max_rect(ui.viewport_rect());
                    picture_overlay_ui(&mut bevy_egui::egui::Ui::new(ui.ctx().clone(), "root".into(), builder), &model);
                }
            });
            theme::install_fonts(&harness.ctx);
            theme::apply(&harness.ctx, Theme::Dark);
            harness.run();
            let texts = visible_texts(&harness);
            check_texts(&format!("picture {language:?} x{ppp}"), &texts, FULL_HD);
            for wanted in [
                model.open.title.get(language),
                model.open.mode.label().get(language),
                "1996-08-06 14:00",
                "(T+78 h)",
                strings::DEPTH_DEFINITION.get(language),
                "0.5–1.0 m",
                "10 km",
                &format!("{} ×20", strings::EXAGGERATION.get(language)),
                strings::NORTH.get(language),
                "996.3",
                model.source.get(language),
                "河图 Hetu 0.1.0",
            ] {
                assert!(texts.iter().any(|t| t.words == wanted), "{wanted} is not on the picture");
            }
        }
    }
}

#[test]
fn every_text_has_its_glyphs() {
    let ctx = Context::default();
    theme::install_fonts(&ctx);
    // fonts are taken over at the start of a pass
    let _output = ctx.run_ui(RawInput::default(), |_| {});
    let signs = WarningLevel::ALL.map(WarningLevel::sign);
    let keys = hetu::ui::key_sheet::KEYS.map(|(keys, _)| keys);
    let extra = ["0123456789,.−±+×²³–—·…：%"];
    let labels = strings::ALL.iter().flat_map(|l| [l.zh, l.en]);
    for text in labels.chain(signs).chain(keys).chain(extra) {
        for c in text.chars().filter(|c| !c.is_whitespace()) {
            let known = ctx.fonts_mut(|fonts| fonts.has_glyph(&theme::font(14.0), c));
            assert!(known, "{c} of “{text}” has no glyph");
        }
    }
}

/// Filled and hollow dots of observed readings; the caption explains one more when there are any.
fn reading_dots(model: ScreenModel) -> [usize; 2] {
    let harness = harness(model, FULL_HD);
    let circles = harness.output().shapes.iter().filter_map(|clipped| match &clipped.shape {
        Shape::Circle(circle) if (circle.radius - 2.6).abs() < 1e-6 => Some(*circle),
        _ => None,
    });
    let circles: Vec<_> = circles.collect();
    let n_hollow = circles.iter().filter(|circle| circle.fill.a() == 0).count();
    [circles.len() - n_hollow, n_hollow]
}

#[test]
fn observed_readings_are_dots_and_stand_only_beside_absolute_stages() {
    let of = |language: Language, change: &dyn Fn(&mut ScreenModel)| {
        let mut model = demo::screen(language);
        change(&mut model);
        model
    };
    for language in [Language::Zh, Language::En] {
        let caption = strings::OBSERVED_READINGS.get(language);
        let says = |model: ScreenModel| visible_texts(&harness(model, FULL_HD)).iter().any(|t| t.words == caption);
        let model = of(language, &|_| {});
        let n_shown = (0..model.hydrographs.stations.len()).filter(|i| model.state.is_station_shown(*i)).count();
        assert!(n_shown > 1, "the demonstration shows several stations");
        assert!(says(model.clone()), "{caption}");
        assert_eq!(reading_dots(model), [7 * n_shown + 1, n_shown]);
        let as_rise = of(language, &|m| m.state.plot = PlotKind::Stage);
        assert!(!says(as_rise.clone()));
        assert_eq!(reading_dots(as_rise), [0, 0]);
        let bare =
            of(language, &|m| m.hydrographs.stations.iter_mut().for_each(|s| s.readings = ObservedReadings::default()));
        assert!(!says(bare.clone()));
        assert_eq!(reading_dots(bare), [0, 0]);
    }
}
