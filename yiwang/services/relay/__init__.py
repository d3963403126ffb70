"""Relay 异地代收代办 (全市通办、跨域通办): a counter here receives for another place under a registered agreement, checks identity
and form, gives a 收件凭证, hands on, tracks and delivers. Whether it is accepted is the competent place's to say, never ours.

Founded in 优化营商环境条例 第三十七条 and 行政许可法 第二十六条. Another place's system stands behind ``adapters.Place``.
"""
