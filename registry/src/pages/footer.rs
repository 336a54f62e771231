//! What the foot of every page says of its operator, from the configuration.
//!
//! It is the same for all pages and known to none of them: the request's surroundings put it in place, the base
//! template asks for it. So a page that is added later has it too.

use std::sync::Arc;

/// What the foot says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Footer {
    /// The number of the site's ICP filing, 备案号, which the law wants at the foot of a site in mainland China, with a
    /// link to the ministry's look-up.
    pub icp_number: Option<String>,
}

/// The ministry's look-up of filings.
pub const ICP_LOOKUP: &str = "https://beian.miit.gov.cn/";

tokio::task_local! {
    static FOOTER: Arc<Footer>;
}

/// Answers a request whose pages have this foot.
pub async fn scope<F: Future>(footer: Arc<Footer>, answer: F) -> F::Output {
    FOOTER.scope(footer, answer).await
}

/// The filing's number, for the base template.
pub fn icp_number() -> Option<String> {
    let number = FOOTER.try_with(|footer| footer.icp_number.clone());
    number.ok().flatten()
}

/// The same foot for a page that was built and not written here, put before the end of its own.
#[must_use]
pub fn insert(page: &str, footer: &Footer) -> Option<String> {
    let number = footer.icp_number.as_deref()?;
    let (before, after) = page.rsplit_once("</footer>")?;
    let Ok(number) = askama::filters::escape(number, askama::filters::Html);
    Some(format!(
        "{before}<p class=\"fine\"><a href=\"{ICP_LOOKUP}\" rel=\"noreferrer\">{number}</a></p>\n</footer>{after}"
    ))
}
