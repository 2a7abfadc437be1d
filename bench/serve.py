"""Load on rsearch serve: python3 bench/serve.py RSEARCH INDEX QUERIES… [--connections 64] [--requests 10000]

QUERIES are files of the benchmark (JSON Lines with "query", or a query a line). Each connection is kept open
and asks one query after another, with snippets, facets of every keyword field and a timeline, as the page does.
Prints one line of JSON: errors, requests a second, milliseconds (mean, p50, p99, most), and memory of the
server: at the beginning, at most, at the end. The clients run in processes of their own on the same machine, so
that what is told is a lower bound of what the server can do."""
import argparse
import http.client
import json
import multiprocessing
import os
import re
import select
import signal
import subprocess
import threading
import time
from urllib.parse import urlencode


def read_queries(paths):
    found = []
    for path in paths:
        with open(path, encoding="utf-8") as file:
            for line in file:
                line = line.strip()
                if line.startswith("{"):
                    line = json.loads(line)["query"]
                if line:
                    found.append(line)
    return found


def connect(port):
    return http.client.HTTPConnection("127.0.0.1", port, timeout=120)


def ask(connection, target):
    connection.request("GET", target, headers={"Accept-Encoding": "gzip"})
    answer = connection.getresponse()
    answer.read()
    return answer.status


def ask_all(port, targets, connections, results):
    """One process: `connections` threads, each with a share of the targets."""
    times, errors, lock = [], [], threading.Lock()

    def run(own):
        connection, mine = connect(port), []
        for target in own:
            begun = time.perf_counter()
            try:
                status = ask(connection, target)
            except (OSError, http.client.HTTPException) as problem:
                status = repr(problem)
                connection.close()
            mine.append((time.perf_counter() - begun) * 1000)
            if status != 200:
                with lock:
                    errors.append("%s: %s" % (status, target))
        connection.close()
        with lock:
            times.extend(mine)
    threads = [threading.Thread(target=run, args=(targets[i::connections],)) for i in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    results.put((times, errors))


def memory(pid):
    """Megabytes now and at most; the mapped index counts where it was read."""
    with open("/proc/%d/status" % pid, encoding="ascii") as file:
        fields = dict(line.split(":", 1) for line in file)
    return [round(int(fields[name].split()[0]) / 1024, 1) for name in ("VmRSS", "RssAnon", "VmHWM")]


def parameters(port):
    connection = connect(port)
    connection.request("GET", "/api/stats")
    stats = json.loads(connection.getresponse().read())
    connection.close()
    facets = [field["name"] + "=7" for field in stats["fields"]
              if "keyword" in field["kinds"] and 2 <= field["distinct_values"] <= field["documents"] // 2 + 1]
    dates = [field["name"] + ":month" for field in stats["fields"] if "date" in field["kinds"] and field["documents"] > 0]
    return [("facet", one) for one in facets + dates[:1]] + [("no-own-filter", "")]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rsearch")
    parser.add_argument("index")
    parser.add_argument("queries", nargs="+")
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--requests", type=int, default=10000)
    parser.add_argument("--processes", type=int, default=4, help="of clients")
    given = parser.parse_args()

    server = subprocess.Popen([given.rsearch, "serve", "-i", given.index, "--port", "0"], stdout=subprocess.PIPE)
    try:
        if not select.select([server.stdout], [], [], 30)[0]:
            raise SystemExit("the server does not start")
        port = int(re.search(rb":(\d+)/ ", server.stdout.readline())[1])
        more = parameters(port)
        queries = read_queries(given.queries)
        targets = ["/api/search?" + urlencode([("q", queries[i % len(queries)]), ("limit", 20)] + more)
                   for i in range(given.requests)]
        before, results = memory(server.pid), multiprocessing.Queue()
        load, begun = os.getloadavg()[0], time.perf_counter()
        clients = [multiprocessing.Process(target=ask_all, args=(port, targets[i::given.processes],
                                                                 given.connections // given.processes, results))
                   for i in range(given.processes)]
        for client in clients:
            client.start()
        times, errors = [], []
        for _ in clients:
            one = results.get()
            times += one[0]
            errors += one[1]
        took = time.perf_counter() - begun
        for client in clients:
            client.join()
        after = memory(server.pid)
    finally:
        server.send_signal(signal.SIGTERM)
        status = server.wait(60)
    times.sort()
    print(json.dumps({
        "requests": len(times), "connections": given.connections, "errors": len(errors), "first_errors": errors[:3],
        "server_status": status, "requests_per_second": round(len(times) / took),
        "ms": {"mean": round(sum(times) / len(times), 1), "p50": round(times[len(times) // 2], 1),
               "p99": round(times[int(len(times) * 0.99)], 1), "most": round(times[-1], 1)},
        "memory_mb": {"before": before[0], "after": after[0], "after_without_mapped_files": after[1], "most": after[2]},
        "load_before": load}))
    return 1 if errors or status else 0


if __name__ == "__main__":
    raise SystemExit(main())
