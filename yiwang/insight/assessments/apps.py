from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    name = "yiwang.insight.assessments"
    label = "assessments"
    verbose_name = "窗口和单位考核"
