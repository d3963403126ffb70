"""Addresses of cases: the portal's, the desk's, the wall's."""

from django.urls import path

from yiwang.services.cases.views import apply, counter, desk, devices, hand_out, portal, visitor

urlpatterns = [
    path("", portal.home, name="home"),
    path("my/", portal.my, name="my"),
    path("my/cases/<str:reference>/", portal.my_case, name="my-case"),
    path("my/cases/<str:reference>/withdraw/", portal.withdraw, name="withdraw"),
    path("my/cases/<str:reference>/steps/<slug:step>/", portal.party_step, name="my-step"),
    path("my/cases/<str:reference>/correct/", portal.correct, name="correct"),
    path("my/cases/<str:reference>/correct/<slug:code>/", portal.supply, name="supply"),
    path("progress/", portal.public_progress, name="public-progress"),
    path("apply/draft/<int:draft_id>/", apply.resume, name="draft"),
    path("apply/draft/<int:draft_id>/situation/", apply.situation, name="draft-situation"),
    path("apply/draft/<int:draft_id>/form/<int:page>/", apply.fill, name="draft-form"),
    path("apply/draft/<int:draft_id>/materials/", apply.materials, name="draft-materials"),
    path("apply/draft/<int:draft_id>/uploads/<slug:code>/", apply.upload, name="draft-upload"),
    path("apply/draft/<int:draft_id>/copies/<slug:code>/", apply.reuse, name="draft-reuse"),
    path("apply/draft/<int:draft_id>/uploads/<int:upload_id>/remove/", apply.remove, name="draft-remove"),
    path("apply/draft/<int:draft_id>/confirm/", apply.confirm, name="draft-confirm"),
    path("apply/draft/<int:draft_id>/discard/", apply.discard, name="draft-discard"),
    path("apply/<str:item_code>/", apply.start, name="apply"),
    path("desk/counter/", counter.intake, name="counter"),
    path("desk/counter/keep/", counter.keep, name="counter-keep"),
    path("desk/counter/devices/card/", devices.card, name="device-card"),
    path("desk/counter/devices/page/", devices.page, name="device-page"),
    path("desk/counter/visitor/", visitor.visitor, name="counter-visitor"),
    path("desk/counter/received/<str:reference>/", counter.received, name="counter-received"),
    path("desk/cases/", desk.case_list, name="desk-cases"),
    path("desk/cases/<str:reference>/", desk.review, name="desk-case"),
    path("desk/cases/<str:reference>/steps/<slug:step>/", desk.step, name="desk-step"),
    path("desk/cases/<str:reference>/materials/", desk.check, name="desk-materials"),
    path("desk/cases/<str:reference>/claim/", desk.claim, name="desk-claim"),
    path("desk/cases/<str:reference>/urge/", desk.urge, name="desk-urge"),
    path("desk/hand-out/", hand_out.hand_out, name="hand-out"),
    path("desk/hand-out/arrive/", hand_out.arrive, name="hand-out-arrive"),
    path("desk/hand-out/<str:reference>/urge/", hand_out.urge, name="hand-out-urge"),
    path("desk/supervision/", desk.supervision, name="supervision"),
    path("wall/", desk.wall, name="wall"),
]
