//! What each chart shows.

use touchstone_schemas::region::RegionCode;

use super::{Catalogue, Figure, Language, Table, label};
use crate::{
    ledger::IndustryEdition,
    pages::chart::{Bar, Bullet, Column, Parts, Share, bars, bullets, columns, shares},
    statistics::{IndustryRow, Month, Percent, Progress, RegionRow, Statistics, Tally, Target, region_names},
};

/// Places of a chart of cities; equals of the last are shown too.
const CITIES: u64 = 15;
/// Industries of the chart of levels; equals of the last are shown too.
const INDUSTRIES: u64 = 10;
/// Months of the chart of first issues: as many as have room for their numbers.
const MONTHS: usize = 12;
/// Places of the chart of growth; equals of the last are shown too.
const GROWTH: u64 = 5;

/// Every chart that has something to show, in order.
pub(super) fn all(statistics: &Statistics, language: Language) -> Vec<Figure> {
    let words = Words(language);
    let figures = [
        words.progress(statistics.progress.as_ref()),
        words.provinces(&statistics.provinces),
        words.cities(&statistics.cities),
        words.growth(statistics),
        words.industries(&statistics.industries),
        words.years(statistics),
        words.months(statistics),
        words.surveillance(statistics),
        words.states(statistics),
    ];
    figures.into_iter().flatten().collect()
}

#[derive(Clone, Copy)]
struct Words(Language);

impl Words {
    fn text(self, zh: &'static str, en: &'static str) -> String {
        self.0.text(zh, en).to_owned()
    }

    fn row(self, words: &[(&'static str, &'static str)]) -> Vec<String> {
        words.iter().map(|(zh, en)| self.text(zh, en)).collect()
    }

    fn region(self, code: RegionCode) -> String {
        match (region_names(code), self.0) {
            (Some((zh, _)), Language::Chinese) => zh.to_owned(),
            (Some((_, en)), Language::English) => en.to_owned(),
            (None, _) => code.to_string(),
        }
    }

    /// As charts of the subject name it: 江苏, 无锡.
    fn short(self, code: RegionCode) -> String {
        let name = self.region(code);
        if self.0 == Language::English {
            return name;
        }
        let ends = [
            "壮族自治区",
            "回族自治区",
            "维吾尔自治区",
            "自治区",
            "特别行政区",
            "省",
            "市",
        ];
        let short = ends.iter().find_map(|end| name.strip_suffix(end));
        short.unwrap_or(&name).to_owned()
    }

    fn level_head(self, first: &[(&'static str, &'static str)]) -> Vec<String> {
        let mut head = self.row(first);
        head.extend(self.0.levels().map(str::to_owned));
        head.extend(self.row(&[("证书", "Certificates")]));
        head
    }

    fn level_row(mut first: Vec<String>, tally: &Tally) -> Vec<String> {
        first.extend(tally.levels.iter().map(u64::to_string));
        first.push(tally.certificates.to_string());
        first
    }

    fn provinces(self, rows: &[RegionRow]) -> Option<Figure> {
        let title = self.text(
            "各省二级及以上企业数",
            "Organisations at level 2 or above by province",
        );
        let lead = self.text(
            "按评价场所所在省统计；在多个省有场所的企业，在每个省各计一次。名次并列者同名次。",
            "By province of the site assessed; an organisation with sites in several provinces counts once in each. Equals share a rank.",
        );
        self.regions("provinces", title, lead, rows, u64::MAX)
    }

    fn cities(self, rows: &[RegionRow]) -> Option<Figure> {
        let title = self.text(
            "二级及以上企业最多的城市",
            "Cities with most organisations at level 2 or above",
        );
        let lead = self.text(
            "按评价场所所在市统计，列前 15 名。",
            "By city of the site assessed, the first 15 places.",
        );
        self.regions("cities", title, lead, rows, CITIES)
    }

