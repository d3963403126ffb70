"""After ``keys rotate`` the forms of cases and drafts lie under the new key and say what they said."""

import shutil

from django.conf import settings
from django.core.management import call_command

from tests.factories import cases as cast
from yiwang.foundation.identifiers import cipher
from yiwang.services.cases.models import Draft
from yiwang.services.cases.sealing import open_form


def test_forms_of_cases_and_drafts_turn_to_the_new_key(monkeypatch, tmp_path, capsys):
    draft, case = cast.draft(), cast.received()
    said = open_form(case.form, about=f"case:{case.pk}")
    draft.refresh_from_db()
    shutil.copytree(settings.VAR / "keys", tmp_path / "keys")  # other tests keep the keys they know
    monkeypatch.setattr(settings, "VAR", tmp_path)
    call_command("keys", "rotate", "--only", "people")
    case.refresh_from_db()
    draft = Draft.objects.get(pk=draft.pk)
    newest = cipher.store().ids("people")[-1]
    assert {cipher.key_of(case.form), cipher.key_of(draft.form)} == {newest}
    assert open_form(case.form, about=f"case:{case.pk}") == said
    assert open_form(draft.form, about=f"draft:{draft.pk}")
    assert "cases：" in capsys.readouterr().out
