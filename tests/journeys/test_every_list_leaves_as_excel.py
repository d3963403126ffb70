"""Every list of the desk leaves as Excel: title, 口径, cut-off and who exported it, then the rows."""

import io

import pytest
from openpyxl import load_workbook

from yiwang.foundation.organs.models import Account

LISTS = {
    "/desk/inbox/": "zhao",
    "/desk/cases/": "zhao",
    "/desk/promises/": "zhao",
    "/desk/hand-out/": "luo",
    "/desk/supervision/": "wu",
    "/desk/catalogue/": "su",
    "/desk/laws/": "su",
    "/desk/letters/": "zhao",
    "/desk/organs/": "zheng",
    "/desk/organs/counters/": "zheng",
    "/desk/staff/": "peng",
}


@pytest.mark.parametrize(("address", "username"), LISTS.items())
def test_a_list_leaves_as_a_workbook_that_says_what_it_is(county, client, address, username):
    account = Account.objects.get(username=username)
    client.force_login(account)
    shown = client.get(address)
    assert shown.status_code == 200
    key = "export=1" if "export=1" in shown.content.decode() else "format=xlsx"
    assert key in shown.content.decode()
    answer = client.get(f"{address}?{key}")
    assert answer["Content-Type"].startswith("application/vnd.openxmlformats")
    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert sheet["A1"].value
    assert sheet["A2"].value.startswith("口径：")
    assert account.name in sheet["A3"].value
    assert sheet["A5"].value
