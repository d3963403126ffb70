"""What a guide (实施清单) declares: one frozen schema for pack files, drafts on the desk and versions in force.

Founded in 行政许可法 第三十条 (what must be published) and GB/T 39046-2020 (事项管理数据集). Pure: no Django, no clock.
``read`` refuses data that does not fit the schema with every fault at once; whether a well-formed declaration is
*lawful* is decided by ``gate``. Legal bases are citations as a clerk writes them (``《食品安全法》第三十五条第一款``);
``laws`` resolves them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import product
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PlainSerializer, ValidationError

from yiwang.foundation.identifiers import rules as identifiers
from yiwang.kernel.packs import Period, Row
from yiwang.kernel.refusal import Fault, Refusal

Unit = Literal["working-day", "natural-day"]
UNIT_SAYS: Mapping[str, str] = {"working-day": "个工作日", "natural-day": "天（自然日）"}
CHAIN_SAYS: Mapping[str, str] = {"on-the-spot": "即办", "two-hands": "一审一核", "three-hands": "三级审批"}
CHAIN_HANDS: Mapping[str, int] = {"on-the-spot": 1, "two-hands": 2, "three-hands": 3}
HANDLING_SAYS: Mapping[str, str] = {"on-the-spot": "即办件", "promised": "承诺件"}
CHANNEL_SAYS: Mapping[str, str] = {"counter": "窗口", "online": "网上", "mobile": "手机", "post": "邮寄"}
AUDIENCE_SAYS: Mapping[str, str] = {
    "person": "自然人",
    "firm": "企业法人",
    "institution": "事业法人",
    "society": "社会组织法人",
    "organ": "行政机关",
    "other": "其他组织",
}
SOURCE_SAYS: Mapping[str, str] = {"held": "政府已有", "step": "办理中产生", "applicant": "要您准备"}
GRADE_SAYS: Mapping[str, str] = {"main": "主要", "minor": "次要"}
NEED_SAYS: Mapping[str, str] = {"required": "必要", "optional": "非必要", "deferrable": "可容缺"}
RESULT_SAYS: Mapping[str, str] = {
    "certificate": "证照",
    "approval": "批文",
    "proof": "证明",
    "report": "报告",
    "other": "其他",
}
ITEM_TYPES: Mapping[str, str] = {title: code for code, title in identifiers.ITEM_TYPES.items()}  # title to code

Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,59}$")]
Days = Annotated[int, Field(ge=0, le=3650)]
Text = Annotated[str, Field(max_length=500)]
Citation = Annotated[str, Field(min_length=2, max_length=200)]
When = Mapping[str, tuple[str, ...]]


def _pairs_too(value: Any) -> Any:
    if isinstance(value, list | tuple) and all(isinstance(one, list | tuple) and len(one) == 2 for one in value):
        return dict(value)
    return value


# Stored as pairs, because neither jsonb nor a canonical text keeps the order of keys, and readers see this order.
Choices = Annotated[
    Mapping[str, str],
    BeforeValidator(_pairs_too),
    PlainSerializer(lambda choices: [list(pair) for pair in choices.items()]),
]


class Limit(Row):
    """A number of days and their unit; zero days means on the spot."""

    days: Days
    unit: Unit = "working-day"

    def says(self) -> str:
        return "当场办结" if self.days == 0 else f"{self.days}{UNIT_SAYS[self.unit]}"


class Extension(Limit):
    """One extension of the legal limit and who may approve it (行政许可法 第四十二条)."""

    approver: str = "head"
    basis: Citation | None = None


class Correction(Limit):
    """How long the applicant has to correct, and what follows when the term passes without a correction."""

    outcome: Literal["refuse-acceptance", "return"] = "refuse-acceptance"
    remind_before: Annotated[int, Field(ge=0, le=60)] = 3


class Renewal(Row):
    """The window for renewal, counted back from expiry, and what applying late means."""

    renew_from: Days | None = None
    renew_until: Days
    unit: Unit = "natural-day"
    late_effect: Text
    basis: Citation


class Entrustment(Row):
    """The entrusting organ (its code) and the announced document under which the entrusted organ acts in its name
    (行政许可法 第二十四条). ``until`` is the first day without it."""

    organ: Annotated[str, Field(min_length=2, max_length=40)]
    document: Annotated[str, Field(min_length=4, max_length=120)]
    announced_on: date
    from_: date = Field(alias="from")
    until: date | None = None


class Limits(Row):
    """All terms of a guide. ``acceptance`` and ``delivery`` follow 行政许可法 第三十二条 and 第四十四条."""

    legal: Limit | None = None
    legal_basis: Citation | None = None
    promised: Limit | None = None
    extension: Extension | None = None
    acceptance: Limit = Limit(days=5)
    correction: Correction | None = None
    delivery: Limit = Limit(days=10)
    note: Text = ""


class Question(Row):
    """One question that tells situations apart, answered with exactly one choice (id → what the reader sees)."""

    id: Identifier
    asks: Annotated[str, Field(min_length=2, max_length=120)]
    help: Text = ""
    choices: Annotated[Choices, Field(min_length=2, max_length=12)]


class Situation(Row):
    """A named situation (情形): the answers that lead here. Several may hold at once (租赁场地 and 委托代理)."""

    id: Identifier
    name: Annotated[str, Field(min_length=2, max_length=100)]
    when: When = {}
    promised: Limit | None = None
    note: Text = ""


FieldKind = Literal[
    "text", "long-text", "number", "date", "choice", "choices", "phone", "person", "address", "firm", "yes-no"
]


class FormField(Row):
    """One field of the application form. ``prefill`` names what is already known (``applicant.name``)."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
    label: Annotated[str, Field(min_length=1, max_length=60)]
    kind: FieldKind
    required: bool = True
    unit: str = ""
    choices: Choices = {}
    minimum: float | None = None  # number: value; text: characters
    maximum: float | None = None
    whole: bool = False
    pattern: str = ""
    prefill: str = ""
    help: Text = ""
    when: When = {}


