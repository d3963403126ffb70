"""What certificates tell lower rooms by registered name."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from yiwang.kernel import names
from yiwang.services.certificates.models import Issuance


@names.hook("files.until.certificates")
def until(*, file_id: int) -> date | None:
    """The last day of the certificate a sealed file belongs to; ``None`` without a limit, and for any other file."""
    found = Issuance.objects.filter(Q(pdf_id=file_id) | Q(ofd_id=file_id)).select_related("certificate").first()
    return found.certificate.valid_until if found else None
