"""Sorts that divide a whole: words by which reports call the kinds of one thing, each of which excludes the others."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

Grade = Literal["whole", "kinds"]


@dataclass(frozen=True, slots=True)
class Sort:
    """``words`` exclude each other; any of ``wholes`` together leave nothing out."""

    words: tuple[str, ...]
    wholes: tuple[frozenset[str], ...]


def _sort(words: str, *wholes: str) -> Sort:
    return Sort(tuple(words.split()), tuple(frozenset(one.split()) for one in wholes))


# a word is a pattern; the first of a sort that a name contains is the name's
SORTS = (
    _sort("刑事 民事 行政(?!村|区|编|执|机) 执行", "刑事 民事 行政(?!村|区|编|执|机)"),
    _sort("一审 二审 再审", "一审 二审"),
    _sort("主办|承办 会办 协办 分办 独办", "主办|承办 会办", "主办|承办 协办", "独办 会办", "主办|承办 分办"),
    _sort("联合 单独", "联合 单独"),
    _sort("来信 来访 来电 网上|网络", "来信 来访 来电 网上|网络", "来信 来访 网上|网络"),
    _sort("个体 合作社 企业", "个体 合作社 企业"),
    _sort("行政村 社区 村(?!级|镇)", "行政村 社区", "社区 村(?!级|镇)"),
    _sort("不合格 基本合格 优秀|优良|优质 良好 合格 一般 较差", "优秀|优良|优质 合格 不合格", "优秀|优良|优质 良好 合格", "优秀|优良|优质 良好 一般", "合格 不合格", "优秀|优良|优质 合格"),
    _sort("非常不满意 不满意 非常满意 基本满意 满意 一般", "满意 基本满意 不满意", "满意 一般 不满意", "非常满意 满意 不满意", "满意 不满意"),
    _sort("继续有效|保留|继续执行 失效 废止 修改|修订 制定|出台", "继续有效|保留|继续执行 废止", "继续有效|保留|继续执行 失效 废止"),
    _sort("确认违法 责令 维持 驳回 撤销 变更 终止 调解 和解 撤回", "维持 驳回 撤销 终止"),
    _sort("部分公开 不予公开 不予处理 无法提供|不存在|未掌握 其他处理 予以公开|同意公开|全部公开 不属于", "予以公开|同意公开|全部公开 部分公开 不予公开 无法提供|不存在|未掌握", "予以公开|同意公开|全部公开 部分公开 无法提供|不存在|未掌握 其他处理"),
    _sort("自然人 法人|组织|企业", "自然人 法人|组织|企业"),
    _sort("咨询 求助|求决 投诉 举报 建议|建言 表扬|感谢 申诉 其[他它]"),
    _sort("第?一季度 第?二季度 第?三季度 第?四季度", "第?一季度 第?二季度 第?三季度 第?四季度"),
    _sort("上半年 下半年", "上半年 下半年"),
    _sort("公务员|行政编制|行政人员 事业 工勤 聘用|编外|合同制|辅助|劳务派遣", "公务员|行政编制|行政人员 事业 聘用|编外|合同制|辅助|劳务派遣"),
    _sort("县直|区直|市直|县级|区级|市级|部门 乡镇|镇街|镇\\(|镇级 街道 村级|村\\(|村居", "县直|区直|市直|县级|区级|市级|部门 乡镇|镇街|镇\\(|镇级 村级|村\\(|村居", "县直|区直|市直|县级|区级|市级|部门 乡镇|镇街|镇\\(|镇级"),
    _sort("中央|国家 省级|省(?=层面|设定) 市级|市(?=层面|设定) 县级|区级", "中央|国家 省级|省(?=层面|设定)"),
    _sort("国内 涉港澳台?|涉台 涉外", "国内 涉外", "国内 涉港澳台?|涉台 涉外"),
    _sort("男 女", "男 女"),
    _sort("线上|网上|网络 线下|现场|窗口", "线上|网上|网络 线下|现场|窗口"),
    _sort("缓刑 假释 暂予监外 管制", "缓刑 假释 暂予监外"),
    _sort("胜诉 败诉", "胜诉 败诉"),
    _sort("简易 普通|一般程序", "简易 普通|一般程序"),
    _sort("有效 无效", "有效 无效"),
    _sort("A类 B类 C类 D类", "A类 B类 C类", "A类 B类 C类 D类"),
    _sort("一等 二等 三等 优秀奖", "一等 二等 三等"),
    _sort("公职律师 律师|律所 专家|学者|教授 基层法律服务 公司律师", "公职律师 律师|律所 专家|学者|教授", "律师|律所 基层法律服务"),
    _sort("行政许可 行政处罚 行政强制 行政征收 行政给付 行政奖励 行政确认 行政裁决 行政检查 行政征用 其[他它]"),
    _sort("集体 个人|联名", "集体 个人|联名"),
)  # fmt: skip
SORTED = tuple((sort, tuple(re.compile(word) for word in sort.words)) for sort in SORTS)
# a name that denies or narrows the sort's word is another name
OUTSIDE = re.compile(r"同比|环比|增|减少|上年|去年|以上|新增|合计|共计|总计|总数|累计|共(?:受理|收到|接|办|有)")


def grade(labels: Sequence[str]) -> Grade | None:
    """How the names of parts divide a whole: ``whole`` if they leave nothing out, ``kinds`` if they exclude each other."""
    if len(labels) < 2 or any(OUTSIDE.search(label) for label in labels):
        return None
    for sort, called in zip(SORTS, zip(*(_called(label) for label in labels), strict=True), strict=True):
        if all(called) and len(set(called)) == len(called):
            return "whole" if any(one <= set(called) for one in sort.wholes) else "kinds"
    return None


@lru_cache(maxsize=4096)
def _called(label: str) -> tuple[str, ...]:
    """By each sort in turn, the word of it the name contains; empty if none. A report asks for the same name many times."""
    return tuple(next((word.pattern for word in words if word.search(label)), "") for _, words in SORTED)
