"""Pages of the hotline: the desk's, the operator's screen, and the citizen's."""
