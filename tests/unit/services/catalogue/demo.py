"""The demo county's catalogue as its packs seed it, for tests that need all of it."""

import io
from datetime import date

from openpyxl import load_workbook

from tests.factories.rules import shipped, store
from tests.unit.services.catalogue.conftest import NOW
from yiwang.foundation.organs.models import Division, Organ, OrganName
from yiwang.kernel import names
from yiwang.kernel.permissions import SYSTEM
from yiwang.services.catalogue.mapping import ImportMapping

SMALL = {
    "id": "small",
    "version": "2026.1",
    "in_force": {"from": "2026-01-01"},
    "title": "小清单",
    "columns": {"code": "编码", "name": "名称", "type": "类型", "department": "部门", "credit_code": "信用代码"},
    "code": {"pattern": "^(?P<code>[0-9A-Z]+)$"},
    "types": {"1": "01", "20": "20"},
    "credit_code": {"missing": "import", "invalid": "refuse"},
    "departments": {"市监局": "market"},
    "spread": ["审批局"],
    "reassign": [{"department": "审批局", "pattern": "食品", "organ": "market"}],
    "leave_aside": [{"pattern": "外省", "says": "外省自设"}],
}


def small(**changes):
    """A mapping for a small list."""
    return ImportMapping.model_validate({**SMALL, **changes})


def sheet(content):
    """The rows of an exported workbook."""
    book = load_workbook(io.BytesIO(content))
    return [[cell for cell in row if cell is not None] for row in book.active.iter_rows(values_only=True)]


def organs():
    """Every organ the demo's import mapping names."""
    county = Division.objects.create(code="441899", name="云溪县", level="county", from_on=date(2010, 1, 1))
    mapping = next(d.value for d in shipped().of("import-mapping"))
    for position, code in enumerate(sorted(mapping.organs())):
        organ = Organ.objects.create(
            code=code, kind="department", division=county, from_on=date(2019, 1, 1), position=position
        )
        OrganName.objects.create(organ=organ, name=f"云溪县{code}", short_name=code, from_on=date(2019, 1, 1))


def rules(*kinds):
    """Store the packs' rules of these kinds, as loading would."""
    for each in shipped().declarations:
        if each.kind in kinds:
            store(each.content, kind=each.kind)


def seed(register):
    """Seed one register as `./yw packs load` does."""
    return names.hook[f"packs.seed.{register}"](shipped().entries[register], by=SYSTEM, at=NOW)


def catalogue():
    """Organs, code lists, items and synonyms."""
    organs()
    rules("code-list", "import-mapping")
    seed("catalogue.items")
    seed("catalogue.synonyms")
