"""The peers' own table: SpiffWorkflow keeps its serialized state as text in a row, as a Django application does."""

from django.db import models


class SpiffState(models.Model):
    """One running workflow."""

    state = models.TextField("状态")

    class Meta:
        app_label = "bench"

    def __str__(self) -> str:
        return str(self.pk)
