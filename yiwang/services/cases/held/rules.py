"""When a department may ask for what the government holds. Pure.

The grounds are the only ones: whichever page, endpoint or deed asks, it names one of them or is refused. What the
record itself can contradict is contradicted here: nobody asks "because nothing was found" for a certificate in force.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import TextChoices

from yiwang.kernel.refusal import Fault
from yiwang.services.catalogue.gate import normal

ARTICLE = "国务院关于在线政务服务的若干规定 第七条"
HELD, STEP, APPLICANT = "held", "step", "applicant"
ASKED = frozenset(
    {"missing", "deferred", "promised"}
)  # ways of not having a material that leave the applicant to bring it


class Ground(TextChoices):
    """Why paper may lawfully be asked for although the government holds the thing."""

    SOURCE_DOWN = "source-down", "数据源无法使用"
    NOT_ISSUED = "not-issued", "没有查到签发记录"
    MISMATCH = "mismatch", "与实际情况不一致"
    ORIGINAL = "original-by-law", "依法须核验原件"
    HAND_BACK = "hand-back-old", "依法须交回旧证"
    EXPIRED = "expired", "证照已过有效期"
    DISPUTED = "disputed", "持证人认为记载有误"
    ABSENT = "absent", "持证人不在场"
    REFUSED = "consent-refused", "持证人不同意调用"


BY_LAW = frozenset({Ground.ORIGINAL, Ground.HAND_BACK})  # only where the published guide says so
FAILED = frozenset({Ground.SOURCE_DOWN, Ground.NOT_ISSUED, Ground.MISMATCH, Ground.DISPUTED})  # the owner has to look
UNTRUE_IF_FOUND = frozenset({Ground.NOT_ISSUED, Ground.EXPIRED})


@dataclass(frozen=True, slots=True)
class Facts:
    """What guide and record say about one held material: its certificate or dataset, the guide's ground for paper, the
    number of one in force on record for this applicant (empty: none, or none that can be looked up), and whether its
    holder's last answer in this very case was to let it be looked at."""

    thing: str
    paper_ground: str = ""
    number: str = ""
    agreed: bool = False


def refuse_asking(code: str, name: str, ground: str, facts: Facts) -> Fault | None:
    """The fault of asking for this held material on this ground; ``None`` where the law allows it.

    Refused: no ground, an unknown one, 核验原件 or 交回旧证 where the published guide does not say so, "nothing found" and
    "expired" where one in force is on record, "refuses consent" where the holder agreed in this case.
    """
    if not ground:
        says = f"“{name}”政府已有（{facts.thing}），不得要求申请人提交；确需提交的，须选择法定理由。"
        return Fault(code, says, "already-held")
    if ground not in Ground.values:
        return Fault(code, f"“{name}”的索取理由不是法定理由，请从列出的理由中选择。", "ground-unknown")
    title = Ground(ground).label
    if ground in BY_LAW and facts.paper_ground != ground:
        return Fault(code, f"办事指南没有规定“{name}”{title}，不能以此为由要求提交。", "ground-not-in-guide")
    if ground in UNTRUE_IF_FOUND and facts.number:
        says = f"系统查到有效的{facts.thing}（{facts.number}），不能以“{title}”为由要求提交“{name}”。"
        return Fault(code, says, "ground-untrue")
    if ground == Ground.REFUSED and facts.agreed:
        says = f"持证人在本件中已经同意调用{facts.thing}，不能以“{title}”为由要求提交“{name}”。"
        return Fault(code, says, "ground-untrue")
    return None


def refuse_smuggled(demanded: Mapping[str, str], names: Mapping[str, str], held: Mapping[str, str]) -> list[Fault]:
    """Faults of a notice that asks for something held in the words about another material: code → words, code → name,
    every name of a held thing → its own name.

    Told apart are asking for the thing (提供营业执照, 营业执照复印件) and speaking of it (按营业执照上的名称填写).
    """
    faults = []
    for code, said in demanded.items():
        own = normal(names.get(code, code))
        text = "".join(said.split())
        for alias in sorted(held, key=len, reverse=True):
            if alias in text and normal(alias) not in own and _asks_for(text, alias):
                says = f"“{names.get(code, code)}”的补正要求里另要“{alias}”，政府已有，不得要求提交；确需提交的，请单列并选择法定理由。"
                faults.append(Fault(code, says, "already-held"))
                break
    return faults