    fn regions(
        self,
        id: &'static str,
        title: String,
        lead: String,
        rows: &[RegionRow],
        places: u64,
    ) -> Option<Figure> {
        let shown = rows.iter().take_while(|row| row.rank <= places);
        let shown: Vec<&RegionRow> = shown.filter(|row| row.tally.at_least(2) > 0).collect();
        let bar = |row: &&RegionRow| Bar {
            rank: row.rank,
            label: self.short(row.code),
            value: row.tally.at_least(2),
        };
        let drawn: Vec<Bar> = shown.iter().map(bar).collect();
        let table_row = |row: &RegionRow| {
            let first = vec![
                self.region(row.code),
                row.rank.to_string(),
                row.tally.at_least(2).to_string(),
            ];
            Self::level_row(first, &row.tally)
        };
        (!drawn.is_empty()).then(|| Figure {
            id,
            title,
            lead,
            svg: bars(&drawn, id),
            by_level: false,
            table: Table {
                head: self.level_head(&[("地区", "Region"), ("名次", "Rank"), ("二级及以上", "Level 2 +")]),
                rows: rows
                    .iter()
                    .take_while(|row| row.rank <= places)
                    .map(table_row)
                    .collect(),
            },
        })
    }

    fn industry(self, row: &IndustryRow) -> String {
        match (row.edition, self.0) {
            (IndustryEdition::Known, Language::Chinese) => format!("{} {}", row.code, row.code.division_zh()),
            (IndustryEdition::Known, Language::English) => format!("{} {}", row.code, row.code.division_en()),
            (IndustryEdition::Other, _) => {
                format!(
                    "{} {}",
                    row.code,
                    self.0.text("（其他版本）", "(another edition)")
                )
            }
        }
    }

    fn industries(self, rows: &[IndustryRow]) -> Option<Figure> {
        let shown: Vec<&IndustryRow> = rows.iter().take_while(|row| row.rank <= INDUSTRIES).collect();
        let share = |row: &&IndustryRow| Share {
            label: self.industry(row),
            total: self.organisations(row.tally.organisations()),
            levels: row.tally.levels,
        };
        let drawn: Vec<Share> = shown.iter().map(share).collect();
        let table_row = |row: &IndustryRow| {
            let organisations = row.tally.organisations().to_string();
            Self::level_row(
                vec![self.industry(row), row.rank.to_string(), organisations],
                &row.tally,
            )
        };
        (!drawn.is_empty()).then(|| Figure {
            id: "industries",
            title: self.text("前十行业的等级分布", "Levels in the ten largest industries"),
            lead: self.text(
                "按 GB/T 4754-2017 大类统计；企业在一个行业内只计一次，计其最高等级。",
                "By division of GB/T 4754-2017; an organisation counts once in an industry, at its highest level there.",
            ),
            svg: shares(&drawn, "industries"),
            by_level: true,
            table: Table {
                head: self.level_head(&[("行业大类", "Division"), ("名次", "Rank"), ("企业", "Organisations")]),
                rows: rows.iter().map(table_row).collect(),
            },
        })
    }

    fn organisations(self, count: u64) -> String {
        match self.0 {
            Language::Chinese => format!("{count} 家"),
            Language::English => count.to_string(),
        }
    }

    fn years(self, statistics: &Statistics) -> Option<Figure> {
        let (last, before) = statistics.years.split_last()?;
        let column = |label: String, label_below: String, tally: &Tally| Column {
            label,
            label_below,
            parts: Parts::Levels(tally.levels),
        };
        let year = |day: touchstone_schemas::date_time::Date| day.civil().0.to_string();
        let ends = before
            .iter()
            .map(|row| column(year(row.day), self.text("年末", "at its end"), &row.tally));
        let now = column(year(last.day), self.text("至今", "so far"), &last.tally);
        let drawn: Vec<Column> = ends.chain([now]).collect();
        let rows = statistics.years.iter().map(|row| {
            let first = vec![row.day.to_string(), row.tally.organisations().to_string()];
            Self::level_row(first, &row.tally)
        });
        Some(Figure {
            id: "years",
            title: self.text("历年等级分布", "Levels by year"),
            lead: self.text(
                "各年年末持有有效证书的企业，计其最高等级；按目前所知。",
                "Organisations with a certificate in force at the end of each year, at their highest level, as known now.",
            ),
            svg: columns(&drawn, "years"),
            by_level: true,
            table: Table {
                head: self.level_head(&[("日期", "Day"), ("企业", "Organisations")]),
                rows: rows.collect(),
            },
        })
    }

