//! Made-up certificates, the same for the same seed: Chinese names of about 20, addresses of about 30 and scopes of
//! about 60 characters, one report digest, valid credit codes. No organisation here exists.

use touchstone_schemas::credential::{
    AssessedUnit, Credential, CredentialNumber, Grade, Holder, Industry, IssuerProfile, Level, RegistryBase,
    Report, SchemeTexts, Site, SurveillancePlan, UnitKind, Version,
};
use touchstone_schemas::date_time::Date;
use touchstone_schemas::did::Did;
use touchstone_schemas::digest::Sha256Digest;
use touchstone_schemas::industry::IndustryCode;
use touchstone_schemas::multibase::encode_base58btc;
use touchstone_schemas::proof::{DataIntegrityProof, ProofConfig};
use touchstone_schemas::region::RegionCode;
use touchstone_schemas::scheme::edition::SchemeEdition;
use touchstone_schemas::status::StatusAllocation;
use touchstone_schemas::text::Text;
use touchstone_schemas::uscc::Uscc;

/// Number of [`profile`] in a trust list.
pub const PROFILE_NUMBER: u32 = 1;

/// Places: region code, province, city, district.
const PLACES: [(&str, &str, &str, &str); 24] = [
    ("130205", "河北省", "唐山市", "开平区"),
    ("140105", "山西省", "太原市", "小店区"),
    ("210211", "辽宁省", "大连市", "甘井子区"),
    ("220102", "吉林省", "长春市", "南关区"),
    ("230109", "黑龙江省", "哈尔滨市", "松北区"),
    ("310115", "上海市", "", "浦东新区"),
    ("320214", "江苏省", "无锡市", "新吴区"),
    ("320583", "江苏省", "苏州市", "昆山市"),
    ("330203", "浙江省", "宁波市", "海曙区"),
    ("331082", "浙江省", "台州市", "临海市"),
    ("340104", "安徽省", "合肥市", "蜀山区"),
    ("350582", "福建省", "泉州市", "晋江市"),
    ("360111", "江西省", "南昌市", "青山湖区"),
    ("370785", "山东省", "潍坊市", "高密市"),
    ("371302", "山东省", "临沂市", "兰山区"),
    ("410105", "河南省", "郑州市", "金水区"),
    ("420606", "湖北省", "襄阳市", "樊城区"),
    ("430211", "湖南省", "株洲市", "天元区"),
    ("440606", "广东省", "佛山市", "顺德区"),
    ("441303", "广东省", "惠州市", "惠阳区"),
    ("450206", "广西壮族自治区", "柳州市", "柳江区"),
    ("500112", "重庆市", "", "渝北区"),
    ("510703", "四川省", "绵阳市", "涪城区"),
    ("610116", "陕西省", "西安市", "长安区"),
];

/// Syllables of invented brands.
const BRANDS: [&str; 40] = [
    "昊", "沃", "铂", "弘", "骏", "捷", "朗", "翔", "隽", "腾", "泓", "煜", "禹", "尚", "坤", "晖", "冠",
    "讯", "拓", "亿", "勤", "硕", "哲", "彦", "峻", "佰", "宸", "旭", "宜", "聚", "纳", "悦", "宝", "钧",
    "衡", "图", "柏", "舟", "森", "盈",
];

