from django.apps import AppConfig


class MattersConfig(AppConfig):
    name = "yiwang.matters"
    label = "matters"
    verbose_name = "事项办理引擎"
