"""Holds a daemon's HTTP server against the OpenAPI document that it serves: openapi.py PORT SECONDS

The document is valid; every answer is of a documented status and media type and has the documented form; and the same
holds for requests that are made up at random, for so many seconds. Prints how many answers it has checked.
"""
import http.client, json, random, sys, time, urllib.parse

from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import validate
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

port, seconds = int(sys.argv[1]), float(sys.argv[2])


def ask(target, method="GET", headers={}):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.putrequest(method, target, skip_accept_encoding=True)
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders()
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, answer.headers["Content-Type"], body


document = json.loads(ask("/api/v1/openapi.json")[2])
validate(document)
registry = Registry().with_resource("urn:api", Resource(contents=document, specification=DRAFT202012))


def resolve(node):
    while "$ref" in node:
        target = document
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        node = target
    return node


def absolute(node):
    """The same schema with its references leading into the document."""
    if isinstance(node, dict):
        return {k: "urn:api" + v if k == "$ref" else absolute(v) for k, v in node.items()}
    return [absolute(item) for item in node] if isinstance(node, list) else node


def check(path, target, answer):
    status, kind, body = answer
    responses = document["paths"][path]["get"]["responses"]
    assert str(status) in responses, f"{target}: {status} is not documented"
    content = resolve(responses[str(status)])["content"]
    assert kind in content, f"{target}: {kind} is not documented for {status}"
    if kind == "application/json":
        schema = absolute(content[kind]["schema"])
        validator = Draft202012Validator(schema, registry=registry, format_checker=FormatChecker())
        errors = [f"{target} {error.json_path}: {error.message}" for error in validator.iter_errors(json.loads(body))]
        assert not errors, errors[:5]
    return status


checked = {}


def note(path, status):
    checked[(path, status)] = checked.get((path, status), 0) + 1


ids = [call["id"] for call in json.loads(ask("/api/v1/calls")[2])["calls"]]
assert ids, "no call is up"
for path in document["paths"]:
    target = path.replace("{id}", ids[0])
    status = check(path, target, ask(target))
    assert status == 200, f"{target}: {status}"
    note(path, status)
    assert ask(target, "HEAD")[0] == 200 and ask(target, "HEAD")[2] == b"", target
    for method in ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]:
        assert ask(target, method)[0] == 405, f"{method} {target}"
openmetrics = {"Accept": "application/openmetrics-text"}
note("/metrics", check("/metrics", "/metrics", ask("/metrics", headers=openmetrics)))

chance = random.Random(1)
alphabet = "abc019-_.~/%&=?#+;:@ \"'<>\\{}|^`é\u2028\U0001f600\x00\x7f"


def word():
    return "".join(chance.choice(alphabet) for _ in range(chance.randrange(12)))


end = time.monotonic() + seconds
while time.monotonic() < end:
    path = chance.choice(list(document["paths"]))
    values = [ids[0], ids[0] + "0", "0", "1", "100", "1000", "1001", "-1", "", word(), str(chance.getrandbits(70))]
    # Within a path a slash would make another one.
    target = path.replace("{id}", urllib.parse.quote(chance.choice(values), safe="") or "0")
    names = chance.choices(["limit", "after", "since", "below_mos", "next", word()], k=chance.randrange(4))
    pairs = [(name, chance.choice(values)) for name in names]
    if pairs:
        target += "?" + chance.choice([urllib.parse.urlencode, lambda p: urllib.parse.quote(str(p))])(pairs)
    answer = ask(target, headers={"Accept": chance.choice(["*/*", "application/openmetrics-text;q=x", "a" * 99])})
    assert answer[0] < 500, f"{target}: {answer[0]}"
    note(path, check(path, target, answer))

unasked = set(document["paths"]) - {path for path, _ in checked}
assert not unasked, unasked
print("checked", sum(checked.values()), json.dumps({f"{p} {s}": n for (p, s), n in sorted(checked.items())}))
