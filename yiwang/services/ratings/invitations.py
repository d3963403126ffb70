"""Links that may be rated through, and messages that carry them.

A link is signed and good once; the database keeps the digest of its secret. No message names the case it is about by
reference: whoever may read a case's messages (the clerk who handled it) must not find the applicant's link there.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.core.signing import BadSignature, Signer

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.ledger.rules import sm3
from yiwang.foundation.letters import actions as letters
from yiwang.foundation.letters.models import Message
from yiwang.foundation.organs import queries as organs
from yiwang.foundation.packs import queries as packs
from yiwang.kernel import names
from yiwang.kernel.permissions import SYSTEM
from yiwang.kernel.refusal import NotFound
from yiwang.services.ratings import dialling, rules
from yiwang.services.ratings.models import Link, Occasion, Rating, Rectification

SALT = "ratings.link"
SECRET_BYTES = 12


class NoSuchLink(NotFound):
    """Forged, used, run out, or never made: one answer."""

    code = "no-such-link"


def make(occasion: Occasion, *, channel: str, at: datetime) -> str:
    """A fresh link for this occasion, as it stands in an address: days for a message, minutes at a counter or kiosk."""
    rule = packs.rule(rules.KIND, rules.RULE, day_of(at)).value
    sent = channel in (Rating.Channel.SMS, Rating.Channel.NUMBER)
    lasts = timedelta(days=rule.link_days) if sent else timedelta(minutes=rule.counter_link_minutes)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    Link.objects.create(
        digest=sm3(secret.encode()), occasion=occasion, channel=channel, made_at=at, expires_at=at + lasts
    )
    return Signer(salt=SALT, sep=".").sign(secret)


def find(token: str, *, at: datetime, lock: bool = False) -> Link:
    """The link of that token while it is good. ``NoSuchLink`` for anything else, whatever was wrong with it."""
    try:
        secret = Signer(salt=SALT, sep=".").unsign(token[:200])
    except BadSignature:
        raise _no_link() from None
    rows = Link.objects.select_related("occasion", "occasion__guest")
    found = (rows.select_for_update(of=("self",)) if lock else rows).filter(digest=sm3(secret.encode())).first()
    if found is None or found.used_at is not None or found.expires_at <= at:
        raise _no_link()
    return found


def _no_link() -> NoSuchLink:
    return NoSuchLink("评价链接无效，可能已经用过或者过期。您可以登录后在“我的评价”里评价。")


def invite(occasion: Occasion, *, at: datetime) -> Message | None:
    """One message with a link to whoever was served; nothing happens twice."""
    key = f"rate:{occasion.pk}"
    if occasion.guest.party_id is None or Message.objects.filter(key=key).exists():
        return None
    link = f"{settings.SITE_URL}/rate/link/{make(occasion, channel=Rating.Channel.SMS, at=at)}/"
    rule = packs.rule(rules.KIND, rules.RULE, day_of(at)).value
    data = {"county": organs.county_name(day_of(at)), "item": occasion.title, "link": link, "days": rule.link_days}
    return letters.tell(kind="rate", to_party=occasion.guest.party_id, data=data, key=key, by=SYSTEM, at=at)


def tell_outcome(found: Rectification, *, ordinal: int, at: datetime) -> Message | None:
    """The evaluator hears that an answer is there; what it says stands on the page behind the link. A caller whom only the
    telephone system knows has no such page and is told the answer itself, through that system."""
    occasion, key = found.rating.occasion, f"{found.matter.reference}:{ordinal}"
    if occasion.guest.party_id is None:
        said = found.feedback or "经核实并复核，您的评价不计入统计，原评价保留。"
        if number := number_left(occasion):
            data = {"county": organs.county_name(day_of(at)), "item": occasion.title, "said": said}
            return letters.tell(
                kind="rating-told", to_number=number, data=data, key=f"rating-told:{key}", by=SYSTEM, at=at
            )
        call, board = call_of(occasion), dialling.chosen()
        if call and board is not None:
            text = f"【{organs.county_name(day_of(at))}】您对“{occasion.title}”的评价已经处理：{said}"
            board.tell(call=call, key=key, text=text)
        return None
    return letters.tell(
        kind="rating-answered",
        to_party=occasion.guest.party_id,
        data={
            "county": organs.county_name(day_of(at)),
            "item": occasion.title,
            "link": f"{settings.SITE_URL}/rate/{occasion.pk}/",
        },
        key=f"rating-answered:{key}",
        by=SYSTEM,
        at=at,
    )


def number_left(occasion: Occasion) -> str:
    """The mobile or other number somebody without an account left with a service given elsewhere, as its room tells under
    ``names.hook("ratings.number-of.<room>")``: ``(reference) -> number``, empty where it knows of none."""
    if occasion.source:
        return ""  # another system's service: that system alone knows who was served
    rooms = (names.hook[name] for name in names.hook if name.startswith("ratings.number-of."))
    return next((number for ask in rooms if (number := ask(occasion.reference))), "")


def call_of(occasion: Occasion) -> str:
    """The number under which the county's telephone system knows who was served; empty for every other service."""
    return occasion.reference if occasion.source and occasion.source == settings.SWITCHBOARD_NAME else ""
