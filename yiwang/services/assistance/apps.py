from django.apps import AppConfig


class AssistanceConfig(AppConfig):
    name = "yiwang.services.assistance"
    label = "assistance"
    verbose_name = "大厅服务"
