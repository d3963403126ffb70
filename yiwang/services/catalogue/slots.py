"""Where the inbox finds a guide under review."""

from yiwang.kernel import names

names.slot("matters.page.catalogue.publication")("/desk/catalogue/publications/{}/".format)
