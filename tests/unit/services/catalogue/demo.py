"""The demo county's catalogue as its packs seed it, for tests that need all of it."""

from datetime import date

from django.conf import settings

from tests.unit.services.catalogue.conftest import NOW
from yiwang.foundation.organs.models import Division, Organ, OrganName
from yiwang.foundation.packs.models import RuleVersion
from yiwang.kernel import names, packs
from yiwang.kernel.permissions import SYSTEM


def reading():
    """All packs as read from the files."""
    return packs.read(settings.PACKS)


def organs():
    """Every organ the demo's import mapping names."""
    county = Division.objects.create(code="441899", name="云溪县", level="county", from_on=date(2010, 1, 1))
    mapping = next(d.value for d in reading().of("import-mapping"))
    for position, code in enumerate(sorted(mapping.organs())):
        organ = Organ.objects.create(
            code=code, kind="department", division=county, from_on=date(2019, 1, 1), position=position
        )
        OrganName.objects.create(organ=organ, name=f"云溪县{code}", short_name=code, from_on=date(2019, 1, 1))


def rules(*kinds):
    """Store the packs' rules of these kinds, as loading would."""
    for each in reading().declarations:
        if each.kind in kinds:
            RuleVersion.objects.create(
                kind=each.kind, rule_id=each.id, version=each.version, title=each.title, from_on=each.from_on,
                until_on=each.until_on, content=packs.canonical(each.content), digest=each.digest, pack=each.pack,
                loaded_at=NOW, loaded_by="system",
            )  # fmt: skip


def seed(register):
    """Seed one register as `./yw packs load` does."""
    return names.hook[f"packs.seed.{register}"](reading().entries[register], by=SYSTEM, at=NOW)


def catalogue():
    """Organs, code lists, items and synonyms."""
    organs()
    rules("code-list", "import-mapping")
    seed("catalogue.items")
    seed("catalogue.synonyms")
