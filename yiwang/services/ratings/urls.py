"""Addresses of ratings: the portal, the doors without a login, the public results, the desk."""

from django.urls import path

from yiwang.services.ratings.views import desk, importing, portal

urlpatterns = [
    path("ratings/", portal.results, name="ratings"),
    path("rate/", portal.mine, name="rate-mine"),
    path("rate/ticket/", portal.ticket, name="rate-ticket"),
    path("kiosk/rate/", portal.ticket, {"kiosk": True}, name="kiosk-rate"),
    path("kiosk/rate/thanks/", portal.thanks, {"kiosk": True}, name="kiosk-rate-thanks"),
    path("kiosk/rate/<str:token>/", portal.link, {"kiosk": True}, name="kiosk-rate-link"),
    path("rate/thanks/", portal.thanks, name="rate-thanks"),
    path("rate/link/<str:token>/", portal.link, name="rate-link"),
    path("rate/<int:occasion_id>/", portal.one, name="rate"),
    path("desk/ratings/", desk.figures, name="rating-figures"),
    path("desk/ratings/import/", importing.import_ratings, name="rating-import"),
    path("desk/ratings/visits/", desk.visits, name="rating-visits"),
    path("desk/ratings/signs/", desk.signs, name="rating-signs"),
    path("desk/ratings/signs/<int:sign_id>/judge/", desk.judge, name="rating-judge"),
    path("desk/ratings/bad/", desk.bad_ones, name="rating-bad-ones"),
    path("desk/ratings/bad/<str:reference>/", desk.bad, name="rating-bad"),
    path("desk/ratings/bad/<str:reference>/steps/<slug:step>/", desk.step, name="rating-step"),
]
