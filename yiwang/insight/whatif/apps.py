from django.apps import AppConfig


class WhatIfConfig(AppConfig):
    name = "yiwang.insight.whatif"
    label = "whatif"
    verbose_name = "流程推演"
