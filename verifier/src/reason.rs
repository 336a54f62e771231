//! Reason codes: a closed list. Texts for people stand in `verifier/texts/`, one file a language.

use std::ops::Index;

use touchstone_schemas::{
    budget::MAX_FACT_CHARS,
    jcs::{Encode, Omit, write_object},
    record, words,
};

/// Which question a reason belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum QuestionName {
    /// 真伪.
    Genuine,
    /// 发证资质.
    Authorised,
    /// 当前状态.
    InForce,
    /// 覆盖范围.
    CoversNeed,
}

words! { QuestionName {
    Genuine = "genuine",
    Authorised = "authorised",
    InForce = "inForce",
    CoversNeed = "coversNeed",
} }

/// What a reason does to its question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// The answer is no.
    No,
    /// The answer is could-not-tell, unless another reason says no.
    CouldNotTell,
    /// The answer stands; people are told.
    Notice,
    /// The answer is yes, unless another reason says otherwise.
    Yes,
}

macro_rules! reason_codes {
    ($($(#[doc = $doc:literal])+ $variant:ident $code:literal $question:ident $effect:ident;)+) => {
        /// A reason code. The order is the rank: of several, the first tells people most.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum ReasonCode {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl ReasonCode {
            /// All codes, by rank.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The code as reports and catalogues write it.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// The question it belongs to.
            #[must_use]
            pub const fn question(self) -> QuestionName {
                match self { $(Self::$variant => QuestionName::$question,)+ }
            }

            /// What it does to the answer.
            #[must_use]
            pub const fn effect(self) -> Effect {
                match self { $(Self::$variant => Effect::$effect,)+ }
            }
        }
    };
}

impl Encode for ReasonCode {
    fn encode(&self, out: &mut Vec<u8>) {
        self.code().encode(out);
    }
}

reason_codes! {
    /// Larger than the budget.
    DocumentTooLarge "documentTooLarge" Genuine No;
    /// Not strict JSON.
    MalformedJson "malformedJson" Genuine No;
    /// Not a QR payload, or cut, altered, over-long, or not the one spelling.
    MalformedPayload "malformedPayload" Genuine No;
    /// A later version of our context or of the QR format, or a cryptosuite this build does not know.
    FormatNotSupported "formatNotSupported" Genuine CouldNotTell;
    /// The QR code names an issuer profile that the trust list does not hold.
    ProfileUnknown "profileUnknown" Genuine CouldNotTell;
    /// The contexts are not exactly ours, in order.
    WrongContext "wrongContext" Genuine No;
    /// No proof.
    ProofMissing "proofMissing" Genuine No;
    /// More than one proof.
    SeveralProofs "severalProofs" Genuine No;
    /// A proof with a missing, unknown or wrong member.
    ProofMalformed "proofMalformed" Genuine No;
    /// The verification method is not a key of the issuer named.
    ForeignVerificationMethod "foreignVerificationMethod" Genuine No;
    /// No trust list that counts is at hand: no body's keys are known, and no body's profile.
    ListNotAtHand "listNotAtHand" Genuine CouldNotTell;
    /// The trust list names no key to check the signature with.
    NoKeyToCheckWith "noKeyToCheckWith" Genuine CouldNotTell;
    /// The signature does not fit the document.
    SignatureInvalid "signatureInvalid" Genuine No;
    /// A member is missing, unknown, of another type, or not what the others give.
    UnexpectedContent "unexpectedContent" Genuine No;
    /// The signature fits.
    SignatureValid "signatureValid" Genuine Yes;

    /// The trust list is not signed by the pinned scheme owner.
    TrustListNotAuthentic "trustListNotAuthentic" Authorised CouldNotTell;
    /// The trust list is older than one seen before.
    TrustListRolledBack "trustListRolledBack" Authorised CouldNotTell;
    /// No trust list.
    TrustListMissing "trustListMissing" Authorised CouldNotTell;
    /// The trust list is out of date.
    TrustListExpired "trustListExpired" Authorised CouldNotTell;
    /// The trust list was made in the future, by this clock.
    TrustListFromFuture "trustListFromFuture" Authorised CouldNotTell;
    /// The body is not in the trust list.
    IssuerNotListed "issuerNotListed" Authorised No;
    /// The key is not in the trust list.
    KeyNotListed "keyNotListed" Authorised No;
    /// The key's certificate is for another purpose, or a CA's.
    WrongKeyPurpose "wrongKeyPurpose" Authorised No;
    /// The key's certificate does not chain to the pinned root, or was not valid.
    PathInvalid "pathInvalid" Authorised No;
    /// Signed outside the window in which the key may sign.
    OutsideSigningWindow "outsideSigningWindow" Authorised No;
    /// The key was retired, and the credential stands in the log at or after the point.
    KeyRetired "keyRetired" Authorised No;
    /// The body may not issue under this scheme at that time.
    SchemeNotAuthorised "schemeNotAuthorised" Authorised No;
    /// The body did not bear this name, or is not at this registry, at that time.
    IssuerFactsNotListed "issuerFactsNotListed" Authorised No;
    /// The credential claims an accreditation that the trust list does not hold.
    AccreditationNotListed "accreditationNotListed" Authorised No;
    /// Logged more than 48 h after its issue date, and not marked as transcribed.
    Backdated "backdated" Authorised No;
    /// The key was retired, and nothing proves that the credential is older.
    KeyRetiredWithoutProof "keyRetiredWithoutProof" Authorised CouldNotTell;
    /// The proof was made in the future.
    ProofFromFuture "proofFromFuture" Authorised CouldNotTell;
    /// A log proof is demanded and was not given.
    NotYetLogged "notYetLogged" Authorised CouldNotTell;
    /// Not judged, because the document is not known to be genuine.
    AuthorityNotJudged "authorityNotJudged" Authorised CouldNotTell;
    /// A log proof was given and does not hold; it is not counted.
    LogProofInvalid "logProofInvalid" Authorised Notice;
    /// Whether it stands in the log was not checked.
    LogNotChecked "logNotChecked" Authorised Notice;
    /// A demonstration issuer.
    TestIssuer "testIssuer" Authorised Notice;
    /// First issued on paper.
    Transcribed "transcribed" Authorised Notice;
    /// Proven to stand in the log.
    Logged "logged" Authorised Notice;
    /// Issued by an authorised body.
    IssuerAuthorised "issuerAuthorised" Authorised Yes;

    /// 撤销.
    Withdrawn "withdrawn" InForce No;
    /// 注销.
    Cancelled "cancelled" InForce No;
    /// 已换发.
    Superseded "superseded" InForce No;
    /// Ended, by a revocation list that does not say how.
    Ended "ended" InForce No;
    /// 过期失效.
    Expired "expired" InForce No;
    /// 暂停.
    Suspended "suspended" InForce No;
    /// 监督逾期, past grace.
    SurveillanceOverdue "surveillanceOverdue" InForce CouldNotTell;
    /// 未生效.
    NotYetValid "notYetValid" InForce No;
    /// A status list is not signed by the issuer's status authority.
    StatusNotAuthentic "statusNotAuthentic" InForce CouldNotTell;
    /// A status list is not of the form, too short, or a bomb.
    StatusMalformed "statusMalformed" InForce CouldNotTell;
    /// A status list is not the one the credential names.
    StatusForAnother "statusForAnother" InForce CouldNotTell;
    /// The index lies beyond the list.
    StatusIndexOutOfRange "statusIndexOutOfRange" InForce CouldNotTell;
    /// A status list is older than one seen before.
    StatusRolledBack "statusRolledBack" InForce CouldNotTell;
    /// A status list does not cover the instant asked about.
    StatusExpired "statusExpired" InForce CouldNotTell;
    /// An event is not authentic or not lawful; it is not counted.
    EventInvalid "eventInvalid" InForce CouldNotTell;
    /// No status was given.
    StatusMissing "statusMissing" InForce CouldNotTell;
    /// The lists disagree; the worst holds.
    StatusDisagrees "statusDisagrees" InForce Notice;
    /// A surveillance date has passed; still within grace.
    SurveillanceInGrace "surveillanceInGrace" InForce Notice;
    /// A surveillance date is near.
    SurveillanceDueSoon "surveillanceDueSoon" InForce Notice;
    /// Not judged, because the document is not known to be genuine.
    NotJudged "notJudged" InForce CouldNotTell;
    /// 有效.
    StatusGood "statusGood" InForce Yes;

    /// The grade is lower than needed.
    GradeTooLow "gradeTooLow" CoversNeed No;
    /// Another standard or edition.
    StandardNotCovered "standardNotCovered" CoversNeed No;
    /// No such site.
    SiteNotCovered "siteNotCovered" CoversNeed No;
    /// Not valid throughout that day.
    DateNotCovered "dateNotCovered" CoversNeed No;
    /// What the status was on that day is not known.
    DateNotKnown "dateNotKnown" CoversNeed CouldNotTell;
    /// Not judged, because the document is not known to be genuine.
    NeedNotJudged "needNotJudged" CoversNeed CouldNotTell;
    /// A unit is certified, not the whole organisation.
    UnitOnly "unitOnly" CoversNeed Notice;
    /// Covers what is needed.
    NeedCovered "needCovered" CoversNeed Yes;
}

/// A reason with the facts that its text names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// The code.
    pub code: ReasonCode,
    /// Facts by name, as text: `found`, `expected`, `at`, `pointer`, …
    pub facts: NamedFacts,
}

