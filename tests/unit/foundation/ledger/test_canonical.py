"""The text of an entry is one and the same wherever it is written, and says exactly what it was given."""

import json
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yiwang.foundation.ledger import rules

text = st.text(max_size=20)
details = st.dictionaries(
    text,
    st.recursive(
        st.none() | st.booleans() | st.integers() | text,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3),
        max_leaves=6,
    ),
    max_size=4,
)
moments = st.datetimes(
    min_value=datetime(1970, 1, 2),
    max_value=datetime(9998, 1, 1),
    timezones=st.sampled_from([UTC, ZoneInfo("Asia/Shanghai")]),
)


@given(text, st.integers(1, 2**31), moments, moments, text, text, text, details)
def test_it_is_json_with_sorted_keys_and_no_blanks(subject, ordinal, at, recorded_at, event, actor, organ, detail):
    said = {
        "subject": subject, "ordinal": ordinal, "event": event, "actor": actor, "organ": organ, "detail": detail,
    }  # fmt: skip
    body = rules.canonical(at=at, recorded_at=recorded_at, **said)
    said |= {"at": rules.instant(at), "recorded_at": rules.instant(recorded_at)}
    assert body == json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@given(moments)
def test_a_moment_is_utc_with_microseconds(moment):
    said = rules.instant(moment)
    assert said == moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f").rjust(26, "0") + "Z"
    assert datetime.strptime(said, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC) == moment.astimezone(UTC)


def test_one_moment_has_one_text():
    noon = datetime(2026, 9, 24, 12, tzinfo=timezone(timedelta(hours=8)))
    assert rules.instant(noon) == rules.instant(noon.astimezone(UTC)) == "2026-09-24T04:00:00.000000Z"


def test_a_moment_without_zone_is_a_bug():
    with pytest.raises(ValueError, match="time zone"):
        rules.instant(datetime(2026, 9, 24))


def test_sm3_is_the_published_one():
    """GB/T 32905—2016, appendix A.1."""
    assert rules.sm3(b"abc").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
