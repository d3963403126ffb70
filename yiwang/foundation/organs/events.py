"""What the ledger says about organs, staff, counters and logins. Details hold codes and references only."""

from yiwang.foundation.ledger.events import declare

declare(
    **{
        "organs.organ-founded": "设立机构（代号{code}），自{from_on}起",
        "organs.organ-renamed": "机构更名，自{from_on}起，依据{document}",
        "organs.organ-succeeded": "{kind}：机构{old}由机构{new}承继，自{from_on}起，移交{accounts}个账号、{posts}个岗位",
        "organs.counter-authorised": "向窗口{counter}授权（{powers}），{from_on}至{until_on}，依据{document}",
        "organs.counter-authorisation-revoked": "收回对窗口{counter}的授权，自{on}起",
        "organs.place-opened": "启用场所{code}，自{from_on}起",
        "organs.place-closed": "停用场所，自{on}起，原因：{reason}",
        "organs.hours-set": "调整{whose}开放时间，自{from_on}起，共{openings}个时段",
        "organs.counter-opened": "启用窗口{counter}，自{from_on}起",
        "organs.counter-closed": "停用窗口{counter}，自{on}起，原因：{reason}",
        "organs.account-opened": "开通工作人员账号",
        "organs.account-closed": "停用账号，原因：{reason}；移交{seats}个席位{handed}",
        "organs.account-reopened": "重新启用账号",
        "organs.password-reset": "重置登录密码",
        "organs.password-changed": "本人修改登录密码",
        "organs.second-factor-enrolled": "启用动态口令",
        "organs.second-factor-reset": "清除动态口令，须重新绑定",
        "organs.post-given": "任命岗位{role}（机构{organ_id}），自{from_on}起",
        "organs.post-ended": "免去岗位{role}（机构{organ_id}），自{on}起",
        "organs.absence-declared": "登记离岗，{from_on}至{until_on}（返岗日），代理人{deputy}",
        "organs.absence-ended": "提前返岗，自{on}起",
        "organs.training-recorded": "登记培训，{hours}学时",
        "organs.citizen-account-opened": "开通群众账号（{channel}）",
        "organs.citizen-phone-bound": "为群众账号绑定手机号码",
    }
)