_NOT = "(?<![不无毋没勿免])(?<!不用)(?<!不必)(?<!不得)(?<!不再)(?<!无需)(?<!无须)"
_BRING = "提供|提交|补交|补充|补齐|上传|附上|附|出示|携带|交来|带上|带来"
_ASKING = rf"{_NOT}(?:{_BRING})(?:[^，。；、与和按同照据]{{0,6}})"
_COPY = r"(?:的)?(?:复印件|原件|扫描件|影印件|照片|截图)"
_SPOKEN_OF = r"(?!上|号|载|记载|所载|名称|地址|信息|一致|中的|的内容)"


def _asks_for(text: str, alias: str) -> bool:
    word = re.escape(alias)
    return re.search(f"{_ASKING}{word}{_SPOKEN_OF}|{word}{_COPY}", text) is not None


# An opinion or a reason also tells what was handed in (申请人提交的营业执照齐全): there only a demand is one.
_MUST = "(?<![申报])请|须|需|(?<![相供])应|必须|务必|要求|麻烦|还要|另要|尽快|及时|自行"
_WHAT = r"(?![的了过])(?P<what>[^，。；！？的了过]{1,40})"
_DEMANDS = (
    re.compile(rf"{_NOT}(?:{_MUST})[^，。；！？不无毋勿免]{{0,14}}?(?:{_BRING}|交){_WHAT}"),
    re.compile(rf"{_NOT}(?:补交|补充|补齐|补报){_WHAT}"),
    re.compile(
        rf"{_NOT}(?:{_MUST})[^，。；！？不无毋勿免]{{0,10}}?把(?P<what>[^，。；！？]{{1,40}}?)(?:送来|交来|带来|拿来|补上|补来)"
    ),
)
_ALSO = re.compile(rf"(?:并|同时|另外?|再)(?:{_BRING}){_WHAT}")  # a demand that goes on after the comma
_COLLECTING = re.compile("领取|领证|取件|取证|听证|到场|签收")  # who one is, shown at a window, is no material


def demands(text: str) -> list[str]:
    """What a text tells its reader to bring, in its words; empty for one that only tells what was brought."""
    found: list[str] = []
    for clause in re.split("[。；！？\n]", re.sub(r"[ \t\u3000]", "", text)):
        if _COLLECTING.search(clause):
            continue
        here = [match["what"] for pattern in _DEMANDS for match in pattern.finditer(clause)]
        found += here + [match["what"] for match in _ALSO.finditer(clause) if here]
    return found


def held_in(demanded: Iterable[str], held: Mapping[str, str], allowed: Iterable[str] = ()) -> str:
    """The first name of a held thing that is demanded in these words, but for ``allowed`` things (asked for on a lawful
    ground); empty if there is none. ``held``: every name → the thing's own."""
    but = set(allowed)
    for words in demanded:
        for alias in sorted(held, key=len, reverse=True):
            if held[alias] not in but and re.search(f"{re.escape(alias)}{_SPOKEN_OF}", words):
                return alias
    return ""


GROUNDS_NAMED = "、".join(str(ground.label) for ground in Ground)


def refuse_words(said: str, title: str, alias: str) -> Fault:
    """The fault of free words that ask for something held; names the grounds on which it may be asked for lawfully."""
    says = (
        f"“{title}”里要申请人交“{alias}”，政府已有，不得要求提交。确需提交的，在补正告知中单列这项材料并选择法定理由："
        f"{GROUNDS_NAMED}。"
    )
    return Fault(said, says, "already-held")


def offered_freely(source: str, state: str, ground: str) -> bool:
    """Paper of a held thing that nobody asked for: taken, and no reason to send anybody away if it is no good."""
    return source == HELD and not ground and state not in {*ASKED, HELD}


def things(grounds: Mapping[str, str], known: Iterable[str]) -> list[Fault]:
    """Grounds given for materials that are none of the government's: a ground without a held material says nothing."""
    there = set(known)
    return [
        Fault(code, "只有政府已有的材料才需要索取理由。", "ground-pointless")
        for code, ground in grounds.items()
        if ground and code not in there
    ]
