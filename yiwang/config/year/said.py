"""What a county's callers usually speak of: topic, kind, the unit whose duty it is, and invented words."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Theme:
    """One thing people call about. ``words`` say what is wrong, ``asks`` what is wanted, ``done`` and ``basis`` the reply."""

    topic: str
    kind: str
    organ: str
    words: tuple[str, ...]
    asks: tuple[str, ...]
    done: str
    basis: str


CLAUSES = (
    "文化路",
    "市场路口",
    "中心小学旁",
    "车站附近",
    "河堤边",
    "新村一巷",
    "工业园门口",
    "老街",
    "广场西侧",
    "村委会对面",
)
ASKS = ("请尽快处理", "希望有人来看看", "反映过没有解决", "请告知什么时候能办好")
ASKED = ("请问怎么办理", "请告知需要带什么材料", "想问清楚流程", "请告知办理地点和时间")
# fmt: off
SAID = (
    Theme("water", "help", "water-supply", ("停水一天了", "自来水发黄有异味", "水表井盖破损漏水", "水压低楼上用不了水"), ASKS, "供水抢修队到现场检修管道，", "依据城镇供水服务规定处理"),
    Theme("power", "help", "power-supply", ("频繁停电", "电线垂得很低", "变压器响声大", "电表走得不对"), ASKS, "抢修人员到场排查线路，", "依据供电服务规定处理"),
    Theme("gas", "complaint", "gas-supply", ("燃气管道有气味", "燃气开户迟迟没有安排", "燃气费算错了"), ASKS, "燃气公司上门检查，", "依据城镇燃气管理条例处理"),
    Theme("road", "complaint", "housing", ("路面塌陷有坑", "人行道砖松动绊人", "窨井盖缺失", "路面开挖后没有恢复"), ASKS, "养护队到现场修补路面，", "依据城市道路管理条例处理"),
    Theme("street-light", "complaint", "housing", ("路灯不亮", "路灯白天亮晚上不亮", "灯杆倾斜"), ASKS, "路灯所更换灯具，", "依据城市照明管理规定处理"),
    Theme("drain", "complaint", "housing", ("下雨就积水", "下水道堵塞污水外溢", "排水沟被堵"), ASKS, "市政队疏通管网，", "依据城镇排水与污水处理条例处理"),
    Theme("illegal-building", "report", "urban-management", ("楼顶加建铁皮房", "占用巷道搭棚", "夜间偷建围墙"), ASKS, "执法人员到现场核查并责令停止，", "依据城乡规划法处理"),
    Theme("property", "complaint", "housing", ("物业不清扫楼道", "电梯坏了没人修", "物业乱收停车费", "小区保安脱岗"), ASKS, "约谈物业企业并督促整改，", "依据物业管理条例处理"),
    Theme("noise", "complaint", "urban-management", ("工地深夜施工", "广场舞音响太大", "商铺喇叭叫卖", "烧烤档半夜喧哗"), ASKS, "执法人员到场制止，", "依据噪声污染防治法处理"),
    Theme("fumes", "complaint", "urban-management", ("饭店油烟直排居民楼", "烧烤油烟很大", "油烟管道对着窗户"), ASKS, "责令安装并使用油烟净化设施，", "依据大气污染防治法处理"),
    Theme("waste", "complaint", "urban-management", ("垃圾没人清运", "垃圾桶满溢发臭", "建筑垃圾乱倒", "绿化带里都是垃圾"), ASKS, "环卫公司当日清运，", "依据城市市容和环境卫生管理条例处理"),
    Theme("pollution", "report", "ecology", ("工厂排黑烟", "河水发黑发臭", "养猪场污水排到河里", "加工厂夜间偷排"), ASKS, "执法人员采样检测并立案，", "依据环境保护法处理"),
    Theme("stall", "complaint", "urban-management", ("流动摊贩占道", "商铺出店经营占了人行道", "水果车堵住路口"), ASKS, "执法人员现场劝离，", "依据城市市容管理规定处理"),
    Theme("parking", "complaint", "police", ("乱停车堵住消防通道", "人行道停满车", "僵尸车长期占位"), ASKS, "交警到场处置违停车辆，", "依据道路交通安全法处理"),
    Theme("traffic", "help", "police", ("红绿灯坏了", "学校门口上下学堵车", "大货车闯禁行"), ASKS, "交警部门安排疏导，", "依据道路交通安全法处理"),
    Theme("bus", "proposal", "transport", ("希望增加早班公交", "建议延长公交线路", "公交站牌没有时刻表"), ASKS, "与公交企业研究线路，", "依据城市公共交通条例答复"),
    Theme("consumer", "complaint", "market", ("健身房关门不退款", "买到的手机是翻新机", "网购退货商家不理", "培训机构退费难"), ASKS, "组织双方调解，", "依据消费者权益保护法处理"),
    Theme("food", "report", "market", ("饭店菜里有虫", "买到过期食品", "小作坊卫生很差", "外卖吃坏肚子"), ASKS, "执法人员现场检查并抽检，", "依据食品安全法处理"),
    Theme("price", "complaint", "market", ("停车场多收费", "药店涨价", "超市标价和收银不一致"), ASKS, "核查价格并责令退还多收费用，", "依据价格法处理"),
    Theme("wages", "complaint", "human-resources", ("工地拖欠工资三个月", "工厂不签劳动合同", "离职不结清工资", "加班没有加班费"), ASKS, "劳动监察约谈用人单位，", "依据保障农民工工资支付条例处理"),
    Theme("insurance", "enquiry", "human-resources", ("养老保险怎么转移", "社保断缴了怎么补", "退休金怎么算", "失业金怎么领"), ASKED, "社保经办窗口说明办理条件，", "依据社会保险法答复"),
    Theme("medical", "complaint", "health", ("卫生院没有医生值班", "医院乱收检查费", "诊所无证行医"), ASKS, "卫生监督人员现场核查，", "依据医疗机构管理条例处理"),
    Theme("medical-insurance", "enquiry", "medical-insurance", ("医保报销比例是多少", "异地就医怎么备案", "医保卡丢了怎么补", "门诊慢病怎么申请"), ASKED, "医保经办窗口说明办理方法，", "依据医疗保障经办规定答复"),
    Theme("school", "complaint", "education", ("学校乱收资料费", "老师课外补课收费", "学位怎么申请没有说清"), ASKS, "教育局派人到校核实，", "依据义务教育法处理"),
    Theme("welfare", "help", "civil-affairs", ("低保申请没有下文", "残疾老人没人照顾", "临时救助怎么申请"), ASKS, "民政工作人员入户核查，", "依据社会救助暂行办法处理"),
    Theme("land", "complaint", "natural-resources", ("宅基地界线纠纷", "占用农田建房", "不动产证迟迟没有办下来"), ASKS, "工作人员到实地丈量核查，", "依据土地管理法处理"),
    Theme("farm", "enquiry", "agriculture", ("种粮补贴怎么申请", "农机补贴什么时候发", "病死猪怎么处理"), ASKED, "农业技术人员说明办理方法，", "依据农业补贴规定答复"),
    Theme("housing", "enquiry", "housing", ("公租房怎么申请", "公租房租金是多少", "危房改造补助怎么办"), ASKED, "住房保障窗口说明条件，", "依据住房保障规定答复"),
    Theme("service", "help", "data-bureau", ("网上申请一直提示失败", "窗口预约不上", "办证进度查不到"), ASKS, "技术人员协助完成申请，", "依据优化营商环境条例处理"),
    Theme("safety", "report", "emergency", ("仓库堆放易燃物", "作坊没有消防设施", "违规存放烟花爆竹"), ASKS, "执法人员现场检查并责令整改，", "依据安全生产法处理"),
)
# fmt: on
