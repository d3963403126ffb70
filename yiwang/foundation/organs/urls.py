"""Addresses of login, staff and organ pages. The ``account_*`` and ``mfa_*`` names are those the login library asks
for; none of its own pages (signup, e-mail, password reset) has an address."""

from django.urls import path

from yiwang.foundation.organs.views import logins, organs, places, second_factor, staff

urlpatterns = [
    path("accounts/login/", logins.staff_login, name="account_login"),
    path("accounts/phone/", logins.phone_login, name="account_phone"),
    path("accounts/phone/code/", logins.phone_code, name="account_phone_code"),
    path("accounts/logout/", logins.log_out, name="account_logout"),
    path("accounts/password/", logins.change_password, name="account_change_password"),
    path("accounts/confirm/", second_factor.Confirm.as_view(), name="account_reauthenticate"),
    path("accounts/confirm/code/", second_factor.ConfirmByCode.as_view(), name="mfa_reauthenticate"),
    path("accounts/second-factor/", second_factor.overview, name="mfa_index"),
    path("accounts/second-factor/ask/", second_factor.AskCode.as_view(), name="mfa_authenticate"),
    path("accounts/second-factor/enrol/", second_factor.Enrol.as_view(), name="mfa_activate_totp"),
    path("accounts/second-factor/bound/", second_factor.overview, name="mfa_deactivate_totp"),
    path("accounts/second-factor/codes/", second_factor.RecoveryCodes.as_view(), name="mfa_view_recovery_codes"),
    path(
        "accounts/second-factor/codes/new/",
        second_factor.NewRecoveryCodes.as_view(),
        name="mfa_generate_recovery_codes",
    ),
    path("desk/staff/", staff.accounts, name="organs-accounts"),
    path("desk/staff/new/", staff.new_account, name="organs-account-new"),
    path("desk/staff/<int:account_id>/", staff.account, name="organs-account"),
    path("desk/staff/<int:account_id>/posts/", staff.new_post, name="organs-post-new"),
    path("desk/staff/<int:account_id>/posts/<int:post_id>/end/", staff.end_post, name="organs-post-end"),
    path("desk/staff/<int:account_id>/absence/", staff.absence, name="organs-absence"),
    path("desk/staff/<int:account_id>/absence/<int:absence_id>/end/", staff.end_absence, name="organs-absence-end"),
    path("desk/staff/<int:account_id>/leaving/", staff.leaving, name="organs-leaving"),
    path("desk/staff/<int:account_id>/password/", staff.password, name="organs-password"),
    path("desk/staff/<int:account_id>/second-factor/", staff.clear_second_factor, name="organs-second-factor"),
    path("desk/staff/<int:account_id>/training/", staff.training, name="organs-training"),
    path("desk/organs/", organs.tree, name="organs-tree"),
    path("desk/organs/counters/", organs.counters, name="organs-counters"),
    path("desk/organs/counters/<int:counter_id>/authorise/", organs.authorise, name="organs-authorise"),
    path("desk/organs/authorisations/<int:authorisation_id>/revoke/", organs.revoke, name="organs-revoke"),
    path("desk/organs/counters/<int:counter_id>/hours/", places.counter_hours, name="organs-counter-hours"),
    path("desk/organs/counters/<int:counter_id>/close/", places.close_counter, name="organs-counter-close"),
    path("desk/organs/places/", places.places, name="organs-places"),
    path("desk/organs/places/new/", places.new_place, name="organs-place-new"),
    path("desk/organs/places/<slug:code>/", places.place, name="organs-place"),
    path("desk/organs/places/<slug:code>/close/", places.close_place, name="organs-place-close"),
    path("desk/organs/places/<slug:code>/hours/", places.hours, name="organs-place-hours"),
    path("desk/organs/places/<slug:code>/counters/", places.new_counter, name="organs-counter-new"),
    path("desk/organs/<slug:code>/", organs.organ, name="organs-organ"),
    path("desk/organs/<slug:code>/rename/", organs.rename, name="organs-rename"),
    path("desk/organs/<slug:code>/merge/", organs.merge, name="organs-merge"),
]
