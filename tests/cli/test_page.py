"""The page of rsearch serve in Chromium: what a person types, clicks and sees; no complaint of the browser or of
axe-core. With RLS_PICTURES=FOLDER it leaves pictures of the page there."""
import json
import os
import time
from urllib.parse import parse_qs, urlsplit

from browser import Browser, find_chromium
from serving import *

AXE = os.environ.get("RLS_AXE")  # axe.min.js, which tests/run fetches
PICTURES = os.environ.get("RLS_PICTURES")
READY = "!document.body.hasAttribute('aria-busy') && document.getElementById('summary').textContent !== ''"
HITS = "[...document.querySelectorAll('.hit h2')].map((one) => one.textContent)"


class Page:
    """The page of a server over a small corpus, in a browser of its own."""

    def __init__(self, place):
        program = find_chromium()
        if program is None:
            raise Skip("there is no Chromium here")
        for year in range(2001, 2009):
            for month in (2, 9):
                place.release("releases/%d-%02d.md" % (year, month), "Oslo talks of %d" % year,
                              "A treaty on rain.\n\n" + "Rain and more rain falls. " * 40 + "\n\n## The treaty\n\n- one *treaty*\n- two "
                              "[treaties](https://example.org/x)\n\nMāori and 日本 say: treaty.",
                              date="%d-%02d-01" % (year, month), ministers=["Phil Goff" if year % 3 else "Jim Anderton"],
                              portfolios=[["Health", "Defence"][year % 2]])
        place.release("releases/evil.md", "<img src=x onerror=window.hit=1> & \"rain\"",
                      "An <script>window.hit=1</script> evil word.\n\n[link](javascript:window.hit=1) <b>bold</b>", date="2009-01-01",
                      ministers=["<b onclick=window.hit=1>Nobody</b>", "Phil Goff"], portfolios=["Health"])
        place.good("index", "-q", "releases")
        self.server = Server(place)
        self.browser = Browser(program)
        self.browser.screen(1280, 900)

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        if kind is not None and PICTURES:
            self.browser.picture(os.path.join(PICTURES, "failed.png"))
        self.browser.close()
        self.server.__exit__(kind, value, trace)

    def open(self, target="/"):
        self.browser.open(self.server.address + target)
        self.ready()

    def ready(self):
        self.browser.wait(READY)

    def value(self, expression):
        return self.browser.value(expression)

    def comes(self, expression):
        self.browser.wait(expression)

    def text(self, selector):
        return self.value("(document.querySelector(%s) || {}).textContent" % json.dumps(selector))

    def state(self):
        return {name: values if len(values) > 1 else values[0]
                for name, values in parse_qs(urlsplit(self.value("location.href")).query, keep_blank_values=True).items()}

    def summary(self, wanted):
        self.comes("document.getElementById('summary').textContent === %s" % json.dumps(wanted))

    def silent(self):
        asked = self.browser.addresses()
        equal([one for one in asked if not one.startswith(self.server.address)], [], "addresses asked elsewhere")
        equal(self.browser.complaints(), [], "complaints of the browser")
        equal(self.value("window.hit"), None, "a script of a document ran")


@test("hits come as one types, with marks, counts and completions; the address follows, and Back goes back")
def _(place):
    with Page(place) as page:
        page.open()
        page.summary("17 documents")
        equal(page.value("document.activeElement.id"), "q")
        equal(page.value("document.getElementById('sort').value"), "-date")
        page.browser.type("treat")
        page.comes("document.querySelector('#suggestions button')")
        page.browser.type("y on rain")
        page.summary("16 documents")
        equal(page.state(), {"q": "treaty on rain"})
        contains(page.value("[...document.querySelectorAll('.hit mark')].map((one) => one.textContent).join('|')"), "Rain|")
        equal(page.value("document.getElementById('sort').value"), "score")
        page.value("history.back()")
        page.summary("17 documents")
        equal(page.state(), {})
        page.open("/?q=triaty")
        equal(page.text("#remark a"), "treaty")
        page.browser.click("#remark a")
        page.summary("16 documents")
        page.open("/?q=nosuchwordatall")
        page.summary("Nothing was found")
        page.silent()


