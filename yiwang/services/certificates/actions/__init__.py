"""Deeds on certificates: entering what was issued, changing, suspending, ending, bringing old ones in, publishing how they stand."""

from yiwang.services.certificates.actions.electronic import fail, issue_version, render, retry
from yiwang.services.certificates.actions.ending import carry_out, propose
from yiwang.services.certificates.actions.intake import take_in
from yiwang.services.certificates.actions.issuing import bar, issue, record_existing, renewal_applied
from yiwang.services.certificates.actions.listing import publish_list
from yiwang.services.certificates.actions.showing import agree, decline, fetch, put_away, scan, show
from yiwang.services.certificates.actions.standing import change, expire_due, remind_due, resume, strike, suspend

__all__ = [
    "agree",
    "bar",
    "carry_out",
    "change",
    "decline",
    "expire_due",
    "fail",
    "fetch",
    "issue",
    "issue_version",
    "propose",
    "publish_list",
    "put_away",
    "record_existing",
    "remind_due",
    "render",
    "renewal_applied",
    "resume",
    "retry",
    "scan",
    "show",
    "strike",
    "suspend",
    "take_in",
]
