"""Where the desk finds a theme."""

from yiwang.kernel import names

names.slot("matters.page.services.theme")("/desk/themes/{}/".format)
