"""What every story of a service asks for."""

import pytest

from yiwang.kernel.refusal import Refusal


@pytest.fixture
def refused():
    """``refused("code", deed, …)``: the refusal a deed answers with, of that code or with a fault of that code.

    Several codes in one text (``"not-allowed no-such-matter"``) where the answer depends on who asks.
    """

    def check(codes, deed, *arguments, **named):
        with pytest.raises(Refusal) as caught:
            deed(*arguments, **named)
        refusal = caught.value
        given = {refusal.code, *(fault.code for fault in refusal.faults)}
        assert given & set(codes.split()), (refusal.code, refusal.says, refusal.faults)
        return refusal

    return check
