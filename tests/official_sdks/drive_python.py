"""Calls every operation of the official Python SDK against a mock server, with arguments made from its type hints.

`run.py` starts it with the interpreter of a virtual environment that has the SDK. Each operation is called with its required
arguments, with all arguments, and with each other variant or value of an argument that has several. If the API says that a parameter is
missing, it is added, as a user would. Prints the findings as JSON, one per line, and a last line with figures.

    python drive_python.py BASE_URL VAULT_URL
"""

import datetime as dt
import inspect
import json
import sys
import types
import typing

import httpx
import pydantic
from whop_sdk import Whop
from whop_sdk.core.api_error import ApiError
from whop_sdk.core.pagination import SyncPager
from whop_sdk.core.parse_error import ParsingError
from whop_sdk.environment import WhopEnvironment

PACKAGE = "whop_sdk"
# How deep optional properties of arguments are set.
MAX_DEPTH = 5
# How many variants of a union and values of an enum are tried.
MAX_FORMS = 8
# How many missing parameters are added to one call.
MAX_ADDED = 4
MAX_PAGES = 3
# Not arguments of the operation, or cursors, which only a response has: the SDK's pages send them.
LEFT_OUT = ("request_options", "after", "before")
LATER = dt.datetime(2031, 1, 2, 3, 4, 5, tzinfo=dt.timezone.utc)
FILE = ("picture.png", b"bytes of a file", "image/png")


class Maker:
    """Makes values of types. `form` selects the variant of each union and the value of each enum, `call` is in the texts."""

    def __init__(self, call, full, form=0):
        self.call, self.full, self.form = call, full, form
        # The greatest number of choices that there were.
        self.forms = 1

    def make(self, hint, name, stack=()):
        origin, arguments = typing.get_origin(hint), typing.get_args(hint)
        if origin is typing.Annotated:
            return self.make(arguments[0], name, stack)
        if origin is typing.Literal:
            return self.choose(arguments)
        if origin in (typing.Union, types.UnionType):
            return self.make_union(arguments, name, stack)
        if origin is not None and inspect.isclass(origin) and issubclass(origin, typing.Mapping):
            return {"key": self.make(arguments[1], "value", stack)}
        if origin is tuple:
            return FILE
        if origin is not None and inspect.isclass(origin) and issubclass(origin, typing.Collection):
            return [self.make(arguments[0], name.removesuffix("s"), stack)]
        if inspect.isclass(hint) and issubclass(hint, pydantic.BaseModel):
            return self.make_model(hint, stack)
        if hint is dt.datetime:
            return LATER
        if hint is dt.date:
            return LATER.date()
        scalars = {bool: True, int: 1, float: 1.5, bytes: FILE[1], type(None): None}
        if hint in scalars:
            return scalars[hint]
        if hint in (dict, typing.Any, object):
            return {"key": "value"} if hint is dict else make_text(name, self.call)
        return make_text(name, self.call)

    def make_union(self, arguments, name, stack):
        variants = [variant for variant in arguments if variant is not type(None)]
        closed = [variant for variant in variants if typing.get_origin(variant) is typing.Literal]
        if closed:
            return self.choose(typing.get_args(closed[0]))
        # The types of a file: one of them is enough.
        if any(typing.get_origin(variant) is tuple for variant in variants):
            return FILE
        variants = [variant for variant in variants if variant is not typing.Any] or variants
        return self.make(self.choose(variants), name, stack)

    def choose(self, choices):
        self.forms = min(max(self.forms, len(choices)), MAX_FORMS)
        return choices[min(self.form, len(choices) - 1)]

    def make_model(self, model, stack):
        hints = typing.get_type_hints(model, include_extras=True)
        deep = len(stack) >= MAX_DEPTH or model in stack
        values = {}
        for name, field in model.model_fields.items():
            if field.is_required() or (self.full and not deep):
                values[name] = self.make(hints[name], name, (*stack, model))
        return model(**values)


def make_text(name, call):
    """A text that is plausible for a parameter of this name. Ids differ between calls, so that none was deleted before."""
    texts = {
        "email": "a@example.com",
        "currency": "usd",
        "country": "US",
        "phone": "+15551234567",
        "amount": "10.00",
    }
    for word, text in texts.items():
        if name == word or name.endswith(f"_{word}"):
            return text
    if name in ("url", "uri") or name.endswith(("_url", "_uri")):
        return "https://example.com/path"
    if name.endswith(("_at", "_after", "_before", "_from", "_to")):
        return "2031-01-02T03:04:05Z"
    if name.endswith("_date") or name == "date":
        return "2031-01-02"
    return f"text_{call}"


