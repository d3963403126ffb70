"""Deeds of the hall: numbers and calling, appointments, the end of a shift, terminals and what is done at them."""

from yiwang.services.assistance.actions.applying import apply
from yiwang.services.assistance.actions.appointments import book, cancel
from yiwang.services.assistance.actions.calling import call_next, finish, miss, pause, recall, resume
from yiwang.services.assistance.actions.kiosk import enter, leave, note
from yiwang.services.assistance.actions.shifts import hand_over_originals
from yiwang.services.assistance.actions.terminals import beat, open_browser, register, retire
from yiwang.services.assistance.actions.tickets import take_ticket

__all__ = [
    "apply",
    "beat",
    "book",
    "call_next",
    "cancel",
    "enter",
    "finish",
    "hand_over_originals",
    "leave",
    "miss",
    "note",
    "open_browser",
    "pause",
    "recall",
    "register",
    "resume",
    "retire",
    "take_ticket",
]
