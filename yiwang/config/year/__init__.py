"""一年的办件: a county's year built from its stated totals, exactly, through the rules and the bulk path.

``profile`` reads the totals, ``apportion`` splits them without losing one, ``rhythm`` says on which day and hour people
come, ``plan`` decides each case (pure, the same for the same seed), ``stories`` tells its steps, ``building`` writes them
through ``matters.actions.living``, ``praise`` and ``ratings`` what was thought of them. Everybody in it is invented. It stands in ``config`` because it knows every area.
"""