def list_operations(client, path=""):
    """All methods that send a request, by their name in the client."""
    for name in sorted(dir(type(client))):
        if name.startswith("_") or name == "with_raw_response":
            continue
        member = inspect.getattr_static(type(client), name)
        if isinstance(member, property):
            inner = getattr(client, name)
            if type(inner).__module__.startswith(PACKAGE) and type(inner).__name__.endswith("Client"):
                yield from list_operations(inner, f"{path}{name}.")
        elif inspect.isfunction(member) and path:
            yield f"{path}{name}", getattr(client, name)


class Driver:
    def __init__(self, base_url, vault_url):
        self.requests = []
        hooks = {"request": [lambda request: self.requests.append(request)]}
        # The mock is on this machine, so proxies of the environment are not used.
        http = httpx.Client(event_hooks=hooks, timeout=120, trust_env=False)
        environment = WhopEnvironment(api=base_url, vault=vault_url)
        self.client = Whop(environment=environment, token="any", max_retries=0, httpx_client=http)
        self.findings = {}
        self.operations = self.calls = self.items = 0

    def report(self, operation, kind, text):
        self.findings.setdefault((operation, kind, text), None)

    def drive(self):
        for name, method in list_operations(self.client):
            self.operations += 1
            hints = typing.get_type_hints(method)
            parameters = inspect.signature(method).parameters.values()
            parameters = [parameter for parameter in parameters if parameter.name not in LEFT_OUT]
            required = [parameter for parameter in parameters if parameter.default is inspect.Parameter.empty]
            self.call(name, method, hints, required, parameters, Maker(self.calls, full=False))
            forms, form = 1, 0
            while form < forms:
                maker = Maker(self.calls, full=True, form=form)
                self.call(name, method, hints, parameters, parameters, maker)
                forms, form = max(forms, maker.forms), form + 1

    def call(self, name, method, hints, chosen, parameters, maker):
        arguments = {parameter.name: maker.make(hints[parameter.name], parameter.name) for parameter in chosen}
        for _ in range(MAX_ADDED + 1):
            self.calls += 1
            before = len(self.requests)
            try:
                self.read(name, method(**arguments))
                return
            except ApiError as error:
                parameter = self.missing_parameter(error, parameters, arguments)
                if parameter is None:
                    self.report(name, "refused", describe_refusal(error))
                    return
                self.report(name, "needed", f"{parameter.name}: the SDK declares it as optional")
                arguments[parameter.name] = maker.make(hints[parameter.name], parameter.name)
            except ParsingError as error:
                self.report(name, "undecodable", describe_parsing(error))
                return
            except Exception as error:  # noqa: BLE001, whatever the SDK raises is a finding
                self.report(name, "failed", f"{type(error).__name__}: {error}".splitlines()[0])
                return
            finally:
                if len(self.requests) == before:
                    self.report(name, "failed", "no request was sent")
        self.report(name, "refused", "more parameters are missing")

    @staticmethod
    def missing_parameter(error, parameters, arguments):
        """The parameter that the API says is missing, if the SDK has it and the call has not."""
        details = error.body.get("error") if isinstance(error.body, dict) else None
        details = details if isinstance(details, dict) else {}
        if details.get("code") != "parameter_missing":
            return None
        named = str(details.get("param"))
        found = [parameter for parameter in parameters if parameter.name == named]
        return found[0] if found and named not in arguments else None

    def read(self, name, result):
        """Reads a result to its end, and reports what its types do not declare."""
        if isinstance(result, SyncPager):
            for index, page in enumerate(result.iter_pages()):
                self.read(name, page.response)
                if index + 1 == MAX_PAGES:
                    break
            return
        if inspect.isgenerator(result):
            result = list(result)
        self.items += 1
        for path in sorted(set(find_undeclared(result, ""))):
            self.report(name, "undeclared", path)


def find_undeclared(value, path):
    """The properties of a response that the types of the SDK do not have."""
    if isinstance(value, pydantic.BaseModel):
        for name in value.model_extra or {}:
            yield f"{path}.{name}".strip(".")
        for name in type(value).model_fields:
            yield from find_undeclared(getattr(value, name), f"{path}.{name}")
    elif isinstance(value, list):
        for item in value:
            yield from find_undeclared(item, f"{path}[]")
    elif isinstance(value, dict):
        for item in value.values():
            yield from find_undeclared(item, f"{path}.*")


def describe_refusal(error):
    body = error.body.get("error", error.body) if isinstance(error.body, dict) else error.body
    message = body.get("message") if isinstance(body, dict) else body
    return f"{error.status_code} {message}"


def describe_parsing(error):
    cause = error.cause
    if isinstance(cause, pydantic.ValidationError):
        first = cause.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        return f"{place}: {first['msg']}"
    return f"{error.status_code} {cause!r}"


def main():
    driver = Driver(*sys.argv[1:3])
    driver.drive()
    for operation, kind, text in driver.findings:
        print(json.dumps({"operation": operation, "kind": kind, "text": text}))
    print(json.dumps({"operations": driver.operations, "calls": driver.calls, "results": driver.items}))


if __name__ == "__main__":
    main()
