"""What identifies people, firms, places, items and certificates: how it is checked, hidden and found again.

Checks answer the normalised text or refuse, naming field and rule. Numbers of people are kept under SM4-GCM with the
key's id beside the ciphertext, and found only by a keyed index (HMAC-SM3). Founded in GB 32100-2015, GB 11643-1999,
GB/T 2260, GB/T 36904-2018, GB/T 39554-2020 and 个人信息保护法 第五十一条.
"""
