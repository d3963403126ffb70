"""The world of ``world.py``, built once in a database of its own and standing in every test that asks for ``there``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from tests.conftest import copy_of, instead
from tests.repo import world


@pytest.fixture(scope="session")
def _world(
    county_database: Any, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Any, world.World, Path]]:
    """The connection to the world's database, the world, and the folder with its facts."""
    from django.conf import settings

    var = tmp_path_factory.mktemp("world")
    usual = settings.VAR
    for shared in ("keys", "files"):  # the county's numbers are sealed with them
        (usual / shared).mkdir(mode=0o700, parents=True, exist_ok=True)
        (var / shared).symlink_to(usual / shared)
    with django_db_blocker.unblock(), copy_of(county_database, "world") as made:
        settings.VAR = var
        try:
            with instead(made), transaction.atomic():
                built = world.build()
                made.run_on_commit = []  # nor does anything that waits for its end happen in a test's own transaction
        finally:
            settings.VAR = usual
        yield made, built, var


@pytest.fixture
def _in_the_world(_world: tuple[Any, world.World, Path], settings: Any) -> Iterator[world.World]:
    made, built, settings.VAR = _world
    with instead(made):
        yield built


@pytest.fixture
def there(_in_the_world: world.World, db: None) -> world.World:
    """The cast and everybody's things. What a test does to them is rolled back; the objects themselves no test may change."""
    return _in_the_world
