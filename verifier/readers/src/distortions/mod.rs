//! Pictures of a symbol as they come from phones, printers and messengers: seeded, so that a failure can be repeated.

mod camera;
mod faults;
mod random;
mod symbol;

pub use camera::Pose;
pub use faults::Fault;
pub use random::Random;
pub use symbol::Symbol;

use crate::image::Grey;

/// One way to spoil a picture, with its seed.
#[derive(Clone, Debug)]
pub struct Distortion {
    /// What it is called.
    pub name: String,
    /// How the symbol stands before the camera.
    pub pose: Pose,
    /// What happens to the picture, in this order.
    pub faults: Vec<Fault>,
    /// Where its chance comes from.
    pub seed: u64,
}

impl Distortion {
    /// The picture.
    #[must_use]
    pub fn picture(&self, symbol: &Symbol) -> Option<Grey> {
        let mut random = Random::new(self.seed);
        let mut picture = self.pose.shoot(symbol, &mut random)?;
        for fault in &self.faults {
            picture = fault.put_on(picture, self.pose.module, &mut random)?;
        }
        Some(picture)
    }
}

/// One hundred and ninety-two: each kind alone in rising strength, and mixtures as they come.
#[must_use]
pub fn all() -> Vec<Distortion> {
    let mut all = Vec::new();
    let mut add = |kind: &str, step: u32, pose: Pose, faults: Vec<Fault>| {
        let seed = u64::try_from(all.len()).unwrap_or(0) + 1;
        all.push(Distortion {
            name: format!("{kind} {step}"),
            pose,
            faults,
            seed,
        });
    };
    for (step, strength) in (1_u8..=12).map(|step| (u32::from(step), f32::from(step) / 12.0)) {
        let front = Pose {
            module: 5.0,
            ..Pose::default()
        };
        let tilted = Pose {
            turn: strength * 40.0,
            ..front
        };
        add(
            "turned",
            step,
            Pose {
                turn: strength * 351.0,
                ..front
            },
            vec![],
        );
        add(
            "perspective",
            step,
            Pose {
                tilt: 0.1 + strength * 0.35,
                turn: strength * 25.0,
                ..front
            },
            vec![],
        );
        add(
            "small",
            step,
            Pose {
                module: 5.2 - strength * 2.4,
                ..tilted
            },
            vec![],
        );
        add("noise", step, tilted, vec![Fault::Noise(10.0 + strength * 45.0)]);
        add("blur", step, tilted, vec![Fault::Blur(0.12 + strength * 0.38)]);
        add(
            "shaken",
            step,
            front,
            vec![Fault::Shaken {
                modules: 0.2 + strength * 0.8,
                degrees: strength * 180.0,
            }],
        );
        add("jpeg", step, tilted, vec![Fault::Jpeg(60.0 - strength * 48.0)]);
        add(
            "moiré",
            step,
            tilted,
            vec![Fault::Moire {
                period: 2.3 + strength * 9.0,
                depth: 20.0 + strength * 60.0,
            }],
        );
        add(
            "glare",
            step,
            tilted,
            vec![Fault::Glare {
                radius: 0.05 + strength * 0.11,
            }],
        );
        add(
            "uneven light",
            step,
            tilted,
            vec![Fault::Light {
                dark: 0.9 - strength * 0.72,
            }],
        );
        add(
            "faded",
            step,
            tilted,
            vec![Fault::Contrast(0.7 - strength * 0.57), Fault::Noise(3.0)],
        );
        add(
            "light on dark",
            step,
            Pose {
                inverted: true,
                ..tilted
            },
            vec![Fault::Noise(strength * 30.0)],
        );
        add(
            "photo",
            step,
            Pose { tilt: 0.2, ..tilted },
            vec![
                Fault::Light {
                    dark: 0.8 - strength * 0.3,
                },
                Fault::Blur(0.15 + strength * 0.2),
                Fault::Noise(6.0 + strength * 14.0),
                Fault::Jpeg(60.0 - strength * 30.0),
            ],
        );
        add(
            "forwarded",
            step,
            Pose {
                module: 5.0 - strength * 1.2,
                turn: strength * 5.0,
                ..front
            },
            vec![Fault::Jpeg(55.0 - strength * 25.0), Fault::Jpeg(40.0)],
        );
        add(
            "off a screen",
            step,
            Pose { tilt: 0.15, ..tilted },
            vec![
                Fault::Moire {
                    period: 3.0 + strength * 4.0,
                    depth: 15.0 + strength * 30.0,
                },
                Fault::Glare {
                    radius: 0.05 + strength * 0.05,
                },
                Fault::Noise(8.0),
            ],
        );
        add(
            "bent paper",
            step,
            Pose {
                bend: 0.25 + strength * 0.9,
                ..front
            },
            vec![Fault::Noise(6.0)],
        );
    }
    all
}
