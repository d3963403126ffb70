from django.apps import AppConfig


class InspectionsConfig(AppConfig):
    name = "yiwang.governance.inspections"
    label = "inspections"
    verbose_name = "互联网+监管"