class FormGroup(Row):
    """A group of fields: one step of the form on a phone."""

    title: Annotated[str, Field(min_length=1, max_length=60)]
    fields: Annotated[tuple[FormField, ...], Field(min_length=1)]
    when: When = {}


class Source(Row):
    """Where a material comes from: ``held`` (政府已有, which certificate or dataset and whose), ``step`` (a step of
    this case makes it), or ``applicant``."""

    of: Literal["held", "step", "applicant"]
    certificate: str = ""
    dataset: str = ""
    step: str = ""
    holder: str = ""

    @property
    def reference(self) -> str:
        return self.certificate or self.dataset or self.step


class Material(Row):
    """One material. Only a minor one may be ``deferrable`` (容缺后补). ``when`` is empty: everybody needs it."""

    id: Identifier
    name: Annotated[str, Field(min_length=2, max_length=120)]
    grade: Literal["main", "minor"] = "main"
    need: Literal["required", "optional", "deferrable"] = "required"
    kind: Literal["certificate", "form", "other"] = "other"
    source: Source | None = None
    originals: Annotated[int, Field(ge=0, le=99)] = 0
    copies: Annotated[int, Field(ge=0, le=99)] = 0
    format: Literal["paper", "electronic", "both"] = "both"
    requirement: Text = ""
    accept_standard: Text = ""
    blank_form: Text = ""
    sample: Text = ""
    where_to_get: Text = ""
    bases: tuple[Citation, ...] = ()
    when: When = {}
    paper_ground: Literal["", "original-by-law", "hand-back-old"] = ""
    phrases: tuple[str, ...] = ()
    example: bool = False

    @property
    def copies_says(self) -> str:
        """``原件1份、复印件1份``; empty where no paper is asked."""
        counts = (("原件", self.originals), ("复印件", self.copies))
        return "、".join(f"{name}{count}份" for name, count in counts if count)

    @property
    def asks_paper(self) -> bool:
        return self.originals + self.copies > 0 or self.format == "paper"


class Step(Row):
    """One published step. An ``excluded`` step does not run on the promised clock and needs a ``basis``."""

    name: Annotated[str, Field(min_length=1, max_length=40)]
    role: str = ""
    days: Days | None = None
    excluded: bool = False
    before_acceptance: bool = False
    basis: Citation | None = None
    note: Text = ""


