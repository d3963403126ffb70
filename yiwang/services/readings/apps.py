from django.apps import AppConfig


class ReadingsConfig(AppConfig):
    name = "yiwang.services.readings"
    label = "readings"
    verbose_name = "个人信息使用查询"