record! { write Reason {
    "code": code,
    "facts"? facts,
} }

/// Facts as text, by name, in canonical order; a handful at most.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedFacts(Vec<(&'static str, String)>);

impl NamedFacts {
    /// The fact of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&String> {
        let found = self.0.iter().find(|(known, _)| *known == name);
        found.map(|(_, fact)| fact)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.iter().map(|(name, fact)| (*name, fact.as_str()))
    }

    fn insert(&mut self, name: &'static str, fact: String) {
        let place = self.0.partition_point(|(known, _)| *known < name);
        match self.0.get_mut(place) {
            Some((known, old)) if *known == name => *old = fact,
            _ => self.0.insert(place, (name, fact)),
        }
    }
}

impl Index<&str> for NamedFacts {
    type Output = String;

    /// The fact of that name; empty when there is none.
    fn index(&self, name: &str) -> &String {
        static NOTHING: String = String::new();
        self.get(name).unwrap_or(&NOTHING)
    }
}

impl Encode for NamedFacts {
    fn encode(&self, out: &mut Vec<u8>) {
        write_object(out, |object| {
            for (name, fact) in self.iter() {
                object.member(name, fact);
            }
        });
    }
}

impl Omit for NamedFacts {
    fn is_absent(&self) -> bool {
        self.0.is_empty()
    }
}

