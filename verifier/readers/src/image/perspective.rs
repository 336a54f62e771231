//! A square seen from anywhere: where its points lie in the picture.

/// Maps the square (0, 0)–(side, side) onto four corners (Heckbert, "Fundamentals of Texture Mapping", 1989, §2.2.3).
pub(crate) struct Perspective {
    side: f32,
    a: [f32; 8],
}

impl Perspective {
    /// Corners clockwise from the top left. `None` where they are no square seen from its front.
    pub(crate) fn of(side: f32, [p0, p1, p2, p3]: [(f32, f32); 4]) -> Option<Self> {
        let (dx1, dy1) = (p1.0 - p2.0, p1.1 - p2.1);
        let (dx2, dy2) = (p3.0 - p2.0, p3.1 - p2.1);
        let (dx3, dy3) = (p0.0 - p1.0 + p2.0 - p3.0, p0.1 - p1.1 + p2.1 - p3.1);
        let determinant = dx1 * dy2 - dx2 * dy1;
        if determinant.abs() < 1e-3 {
            return None;
        }
        let g = (dx3 * dy2 - dx2 * dy3) / determinant;
        let h = (dx1 * dy3 - dx3 * dy1) / determinant;
        let a = [
            p1.0 - p0.0 + g * p1.0,
            p3.0 - p0.0 + h * p3.0,
            p0.0,
            p1.1 - p0.1 + g * p1.1,
            p3.1 - p0.1 + h * p3.1,
            p0.1,
            g,
            h,
        ];
        Some(Self { side, a })
    }

    /// Where a point of the square lies.
    pub(crate) fn map(&self, x: f32, y: f32) -> (f32, f32) {
        let (u, v) = (x / self.side, y / self.side);
        let [a, b, c, d, e, f, g, h] = self.a;
        let w = g * u + h * v + 1.0;
        ((a * u + b * v + c) / w, (d * u + e * v + f) / w)
    }
}
