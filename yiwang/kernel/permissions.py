"""Who may do what: a permission is an enum, a role is a declared bundle of them, a doer is somebody holding posts.

Permission is asked in deeds and queries, never in views. Roles are declared in ``packs/national/roles``; which
account holds which role in which organ is a register (``foundation.organs``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from yiwang.kernel.refusal import NotAllowed


class Permission(StrEnum):
    """Every permission a role may carry. The value is what packs write."""

    CASE_APPLY = "case.apply"  # 以本人或受托身份申请
    CASE_RECEIVE = "case.receive"  # 收件
    CASE_ACCEPT = "case.accept"  # 受理、补正告知、不予受理
    CASE_REVIEW = "case.review"  # 审核
    CASE_DECIDE = "case.decide"  # 审批决定
    CASE_HAND_OUT = "case.hand-out"  # 出件
    CASE_SEE = "case.see"  # 查看本机构办件
    CASE_EXTEND = "case.extend"  # 批准延期（行政机关负责人）
    CASE_SUPERVISE = "case.supervise"  # 效能监督、催办
    CATALOGUE_EDIT = "catalogue.edit"  # 编制事项与办事指南
    CATALOGUE_REVIEW_ESTABLISHMENT = "catalogue.review-establishment"  # 编制部门审核
    CATALOGUE_REVIEW_LEGAL = "catalogue.review-legal"  # 法制部门审核
    CATALOGUE_IMPORT = "catalogue.import"
    LAWS_EDIT = "laws.edit"  # 维护法规库
    CALENDAR_EDIT = "calendar.edit"  # 录入节假日通知
    ORGAN_EDIT = "organ.edit"  # 机构、场所、授权
    STAFF_EDIT = "staff.edit"  # 本机构账号与岗位
    SEAL_USE = "seal.use"
    SEAL_KEEP = "seal.keep"  # 印章管理
    PERSON_SEE = "person.see"  # 查看脱敏的人员信息
    PERSON_UNMASK = "person.unmask"  # 查看完整证件号码（留痕）
    LEDGER_SEE = "ledger.see"
    MATTER_ASSIGN = "matter.assign"  # 指派、转办
    MATTER_REBASE = "matter.rebase"
    LETTER_SEE = "letter.see"
    WALL_SEE = "wall.see"
    TABLE_EDIT = "table.edit"  # 起草决策表（秒批）
    TABLE_PUBLISH = "table.publish"  # 发布、停用决策表
    TABLE_AUDIT = "table.audit"  # 抽查自动决定
    REPORT_SEE = "report.see"  # 查看本机构年度报告的编制
    REPORT_EDIT = "report.edit"  # 编制年度报告：正文、数据、填报任务
    ORDER_TAKE = "order.take"  # 接听来电、登记热线工单
    ORDER_DISPATCH = "order.dispatch"  # 直接答复、派单、审核答复、并单
    ORDER_HANDLE = "order.handle"  # 承办工单
    ORDER_RULE = "order.rule"  # 裁定、研判、督办、批准延期和终止
    ORDER_CALL_BACK = "order.call-back"  # 回访
    INSPECTION_SEE = "inspection.see"  # 查看本机构监管事项和检查
    INSPECTION_EDIT = "inspection.edit"  # 认领、实施清单、计划、抽取和任务
    INSPECTION_OVERSEE = "inspection.oversee"  # 统筹监管事项：导入目录、审定本级不监管
    ISSUE_COORDINATE = "issue.coordinate"  # 面对面：登记批次、交办问题、核异议
    ISSUE_VERIFY = "issue.verify"  # 面对面：实地核实
    PETITION_TAKE = "petition.take"  # 登记、告知、转办信访事项
    PETITION_RULE = "petition.rule"  # 信访事项延期、说明逾期、复查
    EXPORT = "export"


@dataclass(frozen=True, slots=True)
class Doer:
    """Somebody who acts: staff, citizen, the system itself, or a stranger.

    ``reference`` goes into the ledger (``staff:1001``, ``person:9``, ``system``); it never holds a name or number of
    a citizen. ``posts`` are (organ id, role id) pairs held now, deputies included. ``grants`` are
    (permission, organ id) pairs; organ ``None`` means the whole jurisdiction.
    """

    reference: str
    kind: str = "stranger"  # staff | citizen | system | stranger
    account_id: int | None = None
    person_id: int | None = None
    organ_id: int | None = None
    name: str = ""
    posts: frozenset[tuple[int, str]] = frozenset()
    grants: frozenset[tuple[Permission, int | None]] = frozenset()
    delegations: frozenset[int] = field(default_factory=frozenset)  # person ids this citizen acts for, in force now

    def holds(self, role: str, organ_id: int | None) -> bool:
        """True if the doer holds ``role`` in that organ (post or deputyship)."""
        return organ_id is not None and (organ_id, role) in self.posts

    def may(self, permission: Permission, organ_id: int | None = None) -> bool:
        """True if granted for the whole jurisdiction, or for that organ; without an organ, granted anywhere."""
        if self.kind == "system" or (permission, None) in self.grants:
            return True
        if organ_id is None:
            return any(granted == permission for granted, _ in self.grants)
        return (permission, organ_id) in self.grants

    def organs_of(self, *permissions: Permission) -> frozenset[int] | None:
        """Ids of the organs where one of ``permissions`` is granted; ``None`` where one reaches the whole jurisdiction.

        Nobody granted anything gets the empty set, so ``None`` and "nowhere" are never mistaken for each other.
        """
        held = {organ for granted, organ in self.grants if granted in permissions}
        if self.kind == "system" or None in held:
            return None
        return frozenset(organ for organ in held if organ is not None)

    @property
    def parties(self) -> frozenset[int]:
        """Ids of the persons in whose name the doer may act: the doer's own and those of the mandates in force."""
        return self.delegations if self.person_id is None else self.delegations | {self.person_id}

    def is_party(self, person_id: int | None) -> bool:
        """True if the doer is that person or acts for that person under a mandate in force."""
        return person_id is not None and person_id in self.parties


SYSTEM = Doer(reference="system", kind="system", name="系统")
STRANGER = Doer(reference="stranger")


def allow(by: Doer, permission: Permission, *, about: Any = None) -> None:
    """Refuse with ``NotAllowed`` unless ``by`` holds ``permission`` for the organ of ``about`` (its ``organ_id``)."""
    if not by.may(permission, getattr(about, "organ_id", None)):
        raise NotAllowed("您没有办理此项操作的权限。如确需办理，请联系本单位账号管理员。", field=None)
