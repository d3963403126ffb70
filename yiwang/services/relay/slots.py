"""Where the desk finds a relayed case."""

from urllib.parse import urlencode

from yiwang.kernel import names
from yiwang.services.relay.models import RelayCase

names.slot("matters.page.services.relay")("/desk/relay/{}/".format)


@names.hook("cases.progress-elsewhere.relay")
def progress_page(reference: str, code: str) -> str:
    """The address of a relayed case's own progress page, for the one box in which any number is looked up; empty if the
    code is no relayed case's."""
    if not RelayCase.objects.filter(enquiry_code=code.strip().upper()).exists():
        return ""
    return "/progress/relay/?" + urlencode({"reference": reference, "code": code})
