"""Messages by WeChat: the person binds their own, with consent, and ends it when they like."""

from __future__ import annotations

import re
from datetime import datetime

from django.db import transaction

from yiwang.foundation.identifiers import cipher
from yiwang.foundation.ledger.actions import record
from yiwang.foundation.organs import gateways
from yiwang.foundation.people.models import Person
from yiwang.foundation.people.rules import WECHAT
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import NotAllowed, Refusal

OPENID = re.compile(r"[0-9A-Za-z_-]{6,64}")


@transaction.atomic
def bind_wechat(
    *, person: Person, openid: str, moment: str, signature: str, agreed: bool, by: Doer, at: datetime
) -> Person:
    """Have messages about one's cases sent to the follower the county's WeChat service names and signs.

    Refused: anybody but the person, a link not signed or stale, no separate consent (个人信息保护法 第二十三条: the number
    leaves the house). Another follower replaces the earlier one.
    """
    _refuse_others(person, by)
    gateways.refuse_stale_ticket(openid=openid, moment=moment, signature=signature)
    if not OPENID.fullmatch(openid):
        raise gateways.StaleTicket("绑定链接里的微信标识不完整，请从公众号菜单重新打开。")
    if not agreed:
        says = "请勾选同意，才能用微信接收消息；不同意的，仍用短信通知您。"
        raise Refusal(says, code="agreement", field="agreed", article="个人信息保护法 第二十三条")
    person = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    person.wechat_cipher = cipher.seal(openid, about=f"party:{person.pk}:{WECHAT}", at=at)
    person.wechat_agreed_at = at
    return _kept(person, "people.wechat-bound", by, at)


@transaction.atomic
def unbind_wechat(*, person: Person, by: Doer, at: datetime) -> Person:
    """Take the consent back (个人信息保护法 第十五条): the identifier is erased, messages go by text message again."""
    _refuse_others(person, by)
    person = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if person.wechat_cipher is None:
        raise Refusal("您没有绑定微信。", code="not-bound")
    person.wechat_cipher = person.wechat_agreed_at = None
    return _kept(person, "people.wechat-unbound", by, at)


def _refuse_others(person: Person, by: Doer) -> None:
    if by.person_id != person.pk:
        raise NotAllowed("微信只能由本人登录后绑定和解除。")


def _kept(person: Person, event: str, by: Doer, at: datetime) -> Person:
    person.save(update_fields=["wechat_cipher", "wechat_agreed_at"])
    record(subject=f"party:{person.pk}", event=event, by=by, at=at, organ=str(by.organ_id or ""))
    return person
