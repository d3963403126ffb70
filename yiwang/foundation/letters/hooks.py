"""What letters offers to other rooms by name."""

from yiwang.foundation.letters import actions
from yiwang.kernel import names

names.hook("letters.tell")(actions.tell)  # for lower rooms; higher ones call actions.tell
