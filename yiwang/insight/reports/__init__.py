"""The annual report 法治政府建设年度报告 and reports like it: text a bureau edits, figures bound by name, frozen at 签发.

A report is a matter (``insight.report``); each figure is computed from our own records, imported from an upper system, or
reported by a unit, and says which. Founded on 法治政府建设与责任落实督察工作规定 (厅字〔2019〕28号), GB/T 9704-2012 for the page,
政府信息公开条例 第四十九、五十条 for the second report that comes out of the same machinery.
"""