    fn growth(self, statistics: &Statistics) -> Option<Figure> {
        let shown = statistics.growth.iter().take_while(|row| row.rank <= GROWTH);
        let bar = |row: &crate::statistics::GrowthRow| Bar {
            rank: row.rank,
            label: self.short(row.code),
            value: row.more(),
        };
        let drawn: Vec<Bar> = shown.map(bar).collect();
        let table_row = |row: &crate::statistics::GrowthRow| {
            let rate = match row.before {
                0 => "—".to_owned(),
                before => format!("+{} %", Percent::share(row.more(), before)),
            };
            let numbers = [row.rank, row.before, row.now, row.more()].map(|number| number.to_string());
            let mut cells = vec![self.region(row.code)];
            cells.extend(numbers);
            cells.push(rate);
            cells
        };
        (!drawn.is_empty()).then(|| Figure {
            id: "growth",
            title: self.text("增长最多的五个省", "Five provinces that grew most"),
            lead: self.text(
                "二级及以上企业数比上年末增加的家数。",
                "Organisations at level 2 or above more than at the end of last year.",
            ),
            svg: bars(&drawn, "growth"),
            by_level: false,
            table: Table {
                head: self.row(&[
                    ("地区", "Region"),
                    ("名次", "Rank"),
                    ("上年末", "End of last year"),
                    ("现在", "Now"),
                    ("增加", "More"),
                    ("增幅", "Growth"),
                ]),
                rows: statistics.growth.iter().map(table_row).collect(),
            },
        })
    }

    /// The month's number; the year under January, and under the first where its neighbour has no year of its own.
    fn month(self, place: usize, month: Month) -> (String, String) {
        let (year, number) = month.civil();
        let below = if number == 1 || place == 0 && number != 12 {
            year.to_string()
        } else {
            String::new()
        };
        (number.to_string(), below)
    }

    fn months(self, statistics: &Statistics) -> Option<Figure> {
        let column = |(place, row): (usize, &crate::statistics::MonthRow)| {
            let (label, label_below) = self.month(place, row.month);
            Column {
                label,
                label_below,
                parts: Parts::Whole(row.certificates),
            }
        };
        let (_, shown) = statistics
            .months
            .split_at(statistics.months.len().saturating_sub(MONTHS));
        let drawn: Vec<Column> = shown.iter().enumerate().map(column).collect();
        let rows = statistics.months.iter();
        let rows = rows.map(|row| {
            vec![
                row.month.to_string(),
                row.certificates.to_string(),
                row.organisations.to_string(),
            ]
        });
        (statistics.months.iter().any(|row| row.certificates > 0)).then(|| Figure {
            id: "months",
            title: self.text("近 12 个月首次发证数", "Certificates first issued, 12 months"),
            lead: self.text(
                "按首次发证月份统计，不论其后状态；被换发的旧版本不计。数据表列 24 个月。",
                "By month of first issue, whatever became of them since; superseded versions left out. The table has 24 months.",
            ),
            svg: columns(&drawn, "months"),
            by_level: false,
            table: Table {
                head: self.row(&[
                    ("月份", "Month"),
                    ("证书", "Certificates"),
                    ("企业", "Organisations"),
                ]),
                rows: rows.collect(),
            },
        })
    }

    fn surveillance(self, statistics: &Statistics) -> Option<Figure> {
        let due = &statistics.surveillance;
        let overdue = Column {
            label: self.text("逾期", "late"),
            label_below: String::new(),
            parts: Parts::Whole(due.overdue),
        };
        let column = |(place, row): (usize, &crate::statistics::MonthDue)| {
            let (label, label_below) = self.month(place, row.month);
            Column {
                label,
                label_below,
                parts: Parts::Whole(row.certificates),
            }
        };
        let months = due.months.iter().enumerate().map(column);
        let drawn: Vec<Column> = [overdue].into_iter().chain(months).collect();
        let mut rows = vec![vec![self.text("逾期", "Overdue"), due.overdue.to_string()]];
        let months = due.months.iter();
        rows.extend(months.map(|row| vec![row.month.to_string(), row.certificates.to_string()]));
        rows.push(vec![self.text("更晚", "Later"), due.later.to_string()]);
        (statistics.total.certificates + due.overdue > 0).then(|| Figure {
            id: "surveillance",
            title: self.text("监督到期月份", "Surveillance due by month"),
            lead: self.text(
                "有效证书下一次监督到期的月份，含宽限期内和已逾期的证书。",
                "The month in which the next surveillance of a certificate is due, those within grace and past it included.",
            ),
            svg: columns(&drawn, "surveillance"),
            by_level: false,
            table: Table {
                head: self.row(&[("月份", "Month"), ("证书", "Certificates")]),
                rows,
            },
        })
    }

