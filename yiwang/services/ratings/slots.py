"""Where the inbox finds a rectification, and an applicant the page to rate a case."""

from __future__ import annotations

from yiwang.kernel import names
from yiwang.services.ratings.models import Occasion

names.slot("matters.page.services.rating")("/desk/ratings/bad/{}/".format)


@names.slot("cases.rate-here")
def rate_here(reference: str) -> str:
    """Where the applicant rates this case; empty while there is nothing to rate."""
    found = Occasion.objects.filter(matter__reference=reference).values_list("pk", flat=True).first()
    return f"/rate/{found}/" if found else ""