/// Trades: class of industry, words of a name, products of a scope.
const TRADES: [(&str, &str, &str, [&str; 4]); 16] = [
    (
        "C3670",
        "汽车零部件",
        "汽车零部件及配件制造",
        ["汽车转向节", "制动卡钳", "铝合金控制臂", "底盘副车架总成"],
    ),
    (
        "C3821",
        "电力设备",
        "变压器、整流器和电感器制造",
        ["油浸式电力变压器", "干式变压器", "预装式变电站", "电抗器"],
    ),
    (
        "C3484",
        "精密机械",
        "机械零部件加工",
        ["精密齿轮", "传动轴", "行星减速器零件", "联轴器"],
    ),
    (
        "C2720",
        "药业",
        "化学药品制剂制造",
        ["片剂", "硬胶囊剂", "小容量注射剂", "口服溶液剂"],
    ),
    (
        "C1441",
        "乳业",
        "液体乳制造",
        ["巴氏杀菌乳", "灭菌乳", "发酵乳", "调制乳"],
    ),
    (
        "C3051",
        "玻璃科技",
        "技术玻璃制品制造",
        ["超薄电子玻璃", "中空玻璃", "夹层玻璃", "镀膜玻璃"],
    ),
    (
        "C3240",
        "新材料",
        "有色金属合金制造",
        ["高强高导铜合金", "铝合金圆铸锭", "锌合金", "镁合金压铸件"],
    ),
    (
        "C3985",
        "电子材料",
        "电子专用材料制造",
        ["覆铜板", "半固化片", "电解铜箔", "导电银浆"],
    ),
    (
        "C2915",
        "橡胶",
        "橡胶零件制造",
        ["减震橡胶件", "橡胶密封条", "输送带", "胶管总成"],
    ),
    (
        "C1751",
        "纺织科技",
        "化纤织造加工",
        ["涤纶长丝面料", "功能性针织面料", "锦纶坯布", "复合面料"],
    ),
    (
        "C3441",
        "泵业",
        "泵及真空设备制造",
        ["离心泵", "潜水电泵", "真空泵机组", "计量泵"],
    ),
    (
        "C3562",
        "智能装备",
        "半导体器件专用设备制造",
        ["晶圆清洗设备", "划片机", "固晶机", "分选测试机"],
    ),
    (
        "C2614",
        "化学",
        "有机化学原料制造",
        ["丙烯酸酯", "环氧丙烷", "己二酸", "乙二醇醚"],
    ),
    (
        "C2110",
        "家居",
        "木质家具制造",
        ["板式家具", "实木门", "定制衣柜", "橱柜"],
    ),
    (
        "C4011",
        "自动化仪表",
        "工业自动控制系统装置制造",
        ["压力变送器", "电磁流量计", "可编程控制器", "调节阀"],
    ),
    (
        "C3120",
        "特钢",
        "炼钢",
        ["轴承钢", "齿轮钢", "弹簧扁钢", "高碳硬线钢"],
    ),
];

/// Activities of a scope.
const ACTIVITIES: [&str; 8] = [
    "的设计、采购、计划与调度、生产作业、设备管理、仓储配送和能源管理",
    "的工艺设计、生产作业、仓储配送、安全环保及客户服务",
    "的研发、制造、检验、销售和售后服务过程的智能制造能力成熟度",
    "的采购、生产、设备管理、安全环保、能源管理、物流与销售",
    "的产品设计、工艺设计、计划排产、生产制造、质量检测和产品服务",
    "的生产制造及相关的仓储、配送、设备运维、能源计量管理",
    "的制造所涉及的采购、生产、物流、销售和服务活动",
    "的开发、生产与交付，含信息系统集成、数据采集和网络安全管理",
];

/// Streets.
const STREETS: [&str; 16] = [
    "创新一路",
    "新华大街",
    "兴园路",
    "临港大道",
    "科创街",
    "富强路",
    "长虹东路",
    "玉泉路",
    "锦绣大道",
    "通达路",
    "梅园路",
    "望江路",
    "双创大道",
    "金桥路",
    "明珠路",
    "北环西路",
];

/// Legal forms.
const FORMS: [&str; 5] = [
    "有限公司",
    "股份有限公司",
    "有限责任公司",
    "集团有限公司",
    "（集团）股份有限公司",
];

/// Invented signatories and technical-support bodies.
const SIGNATORIES: [&str; 3] = ["张示范", "李演示", "王样本"];

/// A certification body that does not exist; its link takes 29 characters.
///
/// # Panics
/// Never: the texts are constants that a test reads.
#[must_use]
pub fn profile() -> IssuerProfile {
    IssuerProfile {
        id: Did::parse("did:web:registry.demo.test").unwrap(),
        name: text("示范认证中心（演示）"),
        name_en: text("DEMONSTRATION CERTIFICATION CENTRE"),
        address: text("中国·北京·示范路1号 100000"),
        telephone: text("+86 10 00000000"),
        url: text("https://www.demo.test"),
        registry: RegistryBase::parse("https://registry.demo.test").unwrap(),
        authorisations: Vec::new(),
    }
}

fn edition() -> SchemeEdition {
    SchemeEdition::by_key("cmmm-2020").unwrap()
}

/// The texts of the scheme edition `cmmm-2020`.
///
/// # Panics
/// Never: the edition is compiled in.
#[must_use]
pub fn scheme() -> SchemeTexts {
    SchemeTexts::of(&edition()).unwrap()
}

/// The texts of a level under [`scheme`].
///
/// # Panics
/// When `level` is not 1 to 5.
#[must_use]
pub fn grade(level: u8) -> Grade {
    Grade::of(&edition(), Level::try_from(level).unwrap())
        .unwrap()
        .unwrap()
}

