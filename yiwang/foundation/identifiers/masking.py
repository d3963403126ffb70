"""How personal data looks to whoever need not see it whole.

Common practice of counters and portals: ID number first and last character (``4****************1``), phone first three
and last four (``138****1111``), name its first character (``林*``), address up to the town, serial numbers likewise.
"""

from __future__ import annotations

import re

ID_NUMBER = re.compile(r"(?<![0-9A-Za-z])[1-9][0-9]{16}[0-9Xx](?![0-9A-Za-z])")
MOBILE = re.compile(r"(?<![0-9])1[3-9][0-9](?:[ -]?[0-9]{4}){2}(?![0-9])")  # as people write it: 138 0000 1111


def id_number(number: str) -> str:
    """``449931199001011234`` → ``4****************4``."""
    return f"{number[0]}{'*' * (len(number) - 2)}{number[-1]}" if len(number) > 2 else "*" * len(number)


def phone(number: str) -> str:
    """``13800001111`` → ``138****1111``; a landline keeps area code and last two digits."""
    if "-" in number:
        area, _, local = number.partition("-")
        return f"{area}-{'*' * (len(local) - 2)}{local[-2:]}"
    return f"{number[:3]}****{number[-4:]}" if len(number) >= 11 else "*" * len(number)


def name(text: str) -> str:
    """``林小满`` → ``林**``; of a minority name with a dot, the first part's first character: ``买**·***``."""
    return text[:1] + re.sub(r"[^·•]", "*", text[1:]) if len(text) > 1 else "*" * len(text)


def address(text: str) -> str:
    """Up to the town or street, the rest as ``****``: ``云溪县云城镇西街 8 号`` → ``云溪县云城镇****``."""
    match = re.match(r".*?(?:[县区市旗].{1,12}?(?:镇|乡|街道))", text)
    return f"{match.group(0) if match else text[:3]}****" if text else ""


def scrubbed(text: str) -> str:
    """Words with the ID and mobile numbers in them masked, for whatever more people read than need those numbers."""
    text = ID_NUMBER.sub(lambda found: id_number(found.group()), text)
    return MOBILE.sub(lambda found: phone(re.sub("[ -]", "", found.group())), text)