    fn states(self, statistics: &Statistics) -> Option<Figure> {
        let mut rows: Vec<_> = statistics
            .states
            .iter()
            .filter(|row| row.certificates > 0)
            .collect();
        rows.sort_by_key(|row| std::cmp::Reverse(row.certificates));
        let name = |row: &crate::statistics::StateRow| {
            let text = label::of_catalogue(|catalogue: &'static Catalogue| catalogue.state(row.state.name()));
            self.0.of(text).to_owned()
        };
        let ranks = crate::statistics::ranks(rows.iter().map(|row| row.certificates));
        let bar = |(row, rank): (&&crate::statistics::StateRow, u64)| Bar {
            rank,
            label: name(row),
            value: row.certificates,
        };
        let drawn: Vec<Bar> = rows.iter().zip(ranks).map(bar).collect();
        (!drawn.is_empty()).then(|| Figure {
            id: "states",
            title: self.text("证书状态", "Certificates by state"),
            lead: self.text(
                "全部证书目前的状态；被换发的旧版本不计。",
                "All certificates as they are now; superseded versions left out.",
            ),
            svg: bars(&drawn, "states"),
            by_level: false,
            table: Table {
                head: self.row(&[("状态", "State"), ("证书", "Certificates")]),
                rows: statistics
                    .states
                    .iter()
                    .map(|row| vec![name(row), row.certificates.to_string()])
                    .collect(),
            },
        })
    }

    fn progress(self, progress: Option<&Progress>) -> Option<Figure> {
        let progress = progress?;
        let mut targets: Vec<(String, Target)> = vec![(
            self.text("二级及以上 · 全部规上企业", "Level 2 + · all firms"),
            progress.all,
        )];
        let all = [
            (
                &progress.key_industries,
                "三级及以上 · 重点行业",
                "Level 3 + · key industries",
            ),
            (
                &progress.key_regions,
                "三级及以上 · 重点区域",
                "Level 3 + · key regions",
            ),
        ];
        targets.extend(
            all.into_iter()
                .filter_map(|(target, zh, en)| Some((self.text(zh, en), (*target)?))),
        );
        let bullet = |(label, target): &(String, Target)| Bullet {
            label: label.clone(),
            value: format!("{} %", target.share),
            goal_text: format!(
                "{} {} %",
                self.0.text("目标", "goal"),
                target.goal.hundredths() / 100
            ),
            share: target.share.hundredths(),
            goal: target.goal.hundredths(),
        };
        let drawn: Vec<Bullet> = targets.iter().map(bullet).collect();
        let industries = progress.industries.iter();
        let industry = |row: &crate::statistics::IndustryProgress| {
            let name = self.0.text(row.code.division_zh(), row.code.division_en());
            (format!("{} {name}", row.code), row.target)
        };
        targets.extend(industries.map(industry));
        let regions = progress.regions.iter();
        targets.extend(regions.map(|row| (self.region(row.code), row.target)));
        let table_row = |(label, target): (String, Target)| {
            vec![
                label,
                target.organisations.to_string(),
                target.firms.to_string(),
                format!("{} %", target.share),
                format!("{} %", target.goal),
            ]
        };
        let lead = match self.0 {
            Language::Chinese => format!(
                "持有有效证书的企业数除以规上企业数。规上企业数：{}，截至 {}。分子是全部持证企业，其中可能有规模以下企业；未持证而已达到等级的企业不在统计之内。比例仅供参考，不是完成率。",
                progress.source, progress.date
            ),
            Language::English => format!(
                "Certified organisations over manufacturers above designated size. Their number: {}, as of {}. The first counts every certified organisation, smaller ones too; organisations at a level without a certificate are not seen. So this is an indication, not the share achieved.",
                progress.source, progress.date
            ),
        };
        Some(Figure {
            id: "progress",
            title: self.text("“十四五”目标进展", "Progress to the goals of the 14th plan"),
            lead,
            svg: bullets(&drawn, "progress"),
            by_level: false,
            table: Table {
                head: self.row(&[
                    ("范围", "Range"),
                    ("持证企业", "Certified"),
                    ("规上企业", "Firms"),
                    ("比例", "Share"),
                    ("目标", "Goal"),
                ]),
                rows: targets.into_iter().map(table_row).collect(),
            },
        })
    }
}
