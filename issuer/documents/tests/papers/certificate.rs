//! Every field of the paper is on it, both its attachments are, and its symbol reads.

use touchstone_documents::certificate::CertificateError;
use touchstone_documents::check::{CheckError, check_certificate_pdf};
use touchstone_documents::{attachments, picture};
use touchstone_schemas::credential::{AssessedUnit, CredentialNumber, Site, UnitKind, Version};
use touchstone_schemas::industry::IndustryCode;
use touchstone_schemas::region::RegionCode;

use crate::fixture::{Issued, SETTER, date, keep, text};
use crate::reading::{self, squeezed};
use crate::sample;

/// Points of a millimetre.
const MM: f64 = 72.0 / 25.4;

fn full() -> Issued {
    Issued::of(3, |credential| {
        credential.holder.name = text("示范精密机械（无锡）有限公司");
        credential.holder.name_en = Some(text("Demonstration Precision Machinery (Wuxi) Co., Ltd."));
        credential.holder.address = text("江苏省无锡市新吴区示范路9号");
        credential.holder.address_en = Some(text("No. 9 Shifan Road, Xinwu District, Wuxi, Jiangsu"));
        credential.scope = text("数控机床主轴与精密滚珠丝杠的产品设计、工艺设计、采购、生产和售后服务");
        credential.scope_en = Some(text(
            "Design, process planning, procurement, production & after-sales service of machine-tool spindles and precision ball screws",
        ));
        for site in &mut credential.sites {
            site.address = credential.holder.address.clone();
        }
        credential.confidence = Some(text("A"));
        credential.technical_support = Some(text(
            "注: 本证书对应的现场评价活动由 示范智造研究院（演示） 提供技术支持。",
        ));
        credential.grade = sample::grade(3);
        credential.industry.code = IndustryCode::parse("C3421").unwrap();
        credential.industry.name = text("金属切削机床制造");
        credential.valid_from = date("2026-03-01");
        credential.first_issued = date("2026-03-01");
        credential.valid_until = date("2029-02-28");
    })
}

#[test]
fn the_page_says_every_field_and_the_file_carries_credential_and_receipt() {
    let issued = full();
    let paper = issued.print();
    keep("full", &paper);
    // The fullest of the usual kind still stands on one page, the demonstration's band above it.
    let demonstration = full().demonstration().print();
    keep("demonstration", &demonstration);
    assert_eq!(demonstration.pages, 1);
    assert_eq!(paper.pages, 1);
    let said = reading::text(&paper.pdf);
    let credential = &issued.credential;
    let wanted = [
        "评价证书",
        "ASSESSMENT CERTIFICATE",
        "智能制造能力等级评价",
        credential.number.to_string().as_str(),
        "2026年03月01日",
        "1 March 2026",
        "2029年02月28日",
        credential.holder.name.as_str(),
        "Demonstration Precision Machinery (Wuxi) Co., Ltd.",
        credential.holder.uscc.to_string().as_str(),
        credential.holder.address.as_str(),
        "No. 9 Shifan Road, Xinwu District, Wuxi, Jiangsu",
        credential.scope.as_str(),
        "Design, process planning, procurement, production & after-sales service of machine-tool spindles and precision ball screws",
        "三级",
        "集成级",
        "★★★☆☆",
        "可信度等级 A",
        "GB/T 39116-2020《智能制造能力成熟度模型》",
        "GB/T 39117-2020《智能制造能力成熟度评估方法》",
        "上述企业符合 CQC96-831151-2020 实施规则的要求, 特发此证。",
        "this certificate is issued accordingly.",
        "有效期内证书的有效性通过发证机构的定期监督获得保持。",
        "注: 本证书对应的现场评价活动由 示范智造研究院（演示） 提供技术支持。",
        "was technically supported by 示范智造研究院（演示）.",
        credential.signatory.as_str(),
        "盖章处",
        "示范认证中心（演示）",
        "DEMONSTRATION CERTIFICATION CENTRE",
        "https://www.demo.test",
        "中国·北京·示范路1号 100000",
        "+86 10 00000000",
        "ZNZ",
        "扫码后请核对网址",
        "registry.demo.test",
        credential.industry.name.as_str(),
        credential.report.number.as_str(),
        credential.report.digest.to_multibase().as_str(),
    ]
    .map(squeezed);
    for field in &wanted {
        assert!(said.contains(field.as_str()), "{field} is not in {said}");
    }
    for absent in ["演示样张", "补发电子凭证", "换发日期", "第1页"] {
        assert!(!said.contains(absent), "{absent}");
    }
    let attached = attachments(&paper.pdf).unwrap();
    let facts = |place: usize| {
        let file = &attached[place];
        (
            file.name.as_str(),
            file.media_type.as_deref(),
            file.relationship.as_deref(),
        )
    };
    assert_eq!(attached.len(), 2);
    assert_eq!(
        facts(0),
        ("credential.json", Some("application/vc"), Some("Data"))
    );
    assert_eq!(
        facts(1),
        ("receipt.json", Some("application/json"), Some("Supplement"))
    );
    assert_eq!(attached[0].bytes, issued.signed);
    assert_eq!(attached[1].bytes, issued.receipt);
    let claimed = String::from_utf8_lossy(&paper.pdf);
    assert!(claimed.contains("<pdfaid:part>3</pdfaid:part>"));
    assert!(claimed.contains("<pdfaid:conformance>A</pdfaid:conformance>"));
}