class Special(Row):
    """A procedure whose time does not count (行政许可法 第四十五条); ``promised_only``: it stops the promise alone."""

    ground: Literal[
        "hearing",
        "tender",
        "auction",
        "inspection",
        "testing",
        "quarantine",
        "appraisal",
        "expert-review",
        "site-visit",
    ]
    title: Annotated[str, Field(min_length=1, max_length=80)]
    days: Days | None = None
    unit: Unit = "working-day"
    basis: Citation
    promised_only: bool = False


class Fee(Row):
    name: Annotated[str, Field(min_length=1, max_length=80)]
    standard: Annotated[str, Field(min_length=1, max_length=200)]
    amount_fen: Annotated[int, Field(ge=0)] | None = None
    bases: tuple[Citation, ...] = ()
    reducible: bool = False
    note: Text = ""


class Result(Row):
    name: Annotated[str, Field(min_length=1, max_length=80)]
    kind: Literal["certificate", "approval", "proof", "report", "other"] = "certificate"
    validity: Annotated[str, Field(max_length=80)] = ""
    sample: Text = ""
    delivery: tuple[Literal["counter", "post", "online"], ...] = ("counter",)


class Place(Row):
    name: Annotated[str, Field(min_length=1, max_length=80)]
    place: str = ""
    address: Annotated[str, Field(min_length=1, max_length=160)]
    hours: Annotated[str, Field(min_length=1, max_length=160)]
    phone: str = ""


class Faq(Row):
    asks: Annotated[str, Field(min_length=1)]
    answers: Annotated[str, Field(min_length=1)]


class Origin(Row):
    """Where facts were taken from; sentences are our own."""

    guide: str = ""
    area: str = ""
    address: str = ""
    note: Text = ""


