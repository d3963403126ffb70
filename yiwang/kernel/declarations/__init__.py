"""How declaration files are read: lines of a TOML text, rows of a CSV table, and what is wrong, in Chinese.

``yiwang.kernel.packs`` is the public face; nothing else imports from here.
"""
