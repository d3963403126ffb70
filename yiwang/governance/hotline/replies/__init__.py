"""答复质量: a reply is read before it goes out, and says something or is said to say nothing.

Read for the question asked, what was done, when, by whom, on which basis and what the caller can do next; for empty
phrases, for earlier replies copied, for other people's data. Every rule is declared in ``packs/<pack>/replies``. A
finding stops nobody: the clerk mends the reply, or sends it with a reason that stands in the ledger. Founded on
国办发〔2020〕53号 二（三）（办理质量、不得敷衍）and 个人信息保护法 第十条.
"""
