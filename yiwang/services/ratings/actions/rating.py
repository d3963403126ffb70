"""Rating: once, by whoever was served, through one of the doors; a bad one opens a rectification in the same transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.identifiers import cipher
from yiwang.foundation.ledger import actions as ledger
from yiwang.foundation.organs.models import Post
from yiwang.foundation.organs.models.periods import holding
from yiwang.foundation.packs import queries as packs
from yiwang.foundation.people import queries as people
from yiwang.kernel.permissions import SYSTEM, Doer
from yiwang.kernel.refusal import NotAllowed, NotFound, Refusal
from yiwang.matters import actions as matters
from yiwang.services.ratings import invitations, rules
from yiwang.services.ratings.models import Guest, Link, Occasion, Opening, Rating, Rectification, Voice


class ByStaff(NotAllowed):
    """Staff rate nothing, whoever's link they hold."""

    code = "by-staff"


@transaction.atomic
def rate(
    *,
    occasion_id: int,
    level: int,
    by: Doer,
    at: datetime,
    labels: Sequence[str] = (),
    text: str = "",
    channel: str = Rating.Channel.PORTAL,
    link: str = "",
    address: str = "",
    terminal: str = "",
) -> Rating:
    """One rating of an occasion, real-name: by the person served (or who acts for him), logged in or through a link that
    was sent or shown to him. A second one is the 追评, once; the first stays. ``address`` and ``terminal`` are kept as
    keyed digests.

    Refused: staff; an occasion that is not one's own (404); a link that is forged, used or run out (404); an unknown
    visitor who does not log in, unless the link was sent to the number he left; after the last day; a level or label the rule does not have; a third rating (409).
    """
    if by.kind == "staff":
        raise ByStaff("工作人员不能评价，也不能代替服务对象评价。", article="国办发〔2019〕51号")
    used = invitations.find(link, at=at, lock=True) if link else None
    if used is not None and used.occasion_id != occasion_id:
        raise no_occasion()
    occasion = Occasion.objects.select_for_update().filter(pk=occasion_id).first()  # two at once come one by one
    guest = Guest.objects.filter(occasion_id=occasion_id).first()
    if occasion is None or guest is None:
        raise no_occasion()
    rater = _rater(guest, occasion, by, at, through=used)
    rule = packs.rule(rules.KIND, rules.RULE, day_of(at))
    refuse_late(rule.value, occasion, at)
    chosen, words = rules.checked(rule.value, mode=occasion.mode, level=level, labels=labels, text=text)
    first = Rating.objects.filter(occasion=occasion, follows=None).first()
    if first is not None and (Rating.objects.filter(follows=first).exists() or first.channel == Rating.Channel.IMPORT):
        raise rules.AlreadyRated("这次服务已经评价过了，感谢您的参与。")
    given = give(
        occasion=occasion,
        follows=first,
        level=level,
        chosen=chosen,
        words=words,
        channel=used.channel if used is not None else channel,
        version=rule.version,
        rater=rater,
        at=at,
        address=address,
        terminal=terminal,
    )
    if used is not None:
        used.used_at = at
        used.save(update_fields=["used_at"])
    return given


def give(
    *,
    occasion: Occasion,
    level: int,
    chosen: Sequence[str],
    words: str,
    channel: str,
    version: str,
    rater: Doer,
    at: datetime,
    follows: Rating | None = None,
    address: str = "",
    terminal: str = "",
) -> Rating:
    """Behind the deeds that asked who rates and what may be said: the rating, its words apart, its line in the ledger,
    and for the first bad one a rectification, in the caller's transaction."""
    given = Rating.objects.create(
        occasion=occasion,
        follows=follows,
        level=level,
        labels=list(chosen),
        channel=channel,
        rule_version=version,
        given_at=at,
    )
    _keep_words(given, occasion, words, address, terminal, at)
    ledger.record(
        subject=f"rating:{occasion.pk}",
        event="ratings.followed-up" if follows else "ratings.given",
        by=rater,
        at=at,
        organ=str(occasion.organ_id),
        detail={"rating": given.pk, "level": level, "labels": given.labels, "channel": given.channel},
    )
    if rules.bad(level) and not Rectification.objects.filter(rating__occasion=occasion).exists():
        _open_rectification(given, occasion, at)
    return given


