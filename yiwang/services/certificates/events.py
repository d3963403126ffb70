"""What the ledger says about certificates."""

from yiwang.foundation.ledger.events import declare

declare(
    **{
        "certificates.issued": "登记证照{number}",
        "certificates.recorded": "补录既有证照{number}",
        "certificates.renewed": "证照{number}已延续",
        "certificates.withdrawn": "撤回证照{number}",
        "certificates.revoked": "撤销证照{number}",
        "certificates.cancelled": "注销证照{number}",
        "certificates.barred": "限制再次申请至{until}（{article}）",
    }
)
