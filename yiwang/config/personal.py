"""Tables with personal data, and whose rows of them a viewer sees. The policies themselves are set by ``dbroles``."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Personal:
    """Whose rows of a personal table a viewer sees: equality on the named columns, in any of them.

    ``organs`` hold an organ, ``parties`` a person or firm the viewer is or acts for, ``account`` the login account,
    ``authors`` who wrote the row. ``staff`` opens the table to every holder of a post (a department must be able to
    address any applicant). ``through`` are joins to rows that make this one visible; where they name a personal table
    themselves, its own policy decides, and ``{organs}`` stands for the viewer's organs.
    """

    organs: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    account: str = ""
    staff: bool = False
    through: tuple[str, ...] = ()

    def columns(self) -> set[str]:
        """Columns of the table itself that the policy names."""
        return {*self.organs, *self.parties, *self.authors, *filter(None, [self.account])}

    def condition(self) -> str:
        """The policy's USING clause. Each setting is read once a statement, and nothing set means nothing seen."""
        organs, parties = _ids("organs"), _ids("parties")
        terms = ["(select current_setting('yiwang.wide', true)) = 'on'"]
        terms += [f"{column} = any ((select {organs})::bigint[])" for column in self.organs]
        terms += [f"{column} = any ((select {parties})::bigint[])" for column in self.parties]
        terms += [f"{column} = (select nullif({_read('reference')}, ''))" for column in self.authors]
        if self.account:
            terms.append(f"{self.account} = (select nullif({_read('account')}, '')::bigint)")
        if self.staff:
            terms.append(f"(select cardinality({organs})) > 0")
        # Correlated, so that a row of a million is decided by its own few seats and not by everybody's.
        terms += [
            f"exists (select from {join.format(organs=f'any ((select {organs})::bigint[])')})" for join in self.through
        ]
        return " or ".join(terms)


def _read(setting: str) -> str:
    return f"current_setting('yiwang.{setting}', true)"


def _ids(setting: str) -> str:
    return f"nullif({_read(setting)}, '')::bigint[]"


# Tables with personal data. A table or column named here that does not exist is a fault, so that a renaming never opens
# a table in silence.
_SEAT = "matter_seat s where s.matter_id = {table}.matter_id and s.organ_id = {{organs}}"
# Organs given at opening: departments that license together, the head of the government who may extend (第四十二条第二款)
_TAKES_PART = "matter m, jsonb_each_text(m.settings -> 'organs') o where m.id = {table}.matter_id and o.value::bigint = {{organs}}"
_CASE = "cases_case c where c.matter_id = {table}.matter_id"
_CARDED = (  # 提醒单 and 督办单 are written by the bureau and read by the unit charged
    "supervision_card k join matter m on m.id = k.matter_id where m.reference = letters_letter.matter_reference"
    " and m.organ_id = {organs}"
)
_PETITIONED = (  # office and unit read each other's letters; those of an accusation, which name whoever accuses, the office alone
    "matter m join petitions_petition p on p.matter_id = m.id where m.reference = letters_letter.matter_reference"
    " and (p.purpose <> 'accusation' or p.organ_id = {organs})"
)
_REFERENCED = "matter m join cases_case c on c.matter_id = m.id where m.reference = {table}.matter_reference"

