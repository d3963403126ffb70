"""The ledger's tables. Nothing here is ever updated or deleted: triggers (``0002_append_only``) and grants refuse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Func

if TYPE_CHECKING:
    IntegerColumn = models.Field[int, int]
else:
    IntegerColumn = models.Field


class TransactionId(IntegerColumn):
    """PostgreSQL's 64-bit transaction number. It is a point of this cluster's history, never restored as such."""

    def db_type(self, connection: Any) -> str:
        return "xid8"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> int | None:
        return None if value is None else int(value)

    def get_prep_value(self, value: Any) -> Any:
        return str(value) if isinstance(value, int) else value


class CurrentTransaction(Func):
    """The number of the transaction that writes the row."""

    function = "pg_current_xact_id"
    template = "%(function)s()"


class LedgerEntry(models.Model):  # noqa: DJ008
    """One deed. ``body`` is the canonical text as hashed; the columns beside it are copies for searching.

    ``xid`` is filled by the database and tells a checkpoint which entries can no longer be preceded by another one
    still in flight; it is neither hashed nor ever used again once the entry has its leaf.
    """

    number = models.BigAutoField("台账序号", primary_key=True)
    subject = models.CharField("对象", max_length=80)
    ordinal = models.PositiveIntegerField("对象内序号")
    at = models.DateTimeField("发生时间")
    recorded_at = models.DateTimeField("记录时间")
    event = models.CharField("事件", max_length=80)
    actor = models.CharField("行为人", max_length=80)
    organ = models.CharField("机构", max_length=40, blank=True)
    body = models.TextField("正文")
    previous = models.BinaryField("前一摘要", max_length=32)
    digest = models.BinaryField("摘要", max_length=32)
    xid = TransactionId("事务号", db_default=CurrentTransaction())

    class Meta:
        db_table = "ledger_entry"
        verbose_name = verbose_name_plural = "台账记录"
        constraints = [models.UniqueConstraint(fields=["subject", "ordinal"], name="ledger_entry_no_fork")]
        indexes = [models.Index(fields=["xid"], name="ledger_entry_xid")]


class LedgerHead(models.Model):  # noqa: DJ008
    """The last entry of a subject that has no row of its own to keep it in (a matter keeps its own head)."""

    subject = models.CharField("对象", max_length=80, primary_key=True)
    ordinal = models.PositiveIntegerField("末条序号")
    digest = models.BinaryField("末条摘要", max_length=32)

    class Meta:
        db_table = "ledger_head"
        verbose_name = verbose_name_plural = "台账末条"


class LedgerCheckpoint(models.Model):  # noqa: DJ008
    """A signed Merkle root over the entries that got their leaf in it, chained to the checkpoint before.

    ``body`` is the canonical text that is hashed, signed and published; the columns are copies of it. ``horizon``
    is the transaction number below which no entry of this epoch is left without a leaf. An empty ``signature``
    means unsigned, and ``unsigned_why`` says in Chinese why.
    """

    number = models.PositiveIntegerField("存证序号", primary_key=True)
    epoch = models.PositiveIntegerField("纪元")
    at = models.DateTimeField("存证时间")
    size = models.PositiveIntegerField("本次条数")
    total = models.PositiveBigIntegerField("累计条数")
    horizon = TransactionId("事务边界")
    root = models.BinaryField("树根", max_length=32)
    previous = models.BinaryField("前一存证摘要", max_length=32, unique=True)
    body = models.TextField("存证正文")
    digest = models.BinaryField("存证摘要", max_length=32)
    seal = models.CharField("用印", max_length=80, blank=True)
    signature = models.BinaryField("签章", blank=True, default=b"")
    unsigned_why = models.CharField("未签章原因", max_length=200, blank=True)

    class Meta:
        db_table = "ledger_checkpoint"
        verbose_name = verbose_name_plural = "台账存证"
        ordering = ["number"]


class LedgerLeaf(models.Model):  # noqa: DJ008
    """Which checkpoint holds an entry, at which position, with which digest. Membership rests on this row alone."""

    entry = models.BigIntegerField("台账序号", primary_key=True)  # no foreign key: a deleted entry leaves its leaf
    checkpoint = models.ForeignKey(
        LedgerCheckpoint, models.PROTECT, verbose_name="台账存证", related_name="leaves", db_index=False
    )
    position = models.PositiveIntegerField("叶位置")
    digest = models.BinaryField("摘要", max_length=32)

    class Meta:
        db_table = "ledger_leaf"
        verbose_name = verbose_name_plural = "台账叶"
        constraints = [models.UniqueConstraint(fields=["checkpoint", "position"], name="ledger_leaf_one_place")]
        indexes = [models.Index(fields=["digest"], name="ledger_leaf_digest")]  # here, so that no step pays for it
