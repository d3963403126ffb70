"""The nightly look for ratings that seem made up, and a person's judgement of each."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from yiwang.foundation.calendar.today import day_of
from yiwang.foundation.identifiers import cipher
from yiwang.foundation.ledger import actions as ledger
from yiwang.foundation.packs import queries as packs
from yiwang.kernel.permissions import Doer, Permission
from yiwang.kernel.refusal import NotFound, Refusal
from yiwang.services.ratings import rules, signs
from yiwang.services.ratings.models import Sign, Voice

LOOK_BACK = timedelta(days=31)


def look(*, at: datetime) -> int:
    """Write down every sign not known yet; answers how many. Runs as the system, sees every row; twice finds nothing twice."""
    on = day_of(at)
    since = on - LOOK_BACK
    rule = packs.rule(rules.KIND, rules.RULE, on).value
    voices = Voice.objects.filter(rating__given_at__date__gte=since, text_index__isnull=False)
    long_enough = [
        voice.rating_id
        for voice in voices.iterator()
        if len(rules.alike(cipher.unseal(bytes(voice.text), about=f"rating:{voice.rating_id}")))
        >= rule.same_text_length
    ]
    found = [
        *signs.bursts(rule, since),
        *signs.same_texts(rule, since, long_enough),
        *signs.praise(rule, on),
        *signs.afterwards(since),
        *signs.by_staff(since),
    ]
    known = set(Sign.objects.filter(key__in=[one.key for one in found]).values_list("indicator", "key"))
    fresh = [one for one in found if (str(one.indicator), one.key) not in known]
    rows = [
        Sign(
            indicator=one.indicator,
            key=one.key,
            organ_id=one.organ_id,
            says=one.says,
            ratings=sorted(one.ratings),
            found_at=at,
        )
        for one in fresh
    ]
    Sign.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


@transaction.atomic
def judge(*, sign_id: int, verdict: str, reason: str, by: Doer, at: datetime) -> Sign:
    """属实 or 不属实, with the reason, by whoever supervises; once. The ratings themselves stay as they are."""
    found = Sign.objects.select_for_update().filter(pk=sign_id).first()
    if found is None or not by.may(Permission.CASE_SUPERVISE):
        raise NotFound("没有这条评价异常，或者您无权核查。", code="no-such-sign")
    if found.verdict is not None:
        raise Refusal("这条异常已经核查过了。", code="judged-already")
    if verdict not in {"true", "false"}:
        raise Refusal("请选择属实或者不属实。", code="verdict", field="verdict")
    if not reason.strip() or len(reason) > 300 or "\0" in reason:
        raise Refusal("请写明核查理由（300字以内）。", code="reason", field="reason")
    found.verdict, found.reason = verdict == "true", reason.strip()
    found.judged_at, found.judged_by = at, by.reference
    found.save(update_fields=["verdict", "reason", "judged_at", "judged_by"])
    ledger.record(
        subject=f"rating-sign:{found.pk}",
        event="ratings.sign-judged",
        by=by,
        at=at,
        organ=str(found.organ_id),
        detail={"indicator": found.indicator, "verdict": "属实" if found.verdict else "不属实"},
    )
    return found
