"""Deeds on the catalogue's registers. Publishing a guide is a matter: see ``publication``."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction

from yiwang.foundation.ledger import actions as ledger
from yiwang.kernel.permissions import Doer, Permission, allow
from yiwang.kernel.refusal import Fault, Refusal
from yiwang.services.catalogue.citations import key
from yiwang.services.catalogue.importing import import_items
from yiwang.services.catalogue.models import Law

__all__ = ["add_law", "import_items"]

MOST_ARTICLES = 2000  # the longest Chinese statute (民法典) has 1,260


@transaction.atomic
def add_law(
    *,
    title: str,
    category: str,
    document_number: str,
    articles: int,
    source: str,
    version_on: date | None,
    by: Doer,
    at: datetime,
) -> Law:
    """Enter a law so that guides may cite it, or complete one of which only the title was known.

    ``articles`` is the number of its last article; 0 only verifies the title. ``source`` says where the text was
    read (gazette, address): without it nobody can check the entry. Refused: an empty title or source, a number out of
    range, a version that is already there with its articles. Writes one ledger line on ``law:<id>``.
    """
    allow(by, Permission.LAWS_EDIT)
    title, source = title.strip().strip("《》").strip(), source.strip()
    faults = []
    if len(key(title)) < 2:
        faults.append(Fault("title", "请填写法规全称。", "missing"))
    if not category.strip():
        faults.append(Fault("category", "请选择效力类别。", "missing"))
    if len(source) < 4:
        faults.append(Fault("source", "请写明出处（公报期号或网址），以便他人核对。", "missing"))
    if not 0 <= articles <= MOST_ARTICLES:
        faults.append(Fault("articles", f"条文数应在0到{MOST_ARTICLES}之间；不清楚填0，只核标题。", "range"))
    if faults:
        raise Refusal("法规未能收录，请按提示改正。", code="law-incomplete", faults=faults)
    known = Law.objects.select_for_update().filter(key=key(title), version_on=version_on).first()
    if known is not None and (known.articles or not articles):
        raise Refusal(f"《{known.title}》该版本已收录。", code="law-already-there", field="title")
    event = "catalogue.law-completed" if known else "catalogue.law-added"
    fields = {"articles": articles, "source": source, "document_number": document_number.strip()}
    if known:
        Law.objects.filter(pk=known.pk).update(**fields)
        known.refresh_from_db()
        law = known
    else:
        try:
            with transaction.atomic():
                law = Law.objects.create(
                    title=title, key=key(title), category=category.strip(), version_on=version_on, **fields
                )
        except IntegrityError as error:  # somebody entered the same version at the same moment
            raise Refusal(f"《{title}》该版本已收录。", code="law-already-there", field="title") from error
    ledger.record(
        subject=f"law:{law.pk}",
        event=event,
        by=by,
        at=at,
        detail={"title": law.title, "articles": law.articles, "version_on": str(version_on or ""), "source": source},
    )
    return law
