"""The only room that knows everyone: settings, addresses, navigation, database roles, the two commands, backup.

What a page may see of the database and which process connects as whom is declared in ``dbroles`` (个人信息保护法
第五十一条: access by role, least privilege); what an empty machine needs before its first page in ``installation``.
"""