@test("filters are those of the index, with counts; alternatives in one field, both of two; a chip takes one away")
def _(place):
    with Page(place) as page:
        page.open("/?q=treaty")
        names = "[...document.querySelectorAll('.facet')].map((one) => one.dataset.field)"
        rows = "[...document.querySelectorAll('.facet[data-field=ministers] label')].map((one) => one.innerText.replace(/\\s+/g, ' ').trim())"
        equal(page.value(names), ["ministers", "portfolios"])
        equal(page.value(rows), ["Phil Goff 10", "Jim Anderton 6"])
        page.browser.click(".facet[data-field=ministers] input[data-value='Jim Anderton']")
        page.summary("6 documents")
        equal(page.state(), {"q": "treaty", "f": "ministers=Jim Anderton"})
        equal(page.value(rows), ["Phil Goff 10", "Jim Anderton 6"])
        equal(page.value("document.activeElement.dataset.value"), "Jim Anderton")
        page.browser.click(".facet[data-field=portfolios] input[data-value='Health']")
        page.summary("2 documents")
        page.browser.click(".facet[data-field=ministers] input[data-value='Phil Goff']")
        page.summary("8 documents")
        page.browser.click("#chosen button[aria-label*='portfolios']")
        page.summary("16 documents")
        page.open("/?f=ministers%3D%3Cb+onclick%3Dwindow.hit%3D1%3ENobody%3C%2Fb%3E")
        page.summary("1 document")
        page.silent()


@test("the timeline is brushed with the pointer and moved by keys")
def _(place):
    with Page(place) as page:
        page.open("/?q=treaty")
        x, y, width, height = page.browser.place("#timeline .plot")
        page.browser.mouse("mousePressed", x + width * 0.3, y + height / 2)
        page.browser.mouse("mouseMoved", x + width * 0.4, y + height / 2)
        page.browser.mouse("mouseMoved", x + width * 0.6, y + height / 2)
        page.browser.mouse("mouseReleased", x + width * 0.6, y + height / 2)
        page.comes("new URLSearchParams(location.search).has('from')")
        page.ready()
        state = page.state()
        equal("2003" <= state["from"][:4] <= "2004" and "2005" <= state["to"][:4] <= "2006", True, str(state))
        dates = page.value("[...document.querySelectorAll('.hit .about')].map((one) => one.textContent)")
        equal(0 < len(dates) < 16, True)
        page.value("document.querySelector('.handle[data-end=from]').focus()")
        page.browser.press("Home")
        page.comes("new URLSearchParams(location.search).get('from') === '2001-02'")
        page.ready()
        equal(page.value("document.activeElement.getAttribute('aria-valuetext')"), "Feb 2001")
        page.browser.click("#timeline .told button")
        page.summary("16 documents")
        equal(page.state(), {"q": "treaty"})
        page.silent()


@test("all goes by keys: hit to hit, into a document, from match to match, back to the hit, help")
def _(place):
    with Page(place) as page:
        page.open("/?q=treaty")
        page.browser.press("ArrowDown")
        page.browser.press("ArrowDown")
        key = page.value("document.activeElement.dataset.key")
        page.browser.press("Enter")
        page.comes("document.querySelector('#document .body mark')")
        equal(page.state()["doc"], key)
        count = page.value("document.querySelectorAll('#document .body mark').length")
        equal(count, 5)
        now = "[...document.querySelectorAll('#document .body mark')].findIndex((one) => one.classList.contains('now'))"
        page.browser.press("n")
        page.browser.press("n")
        equal((page.value(now), page.text("#document .told")), (1, "match 2 of 5"))
        equal(page.state()["m"], "2")
        for _ in range(2):
            page.browser.press("p")
        equal(page.value(now), 4)
        box = page.value("(() => { const box = document.querySelector('mark.now').getBoundingClientRect(); return [box.top, box.bottom]; })()")
        page.comes("(() => { const box = document.querySelector('mark.now').getBoundingClientRect(); return box.top > 0 && box.bottom < innerHeight; })()")
        equal(page.value("[...document.querySelectorAll('#document .body mark')].pop().textContent"), "treaty")
        equal(page.value("document.querySelector('#document .body a').href"), "https://example.org/x")
        page.comes("document.querySelector('#like a')")
        page.browser.press("Escape")
        page.comes("!document.getElementById('list').hidden && document.activeElement.dataset.key === %s" % json.dumps(key))
        page.browser.press("?")
        page.comes("document.getElementById('help').open")
        page.browser.press("Escape")
        page.comes("!document.getElementById('help').open")
        page.browser.press("/")
        equal(page.value("document.activeElement.id"), "q")
        page.browser.press("Escape")
        page.summary("17 documents")
        page.silent()


