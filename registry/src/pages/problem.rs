//! What a person is told when a request is not answered: what happened, and that it says nothing about a certificate.

use askama::Template;

use super::Bilingual;

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage<'a> {
    status: u16,
    code: &'a str,
    told: Bilingual,
    title: &'a str,
    detail: Option<&'a str>,
}

/// Writes the page.
///
/// # Errors
/// When the template fails.
pub fn problem(status: u16, code: &str, title: &str, detail: Option<&str>) -> askama::Result<String> {
    ProblemPage {
        status,
        code,
        told: told(status, code),
        title,
        detail,
    }
    .render()
}

/// The problems that people meet, in words of their own; others by what kind of failure they are.
fn told(status: u16, code: &str) -> Bilingual {
    let (zh, en) = match (code, status) {
        ("malformedQuery", _) => (
            "填写的查询条件不符合要求，请返回修改。",
            "A part of the query is not of its form; go back and correct it.",
        ),
        ("tooManyRequests", _) => (
            "查询过于频繁，请稍后再试。",
            "Too many requests; please wait a little.",
        ),
        ("versionNotHere", _) => (
            "本登记处有这份证书，但没有所问的版本。",
            "The certificate is here, that version of it is not.",
        ),
        ("certificateNotHere", _) => (
            "本登记处没有这份证书；这并不说明证书有问题。",
            "This certificate is not here, which says nothing against it.",
        ),
        ("tooManyChanges", _) => (
            "当日变更过多，无法出具一份声明；请改问当日的某一时刻。",
            "Too much changed on that day for one statement; ask about an instant of it.",
        ),
        ("recordDamaged", _) => (
            "登记处存储的记录与日志不一致，不予显示；请联系登记处。",
            "The stored record is not the one that was logged, and is not shown; please tell the registry.",
        ),
        (_, 404) => ("这里没有内容。", "Nothing is here."),
        (_, 400..=499) => (
            "请求不符合要求。",
            "The request is not one that this address takes.",
        ),
        (_, 503) => (
            "登记处暂时无法答复，请稍后再试。",
            "The registry cannot answer just now; please try again in a moment.",
        ),
        _ => (
            "登记处未能答复；这与证书是否有效无关。",
            "The registry failed to answer; this says nothing about any certificate.",
        ),
    };
    Bilingual { zh, en }
}
