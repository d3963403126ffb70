from django.apps import AppConfig


class CheckerConfig(AppConfig):
    name = "yiwang.insight.checker"
    label = "checker"
    verbose_name = "报告核对"
