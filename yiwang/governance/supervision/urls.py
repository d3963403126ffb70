"""Addresses of supervision: the board and a card on the desk, the counts anybody may read."""

from django.urls import path

from yiwang.governance.supervision import views

urlpatterns = [
    path("supervision/", views.public_counts, name="supervision-counts"),
    path("desk/cards/", views.board, name="cards"),
    path("desk/cards/count/", views.count, name="cards-count"),
    path("desk/cards/bulletin/", views.bulletin, name="cards-bulletin"),
    path("desk/cards/clues/", views.clues, name="cards-clues"),
    path("desk/cards/clues/<int:clue_id>/", views.clue, name="cards-clue"),
    path("desk/cards/clues/<int:clue_id>/judge/", views.judge, name="cards-judge"),
    path("desk/cards/notices/<int:notice_id>/read/", views.acknowledge, name="cards-read"),
    path("desk/cards/signals/<int:card_id>/", views.signal, name="cards-signal"),
    path("desk/cards/signals/<int:card_id>/slip/", views.slip, name="cards-slip"),
    path("desk/cards/order/", views.order, name="cards-order"),
    path("desk/cards/<str:reference>/", views.card, name="card"),
    path("desk/cards/<str:reference>/steps/<slug:step>/", views.step, name="card-step"),
]
