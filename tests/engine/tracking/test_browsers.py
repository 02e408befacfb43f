"""User agents of real machines, and what is told of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from honeyguide.engine.tracking import agents
from honeyguide.engine.tracking.browsers import read_agent

KIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
SAFARI = "AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.1"
KINDS_OF_MACHINES = {"", "desktop", "smartphone", "tablet", "tv", "console", "wearable", "portable media player"}
MACHINES = [
    (f"Mozilla/5.0 (X11; Linux x86_64) {KIT} Chrome/120.0.0.0 Safari/537.36",
     ("desktop", "GNU/Linux", "LIN", "", "x64", "", "", "Chrome", "CH", "120.0")),
    ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0",
     ("desktop", "Windows", "WIN", "10", "x64", "", "", "Firefox", "FF", "128.0")),
    (f"Mozilla/5.0 (Windows NT 6.1; Win64; x64) {KIT} Chrome/120.0.0.0 Safari/537.36 Edg/120.0.0.0",
     ("desktop", "Windows", "WIN", "7", "x64", "", "", "Microsoft Edge", "PS", "120.0")),
    (f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {SAFARI} Safari/605.1.15",
     ("desktop", "Mac", "MAC", "10.15", "", "Apple", "", "Safari", "SF", "17.1")),
    (f"Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) {SAFARI} Mobile/15E148 Safari/604.1",
     ("smartphone", "iOS", "IOS", "17.1", "", "Apple", "iPhone", "Mobile Safari", "MF", "17.1")),
    (f"Mozilla/5.0 (Linux; Android 13; SM-S918B) {KIT} Chrome/112.0.0.0 Mobile Safari/537.36",
     ("smartphone", "Android", "AND", "13", "", "Samsung", "SM-S918B", "Chrome Mobile", "CM", "112.0")),
    (f"Mozilla/5.0 (Linux; Android 12; SM-X906C) {KIT} Chrome/112.0.0.0 Safari/537.36",
     ("tablet", "Android", "AND", "12", "", "Samsung", "SM-X906C", "Chrome", "CH", "112.0")),
    (f"Mozilla/5.0 (Linux; Android 10; K) {KIT} SamsungBrowser/23.0 Chrome/115.0.0.0 Mobile Safari/537.36",
     ("smartphone", "Android", "AND", "10", "", "", "", "Samsung Browser", "SB", "23.0")),
    ("Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/117.0",
     ("desktop", "Ubuntu", "UBT", "", "x64", "", "", "Firefox", "FF", "117.0")),
    (f"Mozilla/5.0 (Web0S; Linux/SmartTV) {KIT} Chrome/79.0.3945.79 Safari/537.36 WebAppManager",
     ("tv", "webOS", "WOS", "", "", "LG", "Web0S SmartTV", "Chrome", "CH", "79.0")),
    ("Mozilla/5.0 (PlayStation; PlayStation 5/2.26) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/13.0 Safari/605.1.15",
     ("console", "", "", "", "", "Sony", "PlayStation 5", "Safari", "SF", "13.0")),
]  # fmt: skip


@pytest.mark.parametrize(("header", "told"), MACHINES, ids=[told[1] + told[0] + told[7] for _, told in MACHINES])
def test_machines_are_told_by_their_agents(header, told):
    agent = read_agent(header)
    client = agent.client
    system = (agent.device, agent.os_name, agent.os_short_name, agent.os_version, agent.os_platform)
    assert (*system, agent.brand, agent.model, client["name"], client["short_name"], client["version"]) == told
    assert not agents.is_bot(header)


def test_programs_without_a_window_are_told_as_what_they_are():
    assert read_agent("curl/7.68.0").client == {"type": "library", "name": "curl", "version": "7.68"}
    assert read_agent("curl/7.68.0").device == ""
    assert read_agent("Microsoft Outlook 16.0.5").client["type"] == "email client"


def test_robots_that_do_not_say_so_in_their_names_are_known():
    assert agents.is_bot("Mozilla/5.0 (compatible; YandexMetrika/2.0; +http://yandex.com/bots)")
    assert not agents.is_bot(
        "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)"
    )


@given(st.text(max_size=2000))
def test_any_text_can_be_read(header):
    assert read_agent(header).device in KINDS_OF_MACHINES
