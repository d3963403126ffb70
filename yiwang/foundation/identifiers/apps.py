from django.apps import AppConfig


class IdentifiersConfig(AppConfig):
    name = "yiwang.foundation.identifiers"
    label = "identifiers"
    verbose_name = "统一社会信用代码、公民身份号码等标识的校验与加密"
