"""Addresses of the hotline: the desk's, the citizen's, and Open311's."""

from django.urls import path

from yiwang.governance.hotline.views import business, desk, intake, keeping, kiosk, open311, portal

urlpatterns = [
    path("hotline/", portal.home, name="hotline"),
    path("hotline/new/", portal.new, name="hotline-new"),
    path("hotline/business/", business.procedure, name="hotline-business"),
    path("hotline/business/new/", business.new, name="hotline-business-new"),
    path("kiosk/hotline/", kiosk.home, name="kiosk-hotline"),
    path("kiosk/hotline/new/", kiosk.new, name="kiosk-hotline-new"),
    path("kiosk/hotline/<str:reference>/", kiosk.made, name="kiosk-hotline-made"),
    path("my/orders/<str:reference>/", portal.one, name="my-order"),
    path("my/orders/<str:reference>/steps/<slug:step>/", portal.step, name="my-order-step"),
    path("progress/order/", portal.progress, name="order-progress"),
    path("desk/orders/", desk.board, name="orders"),
    path("desk/orders/new/", intake.operator, name="order-new"),
    path("desk/orders/counter/", intake.counter, name="order-counter"),
    path("desk/orders/calls/begin/", intake.begin, name="order-call-begin"),
    path("desk/orders/calls/", keeping.looked, name="order-calls"),
    path("desk/orders/calls/<int:call_id>/end/", intake.end, name="order-call-end"),
    path("desk/orders/calls/<int:call_id>/history/", intake.history, name="order-call-history"),
    path("desk/orders/beside/", intake.beside_form, name="order-beside"),
    path("desk/orders/knowledge/new/", keeping.write, name="order-knowledge-new"),
    path("desk/orders/knowledge/<int:knowledge_id>/end/", keeping.end_entry, name="order-knowledge-end"),
    path("desk/orders/rulings/", keeping.rulings, name="order-rulings"),
    path("desk/orders/rulings/<int:ruling_id>/settle/", keeping.settle, name="order-ruling-settle"),
    path("desk/orders/parts/<str:reference>/", desk.part, name="order-part"),
    path("desk/orders/parts/<str:reference>/steps/<slug:step>/", desk.part_step, name="order-part-step"),
    path("desk/orders/<str:reference>/", desk.one, name="order"),
    path("desk/orders/<str:reference>/steps/<slug:step>/", desk.step, name="order-step"),
    path("desk/orders/<str:reference>/split/", desk.split, name="order-split"),
    path("desk/orders/<str:reference>/caller/", desk.caller, name="order-caller"),
    path("desk/orders/<str:reference>/history/", desk.history, name="order-history"),
]
V2 = "open311/v2/"
urlpatterns += [
    path("open311/discovery.<slug:format>", open311.discovery, name="open311-discovery"),
    path(V2 + "services.<slug:format>", open311.services, name="open311-services"),
    path(V2 + "services/<slug:code>.<slug:format>", open311.definition, name="open311-service"),
    path(V2 + "requests.<slug:format>", open311.requests, name="open311-requests"),
    path(V2 + "requests/<slug:number>.<slug:format>", open311.request_one, name="open311-request"),
    path(V2 + "tokens/<slug:number>.<slug:format>", open311.token, name="open311-token"),
    path(V2 + "servicerequestupdates.<slug:format>", open311.updates, name="open311-updates"),
]
