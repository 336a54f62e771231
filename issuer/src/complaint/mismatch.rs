//! Reports that a paper does not match, which anybody sends from the verify page: each comes from the registry into the
//! complaints log once, however often it is fetched and wherever fetching was cut off.

use touchstone_schemas::{
    date_time::{Date, Timestamp},
    mismatch::{MismatchField, ReceivedMismatch},
    text::Text,
};

use super::{Complaint, ComplaintError, ComplaintKind, ComplaintRequest, Concern, desk::receive_in};
use crate::{
    casework::Actor,
    store::{Store, insert_mismatch, newest_mismatch, taken_mismatch},
};

/// The reference after which nothing was taken yet; 0 when nothing was.
///
/// # Errors
/// What the database says.
pub async fn newest_taken(store: &mut Store) -> Result<u64, ComplaintError> {
    Ok(newest_mismatch(&mut store.connection().await?).await?)
}

/// Puts a report on file as a complaint, with the reference it is known by, in one transaction; nothing where it is on file.
///
/// # Errors
/// [`ComplaintError`].
pub async fn take(
    store: &mut Store,
    by: &Actor,
    received: &ReceivedMismatch,
    now: Timestamp,
) -> Result<Option<Complaint>, ComplaintError> {
    let mut unit = store.begin().await?;
    if taken_mismatch(&mut unit, received.reference).await? {
        return Ok(None);
    }
    let about = Concern {
        certificate: Some(received.report.number.clone()),
        ..Concern::default()
    };
    let complaint = match receive_in(&mut unit, by, request(received, about, now)?, now).await {
        // A certificate of this registry that another office issued is complained of all the same.
        Err(ComplaintError::UnknownConcern { .. }) => {
            receive_in(&mut unit, by, request(received, Concern::default(), now)?, now).await?
        }
        taken => taken?,
    };
    insert_mismatch(&mut unit, received.reference, complaint.number()).await?;
    unit.commit().await?;
    Ok(Some(complaint))
}

fn request(
    received: &ReceivedMismatch,
    concern: Concern,
    now: Timestamp,
) -> Result<ComplaintRequest, ComplaintError> {
    let report = &received.report;
    let reference = received.reference;
    let fields: Vec<&str> = report.fields.iter().map(|field| said(*field)).collect();
    let account = format!(
        "查验页报告（编号 {reference}，{}）：手中的证书与 {} 第 {} 版不符：{}。\n{}",
        received.received,
        report.number,
        report.version,
        fields.join("、"),
        report.note,
    );
    let contact = report.contact.as_ref().map_or("未留联系方式", Text::as_str);
    // Of texts that were checked; one that does not fit all the same is told, and stays at the registry.
    let unfit = |_| ComplaintError::UnfitReport { reference };
    Ok(ComplaintRequest {
        kind: ComplaintKind::Complaint,
        concern,
        subject: Text::parse(&format!("纸面与证书不符：{}", report.number))
            .map_err(|_| ComplaintError::UnfitReport { reference })?,
        account: account.parse().map_err(unfit)?,
        sender: format!("查验页匿名送达；{contact}").parse().map_err(unfit)?,
        // The registry's clock may be a little ahead.
        received_on: Date::of(received.received).min(Date::of(now)),
    })
}

const fn said(field: MismatchField) -> &'static str {
    match field {
        MismatchField::Number => "证书编号",
        MismatchField::Holder => "企业名称",
        MismatchField::Grade => "能力等级",
        MismatchField::Scope => "评价范围或标准",
        MismatchField::Validity => "有效期",
        MismatchField::Other => "其他",
    }
}
