"""The part of a guide that code does not decide with: the remaining GB/T 39046 elements, strictly validated.

Every model forbids unknown keys, so a typing error in a pack or an editor is a fault with a place, not a lost value.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from yiwang.kernel.refusal import Fault


class Element(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Step(Element):
    """One stage shown to the applicant. ``days`` in working days; ``excluded`` = not counted in the promise."""

    name: str = Field(min_length=1, max_length=60)
    days: int | None = Field(default=None, ge=0, le=400)
    excluded: bool = False
    duty: str = ""  # 办理人员/岗位
    basis: str = ""  # why it is excluded, as a citation or a published rule
    note: str = ""


class Fee(Element):
    """One fee. ``amount_fen`` in fen; ``None`` when the standard is a table described in ``standard``."""

    name: str = Field(min_length=1)
    standard: str = Field(min_length=1)
    amount_fen: int | None = Field(default=None, ge=0)
    basis: list[str] = []
    reducible: bool = False
    note: str = ""


class Result(Element):
    name: str = Field(min_length=1)
    kind: Literal["certificate", "approval", "proof", "report", "other"] = "certificate"
    valid_for: str = ""  # 有效期，如 "5年"
    sample: str = ""
    delivery: list[Literal["counter", "post", "online"]] = ["counter"]


class Where(Element):
    """A place where the item is handled. ``place`` is a code of the register of places, if it is one of ours."""

    name: str = Field(min_length=1)
    place: str = ""
    address: str = ""
    hours: str = ""
    phone: str = ""


class Question(Element):
    """One question of situational guidance (情形导办). ``when``: only asked if these earlier answers were given."""

    id: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    asks: str = Field(min_length=1)
    options: dict[str, str] = Field(min_length=2)  # answer id → Chinese label
    when: dict[str, list[str]] = {}
    note: str = ""


class FormField(Element):
    """One field of the application form. ``prefill`` names what the system already knows (``applicant.name``)."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    label: str = Field(min_length=1)
    type: Literal[
        "text",
        "long-text",
        "integer",
        "decimal",
        "date",
        "choice",
        "choices",
        "phone",
        "uscc",
        "id-number",
        "address",
        "yes-no",
    ]
    group: str = ""  # fields of one group make one screen
    required: bool = True
    choices: dict[str, str] = {}
    min: float | None = None  # number: value; text: characters
    max: float | None = None
    pattern: str = ""
    unit: str = ""
    prefill: str = ""
    help: str = ""
    when: dict[str, list[str]] = {}  # shown only with these values of other fields or situation questions
    example: bool = False

    @model_validator(mode="after")
    def _choices_where_chosen(self) -> FormField:
        if self.type in {"choice", "choices"} and not self.choices:
            raise ValueError("选择类字段须列出选项")
        return self


class Answer(Element):
    question: str = Field(min_length=1)
    answer: str = Field(min_length=1)


class SpecialProcedure(Element):
    """A lawful ground that stops the legal clock (行政许可法 45) and whether this item uses it."""

    ground: str = Field(
        min_length=1
    )  # hearing | tender | auction | inspection | testing | quarantine | appraisal | expert-review
    title: str = Field(min_length=1)
    days: int | None = Field(default=None, ge=0)
    unit: Literal["working-day", "natural-day"] = "working-day"
    basis: str = ""
    promised_only: bool = False  # pauses the promised clock, not the legal one


class GuideDocument(Element):
    """All further elements of a guide."""

    conditions: list[str] = []
    refusal_conditions: list[str] = []
    steps: list[Step] = []
    special_procedures: list[SpecialProcedure] = []
    results: list[Result] = []
    fees: list[Fee] = []
    phones: list[str] = []
    complaint_phones: list[str] = []
    places: list[Where] = []
    hours: str = ""
    online_url: str = ""
    legal_note: str = ""
    promised_note: str = ""
    limit_basis: list[str] = []  # citations for the legal limit
    quantity_limit: str = ""
    scope: str = ""  # 通办范围
    trip_reason: str = ""  # 必须现场办理的原因
    joint_organs: list[str] = []
    intermediary_services: list[str] = []
    questions: list[Question] = []
    form: list[FormField] = []
    faq: list[Answer] = []
    remedies: str = ""  # 行政复议/行政诉讼 how and where
    retention_class: str = ""
    notes: str = ""

    @model_validator(mode="after")
    def _named_once(self) -> GuideDocument:
        for what, names in (("问题", [q.id for q in self.questions]), ("字段", [f.name for f in self.form])):
            twice = sorted({n for n in names if names.count(n) > 1})
            if twice:
                raise ValueError(f"{what}重复：{'、'.join(twice)}")
        return self


def faults_of(document: dict[str, Any], *, at: str = "") -> list[Fault]:
    """Every fault of a guide's document, each with its path (``form.3.type``); empty when it is sound."""
    try:
        GuideDocument.model_validate(document)
    except ValidationError as error:
        return [
            Fault(".".join([p for p in (at, *map(str, e["loc"])) if p]), e["msg"], e["type"]) for e in error.errors()
        ]
    return []


def read(document: dict[str, Any]) -> GuideDocument:
    """The document as an object. A stored document was validated when written; an unsound one is a bug."""
    return GuideDocument.model_validate(document)
