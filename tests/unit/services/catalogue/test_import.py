"""A county's list becomes its catalogue: every row told, nothing dropped, the second time nothing changes."""

import csv
import json
from collections import Counter
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from tests.unit.services.catalogue import demo
from tests.unit.services.catalogue.conftest import NOW
from yiwang.foundation.files import tables
from yiwang.foundation.ledger.models import LedgerEntry
from yiwang.kernel.permissions import STRANGER, SYSTEM
from yiwang.kernel.refusal import NotAllowed, Refusal
from yiwang.services.catalogue import actions, importer
from yiwang.services.catalogue.models import ImportRun, Item, Power

FILE = Path("packs/demo-county/catalogue/service_items.csv")
MAPPING = "packs/demo-county/catalogue/guangan-2025.toml"
GOOD = {"编码": "A1", "名称": "食品经营许可", "类型": "1", "部门": "市监局", "信用代码": "91110000600037341L"}


def plan(*rows, **changes):
    return importer.plan([{**GOOD, **row} for row in rows], demo.small(**changes))


def bring(rows, mapping=None, by=SYSTEM):
    return actions.import_items(
        rows=rows, mapping=mapping or demo.small(), file_name="t.csv", file_digest="d", by=by, at=NOW
    )


@pytest.mark.parametrize(
    ("row", "outcome", "rule"),
    [
        ({"名称": " "}, "refused", "name"),
        ({"编码": "a-b"}, "refused", "code"),
        ({"类型": "99"}, "refused", "type"),
        ({"部门": "没有的局"}, "refused", "department"),
        ({"信用代码": "TE5116020105116050"}, "refused", "credit_code.invalid"),
        ({"名称": "外省优待证"}, "left-aside", "leave_aside.1"),
        ({"部门": "审批局", "名称": "无人认领的事"}, "left-aside", "spread"),
        ({"部门": "审批局"}, "imported", "reassign.1"),
        ({"信用代码": ""}, "imported", "credit_code.missing"),
    ],
)
def test_every_row_that_is_not_simply_taken_over_is_listed_with_its_rule(row, outcome, rule):
    planned = plan(row)
    assert [(line.row, line.outcome, line.rule) for line in planned.lines] == [(2, outcome, rule)]
    assert planned.read == 1 == planned.imported + planned.merged + planned.refused + planned.left_aside


def test_a_county_may_decide_to_refuse_rows_without_credit_code_and_keep_those_with_a_wrong_one():
    planned = plan(
        {"信用代码": ""},
        {"编码": "B2", "名称": "乙", "信用代码": "X"},
        credit_code={"missing": "refuse", "invalid": "import"},
    )
    assert (planned.refused, planned.imported) == (1, 1)


def test_a_credit_code_in_lower_case_is_raised_and_said_so():
    (line,) = plan({"信用代码": "91110000600037341l"}).lines
    assert line.rule == "credit_code.case"


def test_the_same_item_listed_twice_becomes_one_that_keeps_both_codes():
    planned = plan({}, {"编码": "B2"})
    (item,) = planned.items.values()
    assert item.local_codes == ["A1", "B2"]
    assert (planned.imported, planned.merged) == (1, 1)


def test_a_file_without_a_bound_column_is_refused_as_a_whole(db):
    with pytest.raises(Refusal) as refused:
        bring([{"编码": "A1"}])
    assert {fault.field for fault in refused.value.faults} == {
        "columns.name", "columns.type", "columns.department", "columns.credit_code",
    }  # fmt: skip
    assert not ImportRun.objects.exists()


def test_a_mapping_to_an_organ_nobody_registered_is_refused(db):
    with pytest.raises(Refusal, match="还没有登记"):
        bring([GOOD])


def test_a_stranger_may_not_import(organ):
    organ("market")
    with pytest.raises(NotAllowed):
        bring([GOOD], by=STRANGER)


def test_a_mapping_with_a_broken_pattern_is_refused():
    with pytest.raises(ValueError, match="正则"):
        demo.small(leave_aside=[{"pattern": "(", "says": "坏"}])


def test_a_second_import_changes_nothing_and_a_changed_row_changes_one_item(organ):
    organ("market")
    assert bring([GOOD]).created == 1
    again = bring([GOOD])
    assert (again.created, again.changed) == (0, 0)
    renamed = bring([{**GOOD, "名称": "食品经营许可（核发）"}])
    assert (renamed.created, renamed.changed) == (0, 1)
    assert Item.objects.get().name == "食品经营许可（核发）"


def test_an_item_the_new_file_no_longer_lists_is_told_and_not_cancelled(organ):
    organ("market")
    bring([GOOD])
    run = bring([{**GOOD, "编码": "B2", "名称": "另一项"}])
    assert [line["outcome"] for line in run.lines] == ["absent"]
    assert Item.objects.get(code="A1").state == "in-use"


