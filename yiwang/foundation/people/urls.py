from django.urls import path, register_converter

from yiwang.foundation.people import correction_views, firm_views, views, wechat_views


class PartyId:
    """A positive number PostgreSQL's bigint holds: a longer one is no page, not an error."""

    regex = "[1-9][0-9]{0,17}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


register_converter(PartyId, "party")

urlpatterns = [
    path("desk/people/", views.look_up, name="people-look-up"),
    path("desk/people/new/", views.register, name="people-register"),
    path("desk/people/firms/new/", firm_views.register, name="people-firm-register"),
    path("desk/people/<party:party_id>/officers/", firm_views.name_officer, name="people-officer-name"),
    path(
        "desk/people/<party:party_id>/officers/<party:officer_id>/end/",
        firm_views.end_officer,
        name="people-officer-end",
    ),
    path("desk/people/<party:party_id>/", views.card, name="people-card"),
    path("desk/people/<party:party_id>/correct/", correction_views.correct, name="people-correct"),
    path("desk/people/<party:party_id>/unmask/", views.unmask, name="people-unmask"),
    path("desk/people/<party:party_id>/account/", views.open_account, name="people-open-account"),
    path("me/", views.me, name="people-me"),
    path("me/wechat/", wechat_views.bind, name="people-wechat-bind"),
    path("me/wechat/end/", wechat_views.unbind, name="people-wechat-unbind"),
    path("me/mandates/new/", views.give_mandate, name="people-mandate-give"),
    path("me/mandates/<party:mandate_id>/revoke/", views.revoke_mandate, name="people-mandate-revoke"),
]
