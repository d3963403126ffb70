"""The 查询码: what whoever follows a matter without logging in brings beside its number."""

from __future__ import annotations

import secrets

LENGTH = 12
UNMISTAKABLE = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # read over the telephone: no 0/O, no 1/I


def enquiry_code() -> str:
    """A random 查询码: twelve unmistakable characters, sixty bits."""
    return "".join([UNMISTAKABLE[byte % 32] for byte in secrets.token_bytes(LENGTH)])  # 32 characters: no bias
