"""Where a permission reaches: some organs, the whole jurisdiction, or nowhere."""

from yiwang.kernel.permissions import STRANGER, SYSTEM, Doer, Permission


def holding(*grants):
    return Doer("staff:1", "staff", grants=frozenset(grants))


def test_a_permission_reaches_the_organs_it_was_granted_in_and_no_other():
    doer = holding((Permission.CASE_SEE, 7), (Permission.CASE_SEE, 8), (Permission.SEAL_KEEP, 9))
    assert doer.organs_of(Permission.CASE_SEE) == {7, 8}
    assert doer.organs_of(Permission.CASE_SEE, Permission.SEAL_KEEP) == {7, 8, 9}


def test_nowhere_is_the_empty_set_and_everywhere_is_none():
    assert STRANGER.organs_of(Permission.CASE_SEE) == frozenset()
    assert holding((Permission.CASE_SEE, 7)).organs_of(Permission.EXPORT) == frozenset()
    assert holding((Permission.CASE_SEE, 7), (Permission.CASE_SEE, None)).organs_of(Permission.CASE_SEE) is None
    assert SYSTEM.organs_of(Permission.CASE_SEE) is None


def test_somebody_acts_for_himself_and_for_whom_he_has_a_mandate_and_staff_for_nobody():
    citizen = Doer("person:7", "citizen", person_id=7, delegations=frozenset({8, 9}))
    assert citizen.parties == {7, 8, 9}
    assert [person for person in (6, 7, 8, 9, None) if citizen.is_party(person)] == [7, 8, 9]
    assert STRANGER.parties == holding((Permission.CASE_SEE, None)).parties == frozenset()
