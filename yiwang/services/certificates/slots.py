"""What the service of this room's notices begins."""

from yiwang.kernel import names
from yiwang.services.certificates import papers


@names.slot(f"letters.upon.{papers.NOTICE}")
def notice_served() -> str:
    """The days to state and defend run from the service of the notice, not from its writing (行政许可法 第七条)."""
    return "notice-served"
