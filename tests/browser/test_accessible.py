"""Pages can be read and used by everybody: what axe finds wrong by WCAG 2.1 AA, light and dark, and at phone width."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from browser.conftest import sign_in
from browser.test_every_page import fill_with_attacks

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"], "resultTypes": ["violations"]}
PAGES = """
    dashboard contacts contacts/new contacts/view/1 contacts/import/new contacts/fields companies companies/edit/1 segments
    segments/view/1 segments/new emails emails/view/1 emails/new pages pages/new assets campaigns webhooks users config sysinfo
    returned account account/sessions api messages messages/new messages/view/1 notifications
    notifications/new notifications/view/1 sms sms/new sms/view/1 sms/view/1/recipients
    points points/new points/triggers/new points/groups focus focus/new focus/view/1
    dwc dwc/new dwc/view/1 contacts/privacy/1 erasures
    forms forms/new forms/view/1 forms/results/1 forms/results/1?sort=-answer-answer&answer-answer=no forms/result/1
    reports reports/new reports/view/1
    dashboards/1 dashboards/new dashboards/import dashboards/add/1 dashboards/widget/edit/1
"""


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_every_kind_of_page(open_page, scheme, width):
    fill_with_attacks()
    page = open_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    sign_in(page)
    found = []
    for path in PAGES.split():
        assert page.goto(f"/s/{path}").status == 200, path
        page.wait_for_load_state("networkidle")
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append((path, "scrolls sideways"))
        for violation in Axe().run(page, options=RULES).response["violations"]:
            found += [(path, violation["id"], node["html"][:200]) for node in violation["nodes"]]
    assert found == []
