"""Reading a reply before it goes out: what it does not say, what it says emptily, what must not stand in it. Pure.

Every finding has a code, the words it is about and a sentence a clerk understands. The rules themselves are data.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from yiwang.foundation.identifiers import masking
from yiwang.foundation.identifiers.rules import BadIdentifier, check_id_number
from yiwang.governance.hotline.replies import copies
from yiwang.governance.hotline.replies.kinds import Part, Question, ReplyRules
from yiwang.kernel.chinese import HAN, Token, normal, tagged, words

SENTENCES = re.compile(r"[^。！？!?；;\n]+[。！？!?；;]?")
CLAUSES = re.compile(r"[^，,。！？!?；;\n]+")
PERSON = "nr"  # how the dictionary tags a person's name
MOST_WORDS = 4  # of a question named in a finding
LONGEST = 60  # characters of a phrase quoted in a finding


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend. ``words`` stand in the reply, or in the question where the reply passes over them."""

    code: str
    says: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What is read. ``kind`` is the order's kind; ``caller`` the caller's own name, which may stand in the greeting;
    ``published`` telephone numbers of units; ``earlier`` replies of the unit to other callers; ``way`` which text it is. With no
    ``question`` (a part asked for in general words) nothing asks whether it was taken up."""

    text: str
    question: str
    kind: str
    caller: str = ""
    published: frozenset[str] = frozenset()
    earlier: Sequence[copies.Earlier] = field(default=())
    way: str = "final"


def read(reply: Reply, rules: ReplyRules) -> list[Finding]:
    """Everything found, in the order a reader meets it: the question, the parts, phrases, copies, personal data."""
    text = _without(reply.text, rules.courtesies)
    refuses = any(re.search(pattern, text) for pattern in rules.refusing)
    found = _question(text, reply.question, rules) if reply.question else []
    found += [
        Finding(part.code, part.says)
        for part in rules.part
        if (not part.kinds or reply.kind in part.kinds)
        and (not part.ways or reply.way in part.ways)
        and (refuses or not part.when_refusing)
        and (not part.asked or any(re.search(pattern, reply.question) for pattern in part.asked))
        and not _said(part, text)
    ]
    found += _vague(text, rules)
    found += [
        Finding("unfilled", rules.says_unfilled.format(words=m[0]), m[0]) for m in re.finditer(rules.unfilled, text)
    ]
    if not rules.copied.ways or reply.way in rules.copied.ways:
        found += _copied(reply, rules)
    found += _personal(reply, rules)
    return list(dict.fromkeys(found))


def is_vague(findings: Iterable[Finding] | Iterable[str], rules: ReplyRules) -> bool:
    """True if the reply counts as 简单模糊 in the figures: an empty phrase at the end of a reply that says everything does not."""
    codes = {one if isinstance(one, str) else one.code for one in findings}
    missing = not codes.isdisjoint(part.code for part in rules.part)
    return not codes.isdisjoint(rules.counts_as_vague) or (missing and not codes.isdisjoint(rules.counts_with_missing))


def _without(text: str, courtesies: Iterable[str]) -> str:
    for phrase in sorted(courtesies, key=len, reverse=True):
        text = text.replace(phrase, "")
    return text.strip()


def _said(part: Part, text: str) -> bool:
    for clause in CLAUSES.findall(text):
        if any(re.search(pattern, clause) for pattern in part.spoiled):
            continue
        if any(re.search(pattern, clause) for pattern in part.signs):
            return True
    return False


def asked_words(text: str, rule: Question) -> list[str]:
    """The words a question is about, as they stand: dictionary words that are neither plain nor part of a longer one."""
    empty = _plain(tuple(rule.plain))
    found = [word for word in words(_about(text, rule)) if word not in empty and HAN.fullmatch(word)]
    return [word for word in found if not any(word != other and word in other for other in found)]


def _about(text: str, rule: Question) -> str:
    """The question without plain words and the names of towns and villages, which every reply repeats."""
    text = re.sub(rule.places, "，", text)
    for word in sorted(rule.plain, key=len, reverse=True):
        text = text.replace(word, "，")
    return text


@lru_cache(maxsize=8)
def _plain(plain: tuple[str, ...]) -> frozenset[str]:
    return frozenset(plain)


def questions(text: str, marks: str) -> list[str]:
    """The questions of an order, one by one, where it numbers them (一是…二是…, 1.… 2.…); else the whole of it."""
    parts = [part for part in re.split(marks, text) if part and part.strip()]
    numbered = re.findall(marks, text)
    return [part.strip() for part in parts[-len(numbered) :]] if len(numbered) > 1 else [text]


def _question(text: str, asked: str, rules: ReplyRules) -> list[Finding]:
    rule, said = rules.question, normal(text)
    each = questions(asked, rule.marks)
    for number, one in enumerate(each, 1):
        taken, of = taken_up(_about(one, rule), said)
        if taken >= min(rule.least, of // 2):
            continue
        missed = [word for word in asked_words(one, rule) if word not in said]
        named = "、".join(missed[:MOST_WORDS])
        says = rule.says_part if len(each) > 1 else rule.says
        return [Finding("question", says.format(number=number, words=named), named)]
    return []


def taken_up(about: str, said: str) -> tuple[int, int]:
    """How many characters of the question recur in the text in runs of two or more, of how many."""
    taken = of = 0
    for run in HAN.findall(about):
        again = {i + k for i in range(len(run) - 1) if run[i : i + 2] in said for k in (0, 1)}
        taken, of = taken + len(again), of + (len(run) if len(run) > 1 else 0)
    return taken, of


def _vague(text: str, rules: ReplyRules) -> list[Finding]:
    rule, found = rules.vague, []
    for sentence in SENTENCES.findall(text):
        for pattern in rule.always:
            found += [_empty(match[0], rule.says) for match in re.finditer(pattern, sentence)]
        if any(re.search(pattern, sentence) for pattern in rule.concrete):
            continue
        for pattern in rule.phrases:
            found += [_empty(match[0], rule.says) for match in re.finditer(pattern, sentence)]
    return found


def _empty(phrase: str, says: str) -> Finding:
    return Finding("vague", says.format(words=phrase[:LONGEST]), phrase[:LONGEST])


def _copied(reply: Reply, rules: ReplyRules) -> list[Finding]:
    rule, own = rules.copied, copies.prints(reply.text, rules.courtesies)
    if len(own) < rule.least:
        return []
    found = copies.likest(own, reply.earlier)
    if found is None or found.percent < rule.percent:
        return []
    return [Finding("copied", rule.says.format(reference=found.reference, percent=found.percent), found.reference)]


def _personal(reply: Reply, rules: ReplyRules) -> list[Finding]:
    rule, text = rules.personal, reply.text
    found = [
        Finding("id-number", rule.says_number.format(words=masking.id_number(number)), masking.id_number(number))
        for number in masking.ID_NUMBER.findall(text)
        if _is_id_number(number)
    ]
    for number in masking.MOBILE.findall(text):
        if re.sub(r"\D", "", number) not in reply.published:
            hidden = masking.phone(re.sub(r"\D", "", number))  # the number itself is not repeated in a finding
            found.append(Finding("phone", rule.says_phone.format(words=hidden), hidden))
    return found + [Finding("name", rule.says_name.format(words=name), name) for name in names(reply, rules)]


def names(reply: Reply, rules: ReplyRules) -> list[str]:
    """Names of people other than the caller, as they are written: 王某某女士, 邻居李四. The greeting may name the caller."""
    rule = rules.personal
    titled = re.compile(rf"([{rule.surnames}](?:某{{1,2}}|[一-龥]{{0,2}}?))(?:{rule.titles})")
    related = re.compile(
        rf"(?:{'|'.join(map(re.escape, rule.relations))})[：:]?(?=([{rule.surnames}](?:某{{1,2}}|[一-龥]{{1,2}})))"
    )
    if not titled.search(reply.text) and not related.search(reply.text):
        return []
    greeting = CLAUSES.match(reply.text)
    until = greeting.end() if greeting else 0
    tokens, found = {token.start: token for token in tagged(reply.text)}, []
    for pattern in (titled, related):
        for match in pattern.finditer(reply.text):
            name = _as_tagged(match[1], match.start(1), tokens)
            own = bool(reply.caller) and (name == reply.caller or (len(name) == 1 and reply.caller.startswith(name)))
            greeted = match.start() < until and not reply.caller
            if name and not own and not greeted and not name.startswith(tuple(rule.not_names)):
                found.append(reply.text[match.start() : match.start(1)] + name + reply.text[match.end(1) : match.end()])
    return [one for one in dict.fromkeys(found) if not any(one != other and one in other for other in found)]


def _as_tagged(written: str, start: int, tokens: Mapping[int, Token]) -> str:
    """The name of ``written`` as a dictionary parts the text, "" where it takes it for something else: 高龄老人, 保安师傅,
    业主高度认可. A surname alone, or before 某 or a given name, is one token and the rest the next."""
    token = tokens.get(start)
    if token is None:
        return ""
    rest = tokens.get(start + 1) if len(token.word) == 1 else None
    if written[1:2] == "某" or len(written) == 1:
        return written
    if token.tag.startswith(PERSON):
        return written if len(token.word) > len(written) else token.word if len(token.word) > 1 else written
    if rest is not None and rest.tag.startswith(PERSON):
        return token.word + rest.word
    return ""


def _is_id_number(number: str) -> bool:
    try:
        check_id_number(number)
    except BadIdentifier:
        return False
    return True
