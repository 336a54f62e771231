//! What the text of a code is to somebody who looks for a certificate. Nothing is followed because a code says so: ours is
//! read, of any other the host is told.

/// The text of a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Code {
    /// A link that carries a certificate, `https://<host>/v#<digits>`. Its host says nothing about who issued it.
    Link(String),
    /// The address of a record, `https://<host>/certificates/<number>`: the number alone counts.
    Number(String),
    /// Somebody else's link; the host that it leads to, as the network has it.
    Foreign(String),
    /// Anything else.
    Other,
}

/// Fewest digits that are taken for a certificate.
const FEWEST_DIGITS: usize = 20;

impl Code {
    /// Of the texts found in one picture the one that matters: a link of ours, else a record's address, else the host of
    /// somebody else's link. None where there are no texts.
    #[must_use]
    pub fn choose(texts: &[String]) -> Option<Self> {
        let codes: Vec<Self> = texts.iter().map(|text| Self::of(text)).collect();
        let first = |wanted: fn(&Self) -> bool| codes.iter().find(|code| wanted(code));
        first(|code| matches!(code, Self::Link(_)))
            .or_else(|| first(|code| matches!(code, Self::Number(_))))
            .or_else(|| first(|code| matches!(code, Self::Foreign(_))))
            .or_else(|| codes.first())
            .cloned()
    }

    /// What a text is.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let Some(rest) = after_scheme(text) else {
            return Self::Other;
        };
        match our_path(rest) {
            Some(OurPath::Digits) => Self::Link(text.to_owned()),
            Some(OurPath::Record(number)) => Self::Number(number.to_owned()),
            None => host(rest).map_or(Self::Other, Self::Foreign),
        }
    }
}

enum OurPath<'a> {
    Digits,
    Record(&'a str),
}

/// What is behind `http://` or `https://`, in either case (RFC 3986 §3.1); no blank may stand in it.
fn after_scheme(text: &str) -> Option<&str> {
    let (scheme, rest) = text.split_once("://")?;
    let known = ["http", "https"]
        .iter()
        .any(|known| scheme.eq_ignore_ascii_case(known));
    (known && !rest.contains(char::is_whitespace) && !rest.contains(char::is_control)).then_some(rest)
}

fn our_path(rest: &str) -> Option<OurPath<'_>> {
    let place = rest.find(['/', '?', '#']).filter(|place| *place > 0)?;
    let path = rest.get(place..)?;
    let beginning = |wanted: &str| {
        let begins = path.get(..wanted.len())?.eq_ignore_ascii_case(wanted);
        path.get(wanted.len()..).filter(|_| begins)
    };
    if let Some(number) = beginning("/certificates/") {
        return (!number.is_empty() && !number.contains(['/', '?', '#'])).then_some(OurPath::Record(number));
    }
    let (query, digits) = beginning("/v")?.split_once('#')?;
    let of_digits = digits.len() >= FEWEST_DIGITS && digits.bytes().all(|byte| byte.is_ascii_digit());
    ((query.is_empty() || query.starts_with('?')) && of_digits).then_some(OurPath::Digits)
}