class Declaration(Row):
    """One version of a guide. ``marks`` says of every top-level field where its value comes from:
    ``来源…`` (a published guide), ``法规…`` (the law itself), ``待核…`` (not verified), ``示例`` (completed by us)."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{2,59}$")]
    version: Annotated[str, Field(pattern=r"^[0-9]{4}\.[0-9]{1,3}$")]
    in_force: Period | None = None
    item_code: Annotated[str, Field(min_length=1, max_length=64)]
    name: Annotated[str, Field(max_length=200)] = ""
    type: str = ""
    organ: str = ""
    undertaking: str = ""
    level: Annotated[str, Field(pattern=r"^[1-7]?$")] = "4"
    body_kind: Literal["", "statutory", "authorised", "entrusted", "other"] = "statutory"
    entrustment: Entrustment | None = None
    handling: Literal["", "on-the-spot", "promised"] = ""
    audience: tuple[Literal["person", "firm", "institution", "society", "organ", "other"], ...] = ()
    process: str = ""
    chain: Literal["", "on-the-spot", "two-hands", "three-hands"] = ""
    who_may: Text = ""
    bases: tuple[Citation, ...] = ()
    conditions: tuple[Text, ...] = ()
    refusals: tuple[Text, ...] = ()
    questions: tuple[Question, ...] = ()
    situations: tuple[Situation, ...] = ()
    form: tuple[FormGroup, ...] = ()
    materials: tuple[Material, ...] = ()
    steps: tuple[Step, ...] = ()
    specials: tuple[Special, ...] = ()
    limits: Limits = Limits()
    fees: tuple[Fee, ...] = ()
    fee_says: Text = ""
    results: tuple[Result, ...] = ()
    renewal: Renewal | None = None
    phones: tuple[str, ...] = ()
    complaint_phones: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()
    channels: tuple[Literal["counter", "online", "mobile", "post"], ...] = ()
    trips: Annotated[int, Field(ge=0, le=9)] | None = None
    trips_why: Text = ""
    quota: Text = ""
    scope: Text = ""
    appointment: bool = False
    online_payment: bool = False
    express: bool = False
    intermediaries: tuple[str, ...] = ()
    joint_organs: tuple[str, ...] = ()
    remedies: Text = ""
    retention_years: Annotated[int, Field(ge=1, le=100)] | None = None
    faqs: tuple[Faq, ...] = ()
    origin: Origin = Origin()
    marks: Mapping[str, Annotated[str, Field(pattern=r"^(来源|法规|待核|示例)")]] = {}

    def combinations(self) -> Iterator[dict[str, str]]:
        """Every way to answer all questions; one empty answer sheet when nothing is asked."""
        keys = [question.id for question in self.questions]
        for values in product(*(question.choices for question in self.questions)):
            yield dict(zip(keys, values, strict=True))

    def situations_for(self, answers: Mapping[str, str]) -> tuple[Situation, ...]:
        """The situations that hold for these answers. A question not answered leaves its situations possible."""
        return tuple(one for one in self.situations if fits(one.when, answers))

    def materials_for(self, answers: Mapping[str, str]) -> tuple[Material, ...]:
        """The materials asked for after these answers, in the guide's order. A question not answered excludes none."""
        return tuple(one for one in self.materials if fits(one.when, answers))

    def form_for(self, answers: Mapping[str, str]) -> tuple[FormGroup, ...]:
        """The form's groups and fields for those answers; groups left empty disappear."""
        groups = []
        for group in self.form:
            fields = tuple(field for field in group.fields if fits(field.when, answers))
            if fits(group.when, answers) and fields:
                groups.append(group.model_copy(update={"fields": fields}))
        return tuple(groups)

    def promised_for(self, answers: Mapping[str, str]) -> Limit | None:
        """The promised limit of the first situation reached that has its own, or the guide's."""
        if len(answers) < len(self.questions):
            return self.limits.promised
        own = (one.promised for one in self.situations_for(answers) if one.promised)
        return next(own, self.limits.promised)

    def cited(self) -> Iterator[tuple[str, str]]:
        """Every citation with the path of the field that makes it."""
        yield from ((f"bases.{i}", citation) for i, citation in enumerate(self.bases))
        single = [("limits.legal_basis", self.limits.legal_basis)]
        single.append(("limits.extension.basis", self.limits.extension.basis if self.limits.extension else None))
        single.append(("renewal.basis", self.renewal.basis if self.renewal else None))
        single += [(f"steps.{i}.basis", one.basis) for i, one in enumerate(self.steps)]
        single += [(f"specials.{i}.basis", one.basis) for i, one in enumerate(self.specials)]
        yield from ((path, citation) for path, citation in single if citation)
        for material in self.materials:
            yield from ((f"materials.{material.id}.bases", citation) for citation in material.bases)
        for i, fee in enumerate(self.fees):
            yield from ((f"fees.{i}.bases", citation) for citation in fee.bases)

    def as_data(self) -> dict[str, Any]:
        """The declaration as JSON-ready data, defaults left out, so that two versions compare line by line."""
        return self.model_dump(mode="json", exclude_defaults=True, by_alias=True)


def fits(when: When, answers: Mapping[str, str]) -> bool:
    """True unless an answer given contradicts ``when``."""
    return all(question not in answers or answers[question] in allowed for question, allowed in when.items())


SAYS: Mapping[str, str] = {
    "missing": "必须填写",
    "extra_forbidden": "没有这个字段",
    "literal_error": "不在可选值之内",
    "string_pattern_mismatch": "格式不符合要求",
    "string_too_short": "填写过短",
    "string_too_long": "填写过长",
    "too_short": "数量不足",
    "too_long": "数量过多",
    "int_parsing": "应为整数",
    "int_type": "应为整数",
    "int_from_float": "应为整数",
    "greater_than_equal": "小于允许的最小值",
    "less_than_equal": "大于允许的最大值",
    "bool_parsing": "应为是或否",
    "date_parsing": "应为日期（如2026-01-01）",
    "date_from_datetime_parsing": "应为日期（如2026-01-01）",
    "string_type": "应为文字",
    "tuple_type": "应为列表",
    "model_type": "应为一组字段",
}


def read(data: Mapping[str, Any]) -> Declaration:
    """The declaration in ``data``; refused with every fault (field path and what is wrong) when it does not fit."""
    try:
        return Declaration.model_validate(data)
    except ValidationError as error:
        faults = [
            Fault(".".join(str(part) for part in one["loc"]), SAYS.get(one["type"], "填写不符合要求"), one["type"])
            for one in error.errors()
        ]
        raise Refusal("办事指南有填写错误，请按列出的字段改正。", code="guide-malformed", faults=faults) from error