#[test]
fn the_same_credential_gives_the_same_file_and_nothing_of_another_stays_in_it() {
    let (one, other) = (full(), Issued::of(9, |_| ()));
    let first = one.print();
    let between = other.print();
    assert_eq!(first, one.print());
    assert_ne!(first.digest(), between.digest());
    assert!(!reading::text(&between.pdf).contains(one.credential.holder.name.as_str()));
}

#[test]
fn every_level_prints_its_name_and_stars() {
    for (level, name, stars) in [
        (1, "一级规划级", "★☆☆☆☆"),
        (2, "二级规范级", "★★☆☆☆"),
        (4, "四级优化级", "★★★★☆"),
        (5, "五级引领级", "★★★★★"),
    ] {
        let issued = Issued::of(20 + u64::from(level), |credential| {
            credential.grade = sample::grade(level);
        });
        let said = reading::text(&issued.print().pdf);
        assert!(said.contains(name) && said.contains(stars), "{level}: {said}");
    }
}

#[test]
fn long_texts_wrap_within_the_frame_and_go_on_to_a_second_page() {
    let issued = Issued::of(5, |credential| {
        let name = "示范江南智能装备精密制造与工业互联网系统集成服务（苏州工业园区）股份有限公司".repeat(2);
        credential.holder.name = text(&name);
        credential.holder.name_en = Some(text(
            &"Demonstration Intelligent Equipment "
                .repeat(6)
                .trim_end()
                .replace("  ", " "),
        ));
        credential.scope = text(
            &"数控机床主轴、精密滚珠丝杠、直线导轨的产品设计、工艺设计、采购、生产和售后服务；".repeat(6),
        );
        credential.sites = (1..=9)
            .map(|n| Site {
                name: text(&format!("第{n}工厂")),
                address: text(&format!(
                    "江苏省苏州市工业园区示范大道{n}00号第{n}工厂装配车间与仓储配送中心"
                )),
                region: RegionCode::parse("320583").unwrap(),
            })
            .collect();
        credential.assessed_unit = Some(AssessedUnit {
            kind: UnitKind::Plant,
            name: text("第一工厂"),
            name_en: None,
        });
    });
    let paper = match SETTER.certificate(&issued.input()) {
        Ok(certificate) => certificate.paper,
        Err(error) => panic!("{error}"),
    };
    keep("long", &paper);
    assert_eq!(paper.pages, 2);
    let said = reading::text(&paper.pdf);
    for field in [
        issued.credential.holder.name.as_str(),
        issued.credential.scope.as_str(),
        "第9工厂",
        "第1页共2页",
        "Page2of2",
        "第一工厂（工厂）",
    ] {
        assert!(said.contains(&squeezed(field)), "{field}");
    }
    for letter in reading::letters(&paper.pdf).iter().flatten() {
        let within = (24.0 * MM..=186.0 * MM).contains(&letter.at.x);
        assert!(within, "{} at {}", letter.text, letter.at);
    }
    let checked = check_certificate_pdf(&paper.pdf, &issued.input()).unwrap();
    assert_eq!((checked.pages, checked.qr_page), (2, 2));
}

