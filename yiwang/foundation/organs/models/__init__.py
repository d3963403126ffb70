"""Tables of organs, places, accounts and posts; one module for each subject."""

from yiwang.foundation.organs.models.accounts import Account, AccountManager, SmsCode, Training
from yiwang.foundation.organs.models.organs import Division, Organ, OrganName, Succession
from yiwang.foundation.organs.models.places import Counter, CounterAuthorisation, Place, PlaceHours
from yiwang.foundation.organs.models.posts import Absence, Post

__all__ = [
    "Absence",
    "Account",
    "AccountManager",
    "Counter",
    "CounterAuthorisation",
    "Division",
    "Organ",
    "OrganName",
    "Place",
    "PlaceHours",
    "Post",
    "SmsCode",
    "Succession",
    "Training",
]
