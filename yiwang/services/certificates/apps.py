from django.apps import AppConfig


class CertificatesConfig(AppConfig):
    name = "yiwang.services.certificates"
    label = "certificates"
    verbose_name = "证照登记"
