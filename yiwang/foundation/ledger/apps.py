from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "yiwang.foundation.ledger"
    label = "ledger"
    verbose_name = "行为台账"