#[test]
fn a_later_version_says_when_it_was_first_issued_and_a_transcribed_one_that_it_was_paper() {
    let issued = Issued::of(6, |credential| {
        credential.version = Version::try_from(2).unwrap();
        credential.first_issued = date("2025-05-04");
        credential.valid_from = date("2026-03-01");
        credential.valid_until = date("2028-05-03");
        credential.predecessor = Some(CredentialNumber::parse("CQC22ZNZ000007R0").unwrap());
        credential.transcribed = Some(date("2025-05-04"));
    })
    .demonstration();
    let paper = issued.print();
    keep("later", &paper);
    let said = reading::text(&paper.pdf);
    for field in [
        "首次发证日期FirstissuedFirst",
        "换发日期",
        "CQC22ZNZ000007R0",
        "补发电子凭证",
        "演示样张，不具任何效力DEMONSTRATION—NOTAVALIDCERTIFICATE",
        "演示DEMO",
    ] {
        let field = field.replace("FirstissuedFirst", "Firstissued");
        assert!(said.contains(&field), "{field} is not in {said}");
    }
    assert!(!said.contains("发证日期Dateofissue"));
}

#[test]
fn a_certificate_with_another_symbol_or_other_files_is_not_released() {
    let (issued, other) = (full(), Issued::of(8, |_| ()));
    let paper = issued.print();
    let checked = check_certificate_pdf(&paper.pdf, &issued.input()).unwrap();
    assert_eq!(checked.qr_page, 1);
    assert!(checked.link.starts_with("https://registry.demo.test/v#1"));
    assert!(matches!(
        check_certificate_pdf(&paper.pdf, &other.input()),
        Err(CheckError::OtherAttachment {
            name: "credential.json",
            ..
        })
    ));
    let mut receipt = issued.input();
    receipt.receipt = &other.receipt;
    assert!(matches!(
        check_certificate_pdf(&paper.pdf, &receipt),
        Err(CheckError::OtherAttachment {
            name: "receipt.json",
            ..
        })
    ));
    let mut profile = issued.input();
    profile.profile = 2;
    assert!(matches!(
        check_certificate_pdf(&paper.pdf, &profile),
        Err(CheckError::Decode(_))
    ));
    assert!(matches!(
        check_certificate_pdf(b"%PDF-1.7", &issued.input()),
        Err(CheckError::NotPdf)
    ));
    assert!(matches!(
        SETTER.certificate(&receipt),
        Err(CertificateError::OtherReceipt { .. })
    ));
    // The same facts in another spelling are not the credential as issued.
    let spaced = [issued.signed.as_slice(), b" "].concat();
    let mut spelling = issued.input();
    spelling.credential = &spaced;
    assert!(matches!(
        SETTER.certificate(&spelling),
        Err(CertificateError::Signed(_))
    ));
}

#[test]
fn the_frame_stands_on_all_four_sides_and_in_its_corners() {
    let picture = picture(&Issued::of(10, |_| ()).print().pdf, 1, 100).unwrap();
    let page = image::load_from_memory(&picture).unwrap().to_luma8();
    let pixel = |millimetres: u32| millimetres * 1_000 / 254;
    // The share of a strip, in percent, that is not white.
    let inked = |left: u32, top: u32, width: u32, height: u32| {
        let (xs, ys) = (pixel(left)..pixel(left + width), pixel(top)..pixel(top + height));
        let all = xs.len() * ys.len();
        let dark = xs
            .flat_map(|x| ys.clone().map(move |y| (x, y)))
            .filter(|(x, y)| page.get_pixel(*x, *y).0[0] < 250)
            .count();
        dark * 100 / all
    };
    let sides = [
        (20, 9, 170, 6),
        (20, 282, 170, 6),
        (9, 20, 6, 257),
        (195, 20, 6, 257),
    ];
    for (left, top, width, height) in sides {
        assert!(inked(left, top, width, height) > 40, "a band at {left}, {top}");
    }
    for (left, top) in [(9, 9), (195, 9), (9, 282), (195, 282)] {
        assert!(inked(left, top, 6, 6) > 30, "a rosette at {left}, {top}");
    }
    // Outside the frame nothing is printed.
    for (left, top, width, height) in [(0, 0, 210, 7), (0, 290, 210, 7), (0, 0, 7, 297), (203, 0, 7, 297)] {
        assert_eq!(inked(left, top, width, height), 0, "margin at {left}, {top}");
    }
}