@test("what documents hold is text, never markup or script")
def _(place):
    with Page(place) as page:
        page.open("/?q=evil")
        contains(page.value(HITS)[0], "<img src=x onerror=window.hit=1>")
        page.browser.click(".hit a")
        page.comes("document.querySelector('#document .body')")
        contains(page.text("#document .body"), "<script>window.hit=1</script>")
        equal(page.value("document.querySelectorAll('#document .body a, #document img, #document script, #document b').length"), 0)
        page.silent()


@test("a link to any state shows it: pages, order, unfolded filters, a match in a document")
def _(place):
    with Page(place) as page:
        for number in range(30):
            place.release("releases/many%02d.md" % number, "Number %02d" % number, "Many.", date="2010-01-%02d" % (number + 1),
                          ministers=["Minister %d" % (number % 12)], portfolios=["Many"])
        place.good("index", "-q")
        wait_until(lambda: page.server.get("/api/status", "status")["documents"] == 47, "the new documents are served")
        page.open("/?q=many&sort=date&page=2&x=ministers")
        equal(page.value(HITS), ["Number %02d" % number for number in range(20, 30)])
        equal(page.value("document.querySelectorAll('.facet[data-field=ministers] label').length"), 12)
        equal(page.text("#pages [aria-current]"), "2 of 2")
        page.browser.click("#pages a")
        page.comes(HITS + "[0] === 'Number 00'")
        page.browser.open(page.server.address + "/?q=treaty&doc=2004-02.md&m=3")
        page.comes("document.querySelector('mark.now')")
        equal(page.text("#document .told"), "match 3 of 5")
        page.browser.open(page.server.address + "/?doc=none.md")
        page.comes("document.querySelector('#document [role=alert]')")
        contains(page.text("#document"), "none.md: no such document")


@test("axe-core finds nothing, light and dark, on a screen and on a phone")
def _(place):
    with Page(place) as page:
        if AXE:
            with open(AXE, encoding="utf-8") as file:
                axe = file.read()
        for name, width, height, mobile in (("screen", 1280, 900, False), ("phone", 390, 844, True)):
            for scheme in ("light", "dark"):
                page.browser.screen(width, height, mobile, scheme)
                for what, target in (("start", "/"), ("hits", "/?q=treaty&f=ministers%3DPhil+Goff&from=2002&to=2006"),
                                     ("document", "/?q=treaty&doc=2004-02.md&m=2"), ("help", "/?q=rain")):
                    page.browser.open(page.server.address + target)
                    if what == "document":
                        page.comes("document.querySelector('mark.now') && document.querySelector('#like a')")
                    else:
                        page.ready()
                    if what == "help":
                        page.browser.click("#help-open")
                    equal(page.value("document.documentElement.scrollWidth <= innerWidth"), True, "%s fits a %s" % (what, name))
                    if PICTURES:
                        page.browser.picture(os.path.join(PICTURES, "%s-%s-%s.png" % (what, name, scheme)))
                    page.silent()
                    if AXE:
                        page.value(axe + "; 0")
                        found = page.value("axe.run().then((found) => found.violations.map((one) => one.id + ': ' + one.nodes.map((node) => node.target + ' ' + node.failureSummary).join('; ')))")
                        equal(found, [], "violations of %s, %s, %s" % (what, name, scheme))
        if not AXE:
            raise Skip("axe-core is not here (RLS_AXE names its axe.min.js)")


main()
