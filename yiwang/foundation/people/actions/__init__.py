"""Deeds about people and firms. Every deed is keyword-only, takes ``by`` and ``at``, is atomic, answers the thing."""

from yiwang.foundation.people.actions.correcting import correct
from yiwang.foundation.people.actions.firms import end_officer, name_officer, register_firm, set_firm_status
from yiwang.foundation.people.actions.keys import reseal
from yiwang.foundation.people.actions.mandates import give_mandate, revoke_mandate
from yiwang.foundation.people.actions.persons import (
    change_address,
    change_phone,
    link_account,
    open_citizen_account,
    register_at_counter,
    register_citizen,
    register_from_pack,
)
from yiwang.foundation.people.actions.unmasking import unmask
from yiwang.foundation.people.actions.wechat import bind_wechat, unbind_wechat

__all__ = [
    "bind_wechat",
    "change_address",
    "change_phone",
    "correct",
    "end_officer",
    "give_mandate",
    "link_account",
    "name_officer",
    "open_citizen_account",
    "register_at_counter",
    "register_citizen",
    "register_firm",
    "register_from_pack",
    "reseal",
    "revoke_mandate",
    "set_firm_status",
    "unbind_wechat",
    "unmask",
]
