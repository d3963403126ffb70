from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "yiwang.foundation.files"
    label = "files"
    verbose_name = "电子文件"
