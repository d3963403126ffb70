"""Deeds on organs, counters, accounts, posts and absences; one module for each subject."""

from yiwang.foundation.organs.actions.absences import declare_absence, end_absence
from yiwang.foundation.organs.actions.accounts import (
    change_own_password,
    close_account,
    keep_text_size,
    open_account,
    record_training,
    reopen_account,
    reset_password,
    reset_second_factor,
)
from yiwang.foundation.organs.actions.counters import authorise_counter, revoke_authorisation
from yiwang.foundation.organs.actions.keys import reseal
from yiwang.foundation.organs.actions.logins import SentCode, bind_phone, enter_code, open_citizen_account, send_code
from yiwang.foundation.organs.actions.organs import found_organ, rename_organ, succeed
from yiwang.foundation.organs.actions.places import (
    Opening,
    close_counter,
    close_place,
    open_counter,
    open_place,
    set_hours,
)
from yiwang.foundation.organs.actions.posts import end_post, give_post

__all__ = [
    "Opening",
    "SentCode",
    "authorise_counter",
    "bind_phone",
    "change_own_password",
    "close_account",
    "close_counter",
    "close_place",
    "declare_absence",
    "end_absence",
    "end_post",
    "enter_code",
    "found_organ",
    "give_post",
    "keep_text_size",
    "open_account",
    "open_citizen_account",
    "open_counter",
    "open_place",
    "record_training",
    "rename_organ",
    "reopen_account",
    "reseal",
    "reset_password",
    "reset_second_factor",
    "revoke_authorisation",
    "send_code",
    "set_hours",
    "succeed",
]
