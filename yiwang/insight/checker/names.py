"""Numbers that count nothing: in names, document numbers, days, ordinals, hotlines, slogans."""

from __future__ import annotations

import re

# what a number belongs to when it counts nothing
HIDDEN = tuple(
    re.compile(pattern)
    for pattern in (
        r"《[^》]{0,120}》",
        r"[〔\[﹝（(【]\s*(?:19|20)\d\d\s*[〕\]﹞）)】]\s*(?:第)?\s*\d+\s*号?",
        r"第\s*[\d一二三四五六七八九十百零两〇]{1,12}\s*[号条款项章届次批期轮名位季个类档版]?",
        r"(?:19|20)\d\d\s*[-—–~至到]\s*(?:19|20)?\d\d\s*年?",
        r"(?:19|20)\d\d\s*年(?:度|底|末|初|来|以来|间)?(?:\s*\d{1,2}\s*[-—–~至到]\s*\d{1,2}\s*月(?:份)?)?",
        r"(?<=自)(?:19|20)\d\d(?=以来|起)",
        r"(?:19|20)\d\d[-/.]\d{1,2}(?:[-/.]\d{1,2})?",
        r"\d{1,2}\s*月(?:\s*\d{1,2}\s*[日号]|份|底|末|初|上旬|中旬|下旬)?(?:\s*[-—–~至到]\s*(?:\d{1,2}\s*月)?\s*\d{1,2}\s*[日号])?",
        r"(?<!\d)\d{1,2}[:：]\d{2}",
        r"(?:12345|12315|12333|12388|12348|12358|12329|12366|12369|12371|12378|12339|12360|110|119|120|122)(?=[热平台\"”政便市投举、和\-]|专线|电话|服务|$)",
        r"\d{3,4}-\d{7,8}|1\d{10}(?!\d)",
        r"(?<=[A-Za-z+])\d{1,15}(?:\+[A-Za-z\d]{1,15})*|(?<!\d)\d{1,15}\+[A-Za-z\d+]{1,15}|(?<!\d)\d{1,15}(?=[A-Za-z])",
        r"\d\.\d(?=[”\"’版改建平系工试创的》])|V\d+(?:\.\d+)*",
        r"(?<!\d)\d{1,9}\s*[×xX*]\s*\d+(?:小时|天)?|7天24小时|24小时(?=自助|不打烊|服务|在线|受理|值|热|全|为|开|政)",
        r"“[^”]{1,14}”|\"[^\"\n]{1,14}\"|‘[^’]{1,14}’|「[^」]{1,14}」",
        r"(?:^|(?<=[\n。；：]))\s*[(（]?\d{1,2}[)）.、．](?!\d)",
        r"(?:周|星期|礼拜)[一二三四五六日天\d]",
        r"(?<!\d)\d{1,15}(?=/)|(?<=/)\d{1,15}|\d{16,}",
        r"(?a:https?://[\w./?=&%-]+|\b\w[\w.]{0,60}@[\w.]+|\b[\w-]{1,60}\.(?:com|cn|gov|net|org)[\w./]*)",
        r"[一两三四五六七八九十]+(?:是|网|站|窗|门|户|端|体|审|校|会|化|带|路|省|规|统|公开|制度|服务)",
    )
)


def no_quantity(flat: str) -> list[bool]:
    """For each sign whether it is part of such a name."""
    marks = [False] * (len(flat) + 1)
    for pattern in HIDDEN:
        for match in pattern.finditer(flat):
            marks[match.start() : match.end()] = [True] * (match.end() - match.start())
    return marks
