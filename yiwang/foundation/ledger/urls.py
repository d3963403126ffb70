from django.urls import path

from yiwang.foundation.ledger import views

urlpatterns = [
    path("ledger/checkpoints/", views.checkpoints, name="ledger-checkpoints"),
    path("ledger/checkpoints/<int:number>/", views.checkpoint, name="ledger-checkpoint"),
    path("ledger/entries/<str:digest>/", views.entry, name="ledger-entry"),
]
