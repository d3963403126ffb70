from django.urls import path

from yiwang.foundation.seals import views

urlpatterns = [
    path("desk/seals/", views.seals, name="seals-list"),
    path("desk/seals/new/", views.make, name="seals-new"),
    path("desk/seals/<int:seal_id>/", views.seal, name="seals-seal"),
    path("desk/seals/<int:seal_id>/stop/", views.stop, name="seals-stop"),
    path("desk/seals/<int:seal_id>/renew/", views.renew, name="seals-renew"),
    path("desk/seals/<int:seal_id>/keepers/", views.new_keeper, name="seals-keeper-new"),
    path("desk/seals/<int:seal_id>/keepers/<int:keeper_id>/end/", views.end_keeper, name="seals-keeper-end"),
    path("desk/seals/<int:seal_id>/authorise/", views.authorise, name="seals-authorise"),
    path(
        "desk/seals/<int:seal_id>/authorisations/<int:authorisation_id>/end/",
        views.end_authorisation,
        name="seals-authorisation-end",
    ),
]
