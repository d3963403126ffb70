"""What a clerk reads of an imported history and of what follows by itself: words, never codes."""

import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management.base import OutputWrapper

from yiwang.kernel import names, pipes
from yiwang.matters import findings
from yiwang.matters.management.commands.history import Command

GUIDE = Path(__file__).parents[3] / "docs" / "how-to" / "history.md"
CHINESE = re.compile("[一-鿿]")


def test_every_finding_the_guide_names_has_words_and_so_has_one_nobody_thought_of():
    table = re.search(r"\| code \| what it says \|\n((?:\|.*\n)+)", GUIDE.read_text(encoding="utf-8"))[1]
    codes = {code for row in table.splitlines() for code in re.findall(r"`([a-z-]+)`", row.split("|")[1])}
    assert len(codes) > 15
    assert codes <= findings.WORDS.keys()
    assert findings.sentence(["not-now", "no-such-guard"]) == (
        "当时的状态不应办理这一步；不符合本系统的办理条件（no-such-guard）"
    )


@pytest.mark.django_db
def test_what_follows_by_itself_is_called_by_a_chinese_name():
    assert not [
        name for name in names.after if not name.startswith("test") and not CHINESE.search(names.after.title(name))
    ]


def test_an_import_goes_on_when_nobody_reads_its_report_any_more(monkeypatch):
    class Closed(StringIO):
        def write(self, text):
            raise BrokenPipeError

    told = []
    monkeypatch.setattr(pipes, "nobody_listens", lambda: told.append(True))
    command = Command(stdout=OutputWrapper(Closed()))
    command.say("  已读 100,000 行")
    assert told
