from django.apps import AppConfig


class OrgansConfig(AppConfig):
    name = "yiwang.foundation.organs"
    label = "organs"
    verbose_name = "机构、场所与人员"
