"""Every story happens in the demo county."""

import pytest


@pytest.fixture(autouse=True)
def _county(county):
    """All of it: guides, staff, people, seals."""
