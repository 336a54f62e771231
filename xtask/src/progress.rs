//! What the person at the terminal sees while work goes on: standard error. Results go to standard output.

use std::time::Duration;

/// One line of progress.
pub(crate) fn say(line: &str) {
    eprintln!("{line}");
}

/// `0.4 s`, `12 s`, `3 min 07 s`.
pub(crate) fn duration(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match seconds {
        0..10 => format!("{:.1} s", duration.as_secs_f64()),
        10..60 => format!("{seconds} s"),
        _ => format!("{} min {:02} s", seconds / 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_well() {
        assert_eq!(duration(Duration::from_millis(1_240)), "1.2 s");
        assert_eq!(duration(Duration::from_millis(59_900)), "59 s");
        assert_eq!(duration(Duration::from_secs(187)), "3 min 07 s");
    }
}
