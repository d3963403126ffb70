"""What the ledger says about certificates."""

from yiwang.foundation.ledger.events import declare

declare(
    **{
        "certificates.issued": "登记证照{number}",
        "certificates.recorded": "补录既有证照{number}",
        "certificates.sealed": "签发电子证照{number}第{version}版",
        "certificates.unsealed": "证照{number}第{version}版未能签发（{code}）",
        "certificates.retried": "重新签发证照{number}第{version}版",
        "certificates.changed": "变更证照{number}，换发第{version}版（{document}）",
        "certificates.suspended": "暂停证照{number}（{document}）",
        "certificates.resumed": "恢复证照{number}（{document}）",
        "certificates.expired": "证照{number}有效期届满",
        "certificates.renewed": "证照{number}已延续",
        "certificates.withdrawn": "撤回证照{number}",
        "certificates.revoked": "撤销证照{number}",
        "certificates.struck": "登记吊销证照{number}（{document}）",
        "certificates.cancelled": "注销证照{number}",
        "certificates.taken-in": "导入存量证照：{rows}行，新登记{made}份，有误{faulty}行",
        "certificates.list-published": "发布证照状态名录：{entries}条",
        "certificates.shown": "持证人亮码出示证照{number}",
        "certificates.look-asked": "请求查看证照{number}，等待持证人同意",
        "certificates.look-agreed": "持证人同意查看证照{number}",
        "certificates.look-declined": "持证人不同意查看证照{number}",
        "certificates.looked-at": "{way}查看证照{number}（{consent}）",
        "certificates.used": "{way}查看申请人的证照{number}（{consent}）",
        "certificates.look-refused": "查看证照{number}被拒绝（{code}）",
        "certificates.barred": "限制再次申请至{until}（{article}）",
    }
)