def test_the_import_stands_in_the_ledger_with_its_counts(organ):
    organ("market")
    run = bring([GOOD, {**GOOD, "编码": "B2", "类型": "99"}])
    line = LedgerEntry.objects.get(subject=f"catalogue-import:{run.pk}")
    assert '"imported":1' in line.body.replace(" ", "")
    assert '"refused":1' in line.body.replace(" ", "")


@pytest.fixture(scope="module")
def whole():
    mapping = next(d.value for d in demo.shipped().of("import-mapping"))
    return importer.plan(tables.read(FILE), mapping)


def test_all_1135_rows_of_the_real_list_are_accounted_for(whole):
    assert whole.read == 1135
    assert whole.read == whole.imported + whole.merged + whole.refused + whole.left_aside
    assert whole.imported == len(whole.items)


def test_the_eight_invalid_and_145_missing_credit_codes_are_each_listed(whole):
    rules = Counter(line.rule for line in whole.lines)
    assert rules["credit_code.invalid"] + rules["credit_code.case"] == 8
    missing = {row["item_code"] for row in tables.read(FILE) if not row["implementing_org_uscc"]}
    listed = {
        line.code
        for line in whole.lines
        if line.rule == "credit_code.missing" or line.outcome in {"refused", "left-aside"}
    }
    assert len(missing) == 145
    assert missing <= listed


def test_each_of_the_344_approval_bureau_items_is_mapped_by_a_rule_or_told_why_not(whole):
    told = {
        line.row: line
        for line in whole.lines
        if line.department == "区行政审批局" and not line.rule.startswith(("clean", "credit", "adopt"))
    }
    assert len(told) == 344
    assert all(line.says for line in told.values())


@pytest.mark.django_db
def test_the_command_imports_prints_and_saves_the_whole_report(tmp_path, capsys):
    demo.organs()
    report = tmp_path / "report.csv"
    call_command("catalogue", "import", str(FILE), "--mapping", MAPPING, "--report", str(report))
    printed = capsys.readouterr().out
    run = ImportRun.objects.get()
    assert (
        f"读取 1135 行 = 导入 {run.imported} + 合并 {run.merged} + 拒绝 {run.refused} + 搁置 {run.left_aside}"
        in printed
    )
    assert len(list(csv.DictReader(report.read_text(encoding="utf-8-sig").splitlines()))) == len(run.lines)
    assert Item.objects.count() == run.imported == run.created
    before = list(Item.objects.order_by("pk").values())
    call_command("catalogue", "import", str(FILE), "--mapping", MAPPING)
    assert list(Item.objects.order_by("pk").values()) == before
    assert ImportRun.objects.latest("pk").changed == 0


@pytest.mark.django_db
def test_powers_stand_apart_from_items_and_several_items_exercise_one_power():
    demo.organs()
    demo.rules("import-mapping")
    demo.seed("catalogue.items")
    food = Power.objects.get(name="食品（含保健食品）经营许可")
    assert food.items.count() == 11
    assert set(Power.objects.values_list("type", flat=True)) <= set(importer.ON_REQUEST)
    assert not Item.objects.filter(type="20", power__isnull=False).exists()


@pytest.mark.django_db
def test_seeding_the_demo_county_twice_adds_nothing():
    demo.organs()
    demo.rules("import-mapping")
    assert demo.seed("catalogue.items").added == Item.objects.count() > 1100
    assert demo.seed("catalogue.items").added == 0
    assert ImportRun.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.csv", b""),
        ("binary.csv", b"\x00\x01\xff\xfe\x00"),
        ("book.xlsx", b"not a workbook"),
        ("twice.csv", "甲,甲\n1,2\n".encode()),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_a_reason(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(tables.Unreadable):
        tables.read(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_tables_in_the_encodings_of_chinese_offices_are_read(tmp_path, encoding):
    path = tmp_path / "t.csv"
    path.write_bytes("名称,编码\n食品经营许可,A1\n".encode(encoding))
    assert tables.read(path) == [{"名称": "食品经营许可", "编码": "A1"}]


@pytest.mark.django_db
def test_an_unknown_mapping_is_told_without_a_traceback(tmp_path):
    with pytest.raises(CommandError, match="没有"):
        call_command("catalogue", "import", str(FILE), "--mapping", str(tmp_path / "none.toml"))


@pytest.mark.django_db
def test_the_counts_by_type_and_by_department_each_add_up_to_all_items(capsys):
    demo.organs()
    demo.rules("import-mapping", "code-list")
    demo.seed("catalogue.items")
    call_command("catalogue", "counts", "--json")
    counts = json.loads(capsys.readouterr().out)
    assert counts["total"] == Item.objects.count()
    assert sum(line["count"] for line in counts["types"]) == counts["total"]
    assert sum(line["count"] for line in counts["organs"]) == counts["total"]
    assert {line["name"] for line in counts["types"]} >= {"行政许可", "公共服务", "其他行政权力"}
    call_command("catalogue", "counts")
    assert f"在用事项 {counts['total']} 项" in capsys.readouterr().out
