"""Persons, firms and who may act for them: the one thing a case points at, looked at masked, found by keyed index.

A ``Party`` is a person or a firm. ID number, phone and address are encrypted; every look at a whole one names its
purpose and leaves a line in the ledger. Agents act under a 委托书 with scope and end. Founded in 个人信息保护法
第五十一条, 行政许可法 第二十九条, 民法典 第一百六十五条 and 108号文 (用户注册).
"""
