"""rsearch serve over HTTP: answers, their schema and headers, what is refused, limits, the stop, an index that
changes meanwhile."""
import gzip
import json
import signal
import socket
import threading
import time
from urllib.parse import quote, urlencode

from serving import *


def corpus(place):
    for number in range(24):
        place.release("releases/%02d.md" % number, "Title %02d" % number, "A treaty on rain. " + "Rain. " * number,
                      date="20%02d-%02d-01" % (number // 4 + 1, number % 4 + 1),
                      ministers=["Phil Goff" if number % 3 else "Jim Anderton"],
                      portfolios=[["Health", "Housing", "Defence"][number % 5 % 3]])
    place.release("releases/evil.md", "<script>alert(1)</script> & \"quotes\"", "Rain <b>and</b> an evil 'treaty' & more.",
                  ministers=["<img src=x onerror=alert(1)>"], portfolios=["A & B"])
    place.good("index", "-q", "releases")


def served(place, *arguments):
    corpus(place)
    return Server(place, *arguments)


def raw(server, request, wait=60):
    """What comes back for these bytes, until the other side closes."""
    with socket.create_connection((server.host, server.port), timeout=wait) as connection:
        connection.sendall(request)
        answer = b""
        while True:
            piece = connection.recv(65536)
            if not piece:
                return answer
            answer += piece


@test("the answers are the objects that the commands print with --json")
def _(place):
    with served(place) as server:
        def same(target, kind, *command):
            found, printed = server.get(target, kind), json.loads(place.run(*command).out)
            for one in (found, printed):
                one.pop("took_us", None)
            equal(found, printed)
        same("/api/search?q=rain+treaty&limit=3&offset=2&sort=-date&facet=ministers&facet=date:year", "search",
             "query", "--json", "-n3", "--offset=2", "--sort=-date", "--facet=ministers", "--facet=date:year", "rain treaty")
        same("/api/search?q=%22rain+treaty%22&marks=html&explain&snippet-size=60&collapse", "search",
             "query", "--json", "--marks=html", "--explain", "--snippet-size=60", "--collapse", '"rain treaty"')
        same("/api/search?q=rain&filter=ministers=Phil+Goff&filter=date=2002..2003&all&no-snippet", "search",
             "query", "--json", "--filter=ministers=Phil Goff", "--filter=date=2002..2003", "--all", "--no-snippet", "rain")
        same("/api/document?key=03.md", "document", "show", "--json", "03.md")
        same("/api/suggest?q=tre&limit=3&kind=word", "suggestions", "suggest", "--json", "-n3", "--kind=word", "tre")
        same("/api/stats", "stats", "stats", "--json")
        same("/api/like?key=03.md&limit=4", "search", "like", "--json", "-n4", "03.md")
        check(json.loads(place.good("query", "--json", "rain").out), {"$ref": "#/$defs/search"}, "query --json")


@test("facets of every keyword field and of dates are counted when none is named")
def _(place):
    with served(place) as server:
        facets = server.get("/api/facets", "search")["facets"]
        equal([(facet["field"], facet["by"]) for facet in facets],
              [("date", "year"), ("ministers", "value"), ("portfolios", "value")])
        goff = server.get("/api/facets?q=treaty&facet=ministers&filter=ministers=Jim+Anderton&no-own-filter", "search")
        equal([value["value"] for value in goff["facets"][0]["values"]][:2], ["Phil Goff", "Jim Anderton"])
        equal(goff["total"], 8)
        equal(server.get("/api/facets?facet=ministers", "search")["hits"], [])


@test("a field is a facet whatever it is called")
def _(place):
    place.release("releases/1.md", "Rain", "Rain", **{"dc:year": ["Red", "Blue"], "a=b": ["Red"]})
    place.good("index", "-q", "releases")
    with Server(place) as server:
        facets = server.get("/api/facets", "search")["facets"]
        equal([(facet["field"], facet["by"], len(facet["values"])) for facet in facets],
              [("a=b", "value", 1), ("date", "year", 1), ("dc:year", "value", 2)])


@test("a document tells where the query matches in it")
def _(place):
    with served(place) as server:
        found = server.get("/api/document?key=05.md&q=treaties+title", "document")
        words = sorted((match["field"], found["fields"]["title"][match["start"]:match["end"]] if match["field"] == "title"
                        else found["body"][match["start"]:match["end"]]) for match in found["matches"])
        equal(words, [("body", "treaty"), ("title", "Title")])
        equal(server.get("/api/document?key=05.md&q=nowhere", "document")["matches"], [])
        equal("matches" in server.get("/api/document?key=05.md", "document"), False)
        contains(server.get("/api/document?key=none.md", status=404)["error"]["message"], "none.md")
        server.get("/api/document?key=none.md&q=rain", status=404)
        server.get("/api/document", status=400)


@test("pages behind a page go by its token and join without gaps")
def _(place):
    with served(place) as server:
        keys, token = [], None
        while True:
            found = server.get("/api/search?q=treaty&limit=7&sort=date" + ("&after=" + quote(token) if token else ""), "search")
            keys += [hit["key"] for hit in found["hits"]]
            token = found["next_token"]
            if token is None:
                break
        equal(len(keys), 25)
        equal(len(set(keys)), 25)


@test("every answer has the headers that keep a browser safe, and an unchanged one is not sent again")
def _(place):
    with served(place) as server:
        for target, status in (("/", 200), ("/search.js", 200), ("/page.css", 200), ("/icon.svg", 200), ("/api/search?q=rain", 200),
                               ("/api/schema", 200), ("/api/status", 200), ("/nothing", 404), ("/api/search?limit=x", 400)):
            found, headers, body = server.ask(target)
            equal(found, status, target)
            policy = headers["Content-Security-Policy"]
            contains(policy, "default-src 'none'")
            lacks(policy, "unsafe")
            equal(headers["X-Content-Type-Options"], "nosniff")
            equal(headers["Referrer-Policy"], "no-referrer")
            equal(headers["Vary"], "Accept-Encoding")
            tag = headers["ETag"]
            equal(tag is not None, status == 200 and target != "/api/status", target + " has a tag")
            if tag is None:
                equal(headers["Cache-Control"], "no-store")
                continue
            found, headers, body = server.ask(target, If_None_Match='"other", %s' % tag)
            equal((found, body, headers["ETag"]), (304, b"", tag), target)
            equal(server.ask(target, If_None_Match='W/"other"')[0], 200)
        one, two = (server.ask("/api/search?q=rain&limit=%d" % limit)[1]["ETag"] for limit in (1, 2))
        equal(one == two, False, "one tag for two answers")


@test("HEAD has the headers of GET and no body; other methods are refused")
def _(place):
    with served(place) as server:
        for target in ("/", "/api/search?q=rain", "/nothing"):
            got, asked = server.ask(target), server.ask(target, method="HEAD")
            equal(asked[2], b"")
            equal(asked[0], got[0])
            equal(int(asked[1]["Content-Length"]) > 0, True)
            equal(asked[1]["ETag"], got[1]["ETag"])
        for method in ("POST", "PUT", "DELETE", "OPTIONS", "PATCH"):
            status, headers, body = server.ask("/api/search?q=rain", method=method)
            equal((status, headers["Allow"]), (405, "GET, HEAD"), method)
            check(json.loads(body), {"$ref": "#/$defs/error"}, method)
        contains(raw(server, b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\nConnection: close\r\n\r\n" + b"x" * 100000),
                 b" 405 ")


@test("answers are compressed for those who take it")
def _(place):
    with served(place) as server:
        for target in ("/", "/search.js", "/api/search?q=rain&limit=20"):
            plain = server.ask(target, Accept_Encoding="identity")
            equal(plain[1]["Content-Encoding"], None)
            for accepted in ("gzip", "br;q=1.0, gzip;q=0.5", "deflate,gzip"):
                packed = server.ask(target, Accept_Encoding=accepted)
                equal(packed[1]["Content-Encoding"], "gzip", accepted)
                equal(len(packed[2]) < len(plain[2]), True)
                if not target.startswith("/api"):
                    equal(gzip.decompress(packed[2]), plain[2])
                else:
                    equal(json.loads(gzip.decompress(packed[2]))["hits"], json.loads(plain[2])["hits"])
            for refused in ("gzip;q=0", "gzippy", "br"):
                equal(server.ask(target, Accept_Encoding=refused)[1]["Content-Encoding"], None, refused)


@test("what is not well formed is refused in words")
def _(place):
    with served(place) as server:
        for target, status, word in (
                ("/api/search?q=%", 400, "hexadecimal"), ("/api/search?q=%4", 400, "hexadecimal"), ("/api/search?q=%zz", 400, "hexadecimal"),
                ("/api/search?q=a%00b", 400, "NUL"), ("/api/search?q=%ff", 400, "UTF-8"), ("/api/%c3%28", 400, "UTF-8"),
                ("/api/search?q=%ed%a0%80", 400, "UTF-8"), ("/api/search?limit=-1", 400, "limit"), ("/api/search?limit=101", 400, "100"),
                ("/api/search?limit=99999999999999999999", 400, "limit"), ("/api/search?offset=10001", 400, "offset"),
                ("/api/search?color=red", 400, "color"), ("/api/search?index=/etc", 400, "index"), ("/api/search?synonyms=/etc/passwd", 400, "synonyms"),
                ("/api/search?batch=-", 400, "batch"), ("/api/search?all&any", 400, "contradicts"), ("/api/search?sort=-", 400, "sort"),
                ("/api/search?facet==3", 400, "facet"), ("/api/search?after=nonsense", 400, ""), ("/api/search?filter=x", 400, "filter"),
                ("/api/search?filter=nofield=1", 400, "nofield"), ("/api/search?all=perhaps", 400, "yes or no"),
                ("/api/search?strict&q=%22open", 400, "quotation"), ("/api/search?q=" + "x" * 3000, 400, "longer"),
                ("/api/search?" + "&".join("facet=f%d" % i for i in range(17)), 400, "16"),
                ("/api/search?" + "a&" * 200, 400, ""), ("/api/search?q=" + "x" * 9000, 414, "8192"), ("/api/search?q=" + "x" * 30000, 414, "8192"),
                ("/api/like?key=none", 404, "none"), ("/api/nothing", 404, ""), ("/..%2f..%2fetc/passwd", 404, ""), ("/../etc/passwd", 404, ""),
                ("//", 404, ""), ("/API/search", 404, "")):
            contains(server.get(target, status=status)["error"]["message"], word, target[:100])
        equal(server.get("/api/search?q=", "search")["total"], 25)
        equal(server.get("/api/search", "search")["total"], 25)
        equal(server.get("/api/search?q=%2Brain", "search")["query"], "+rain")
        for request in (b"GET\r\n\r\n", b"\x00\x01\x02\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"GET /" + b"x" * 200000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
                        b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 20000 + b"\r\n", b"GET / HTTP/1.1\r\nHost"):
            try:
                lacks(raw(server, request, 3), b" 200 ", request[:40])
            except OSError:
                pass  # hung up on before it had said all, or left waiting for the rest
        equal(server.ask("/")[0], 200)


@test("only names of this machine are answered to, so that no page elsewhere can read the index")
def _(place):
    with served(place) as server:
        for host in ("localhost", "LOCALHOST:80", "127.0.0.1", "127.0.0.1:%d" % server.port, "127.1.2.3", "[::1]", "[::1]:8080"):
            equal(server.ask("/api/status", Host=host)[0], 200, host)
        for host in ("evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "10.0.0.1", "", "[::2]", "[::1", "localhost:x", "evil:80",
                     "127.0.0.1@evil.example"):
            for target in ("/api/status", "/"):
                status, _, body = server.ask(target, Host=host)
                equal(status, 421, host)
                check(json.loads(body), {"$ref": "#/$defs/error"}, host)
        lacks(raw(server, b"GET / HTTP/1.0\r\n\r\n"), b" 200 ")
        lacks(raw(server, b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n"), b" 200 ")


@test("on an address that others reach, nobody is told where files are")
def _(place):
    corpus(place)
    server = Server(place, "--address", "0.0.0.0")
    server.host = "127.0.0.1"
    equal(server.get("/api/search?q=rain", "search")["hits"][0]["path"], None)
    equal(server.get("/api/document?key=03.md", "document")["path"], None)
    equal(server.get("/api/stats", "stats")["roots"], [])
    equal(server.ask("/api/status", Host="search.example")[0], 200)
    server.process.send_signal(signal.SIGTERM)
    out, err = server.process.communicate(timeout=60)
    equal(err.decode(), "rsearch: note: whoever reaches this address can read every document of the index\n")
    equal(server.process.returncode, 0)


@test("what is committed is found from then on, while requests go on")
def _(place):
    with served(place) as server:
        stop, problems, tags = threading.Event(), [], set()

        def go_on():
            while not stop.is_set():
                status, headers, body = server.ask("/api/search?q=treaty&limit=1")
                tags.add(headers["ETag"])
                if status != 200 or json.loads(body)["total"] < 25:
                    problems.append((status, body))
        threads = [threading.Thread(target=go_on) for _ in range(4)]
        for thread in threads:
            thread.start()
        try:
            first = server.ask("/api/search?q=treaty&limit=1")[1]["ETag"]
            for number in range(5):
                place.release("releases/new%d.md" % number, "New", "A new treaty.", date="2020-01-0%d" % (number + 1))
                place.good("index", "-q")
                wait_until(lambda: server.get("/api/search?q=treaty", "search")["total"] == 26 + number, "the new document is found")
            equal(server.get("/api/status", "status")["generation"], 6)
            equal(server.ask("/api/search?q=treaty&limit=1", If_None_Match=first)[0], 200)
        finally:
            stop.set()
            for thread in threads:
                thread.join()
        equal(problems, [])
        equal(len(tags) > 1, True)


@test("an index that cannot be opened any more is told, and served as it was")
def _(place):
    with served(place) as server:
        os.rename(place.at(".rsearch"), place.at("away"))
        wait_until(lambda: not server.get("/api/status", "status")["is_current"], "the trouble is told")
        equal(server.get("/api/search?q=treaty", "search")["total"], 25)
        os.rename(place.at("away"), place.at(".rsearch"))
        wait_until(lambda: server.get("/api/status", "status")["is_current"], "all is well again")
        os.rename(place.at(".rsearch"), place.at("away"))
        place.release("other/one.md", "Other", "A treaty.")
        place.good("index", "-q", "other")
        wait_until(lambda: server.get("/api/search?q=treaty", "search")["total"] == 1, "the index in its place is served")


@test("many connections at once, idle ones and those that say nothing among them, are all answered")
def _(place):
    with served(place, "--connections", "80") as server:
        idle = [socket.create_connection((server.host, server.port)) for _ in range(20)]
        for connection in idle[:10]:
            connection.sendall(b"GET /api/search?q=rain HTTP/1.1\r\nHost: localho")
        results = []

        def ask(number):
            connection = server.connection()
            for i in range(20):
                connection.request("GET", "/api/search?q=" + ("rain", "treaty", "title")[(number + i) % 3])
                answer = connection.getresponse()
                results.append((answer.status, json.loads(answer.read())["total"]))
            connection.close()
        threads = [threading.Thread(target=ask, args=(number,)) for number in range(50)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for connection in idle:
            connection.close()
        equal(len(results), 1000)
        equal({status for status, _ in results}, {200})


@test("a signal ends it with status 0 when the requests in flight are answered")
def _(place):
    corpus(place)
    for number in (signal.SIGTERM, signal.SIGINT):
        server = Server(place)
        results, asked, started = [], [], threading.Barrier(9)

        def ask():
            connection = server.connection()
            connection.connect()
            started.wait()
            try:
                while True:
                    connection.request("GET", "/api/search?q=rain+treaty&limit=100&explain&facet=ministers")
                    answer = connection.getresponse()
                    results.append((answer.status, len(json.loads(answer.read())["hits"])))
                    asked.append(answer.getheader("Connection"))
                    if asked[-1] == "close":
                        return
            except (ConnectionError, http.client.BadStatusLine):
                return  # between two requests
        threads = [threading.Thread(target=ask) for _ in range(8)]
        for thread in threads:
            thread.start()
        started.wait()
        wait_until(lambda: len(results) > 20, "requests are answered")
        server.process.send_signal(number)
        out, err = server.process.communicate(timeout=60)
        for thread in threads:
            thread.join()
        equal((server.process.returncode, err), (0, b""))
        equal({result for result in results}, {(200, 25)})
        equal("close" in asked, True)
        try:
            socket.create_connection((server.host, server.port)).close()
            fail("it still listens")
        except ConnectionError:
            pass


@test("a signal that is ignored when it starts, as under nohup, does not end it")
def _(place):
    corpus(place)
    with Server(place, preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN)) as server:
        server.process.send_signal(signal.SIGHUP)
        time.sleep(0.5)
        equal(server.process.poll(), None)
        equal(server.get("/api/search?q=rain", "search")["total"], 25)


@test("a port that is taken, and addresses that are none, are told")
def _(place):
    with served(place) as server:
        result = place.run("serve", "--port", str(server.port))
        equal(result.status, 2)
        contains(result.err, "port %d" % server.port)
        contains(place.run("serve", "--address", "nowhere.example").err, "--address nowhere.example")
        equal(place.run("serve", "--port", "70000").status, 2)
        equal(place.run("serve", "word").status, 2)
        equal(place.run("serve", "-i", "nothing").status, 2)


@test("flags of ranking hold for every search, and -v tells every request")
def _(place):
    corpus(place)
    place.write("synonyms.txt", "downpour => rain\n")
    server = Server(place, "-v", "--synonyms", "synonyms.txt", "--weight", "title=9", "--ranking", "bm25f")
    equal(server.get("/api/search?q=downpour", "search")["total"], 25)
    equal(server.get("/api/document?key=05.md&q=downpour", "document")["matches"] != [], True)
    plain = json.loads(place.run("query", "--json", "--weight", "title=9", "--ranking=bm25f", "title rain").out)
    equal(server.get("/api/search?q=title+rain", "search")["hits"], plain["hits"])
    server.process.send_signal(signal.SIGTERM)
    out, err = server.process.communicate(timeout=60)
    equal(server.process.returncode, 0)
    matches(err.decode().splitlines()[0], r"200  [\d.]+ m?s  /api/search\?q=downpour")


main()
