"""``manage.py roles``: database roles, grants and row policies as ``config/dbroles.py`` declares them."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

import psycopg
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.backends.postgresql.base import DatabaseWrapper

from yiwang.config import dbroles, embedded
from yiwang.config.personal import PERSONAL
from yiwang.config.settings import database


class Command(BaseCommand):
    help = "建立三个数据库角色并逐表授权（迁移之后执行，可重复执行）；--check 只检查；--sql 打印建角色的语句。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="检查授权是否与声明一致、网页进程用的是不是受限角色")
        parser.add_argument("--web-user", default="", help="网页进程登录数据库的用户，默认取自 DATABASE_URL")
        parser.add_argument("--sql", action="store_true", help="只打印还缺的建角色语句，交数据库管理员执行")

    def handle(self, *args: Any, **options: Any) -> None:
        with embedded.running() as own:
            if options["sql"]:
                self.stdout.write("".join(f"{sql};\n" for sql in dbroles.creation(connection)), ending="")
            elif options["check"]:
                self._check(options["web_user"] or (dbroles.APP if own else ""))
            else:
                self._apply()

    def _apply(self) -> None:
        try:
            dbroles.apply(connection)
        except dbroles.RolesMissing as missing:
            raise CommandError(f"当前数据库用户不能建立角色。请由数据库管理员执行一次：\n\n{missing}\n") from missing
        with connection.cursor() as cursor:
            count = len(dbroles.tables(cursor))
        self.stdout.write(f"数据库角色已就绪：{count} 张表逐表授权，{len(PERSONAL)} 张个人信息表启用行级安全。")

    def _check(self, web_user: str) -> None:
        with connection.cursor() as cursor:
            migrated = "django_migrations" in dbroles.tables(cursor)
        if migrated:
            if found := dbroles.faults(connection):
                raise CommandError("数据库授权与声明不一致（执行 manage.py roles 修复）：\n" + "\n".join(found))
        else:  # nothing to grant on yet: what can be judged is who the web process would be
            dbroles.create(connection)
        given = connection.settings_dict
        user = web_user or given["USER"]
        host, port = given["HOST"], f":{given['PORT']}" if given["PORT"] else ""
        as_web = database(f"postgresql://{user}@{port}/{given['NAME']}?host={host}", dbroles.APP)
        wrapper = DatabaseWrapper({**given, **as_web, "PASSWORD": given["PASSWORD"]}, alias="web")
        try:
            dbroles.assert_web_role(wrapper)
        except (dbroles.WrongRole, psycopg.Error) as wrong:
            raise CommandError(str(wrong)) from wrong
        finally:
            wrapper.close()
        self.stdout.write(f"网页进程以 {dbroles.APP} 连接；授权与行级策略与声明一致。")
