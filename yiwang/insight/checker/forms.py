"""What the page asks for: a file or pasted text."""

from __future__ import annotations

from typing import Any

from django import forms

from yiwang.insight.checker.extracting import READERS, Unreadable

LONGEST = 100_000  # signs, five times a long annual report: whoever asks for another page waits behind it


class ReportForm(forms.Form):
    file = forms.FileField(
        label="报告文件",
        required=False,
        help_text="支持 .docx、.pdf、.txt、.md、.html，20MB、10万字以内。只核对，不保存。",
        widget=forms.FileInput(attrs={"class": "form-control", "accept": ",".join(READERS)}),
    )
    text = forms.CharField(
        label="或者粘贴文字",
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 6}),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors and not given.get("file") and not (given.get("text") or "").strip():
            self.add_error("file", "请选择一份报告，或者粘贴文字。")
        return given


def short_enough(name: str, text: str) -> None:
    """Refused: a file with more text than may be pasted. The command reads it all the same."""
    if len(text) > LONGEST:
        raise Unreadable(
            f"{name}有{len(text)}字，网页上一次最多核对{LONGEST}字，请拆分后再核对，或者用命令 ./yw check-report。",
            field="file",
        )