/// The host as a browser would ask it (URL Standard §4.4): what stands before an @ is a user, a backslash is a slash, and
/// labels outside ASCII are in their ASCII form, so that no letter only looks like another.
fn host(rest: &str) -> Option<String> {
    let authority = rest.split(['/', '\\', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let labels: Option<Vec<String>> = host.split('.').map(ascii_label).collect();
    labels
        .map(|labels| labels.join("."))
        .filter(|host| !host.is_empty())
}

/// A label in lower case; outside ASCII by Punycode (RFC 3492, RFC 5891 §4.4).
fn ascii_label(label: &str) -> Option<String> {
    let label = label.to_lowercase();
    if label.is_ascii() {
        return Some(label);
    }
    punycode(&label).map(|encoded| format!("xn--{encoded}"))
}

const BASE: u32 = 36;
const LEAST: u32 = 1;
const MOST: u32 = 26;
const SKEW: u32 = 38;
const DAMP: u32 = 700;
const FIRST_BIAS: u32 = 72;
const FIRST_CODE_POINT: u32 = 128;

/// RFC 3492 §6.3; none where a number overflows.
fn punycode(label: &str) -> Option<String> {
    let points: Vec<u32> = label.chars().map(u32::from).collect();
    let mut out: String = label.chars().filter(char::is_ascii).collect();
    let basic = u32::try_from(out.len()).ok()?;
    if basic > 0 {
        out.push('-');
    }
    let (mut next, mut delta, mut bias, mut handled) = (FIRST_CODE_POINT, 0_u32, FIRST_BIAS, basic);
    let length = u32::try_from(points.len()).ok()?;
    while handled < length {
        let least = points.iter().copied().filter(|point| *point >= next).min()?;
        delta = delta.checked_add((least - next).checked_mul(handled + 1)?)?;
        next = least;
        for point in &points {
            if *point < next {
                delta = delta.checked_add(1)?;
            }
            if *point == next {
                write_number(&mut out, delta, bias)?;
                bias = adapted(delta, handled + 1, handled == basic);
                delta = 0;
                handled += 1;
            }
        }
        delta = delta.checked_add(1)?;
        next = next.checked_add(1)?;
    }
    Some(out)
}

/// A number in digits of growing weight (§3.3).
fn write_number(out: &mut String, mut number: u32, bias: u32) -> Option<()> {
    let mut place = BASE;
    loop {
        let threshold = place.saturating_sub(bias).clamp(LEAST, MOST);
        if number < threshold {
            out.push(digit(number)?);
            return Some(());
        }
        out.push(digit(threshold + (number - threshold) % (BASE - threshold))?);
        number = (number - threshold) / (BASE - threshold);
        place = place.checked_add(BASE)?;
    }
}

fn digit(value: u32) -> Option<char> {
    match value {
        0..=25 => char::from_u32(u32::from('a') + value),
        _ => char::from_u32(u32::from('0') + value - 26),
    }
}

/// §6.1.
fn adapted(delta: u32, handled: u32, first: bool) -> u32 {
    let mut delta = if first { delta / DAMP } else { delta / 2 };
    delta += delta / handled;
    let mut place = 0;
    while delta > (BASE - LEAST) * MOST / 2 {
        delta /= BASE - LEAST;
        place += BASE;
    }
    place + (BASE - LEAST + 1) * delta / (delta + SKEW)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIGITS: &str = "12345678901234567890";

    #[test]
    fn ours_is_told_from_others() {
        let link = format!("HTTPS://registry.example/V?level=5#{DIGITS}");
        assert_eq!(Code::of(&link), Code::Link(link.clone()));
        let record = "https://registry.example/certificates/CQC26ZNZ000123R0";
        assert_eq!(Code::of(record), Code::Number("CQC26ZNZ000123R0".to_owned()));
        for other in [
            "javascript:alert(1)",
            "data:text/html,x",
            "",
            "12345",
            "https://",
            "ftp://a/v#1",
            "https://a b/v",
        ] {
            assert_eq!(Code::of(other), Code::Other, "{other}");
        }
    }

    #[test]
    fn a_host_is_told_as_a_browser_would_ask_it() {
        for (text, host) in [
            ("https://Evil.Example/login", "evil.example"),
            ("https://registry.example@evil.example/x", "evil.example"),
            (r"https://evil.example\@registry.example/x", "evil.example"),
            ("https://evil.example:8443/x", "evil.example:8443"),
            ("https://registry.еxample/x", "registry.xn--xample-2of"),
            ("https://试金石.example/", "xn--y7y173blle.example"),
            ("https://registry.example/v#123", "registry.example"),
            ("https://registry.example/certificates/A/B", "registry.example"),
        ] {
            assert_eq!(Code::of(text), Code::Foreign(host.to_owned()), "{text}");
        }
    }

    #[test]
    fn of_several_ours_counts() {
        let texts = [
            "WIFI:T:WPA;;",
            "https://evil.example/",
            "https://a.example/certificates/X",
        ];
        let texts = texts.map(str::to_owned);
        assert_eq!(Code::choose(&texts), Some(Code::Number("X".to_owned())));
        assert_eq!(
            Code::choose(&texts[..2]),
            Some(Code::Foreign("evil.example".to_owned()))
        );
        assert_eq!(Code::choose(&texts[..1]), Some(Code::Other));
        assert_eq!(Code::choose(&[]), None);
    }
}
