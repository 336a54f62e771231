//! Twenty certificates written by hand after the codec's dictionary was fixed: industries, provinces and wording of
//! many kinds. No organisation here exists.

use crate::sample::Written;

macro_rules! written {
    ($region:literal, $industry:literal $industry_name:literal, $name:literal, $address:literal, $scope:literal;
     $english_name:literal, $english_address:literal, $english_scope:literal) => {
        Written {
            region: $region,
            industry: $industry,
            industry_name: $industry_name,
            name: $name,
            address: $address,
            scope: $scope,
            english: Some([$english_name, $english_address, $english_scope]),
        }
    };
}

/// The certificates.
pub const WRITTEN: [Written; 20] = [
    written!("530402", "C1620" "卷烟制造", "玉溪滇峰卷烟材料有限责任公司", "云南省玉溪市红塔区李棋街道观音山路12号",
        "烟用接装纸、水松纸及烟用内衬纸的分切、印刷、涂布加工，自原料入库至成品出库的全过程";
        "Yuxi Dianfeng Cigarette Materials Co., Ltd.", "No. 12 Guanyinshan Road, Liqi Sub-district, Hongta District, Yuxi, Yunnan",
        "Slitting, printing and coating of tipping paper and inner liner paper for cigarettes, from incoming material to dispatch"),
    written!("150502", "C1353" "肉制品及副产品加工", "科尔沁草原牧歌肉业股份有限公司", "内蒙古通辽市科尔沁区木里图镇食品产业园东区甲1号",
        "牛羊屠宰、排酸、分割、速冻及冷鲜肉冷链仓储配送";
        "Horqin Pastoral Meat Industry Inc.", "A1, East Zone, Food Industry Park, Mulitu Town, Horqin District, Tongliao, Inner Mongolia",
        "Slaughtering, ageing, cutting and quick-freezing of beef and mutton, with cold-chain storage and delivery"),
    written!("460105", "C2760" "生物药品制品制造", "海南琼崖疫苗生物工程研究所有限公司", "海口市国家高新区狮子岭工业园光伏南路西侧",
        "重组乙型肝炎疫苗（酿酒酵母）原液制备、分包装、冷库管理以及批签发资料管理";
        "Hainan Qiongya Vaccine Bioengineering Institute Co., Ltd.", "West side of Guangfu South Road, Shiziling Industrial Park, National High-tech Zone, Haikou",
        "Bulk preparation, filling and packaging, cold-store management and lot-release records of recombinant hepatitis B vaccine"),
    written!("632801", "C2613" "无机盐制造", "格尔木昆仑钾肥有限公司", "青海省海西州格尔木市察尔汗行委团结湖",
        "盐湖卤水采收、光卤石浮选、氯化钾结晶干燥与包装";
        "Golmud Kunlun Potash Co., Ltd.", "Tuanjie Lake, Qarhan, Golmud, Haixi Prefecture, Qinghai",
        "Harvesting of salt-lake brine, carnallite flotation, crystallisation, drying and bagging of potassium chloride"),
    written!("650402", "C1713" "棉印染精加工", "吐鲁番葡萄沟印染有限公司", "新疆吐鲁番市高昌区亚尔镇示范园葡萄大道以南",
        "纯棉坯布的退浆、煮漂、丝光、活性染料染色和后整理";
        "Turpan Grape Valley Dyeing & Finishing Co., Ltd.", "South of Grape Avenue, Demonstration Park, Yar Town, Gaochang District, Turpan, Xinjiang",
        "Desizing, scouring, bleaching, mercerising, reactive dyeing and finishing of cotton fabric"),
    written!("540102", "C1521" "碳酸饮料制造", "拉萨雪域冰川饮料厂", "拉萨市城关区纳金乡塔玛村三组",
        "瓶装水和气泡水：取水、灌装、贴标、码垛";
        "Lhasa Snowland Glacier Beverage Factory", "Group 3, Tama Village, Najin Township, Chengguan District, Lhasa",
        "Bottled and sparkling water: abstraction, filling, labelling, palletising"),
    written!("621202", "C3211" "铜冶炼", "陇南成州铜冶炼有限公司", "甘肃省陇南市武都区吉石坝安化路口",
        "粗铜火法精炼、电解精炼及阳极泥回收稀贵金属的生产过程，含余热发电";
        "Longnan Chengzhou Copper Smelting Co., Ltd.", "Anhua Road junction, Jishiba, Wudu District, Longnan, Gansu",
        "Fire refining and electrolytic refining of copper and recovery of precious metals from anode slime, waste-heat power included"),
    written!("360281", "C3075" "园艺陶瓷制造", "乐平赣窑艺术陶瓷有限公司", "江西省景德镇乐平市塔前镇工业园B-07地块",
        "青花瓷餐具、茶具的注浆成型、施釉、彩绘、气窑烧成";
        "Leping Ganyao Art Ceramics Co., Ltd.", "Plot B-07, Taqian Industrial Park, Leping, Jingdezhen, Jiangxi",
        "Slip casting, glazing, painting and gas-kiln firing of blue-and-white tableware and tea sets"),
    written!("210602", "C3940" "雷达及配套设备制造", "丹东鸭绿江船用雷达电子厂有限公司", "辽宁省丹东市元宝区金山大街91-4号",
        "小型船用导航雷达、测深仪、AIS终端的电装、调试与老化试验";
        "Dandong Yalu Marine Radar Electronics Works Ltd.", "91-4 Jinshan Street, Yuanbao District, Dandong, Liaoning",
        "Assembly, commissioning and burn-in of small marine navigation radars, echo sounders and AIS terminals"),
    written!("331122", "C3525" "模具制造", "缙云县壶镇锯床带锯制造有限公司", "浙江省丽水市缙云县壶镇镇苍岭中路588弄6号",
        "双金属带锯条铣齿、分齿、热处理；数控带锯床装配";
        "Jinyun Huzhen Band Saw Manufacturing Co., Ltd.", "No. 6, Lane 588, Cangling Middle Road, Huzhen Town, Jinyun County, Lishui, Zhejiang",
        "Tooth milling, setting and heat treatment of bimetal band saw blades; assembly of CNC band sawing machines"),
    written!("350981", "C3714" "铁路机车车辆配件制造", "福安闽东轨道牵引电机厂", "福建省福安市坂中畲族乡岩湖坂小区",
        "城轨牵引电机定转子嵌线、真空压力浸漆与型式试验";
        "Fu'an Mindong Rail Traction Motor Works", "Yanhuban, Banzhong She Township, Fu'an, Fujian",
        "Winding of stators and rotors, vacuum pressure impregnation and type testing of traction motors for urban rail"),
    written!("230828", "C1312" "玉米加工", "汤原县北大仓玉米深加工有限公司", "黑龙江省佳木斯市汤原县香兰镇庆丰村",
        "玉米淀粉、糊精、蛋白粉的湿磨生产及副产品综合利用";
        "Tangyuan Beidacang Corn Processing Co., Ltd.", "Qingfeng Village, Xianglan Town, Tangyuan County, Jiamusi, Heilongjiang",
        "Wet milling of corn starch, dextrin and gluten meal, and use of by-products"),
    written!("141124", "C2521" "炼焦", "临县晋绥煤焦化集团有限公司", "山西省吕梁市临县三交镇孟家塔村西500米",
        "捣固炼焦、煤气净化、粗苯回收和干熄焦余热利用装置的运行管理";
        "Linxian Jinsui Coal Coking Group Co., Ltd.", "500 m west of Mengjiata Village, Sanjiao Town, Linxian, Luliang, Shanxi",
        "Operation of stamp-charged coking, gas cleaning, crude benzene recovery and coke dry quenching plants"),
    written!("522628", "C2032" "木门窗制造", "锦屏苗岭杉木制品有限公司", "贵州省黔东南州锦屏县敦寨镇龙池多彩田园工业集聚区7栋",
        "杉木集成材、实木门窗制作（不含安装）";
        "Jinping Miaoling Fir Products Co., Ltd.", "Building 7, Longchi Industrial Cluster, Dunzhai Town, Jinping County, Qiandongnan, Guizhou",
        "Fir glulam, solid wood doors and windows (installation excluded)"),
    written!("445302", "C3032" "建筑用石加工", "云浮市六祖石业有限公司", "广东省云浮市云城区河口街道初城石材城324国道旁",
        "大理石荒料锯切、研磨抛光、水刀拼花、异型石材数控雕刻";
        "Yunfu Liuzu Stone Co., Ltd.", "Beside National Road 324, Chucheng Stone City, Hekou, Yuncheng District, Yunfu, Guangdong",
        "Sawing, polishing, water-jet inlay and CNC carving of marble"),
    written!("411628", "C1789" "其他家用纺织制成品制造", "鹿邑澄明尾毛化妆刷有限公司", "河南省周口市鹿邑县张店镇化妆刷产业园标准化厂房2#楼3层",
        "化妆刷刷头植毛、口管冲压、手柄注塑喷漆及成套组装";
        "Luyi Chengming Cosmetic Brush Co., Ltd.", "3/F, Building 2#, Cosmetic Brush Park, Zhangdian Town, Luyi County, Zhoukou, Henan",
        "Hair setting, ferrule stamping, handle moulding and painting, and assembly of cosmetic brush sets"),
    written!("430981", "C3731" "金属船舶制造", "沅江洞庭湖高速客艇造船厂（普通合伙）", "湖南省益阳市沅江市琼湖街道船舶制造产业园堤外",
        "四十五米以下铝合金客船、公务艇、渔政执法艇的放样、焊接、舾装、下水试航";
        "Yuanjiang Dongting Lake Fast Ferry Shipyard (General Partnership)", "Shipbuilding Park, Qionghu, Yuanjiang, Yiyang, Hunan",
        "Lofting, welding, outfitting, launching and sea trials of aluminium passenger and patrol boats below 45 m"),
    written!("640121", "C1512" "白酒制造", "永宁贺兰山东麓酒庄有限公司", "宁夏银川市永宁县闽宁镇原隆村葡萄酒小镇",
        "赤霞珠、美乐干红葡萄酒的酿造、橡木桶陈酿与瓶储";
        "Yongning Helan Mountain Winery Co., Ltd.", "Wine Town, Yuanlong Village, Minning Town, Yongning County, Yinchuan, Ningxia",
        "Vinification, oak ageing and bottle storage of Cabernet Sauvignon and Merlot dry red wines"),
    written!("120114", "C3761" "自行车制造", "天津飞鹰碳纤维自行车有限公司", "天津市武清区王庆坨镇自行车产业园福祥道9号增1号",
        "碳纤维车架预浸料裁剪、铺层、模压固化、打磨涂装，整车装配与疲劳测试";
        "Tianjin Flying Eagle Carbon Bicycle Co., Ltd.", "No. 9-1 Fuxiang Road, Bicycle Park, Wangqingtuo Town, Wuqing District, Tianjin",
        "Cutting, lay-up, moulding, sanding and painting of carbon-fibre frames, bicycle assembly and fatigue testing"),
    written!("130925", "C3311" "金属结构制造", "盐山沧海弯头管道制造集团有限公司", "河北省沧州市盐山县边务镇工业区（205国道西侧）",
        "热推弯头、三通、异径管、法兰锻造与无损检测，核电及长输管线用高压管件除外";
        "Yanshan Canghai Elbow & Pipe Manufacturing Group Co., Ltd.", "Industrial Zone (west of National Road 205), Bianwu Town, Yanshan County, Cangzhou, Hebei",
        "Hot-formed elbows, tees, reducers and flange forging with non-destructive testing, except high-pressure fittings for nuclear and long-distance lines"),
];
