//! Templates of the body's own: what they may change, and what they cannot do.

use std::path::{Path, PathBuf};

use touchstone_documents::certificate::CertificateError;
use touchstone_documents::check::CheckError;
use touchstone_documents::{Fonts, FontsError, Templates, TemplatesError, TypesetError};
use touchstone_schemas::date_time::Date;

use crate::fixture::{Issued, setter, text};
use crate::reading;

/// A folder of its own, gone afterwards.
struct Folder(PathBuf);

impl Folder {
    fn with(files: &[(&str, &str)]) -> Self {
        let mut random = [0; 8];
        getrandom::fill(&mut random).unwrap();
        let path = std::env::temp_dir().join(format!("touchstone-papers-{:x}", u64::from_le_bytes(random)));
        for (name, content) in files {
            let file = path.join(name);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, content).unwrap();
        }
        Self(path)
    }

    fn templates(&self) -> Templates {
        Templates::compiled_in().with_folder(&self.0).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn a_scheme_prints_by_adding_a_template_alone() {
    let folder = Folder::with(&[(
        "dcmm-2018/certificate.typ",
        "#import \"/shared/certificate.typ\": certificate as common\n\
         #let certificate(facts) = common(facts)\n",
    )]);
    let setter = setter(folder.templates());
    let issued = Issued::of(50, |credential| {
        credential.scheme.edition = text("dcmm-2018");
        credential.scheme.subheading = text("数据管理能力成熟度评估");
    });
    let paper = match setter.unchecked_certificate(&issued.input()) {
        Ok(paper) => paper,
        // The QR codec knows the editions compiled in; another one travels as text, which may be too long.
        Err(CertificateError::Payload(_)) => return,
        Err(error) => panic!("{error}"),
    };
    let said = reading::text(&paper.pdf);
    assert!(said.contains("数据管理能力成熟度评估"));
    // English beside it is the scheme data's, and this build has none for this scheme.
    assert!(!said.contains("Levelofcapability") && !said.contains("ASSESSMENT"));
}

#[test]
fn an_edition_without_template_and_a_template_with_a_fault_are_named() {
    let issued = Issued::of(51, |credential| credential.scheme.edition = text("other-2031"));
    let folder = Folder::with(&[(
        "cmmm-2020/certificate.typ",
        "// one\n#let certificate(facts) = {\n  facts.nothing\n}\n",
    )]);
    let setter = setter(folder.templates());
    match setter.certificate(&issued.input()) {
        Err(CertificateError::Typeset(TypesetError::NoTemplate { path })) => {
            assert_eq!(path, "other-2031/certificate.typ");
        }
        other => panic!("{other:?}"),
    }
    match setter.certificate(&Issued::of(52, |_| ()).input()) {
        Err(CertificateError::Typeset(TypesetError::Template { faults })) => {
            let place = faults[0].place.clone().unwrap();
            assert_eq!(place, ("cmmm-2020/certificate.typ".to_owned(), 3));
            assert!(faults[0].message.contains("nothing"), "{}", faults[0]);
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_template_reaches_no_file_no_package_no_clock_and_runs_no_text() {
    let issued = Issued::of(53, |_| ());
    let attempts = [
        ("#read(\"/etc/passwd\")", "not found"),
        ("#read(\"../../../../etc/passwd\")", ""),
        ("#import \"@preview/cetz:0.3.0\"", "not found"),
        ("#eval(\"1\")", "expected function"),
        ("#std.eval(\"1\")", "expected function"),
        ("#plugin(\"/x.wasm\")", "expected function"),
    ];
    for (attempt, wanted) in attempts {
        let body = format!("#let certificate(facts) = [{attempt}]\n");
        let folder = Folder::with(&[("cmmm-2020/certificate.typ", &body)]);
        match setter(folder.templates()).unchecked_certificate(&issued.input()) {
            Err(CertificateError::Typeset(TypesetError::Template { faults })) => {
                let message = faults[0].to_string();
                assert!(message.contains(wanted), "{attempt}: {message}");
            }
            other => panic!("{attempt}: {other:?}"),
        }
    }
    let body = "#let certificate(facts) = [#datetime.today().display()]\n";
    let folder = Folder::with(&[("cmmm-2020/certificate.typ", body)]);
    let paper = setter(folder.templates())
        .unchecked_certificate(&issued.input())
        .unwrap();
    let day: Date = issued.credential.valid_from;
    assert_eq!(reading::text(&paper.pdf), day.to_string());
}

#[test]
fn a_template_that_prints_no_symbol_is_caught_before_release() {
    let folder = Folder::with(&[(
        "cmmm-2020/certificate.typ",
        "#let certificate(facts) = [#facts.holder.name.zh]\n",
    )]);
    let issued = Issued::of(54, |_| ());
    assert!(matches!(
        setter(folder.templates()).certificate(&issued.input()),
        Err(CertificateError::Check(CheckError::NoSymbol))
    ));
}

#[test]
fn fonts_that_are_not_there_are_named_with_their_package() {
    let folder = Folder::with(&[("empty/x", ""), ("bad/Ünicode.typ", "")]);
    for fonts in [folder.0.join("empty"), PathBuf::from("/nowhere/fonts")] {
        let error = Fonts::in_folder(&fonts).unwrap_err();
        assert!(error.to_string().contains("fonts-noto-cjk"), "{error}");
        assert!(matches!(error, FontsError::Absent { .. }));
    }
    assert!(matches!(
        Templates::compiled_in().with_folder(&folder.0),
        Err(TemplatesError::Name { .. })
    ));
    let nowhere = Path::new("/nowhere/templates");
    assert!(matches!(
        Templates::compiled_in().with_folder(nowhere),
        Err(TemplatesError::System { .. })
    ));
}
