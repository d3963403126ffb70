"""Deeds of the hotline: ``record``, ``take_in``, ``file`` and ``submit`` open an order; ``take`` is a step of one (``take_own`` of whoever sent it);
``entrust`` gives a complaint of the hotline to its overseer;
``split`` asks other units for parts; ``begin_call``, ``look_up`` and ``read_caller`` are what is done about a caller."""

from yiwang.governance.hotline.actions.calling import Past, begin_call, end_call, look_up, read_caller
from yiwang.governance.hotline.actions.clients import end_client, register_client
from yiwang.governance.hotline.actions.entrusting import entrust
from yiwang.governance.hotline.actions.handling import take, take_own, take_part
from yiwang.governance.hotline.actions.keys import reseal
from yiwang.governance.hotline.actions.knowing import end_knowledge, settle, write_knowledge
from yiwang.governance.hotline.actions.recording import file, record, submit, take_in, tell_from_client
from yiwang.governance.hotline.actions.splitting import split

__all__ = [
    "Past",
    "begin_call",
    "end_call",
    "end_client",
    "end_knowledge",
    "entrust",
    "file",
    "look_up",
    "read_caller",
    "record",
    "register_client",
    "reseal",
    "settle",
    "split",
    "submit",
    "take",
    "take_in",
    "take_own",
    "take_part",
    "tell_from_client",
    "write_knowledge",
]
