"""Certificates 证照: the register of what was granted, and what becomes of it afterwards.

A row is written by the step that makes the certificate. It ends by expiry, by a renewal (行政许可法 第五十条), or by a
matter of its own: withdrawal 撤回 (第八条), revocation 撤销 (第六十九条), cancellation 注销 (第七十条). Who deceived is
barred from applying again for one or three years (第七十八、七十九条). What was granted is open to the public (第四十条).
"""
