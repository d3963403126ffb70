"""效能监督: cards for limits that were exceeded, what the department says to them, and what the figures are.

Warnings, yellow and red cards are raised by declared rules (``packs/national/supervision``) over matters, clocks and
ledger lines, only where our own clock ran and the day is certain. A card is a matter (``governance.card``) with its own
clock for the answer. An appeal is ruled by correcting the clock it rests on, never by editing the card. Founded on
优化营商环境条例 第三十六条、第九十条 and GB/T 39046-2020 (电子监察: 监察规则编号, 监察预警类型代码).
"""
