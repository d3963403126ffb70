from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    name = "yiwang.insight.indicators"
    label = "indicators"
    verbose_name = "指标"
