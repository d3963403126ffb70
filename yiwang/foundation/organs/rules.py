"""Decisions about accounts, posts and terms. Pure: everything needed is passed in."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from yiwang.kernel.permissions import Doer, Permission
from yiwang.kernel.refusal import Fault, NotAllowed, Refusal

USERNAME = re.compile(r"[a-z][a-z0-9_.-]{1,31}")
PASSWORD_LENGTH = 10  # characters; GB/T 22239 asks for complexity, length does most of the work
SECOND_FACTOR = "second-factor"  # what the ciphertexts of second-factor secrets are bound to
APART = ({"reviewer", "decider"},)  # 审核与决定分离: never one person's own posts in one organ


class CrossDepartment(NotAllowed):
    """Accounts are administered by their own department, nobody else's."""

    code = "other-department"


def administers(by: Doer, organ_id: int | None) -> bool:
    """True if ``by`` administers accounts of that organ."""
    return organ_id is not None and by.may(Permission.STAFF_EDIT, organ_id)


def governs(by: Doer) -> bool:
    """True if ``by`` may change organs, places and the first administrators of the whole jurisdiction."""
    return by.kind == "system" or (Permission.ORGAN_EDIT, None) in by.grants


def refuse_foreign_administrator(by: Doer, organ_id: int | None) -> None:
    """Refuse unless ``by`` administers that organ's accounts."""
    if not administers(by, organ_id):
        raise CrossDepartment("账号由本人所在机构的账号管理员管理，您不是该机构的账号管理员。")


def refuse_ungoverned(by: Doer) -> None:
    """Refuse unless ``by`` may change the jurisdiction's organs."""
    if not governs(by):
        raise NotAllowed("机构、场所由系统管理员维护，您没有此项权限。")


def refuse_wrong_appointer(by: Doer, *, organ_id: int, given_by: str, account_id: int) -> None:
    """Who may appoint: the organ's own administrator, or the system administrator for roles that are his to give.

    Nobody appoints themselves: an administrator who could would hold every power of the department at once.
    """
    if by.account_id == account_id:
        raise NotAllowed("不得为本人增设或者免去岗位，请由另一名管理员办理。", code="self-appointment")
    if given_by == "admin":
        if not governs(by):
            raise NotAllowed("该岗位由系统管理员任命，本机构账号管理员不能任命。", code="appointed-by-admin")
        return
    refuse_foreign_administrator(by, organ_id)


def refuse_joint_posts(held: Iterable[str], role: str, name_of: dict[str, str]) -> None:
    """Refuse a post that must be in different hands from one already held in the same organ."""
    already = set(held)
    for apart in APART:
        if role in apart and (clash := already & (apart - {role})):
            other = name_of.get(next(iter(clash)), "另一岗位")
            raise Refusal(
                f"审核与决定须由不同人员承担：该人员已任“{other}”。",
                code="posts-apart",
                article="行政许可法 第三十四条、第三十八条",
                field="role",
            )


def refuse_weak_password(password: str, username: str) -> None:
    """Refuse a password that is short, of one kind of character, or holds the login name."""
    faults = []
    if len(password) < PASSWORD_LENGTH:
        faults.append(Fault("password", f"密码至少{PASSWORD_LENGTH}位。", "too-short"))
    if not (re.search(r"[A-Za-z]", password) and re.search(r"\d", password)):
        faults.append(Fault("password", "密码须同时含有字母和数字。", "too-simple"))
    if username and username.lower() in password.lower():
        faults.append(Fault("password", "密码不得包含登录名。", "holds-username"))
    if faults:
        raise Refusal("密码不符合要求。", code="weak-password", faults=faults)


def refuse_bad_username(username: str) -> None:
    """Login names are lower-case letters, digits, dot, dash and underscore, 2 to 32 long, a letter first."""
    if not USERNAME.fullmatch(username):
        raise Refusal(
            "登录名须以小写字母开头，由小写字母、数字、点、短横或下划线组成，2至32位。",
            code="bad-username",
            field="username",
        )


def refuse_backward_term(from_on: date, until_on: date | None, *, field: str = "until_on") -> None:
    """A term ends after it begins (``until_on`` is the first day after it)."""
    if until_on is not None and until_on <= from_on:
        raise Refusal("止日须晚于起日。", code="backward-term", field=field)
