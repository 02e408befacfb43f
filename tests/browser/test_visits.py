"""The snippet that sites carry, on a page of another origin."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from honeyguide.engine import config
from honeyguide.engine.sql import rows
from honeyguide.engine.tracking.hits import writer

SNIPPET = """<!doctype html><title>A shop</title><link rel="icon" href="data:,"><script>
(function(w,d,t,u,n,a,m){w['MauticTrackingObject']=n;w[n]=w[n]||function(){(w[n].q=w[n].q||[]).push(arguments)},
a=d.createElement(t),m=d.getElementsByTagName(t)[0];a.async=1;a.src=u;m.parentNode.insertBefore(a,m)
})(window,document,'script','HOME/mtc.js','mt');
window.told = [];
document.addEventListener('mauticPageEventDelivered', function (e) { told.push(e.response); });
mt('send', 'pageview', {utm_source: 'browser'}); mt('send', 'pageview', {page_title: 'Second'});
</script>"""


@pytest.fixture
def shop(live_server):
    """A page of another site that carries the snippet."""

    writer.close()  # what another test began may hold a connection that is none any more

    class Page(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(SNIPPET.replace("HOME", live_server.url).encode())

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    server.server_close()
    writer.close()


def test_the_snippet_tells_of_visits(open_page, shop):
    config.set_value("cors_valid_domains", ["http://localhost:*"])
    page = open_page(user_agent="Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/120.0.0.0 Safari/537.36")
    page.goto(f"{shop}/autumn")
    page.wait_for_function("window.told.length === 2")
    page.evaluate("mt('send', 'pageview', {page_title: 'Third'})")
    page.wait_for_function("window.told.length === 3")
    told = page.evaluate("told")
    assert {answer["id"] for answer in told} == {told[0]["id"]}
    assert {answer["device_id"] for answer in told} == {told[0]["device_id"]}
    assert page.evaluate("localStorage.getItem('mautic_device_id')") == told[0]["device_id"]
    assert f"mtc_id={told[0]['id']}" in page.evaluate("document.cookie")
    writer.close()
    titles = rows("SELECT contact_id, payload ->> 'title', payload ->> 'url' FROM events WHERE type = 60 ORDER BY id")
    assert titles == [(told[0]["id"], title, f"{shop}/autumn") for title in ("A shop", "Second", "Third")]