/// What differs between hand-written certificates.
#[derive(Debug, Clone, Copy)]
pub struct Written {
    /// GB/T 2260.
    pub region: &'static str,
    /// GB/T 4754 class.
    pub industry: &'static str,
    /// Its name.
    pub industry_name: &'static str,
    /// The organisation.
    pub name: &'static str,
    /// Its registered address.
    pub address: &'static str,
    /// What was assessed.
    pub scope: &'static str,
    /// Name, address and scope in English.
    pub english: Option<[&'static str; 3]>,
}

/// A certificate with random numbers and dates and these texts.
///
/// # Panics
/// When a text is not lawful.
#[must_use]
pub fn written(seed: u64, facts: &Written) -> (Credential, DataIntegrityProof) {
    let mut random = Random(seed);
    let region = RegionCode::parse(facts.region).unwrap();
    let valid_from = Date::from_day_number(20_454 + random.below(365)).unwrap();
    let address = text(facts.address);
    let english = |at: usize| facts.english.map(|texts| text(texts[at]));
    let holder = Holder {
        uscc: uscc(&mut random, facts.region),
        name: text(facts.name),
        name_en: english(0),
        address: address.clone(),
        address_en: english(1),
        region,
    };
    let serial = random.below(1_000_000);
    let credential = Credential {
        issuer: profile(),
        scheme: scheme(),
        number: CredentialNumber::parse(&format!("CQC{:02}ZNZ{serial:06}R0", valid_from.civil().0 % 100))
            .unwrap(),
        version: Version::FIRST,
        first_issued: valid_from,
        valid_from,
        valid_until: valid_from.add_months(36).unwrap().add_days(-1).unwrap(),
        predecessor: None,
        assessed_unit: None,
        scope: text(facts.scope),
        scope_en: english(2),
        grade: grade(u8::try_from(random.below(4)).unwrap() + 1),
        industry: Industry {
            edition: text("GB/T 4754-2017"),
            code: IndustryCode::parse(facts.industry).unwrap(),
            name: text(facts.industry_name),
        },
        sites: vec![Site {
            name: holder.name.clone(),
            address,
            region,
        }],
        surveillance: SurveillancePlan {
            interval_months: 12,
            first_due: valid_from.add_months(12).unwrap(),
            grace_days: 30,
        },
        assessed_on: valid_from
            .add_days(-7 - i32::try_from(random.below(40)).unwrap())
            .unwrap(),
        report: Report {
            number: text(&format!(
                "ZNZ-{}-{:05}",
                valid_from.civil().0,
                random.below(100_000)
            )),
            digest: Sha256Digest::from_bytes(random.bytes()),
        },
        confidence: None,
        technical_support: None,
        signatory: text(SIGNATORIES[usize::try_from(random.below(3)).unwrap()]),
        transcribed: None,
        status: StatusAllocation {
            list: 1,
            index: random.below(131_072),
        },
        holder,
    };
    let proof = proof(&mut random, &credential);
    (credential, proof)
}

/// A generated certificate of the usual kind: first version, one site, no English.
///
/// # Panics
/// Never: the generator makes lawful texts only.
#[must_use]
pub fn usual(seed: u64) -> (Credential, DataIntegrityProof) {
    let mut random = Random(seed ^ 0x5eed);
    let (region, province, city, district) = *random.one_of(&PLACES);
    let (industry, trade, industry_name, products) = *random.one_of(&TRADES);
    let place = if city.is_empty() { province } else { city }.trim_end_matches('市');
    let brand = format!("{}{}", random.one_of(&BRANDS), random.one_of(&BRANDS));
    let name = format!(
        "{place}{brand}{trade}{}{}",
        random.one_of(&["精工制造", "装备制造", "科技发展", "实业"]),
        random.one_of(&FORMS)
    );
    let town = random.one_of(&["经济开发区", "高新技术产业开发区", "工业园区", ""]);
    let building = match random.below(3) {
        0 => format!("{}号楼", random.below(30) + 1),
        1 => format!("{}栋{}01室", random.below(20) + 1, random.below(9) + 1),
        _ => String::new(),
    };
    let street = random.one_of(&STREETS);
    let address = format!(
        "{province}{city}{district}{town}{street}{}号{building}",
        random.below(2_000) + 1
    );
    let first = usize::try_from(random.below(4)).unwrap();
    let listed: Vec<&str> = (0..4).map(|step| products[(first + step) % 4]).collect();
    let place = random.one_of(&["", "位于上述地址的", "公司本部一期厂区内"]);
    let scope = format!("{place}{}{}", listed.join("、"), random.one_of(&ACTIVITIES));
    let facts = WrittenOwned {
        region,
        industry,
        industry_name,
        name,
        address,
        scope,
    };
    facts.certificate(random.next())
}

/// A generated certificate of any kind: later versions, units, several sites, English, odd dates, rare characters.
///
/// # Panics
/// Never: the generator makes lawful texts only.
#[must_use]
pub fn any(seed: u64) -> (Credential, DataIntegrityProof) {
    let (mut credential, _) = usual(seed);
    let mut random = Random(seed ^ 0xa11);
    let mut sometimes = |n| random.below(n) == 0;
    if sometimes(3) {
        credential.holder.name_en = Some(text("Demonstration Precision Machinery (Wuxi) Co., Ltd."));
        credential.holder.address_en = Some(text("No. 9 Mingzhu Road, Xinwu District, Wuxi, China"));
        credential.scope_en = Some(text(
            "Design and production of gears, shafts & couplings – Ø 20 to 400 mm",
        ));
    }
    if sometimes(4) {
        credential.version = Version::try_from(2).unwrap();
        credential.first_issued = credential
            .valid_from
            .add_months(6)
            .unwrap()
            .add_days(-400)
            .unwrap();
        credential.valid_until = credential.first_issued.add_months(36).unwrap();
    }
    if sometimes(4) {
        credential.assessed_unit = Some(AssessedUnit {
            kind: UnitKind::Workshop,
            name: text("三号车间"),
            name_en: Some(text("Workshop 3")),
        });
    }
    if sometimes(4) {
        let second = Site {
            name: text("二厂𠮷田分厂"),
            address: text("福建省泉州市南安市溪美街道🏭示范路8号"),
            region: RegionCode::parse("350583").unwrap(),
        };
        credential.sites.push(second);
    }
    if sometimes(4) {
        credential.confidence = Some(text("A"));
        credential.technical_support =
            Some(text(&edition().sentences.technical_support("演示技术研究院").zh));
    }
    if sometimes(5) {
        credential.predecessor = Some(CredentialNumber::parse("CQC20ZNZ000007R0").unwrap());
        credential.number = CredentialNumber::parse("OTHER-2026-77").unwrap();
        credential.transcribed = Some(credential.first_issued);
    }
    if sometimes(6) {
        credential.surveillance = SurveillancePlan {
            interval_months: 6,
            first_due: credential.valid_from,
            grace_days: 0,
        };
        credential.status = StatusAllocation {
            list: 70,
            index: 200_000,
        };
        credential.scheme.topic = text("别的主题");
        credential.technical_support = Some(text("另有说明 with «rare» characters: ෴ ꙮ 𝔘"));
    }
    let proof = proof(&mut random, &credential);
    (credential, proof)
}

struct WrittenOwned {
    region: &'static str,
    industry: &'static str,
    industry_name: &'static str,
    name: String,
    address: String,
    scope: String,
}

impl WrittenOwned {
    fn certificate(&self, seed: u64) -> (Credential, DataIntegrityProof) {
        let facts = Written {
            region: self.region,
            industry: self.industry,
            industry_name: self.industry_name,
            name: "名",
            address: "址",
            scope: "围",
            english: None,
        };
        let (mut credential, proof) = written(seed, &facts);
        credential.holder.name = text(&self.name);
        credential.holder.address = text(&self.address);
        credential.scope = text(&self.scope);
        credential.sites = vec![Site {
            name: text(&self.name),
            address: text(&self.address),
            region: credential.holder.region,
        }];
        (credential, proof)
    }
}

fn proof(random: &mut Random, credential: &Credential) -> DataIntegrityProof {
    let contexts = touchstone_schemas::credential::credential_contexts()
        .map(str::to_owned)
        .to_vec();
    let created = credential
        .valid_from
        .start()
        .checked_add(i64::from(random.below(86_400)) - 20_000)
        .unwrap();
    let method = credential.issuer.id.key(1).to_string();
    let signature = [random.bytes::<32>(), random.bytes::<32>()].concat();
    DataIntegrityProof::new(
        ProofConfig::eddsa_jcs_2022(Some(contexts), created, method),
        encode_base58btc(&signature),
    )
}

/// A credit code of a company registered in `region`, its check character right.
fn uscc(random: &mut Random, region: &str) -> Uscc {
    const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
    let mut code = format!("91{region}MA");
    for _ in 0..6 {
        code.push(char::from(*random.one_of(ALPHABET)));
    }
    code.push(char::from(*random.one_of(b"0123456789")));
    let found = ALPHABET
        .iter()
        .find_map(|check| Uscc::parse(&format!("{code}{}", char::from(*check))).ok());
    found.unwrap()
}

fn text(text: &str) -> Text {
    Text::parse(text).unwrap()
}

/// SplitMix64 (Steele, Lea and Flood 2014).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: u32) -> u32 {
        u32::try_from(self.next() % u64::from(bound)).unwrap()
    }

    fn one_of<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[usize::try_from(self.next() % items.len() as u64).unwrap()]
    }

    fn bytes<const N: usize>(&mut self) -> [u8; N] {
        std::array::from_fn(|_| self.next().to_le_bytes()[0])
    }
}