impl Reason {
    /// A reason without facts.
    #[must_use]
    pub const fn new(code: ReasonCode) -> Self {
        Self {
            code,
            facts: NamedFacts(Vec::new()),
        }
    }

    /// The same with a fact more, on one line of at most [`MAX_FACT_CHARS`] characters: what a hostile document says
    /// of itself must neither fill a page nor turn its text around.
    #[must_use]
    pub fn with(self, name: &'static str, fact: impl ToString) -> Self {
        self.with_text(name, fact.to_string())
    }

    fn with_text(mut self, name: &'static str, mut fact: String) -> Self {
        if let Some((end, _)) = fact.char_indices().nth(MAX_FACT_CHARS) {
            fact.truncate(end);
            fact.push('…');
        }
        if fact.chars().any(is_unfit) {
            fact = fact
                .chars()
                .map(|c| if is_unfit(c) { '\u{FFFD}' } else { c })
                .collect();
        }
        self.facts.insert(name, fact);
        self
    }
}

/// Whether a character has no place in a line of text: controls, bidirectional controls, noncharacters.
fn is_unfit(c: char) -> bool {
    let code_point = u32::from(c);
    c.is_control()
        || matches!(c, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
        || (0xFDD0..=0xFDEF).contains(&code_point)
        || code_point & 0xFFFE == 0xFFFE
}
