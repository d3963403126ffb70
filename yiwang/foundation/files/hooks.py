"""What files offers to other rooms by name."""

from datetime import datetime

from yiwang.foundation.files import actions
from yiwang.kernel import names
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import NotAllowed


@names.hook("keys.rotated.files")
def reseal(*, by: Doer, at: datetime, batch: int = 500) -> int:
    """After a rotation: turn every file to the new key, ``batch`` a transaction; answers how many."""
    if by.kind != "system":
        raise NotAllowed("密钥轮换只能在命令行进行。")
    done = 0
    while turned := actions.re_encrypt(at=at, batch=batch):
        done += turned
    return done
