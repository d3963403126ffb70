"""What the endpoints are sent: right JSON, the version that stands and a key, so that only permission can refuse."""

from __future__ import annotations

import base64
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.factories import cases, documents
from tests.repo.asking import Route, Sent
from tests.repo.world import World

KEYED = {"HTTP_IDEMPOTENCY_KEY": "permission-matrix"}


def values(world: World, route: Route) -> dict[str, Any]:
    """What stands in the address of an endpoint, where it is not what the pages have."""
    reviewing, returned = world.reviewing.matter.reference, world.returned.matter.reference
    at_review = {"reference": reviewing, "seat": "reviewer", "step": "review"}
    parts = route.path.split("/")
    if "cards" in parts:
        return {"reference": world.card.matter.reference}
    if "orders" in parts:
        return {"reference": world.order.matter.reference}
    if "draws" in parts:
        return {"code": world.frozen.code}
    if "drafts" in parts:
        return {"code": "layout"}
    if "corrections" in parts:
        return {"reference": returned, "code": "layout"}
    if "letters" in parts:
        return {"reference": world.letter.matter_reference}
    if "findings" in parts:
        return {"reference": world.case.matter.reference}
    return at_review if {"seats", "steps", "transfer", "urge"} & {*parts} else {}


def query(world: World, route: Route) -> str:
    """What follows the address, where an endpoint needs it."""
    code = world.case.enquiry_code
    needed = {"progress": f"?reference={world.case.matter.reference}&code={code}", "items/search": "?q=开饭店"}
    return needed.get(route.path.removeprefix("api/v1/"), "")


def sent(world: World, route: Route, method: str) -> Sent:
    """Body and headers of one request to an endpoint."""
    matter = (
        world.reviewing if {"seats", "steps", "transfer", "urge"} & {*route.path.split("/")} else world.case
    ).matter
    matter.refresh_from_db(fields=["version"])  # what else happened to it meanwhile is not the subject here
    tag = {"HTTP_IF_MATCH": f'"{matter.version}"'}
    carded = {"HTTP_IF_MATCH": f'"{world.card.matter.version}"'}
    picture = {"file": SimpleUploadedFile("布局图.png", documents.png(), "image/png")}
    application = {"item_code": cases.FOOD, "answers": cases.ANSWERS, "form": cases.form()}
    scan = {"name": "布局图.png", "content": base64.b64encode(documents.png()).decode()}
    party = {"party_id": cases.noodle_shop()}
    applicant = {"kind": "firm", "number": cases.form()["applicant_number"]}
    bodies: dict[tuple[str, str], Sent] = {
        ("POST", "cases"): Sent(
            {**application, **party, "files": [scan | {"material": code} for code in cases.UPLOADED]}, KEYED
        ),
        ("POST", "cards/<reference>/answer"): Sent(
            {"cause": "staff", "explanation": "审核人员公出。", "measures": "指定代理人。"}, carded
        ),
        ("POST", "cards/<reference>/appeal"): Sent(
            {"ground": "stop", "from_on": "2026-08-05", "document": "云市监〔2026〕3号", "explanation": "已办理。"},
            carded,
        ),
        ("POST", "cards/<reference>/rule"): Sent({"ruling": "settle", "opinion": "整改可行，予以核销。"}, carded),
        ("POST", "switchboard/services"): Sent(
            {"number": "T1", "kind": "consultation", "organ": "market", "served_at": "2026-09-24T09:00:00+08:00"}
        ),
        ("POST", "my/ratings/<occasion_id>"): Sent({"level": 4, "text": "等了半天。"}, KEYED),
        ("POST", "cases/<reference>/corrections/<code>"): Sent(form=picture),
        ("POST", "cases/<reference>/findings"): Sent({"findings": {"layout": {"verdict": "right"}}}, tag),
        ("POST", "cases/<reference>/steps/<step>"): Sent({"values": cases.WORDS["review"]}, tag),
        ("POST", "matters/<reference>/steps/<step>"): Sent({"values": cases.WORDS["review"]}, tag),
        ("POST", "cases/<reference>/seats/<seat>/claim"): Sent({}, tag),
        ("POST", "cases/<reference>/seats/<seat>/release"): Sent({}, tag),
        ("POST", "cases/<reference>/seats/<seat>/assign"): Sent({"to_account_id": world.colleague.pk}, tag),
        ("POST", "cases/<reference>/transfer"): Sent(
            {"reason": "职责在卫健局", "to_organ_id": world.elsewhere.pk}, tag
        ),
        ("POST", "cases/<reference>/urge"): Sent({"text": "请尽快办理。"}),
        ("POST", "counter/cases"): Sent(
            {
                **application,
                "counter": world.counter.pk,
                "applicant": applicant,
                "materials": dict.fromkeys(cases.UPLOADED, "original"),
            },
            KEYED,
        ),
        ("POST", "drafts"): Sent({**application, **party}),
        ("PUT", "drafts/<draft_id>"): Sent({"answers": cases.ANSWERS, "form": cases.form()}),
        ("POST", "drafts/<draft_id>/materials/<code>"): Sent(form=picture),
        ("POST", "drafts/<draft_id>/materials/<code>/copies"): Sent({"file": world.letter.file_id, "agrees": True}),
        ("POST", "counter/copies"): Sent(
            {"item_code": cases.FOOD, "number": applicant["number"], "answers": cases.ANSWERS}
        ),
        ("POST", "drafts/<draft_id>/submission"): Sent({"delivery": "collect"}, KEYED),
        ("POST", "items/<code>/checklist"): Sent({"answers": cases.ANSWERS}),
    }
    return bodies.get((method, route.path.removeprefix("api/v1/")), Sent({}))
