from django.apps import AppConfig


class DutyConfig(AppConfig):
    name = "yiwang.governance.hotline.duty"
    label = "hotline_duty"
    verbose_name = "热线职责判断"
