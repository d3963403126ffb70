from django.apps import AppConfig


class PacksConfig(AppConfig):
    name = "yiwang.foundation.packs"
    label = "packs"
    verbose_name = "规则与配置包"
