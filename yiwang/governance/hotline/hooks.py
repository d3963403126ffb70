"""What the hotline offers to other rooms by name."""

from yiwang.governance.hotline import actions
from yiwang.kernel import names

names.hook("keys.rotated.hotline")(actions.reseal)
