from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "yiwang.services.cases"
    label = "cases"
    verbose_name = "办件"