PERSONAL: dict[str, Personal] = {
    "people_person": Personal(parties=("party_id",), account="account_id", staff=True),
    "people_firmofficer": Personal(parties=("person_id", "firm_id"), staff=True),
    "people_correction": Personal(parties=("person_id",), staff=True),
    "people_mandate": Personal(parties=("agent_id", "principal_id"), staff=True),
    "cases_case": Personal(
        organs=("organ_id", "hall_id"),
        parties=("party_id", "agent_id"),
        # another organ that reviews beside the responsible one, and whoever takes part without a seat
        through=(_SEAT.format(table="cases_case"), _TAKES_PART.format(table="cases_case")),
    ),
    "cases_material": Personal(
        organs=("organ_id",), parties=("party_id",), through=(_CASE.format(table="cases_material"),)
    ),
    "cases_shortcoming": Personal(
        organs=("organ_id",), parties=("party_id",), through=(_CASE.format(table="cases_shortcoming"),)
    ),
    "automatic_receipt": Personal(organs=("organ_id",), parties=("party_id",)),
    "cases_promise": Personal(  # every counter has to know whose broken promise stands on record
        organs=("organ_id",), parties=("party_id",), staff=True
    ),
    "themes_theme": Personal(
        organs=("organ_id",),
        parties=("party_id",),
        account="account_id",
        through=(  # the helper at the hall, and every organ one of the items belongs to
            _SEAT.format(table="themes_theme"),
            "themes_item i where i.matter_id = themes_theme.matter_id and i.organ_id = {organs}",
        ),
    ),
    # who was served is nobody's but that person's: whoever calls back a bad rating sees neither name nor telephone
    "ratings_guest": Personal(parties=("party_id",)),
    "ratings_voice": Personal(
        organs=("organ_id",),
        through=(
            "ratings_guest g join ratings_rating r on r.occasion_id = g.occasion_id"
            " where r.id = ratings_voice.rating_id",
        ),
    ),
    "assistance_kioskvisit": Personal(organs=("organ_id",), parties=("party_id",)),
    "relay_case": Personal(organs=("organ_id",), parties=("party_id",)),
    "relay_inbound": Personal(organs=("organ_id",)),
    "hotline_order": Personal(
        organs=("organ_id", "handling_organ_id", "overseer_organ_id"),
        parties=("party_id",),
        through=(  # the unit asked for a part, and the counter that wrote it down
            "matter c where c.parent_id = hotline_order.matter_id and c.organ_id = {organs}",
            _TAKES_PART.format(table="hotline_order"),
        ),
    ),
    "hotline_part": Personal(
        organs=("organ_id",),
        # the lead unit joins the answers; the order's own policy decides who that is
        through=("hotline_order o where o.matter_id = hotline_part.order_id",),
    ),
    "hotline_call": Personal(organs=("organ_id",)),
    "petitions_petition": Personal(
        organs=("organ_id", "unit_id"),
        parties=("party_id",),
        # the organ that reviews
        through=(_SEAT.format(table="petitions_petition"), _TAKES_PART.format(table="petitions_petition")),
    ),
    "themes_application": Personal(organs=("organ_id",), parties=("party_id",)),
    "themes_draft": Personal(parties=("party_id",), account="account_id"),
    "cases_draft": Personal(parties=("party_id",), account="account_id"),
    # every desk that takes in an application has to see a bar; nobody else's business is it
    "certificates_bar": Personal(organs=("organ_id",), parties=("party_id",), staff=True),
    "letters_letter": Personal(
        organs=("organ_id",),
        parties=("party_id",),
        through=(_REFERENCED.format(table="letters_letter"), _CARDED, _PETITIONED),
    ),
    "letters_message": Personal(
        organs=("organ_id",),
        parties=("party_id",),
        account="account_id",
        through=(_REFERENCED.format(table="letters_message"),),
    ),
    "files_storedfile": Personal(
        organs=("organ_id",),
        parties=("party_id",),
        authors=("stored_by",),
        through=(
            "cases_material_files f join cases_material cm on cm.id = f.casematerial_id"
            " where f.storedfile_id = files_storedfile.id",
            "letters_letter l where l.file_id = files_storedfile.id",
            # what a unit handed in for a report, for the organ that draws it up; and that and the batches it rests on for
            # whoever sits on it for the moment (a legal adviser of another organ)
            "reports_return r join matter m on m.id = r.report_id"
            " where r.evidence_id = files_storedfile.id and m.organ_id = {organs}",
            "reports_return r join matter_seat t on t.matter_id = r.report_id"
            " where r.evidence_id = files_storedfile.id and t.organ_id = {organs}",
            "reports_boundfigure f join reports_snapshot n on n.id = f.snapshot_id"
            " join matter_seat t on t.matter_id = f.report_id"
            " where n.file_id = files_storedfile.id and t.organ_id = {organs}",
            # what a case resulted in, for whoever sees the case: the window prints it and hands it out
            "certificates_issuance i join certificates_certificate c on c.id = i.certificate_id"
            " join matter m on m.reference = c.matter_reference join cases_case k on k.matter_id = m.id"
            " where files_storedfile.id in (i.pdf_id, i.ofd_id)",
        ),
    ),
}
