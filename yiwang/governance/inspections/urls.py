"""Addresses of inspections: the register, plans and draws, visits; what is public."""

from django.urls import path

from yiwang.governance.inspections.views import draws, names, officers, public, register, visits

urlpatterns = [
    path("inspections/", public.results, name="inspections-public"),
    path("inspections/items/", public.items, name="inspections-items"),
    path("inspections/draws/<str:code>/", public.draw, name="inspections-draw-public"),
    path("inspections/draws/<str:code>/file/", public.download, name="inspections-draw-file"),
    path("desk/supervision-items/", register.board, name="supervision-items"),
    path("desk/supervision-items/import/", register.intake, name="supervision-intake"),
    path("desk/supervision-items/items/<str:code>/end/", officers.end_item, name="supervision-item-end"),
    path("desk/supervision-items/<int:claim_id>/", register.claim, name="supervision-claim"),
    path("desk/supervision-items/<int:claim_id>/claim/", register.do_claim, name="supervision-do-claim"),
    path("desk/supervision-items/<int:claim_id>/rule/", register.rule, name="supervision-rule"),
    path("desk/supervision-items/<int:claim_id>/lists/new/", register.checklist, name="supervision-list-new"),
    path("desk/supervision-items/<int:claim_id>/lists/<int:list_id>/", register.checklist, name="supervision-list"),
    path("desk/inspections/", visits.board, name="inspections"),
    path("desk/inspections/new/", names.new, name="inspection-new"),
    path("desk/inspections/names/", names.names_kept, name="inspection-names"),
    path("desk/inspections/officers/new/", officers.new, name="inspector-new"),
    path("desk/inspections/officers/<int:inspector_id>/", officers.keep, name="inspector-keep"),
    path("desk/inspections/officers/<int:inspector_id>/end/", officers.end, name="inspector-end"),
    path("desk/inspections/interests/", names.interest, name="inspection-interest"),
    path("desk/inspections/plan/", draws.plan, name="inspection-plan"),
    path("desk/inspections/plan/new/", draws.make, name="inspection-plan-new"),
    path("desk/inspections/plan/<int:line_id>/publish/", draws.publish, name="inspection-plan-publish"),
    path("desk/inspections/plan/<int:line_id>/freeze/", draws.freeze, name="inspection-freeze"),
    path("desk/inspections/draws/<str:code>/", draws.draw, name="inspection-draw"),
    path("desk/inspections/draws/<str:code>/draw/", draws.do_draw, name="inspection-do-draw"),
    path("desk/inspections/draws/<str:code>/replace/", draws.replace, name="inspection-replace"),
    path("desk/inspections/<str:reference>/", visits.visit, name="inspection"),
    path("desk/inspections/<str:reference>/record/", visits.record, name="inspection-record"),
    path("desk/inspections/<str:reference>/steps/<slug:step>/", visits.step, name="inspection-step"),
]
