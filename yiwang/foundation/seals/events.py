"""What the ledger says about seals."""

from yiwang.foundation.ledger.events import declare

declare(
    **{
        "seals.authority-founded": "建立测试用签章证书机构，根证书序列号{serial}",
        "seals.made": "制作电子印章{es_id}（测试用）",
        "seals.renewed": "更换电子印章{old}的密钥，启用{es_id}",
        "seals.stopped": "停用电子印章{es_id}",
        "seals.keeper-appointed": "指定印章保管员{account}",
        "seals.keeper-dismissed": "免去印章保管员{account}",
        "seals.use-authorised": "授权使用{kind}：{grantee}（{document}）",
        "seals.authorisation-ended": "终止用印授权{authorisation}",
        "seals.used": "使用电子印章{es_id}，事由{purpose}",
    }
)
