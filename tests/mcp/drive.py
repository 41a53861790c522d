#!/usr/bin/env python3
"""Drives an MCP server of the command line with a client that is not ours: the Python package `mcp`.

    python3 tests/mcp/drive.py [--out DIR] [--read OPERATION] [--write OPERATION] [--dangerous OPERATION] -- PROGRAM mcp

The command after `--` starts a server that only reads; the options `--allow …` are added to it here. Its requests must go to the
mock server, by variables or flags: calls that move money are made. The client is installed below `--out`, so pip and the network
are needed. The exit status is 1 if anything is not as it should be, and 3 if the client cannot be installed.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

CANNOT_INSTALL = 3
CLIENT = "mcp==2.3.0"
# What an installer is told of this machine: no key, no token.
VARIABLES = ["PATH", "HOME", "TMPDIR", "SYSTEMROOT", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "TEMP"]
SETTINGS = ("PIP_", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "SSL_CERT", "REQUESTS_CA")
# The variable by which the script knows that it runs in the environment with the client.
INSTALLED = "MCP_DRIVER_INSTALLED"


def install_client(out):
    """Creates a virtual environment with the client; returns its interpreter."""
    environment = out / "python"
    folder, suffix = ("Scripts", ".exe") if os.name == "nt" else ("bin", "")
    interpreter = environment / folder / f"python{suffix}"
    clean = {name: value for name, value in os.environ.items() if name.upper() in VARIABLES or name.upper().startswith(SETTINGS)}
    # Nothing of a package runs while it is installed.
    pip = [str(interpreter), "-m", "pip", "install", "-q", "--disable-pip-version-check", "--retries", "1", "--only-binary", ":all:"]
    try:
        if not interpreter.exists():
            subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True, stdout=sys.stderr, env=clean)
        subprocess.run([*pip, CLIENT], check=True, stdout=sys.stderr, env=clean)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"note: the client cannot be installed: {error}", file=sys.stderr)
        sys.exit(CANNOT_INSTALL)
    return interpreter


class Surprise(Exception):
    """Something that is not as it should be."""


def expect(condition, message):
    """Ends the run with a message unless the condition holds."""
    if not condition:
        raise Surprise(message)


def list_causes(error):
    """The errors within a group of errors, which is what concurrent code raises."""
    if isinstance(error, BaseExceptionGroup):
        return [cause for inner in error.exceptions for cause in list_causes(inner)]
    return [error]


class Driver:
    """One session with a server."""

    def __init__(self, session):
        self.session = session

    async def call(self, tool, arguments):
        return await self.session.call_tool(tool, arguments)

    async def succeed(self, tool, **arguments):
        """The structured result of a call that must succeed. The client checks it against the schema of the tool."""
        result = await self.call(tool, arguments)
        text = read_text(result)
        expect(not is_error(result), f"{tool} {arguments} failed: {text}")
        expect(json.loads(text) == read_structured(result), f"{tool} {arguments}: its text is not its structured content")
        return read_structured(result)

    async def refuse(self, expected, tool, **arguments):
        """Checks that a call is an error that says what to do."""
        result = await self.call(tool, arguments)
        text = read_text(result)
        expect(is_error(result), f"{tool} {arguments} should have been refused, but returned: {text}")
        expect(expected in text, f"{tool} {arguments}: its error does not say `{expected}`: {text}")


def read_text(result):
    return result.content[0].text


def is_error(result):
    return getattr(result, "is_error", None) or getattr(result, "isError", False)


def read_structured(result):
    value = getattr(result, "structured_content", None)
    return value if value is not None else getattr(result, "structuredContent", None)


def find_hint(tool, snake, camel):
    annotations = tool.annotations
    return getattr(annotations, snake, None) if hasattr(annotations, snake) else getattr(annotations, camel, None)


async def connect(command, allow, run):
    """Starts a server with a level, and runs a part of the test with a session of it."""
    from mcp import ClientSession, StdioServerParameters
    from mcp.client.stdio import stdio_client

    program, *arguments = [*command, "--allow", allow]
    parameters = StdioServerParameters(command=program, args=arguments, env=dict(os.environ))
    async with stdio_client(parameters) as (read, write):
        async with ClientSession(read, write) as session:
            started = await session.initialize()
            expect("not instructions" in (started.instructions or ""), "the server does not say that texts of the API are data")
            await run(Driver(session))


async def find_operation(driver, risks, wanted):
    """An operation with one of these risks whose example can be called: the wanted one, or the first that needs least."""
    if wanted:
        found = await driver.succeed("search_operations", query=wanted, limit=1)
        return found["operations"][0]["operation"]
    cursor, best = None, None
    while True:
        page = {"cursor": cursor} if cursor else {}
        found = await driver.succeed("search_operations", query="", limit=50, **page)
        for operation in found["operations"]:
            if operation["risk"] not in risks or operation.get("deprecated"):
                continue
            described = await driver.succeed("describe_operation", operation=operation["operation"])
            size = len(json.dumps(described["body"].get("example_arguments", {})))
            if best is None or size < best[0]:
                best = (size, operation["operation"])
        cursor = found.get("next_cursor")
        if not cursor:
            break
    expect(best, f"there is no operation with a risk of {risks}")
    return best[1]


async def find_example(driver, operation):
    described = await driver.succeed("describe_operation", operation=operation)
    body = described["body"]
    expect("arguments_schema" in body or "left_out" in described, f"{operation} has no schema of its arguments")
    schema = body.get("arguments_schema", {})
    example = body["example_arguments"]
    if "left_out" not in described:
        missing = set(schema.get("required", [])) - set(example)
        expect(not missing, f"the example of {operation} does not have {missing}")
    return example


async def check_reading(driver, options):
    tools = {tool.name: tool for tool in (await driver.session.list_tools()).tools}
    expect(set(tools) == {"search_operations", "describe_operation", "call_operation"}, f"a server that reads has the tools {set(tools)}")
    for name, tool in tools.items():
        expect(find_hint(tool, "read_only_hint", "readOnlyHint") is True, f"{name} is not marked as reading")
    operation = await find_operation(driver, {"read"}, options.read)
    arguments = await find_example(driver, operation)
    result = await driver.succeed("call_operation", operation=operation, arguments=arguments)
    expect(result["operation"] == operation and "body" in result, f"{operation} returned {result}")
    expect("not instructions" in result["notice"], f"the result of {operation} is not marked as data")
    print(f"read       {operation}")
    for option, risks in ((options.write, {"write"}), (options.dangerous, {"money", "delete", "credentials"})):
        refused = await find_operation(driver, risks, option)
        await driver.refuse("--allow", "call_operation", operation=refused, arguments=await find_example(driver, refused))
        print(f"refused    {refused}")
    await driver.refuse("search_operations", "call_operation", operation="qqqqqqqqqqqqqqq")
    await driver.refuse("not allowed", "confirm_call", token="confirm-0")


async def check_dangerous(driver, options):
    tools = {tool.name: tool for tool in (await driver.session.list_tools()).tools}
    expect("confirm_call" in tools, f"there is no tool to confirm with: {set(tools)}")
    expect(find_hint(tools["confirm_call"], "destructive_hint", "destructiveHint") is True, "confirm_call is not marked as destructive")
    operation = await find_operation(driver, {"money"}, options.dangerous)
    arguments = await find_example(driver, operation)
    preview = await driver.succeed("call_operation", operation=operation, arguments=arguments)
    expect("body" not in preview and "status" not in preview, f"{operation} was called without a confirmation: {preview}")
    expect({"method", "url", "does"} <= set(preview["preview"]), f"the preview of {operation} is {preview}")
    print(f"previewed  {operation}: {preview['preview']['method']} {preview['preview']['url']}")
    await driver.refuse("not one of this server", "confirm_call", token=preview["token"] + "0")
    await driver.refuse("other arguments", "confirm_call", token=preview["token"], arguments={**arguments, "other": 1})
    result = await driver.succeed("confirm_call", token=preview["token"], operation=operation, arguments=arguments)
    expect(200 <= result["status"] < 300, f"{operation} returned the status {result['status']}")
    if "idempotency_key" in preview:
        expect(result["idempotency_key"] == preview["idempotency_key"], "the call has another idempotency key than its preview")
    print(f"confirmed  {operation}: {result['status']}")
    await driver.refuse("used already", "confirm_call", token=preview["token"])
    print("refused    the same token again")


def main():
    command = sys.argv[1:]
    own = command[: command.index("--")] if "--" in command else command
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, help="the folder for the client; by default a temporary one")
    parser.add_argument("--read", help="an operation that reads; by default the one that needs least")
    parser.add_argument("--write", help="an operation that writes")
    parser.add_argument("--dangerous", help="an operation that moves money")
    options = parser.parse_args(own)
    server = command[len(own) + 1 :]
    if not server:
        parser.error("expected the command of the server after `--`")
    if INSTALLED not in os.environ:
        with tempfile.TemporaryDirectory() as temporary:
            interpreter = install_client(options.out or Path(temporary))
            done = subprocess.run([str(interpreter), __file__, *command], env={**os.environ, INSTALLED: "1"})
        sys.exit(done.returncode)
    import anyio

    try:
        anyio.run(connect, server, "read", lambda driver: check_reading(driver, options))
        anyio.run(connect, server, "dangerous", lambda driver: check_dangerous(driver, options))
    except BaseException as error:
        for cause in list_causes(error):
            print(f"error: {cause}" if isinstance(cause, Surprise) else f"error: {cause!r}", file=sys.stderr)
        sys.exit(1)
    print("ok")


if __name__ == "__main__":
    main()
