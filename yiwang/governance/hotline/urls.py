"""Addresses of the hotline: the desk's, the citizen's, and Open311's."""

from django.urls import path, re_path

from yiwang.governance.hotline.views import desk, intake, keeping, open311, portal

urlpatterns = [
    path("hotline/", portal.home, name="hotline"),
    path("hotline/new/", portal.new, name="hotline-new"),
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

FORMAT = r"\.(?P<format>json|xml)$"
urlpatterns += [
    re_path(r"^open311/discovery" + FORMAT, open311.discovery, name="open311-discovery"),
    re_path(r"^open311/v2/services" + FORMAT, open311.services, name="open311-services"),
    re_path(
        r"^open311/v2/services/(?P<code>[a-z][a-z0-9-]{1,38})" + FORMAT, open311.definition, name="open311-service"
    ),
    re_path(r"^open311/v2/requests" + FORMAT, open311.requests, name="open311-requests"),
    re_path(r"^open311/v2/requests/(?P<number>[0-9]{8,24})" + FORMAT, open311.request_one, name="open311-request"),
    re_path(r"^open311/v2/tokens/(?P<number>[0-9]{8,24})" + FORMAT, open311.token, name="open311-token"),
    re_path(r"^open311/v2/servicerequestupdates" + FORMAT, open311.updates, name="open311-updates"),
]
