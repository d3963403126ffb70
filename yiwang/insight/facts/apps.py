from django.apps import AppConfig


class FactsConfig(AppConfig):
    name = "yiwang.insight.facts"
    label = "facts"
    verbose_name = "统计事实"