def refuse_late(rule: rules.RatingRule, occasion: Occasion, at: datetime) -> None:
    """评价时效 (GB/T 39734-2020 7.2)."""
    if day_of(at) > rules.last_day(rule, occasion.opened_on):
        raise Refusal("这次服务已经过了评价时间。", code="too-late")


def no_occasion() -> NotFound:
    return NotFound("没有可以由您评价的这次服务。", code="no-such-occasion")


def _rater(guest: Guest, occasion: Occasion, by: Doer, at: datetime, *, through: Link | None) -> Doer:
    """Who rates, by name. A visitor nobody had identified is whoever logs in with the link of his ticket; who left a number
    only is known by the link that was sent there, as a call is by its number."""
    if guest.party_id is None:
        if through is None:
            raise no_occasion()
        if through.channel == Rating.Channel.NUMBER:
            return Doer(reference=f"link:{through.pk}", kind="citizen", name="来电人")
        if by.person_id is None:
            raise Refusal("评价须实名：请先登录，再扫一次二维码。", code="log-in", article="国办发〔2019〕51号")
        Guest.objects.filter(occasion=occasion, party=None).update(party_id=by.person_id)
        return by
    if through:
        return Doer(reference=f"party:{guest.party_id}", kind="citizen", person_id=guest.party_id, name="服务对象")
    reference = occasion.reference if occasion.matter_id else ""
    if not people.acting(by, day_of(at), reference=reference, item_code=occasion.item).is_party(guest.party_id):
        raise no_occasion()
    return by


def _keep_words(given: Rating, occasion: Occasion, words: str, address: str, terminal: str, at: datetime) -> None:
    alike = rules.alike(words)
    voice = Voice(
        rating=given,
        organ_id=occasion.organ_id,
        text=cipher.seal(words, about=f"rating:{given.pk}", at=at),
        text_index=cipher.index(alike, at=at) if alike else None,
        address_index=cipher.index(address, at=at) if address else None,
        terminal_index=terminal_index(terminal, at),
    )
    Voice.objects.bulk_create([voice])  # inserted without reading back: the row may not be its writer's to see


def terminal_index(terminal: str, at: datetime) -> bytes | None:
    return cipher.index(f"terminal:{terminal}", at=at) if terminal else None


def _open_rectification(given: Rating, occasion: Occasion, at: datetime) -> None:
    """At the unit and the person: 谁办理、谁负责."""
    on = day_of(at)
    posts = Post.objects.filter(holding(on), role="supervisor").order_by("organ__position", "organ_id")
    reviewing = posts.values_list("organ_id", flat=True).first() or occasion.organ_id
    matters.open(
        process=rules.PROCESS,
        by=SYSTEM,
        at=at,
        organ_id=occasion.organ_id,
        title=f"差评整改：{occasion.title}",
        item=occasion.item,
        organs={"supervising": reviewing},
        given={"columns": {"rating_id": given.pk, "organ_id": occasion.organ_id}, "level": given.level},
        step="raise",
    )


def note_opening(
    *, occasion: Occasion, by: Doer, terminal: str, at: datetime, through_link: bool = False
) -> Opening | None:
    """Which terminal opened a page of this occasion; kept once. Evidence for a person to look at, never a refusal."""
    index = terminal_index(terminal, at)
    if index is None:
        return None
    account = by.account_id if by.kind == "staff" and by.account_id else 0
    kept, _ = Opening.objects.get_or_create(
        occasion=occasion, account_id=account, terminal_index=index, link=through_link, defaults={"at": at}
    )
    return kept
