"""A server under test, and answers held against docs/serve.schema.json."""
import http.client
import json
import os
import re
import select
import signal
import time

from harness import *

ROOT = os.environ.get("RLS_SOURCE_ROOT") or os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
with open(os.path.join(ROOT, "docs", "serve.schema.json"), encoding="utf-8") as file:
    SCHEMA = json.load(file)


class Server:
    """rsearch serve at a free port; ended with `with`, which asks for status 0 and silence."""

    def __init__(self, place, *arguments, **more):
        self.process = place.start("serve", "--port", "0", *arguments, **more)
        self.line = self.read_line()
        found = re.fullmatch(r"Serving .* at http://(\[[^]]+\]|[^:]+):(\d+)/ \(Ctrl-C stops\)\n", self.line)
        if not found:
            self.process.kill()
            fail("the server says %r and %r" % (self.line, self.process.communicate()[1]))
        self.host, self.port = found[1].strip("[]"), int(found[2])
        self.address = "http://%s:%d" % (found[1], self.port)

    def read_line(self):
        if not select.select([self.process.stdout], [], [], 60)[0]:
            self.process.kill()
            fail("the server does not start")
        return self.process.stdout.readline().decode()

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        out, err = self.process.communicate(timeout=60)
        if kind is None:
            equal(err.decode(), "", "standard error of the server")
            equal(self.process.returncode, 0, "status of the server")

    def connection(self):
        return http.client.HTTPConnection(self.host, self.port, timeout=60)

    def ask(self, target, method="GET", **headers):
        """Status, headers, body of one request."""
        connection = self.connection()
        try:
            connection.request(method, target, headers={name.replace("_", "-"): value for name, value in headers.items()})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def get(self, target, kind=None, status=200):
        """The object of an answer, which must fit the schema."""
        found, headers, body = self.ask(target)
        equal(found, status, "status of %s (%s)" % (target[:200], body[:300]))
        equal(headers["Content-Type"], "application/json")
        answer = json.loads(body)
        check(answer, {"$ref": "#/$defs/" + (kind or "error")}, target[:200])
        return answer


TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None)}


def has_type(value, name):
    if name in ("integer", "number"):
        return not isinstance(value, bool) and isinstance(value, int if name == "integer" else (int, float))
    return isinstance(value, TYPES[name])


def check(value, rule, where):
    """Fails unless the value fits: those words of JSON Schema that the file uses."""
    unknown = set(rule) - {"$ref", "description", "type", "enum", "const", "anyOf", "minimum", "properties", "required",
                           "additionalProperties", "items", "minItems", "maxItems"}
    equal(unknown, set(), "words of the schema that this test does not know")
    if "$ref" in rule:
        check(value, SCHEMA["$defs"][rule["$ref"].rsplit("/", 1)[1]], where)
    if "type" in rule:
        names = rule["type"] if isinstance(rule["type"], list) else [rule["type"]]
        if not any(has_type(value, name) for name in names):
            fail("%s: %r is not %s" % (where, value, " or ".join(names)))
    if "enum" in rule and value not in rule["enum"]:
        fail("%s: %r is not among %r" % (where, value, rule["enum"]))
    if "const" in rule:
        equal(value, rule["const"], where)
    if "minimum" in rule and value < rule["minimum"]:
        fail("%s: %r is below %r" % (where, value, rule["minimum"]))
    if "anyOf" in rule:
        problems = []
        for one in rule["anyOf"]:
            try:
                check(value, one, where)
                break
            except Failure as problem:
                problems.append(str(problem))
        else:
            fail("; ".join(problems))
    if isinstance(value, dict):
        for name in rule.get("required", []):
            if name not in value:
                fail("%s lacks %s" % (where, name))
        for name, part in value.items():
            inner = rule.get("properties", {}).get(name, rule.get("additionalProperties"))
            if inner is False:
                fail("%s has %s" % (where, name))
            if inner:
                check(part, inner, "%s.%s" % (where, name))
    if isinstance(value, list):
        if not rule.get("minItems", 0) <= len(value) <= rule.get("maxItems", len(value)):
            fail("%s has %d items" % (where, len(value)))
        for i, part in enumerate(value):
            check(part, rule.get("items", {}), "%s[%d]" % (where, i))
