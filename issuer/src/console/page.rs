//! What every page has: its language, who is signed in, the token of its forms.

use super::{language::Language, session::SessionId};
use crate::casework::Role;

/// The frame of a page.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    /// Which language comes first.
    pub(super) language: Language,
    /// Where the page is, for coming back from a change of language.
    pub(super) here: String,
    /// The token of the session's forms.
    pub(super) token: String,
    /// Who is signed in, with the name of today.
    pub(super) person: Option<String>,
    /// Whether they may see cases.
    pub(super) reads_cases: bool,
    /// Whether they may see complaints.
    pub(super) reads_complaints: bool,
    /// Whether they take applications in.
    pub(super) takes_applications: bool,
    /// Whether they keep the list of people.
    pub(super) keeps_people: bool,
    /// Whether what is issued here is a demonstration.
    pub(super) test: bool,
}

impl Frame {
    /// The frame of a page for nobody in particular.
    pub(super) fn anonymous(language: Language, here: String, test: bool) -> Self {
        Self {
            language,
            here,
            token: String::new(),
            person: None,
            reads_cases: false,
            reads_complaints: false,
            takes_applications: false,
            keeps_people: false,
            test,
        }
    }

    /// The same for somebody signed in.
    pub(super) fn signed_in(self, id: &SessionId, person: String, roles: &[Role]) -> Self {
        Self {
            token: id.token(),
            person: Some(person),
            reads_cases: roles.iter().any(|role| *role != Role::Administrator),
            reads_complaints: roles.iter().any(|role| {
                matches!(
                    role,
                    Role::Clerk | Role::SurveillanceOfficer | Role::Decider | Role::Auditor
                )
            }),
            takes_applications: roles.contains(&Role::Clerk),
            keeps_people: roles.contains(&Role::Administrator),
            ..self
        }
    }
}
