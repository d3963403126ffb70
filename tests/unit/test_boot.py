import pytest

from yiwang.foundation.ledger.models import LedgerEntry


@pytest.mark.django_db
def test_an_empty_house_has_an_empty_ledger():
    assert LedgerEntry.objects.count() == 0
