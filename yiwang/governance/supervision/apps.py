from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    name = "yiwang.governance.supervision"
    label = "supervision"
    verbose_name = "效能监督"
