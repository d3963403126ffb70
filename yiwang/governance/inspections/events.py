"""Sentences of this module's own lines; a check's steps take theirs from its process."""

from yiwang.foundation.ledger.events import declare

declare(
    **{
        "inspections.item-registered": "登记监管事项{code}，自{from}起生效",
        "inspections.item-changed": "监管事项{code}自{from}起按新内容执行",
        "inspections.item-ended": "取消监管事项{code}，{last}后失效，{claims}个单位的认领终止",
        "inspections.table-brought-in": "导入{kind}：读入{read}行，新增{added}，变更{changed}，未变{same}，拒绝{refused}",
        "inspections.claim-due": "下发应认领监管事项{code}",
        "inspections.claimed": "认领监管事项{code}：{level}",
        "inspections.claim-ruled": "审定监管事项{code}本级不监管申请：{verdict}",
        "inspections.list-kept": "填报检查实施清单{list}：{state}",
        "inspections.inspector-registered": "登记执法检查人员{code}",
        "inspections.inspector-kept": "更新执法检查人员{code}的执法证，有效期至{until}",
        "inspections.inspector-left": "执法检查人员{code}自{on}离岗",
        "inspections.part-recorded": "检查人员{inspector}填写{lists}份清单，还有{left}份由本单位其他人员填写",
        "inspections.subject-kept": "登记检查对象{code}",
        "inspections.interest-declared": "申报检查人员{inspector}与检查对象{subject}有利益关系",
        "inspections.plan-made": "编制检查计划{code}",
        "inspections.plan-published": "公布检查计划{code}：{batches}批，每批{count}户",
        "inspections.draw-frozen": "冻结{draw}的抽取名单：对象{subjects}户，检查人员{inspectors}人，摘要{digest}",
        "inspections.drawn": "按种子{seed}完成{draw}抽取：{visits}户",
        "inspections.draw-refused": "拒绝抽取{draw}：{ground}",
        "inspections.replaced": "{draw}递补：{out}改为{into}（{ground}）",
    }
)
