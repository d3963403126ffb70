"""Deeds on certificates: entering what was issued, renewing, recording old ones, ending, barring."""

from yiwang.services.certificates.actions.ending import carry_out, propose
from yiwang.services.certificates.actions.issuing import bar, issue, record_existing, renewal_applied

__all__ = ["bar", "carry_out", "issue", "propose", "record_existing", "renewal_applied"]
