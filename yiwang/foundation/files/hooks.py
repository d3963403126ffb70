"""What files offers to other rooms by name."""

from datetime import datetime

from yiwang.foundation.files import actions
from yiwang.kernel import names
from yiwang.kernel.permissions import Doer


@names.hook("keys.rotated.files")
def reseal(*, by: Doer, at: datetime, batch: int = 500) -> int:
    """After a rotation: turn up to ``batch`` files to the new key."""
    return actions.re_encrypt(at=at, batch=batch)
