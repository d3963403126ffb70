"""Public pages: the checkpoints, and where one entry lies. They show digests and numbers, never what an entry says."""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from yiwang.foundation.ledger import queries

PAGE = 50
LARGEST = 2**31 - 1


@require_GET
def checkpoints(request: HttpRequest) -> HttpResponse:
    """The newest checkpoints; ``?before=`` goes on below a number."""
    asked = request.GET.get("before", "")
    before = min(int(asked), LARGEST) if asked.isascii() and asked.isdigit() and len(asked) < 12 else None
    found = queries.checkpoints(before=before, limit=PAGE + 1)
    shown = found[:PAGE]
    more = shown[-1].number if len(found) > PAGE else None
    return render(request, "ledger/checkpoints.html", {"checkpoints": shown, "more": more})


@require_GET
def checkpoint(request: HttpRequest, number: int) -> HttpResponse:
    """One checkpoint with its text as signed."""
    return render(request, "ledger/checkpoint.html", {"checkpoint": queries.checkpoint(min(number, LARGEST))})


@require_GET
def entry(request: HttpRequest, digest: str) -> HttpResponse:
    """Where the entry with this digest lies, and its proof; 待存证 until the next checkpoint."""
    found, proof = queries.entry(digest), queries.proof(digest)
    stated = json.loads(proof.checkpoint) if proof else None
    return render(request, "ledger/entry.html", {"entry": found, "proof": proof, "checkpoint": stated})
