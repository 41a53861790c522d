#!/usr/bin/env python3
"""Calls every operation of Whop's official SDKs against the mock server, and lists what was refused or not decoded.

The SDKs are made from the same documents as the mock: PyPI `whop-sdk` and npm `@whop/sdk`. They are installed below `--out DIR`,
so pip or npm and the network are needed. Each finding must be listed with its reason in findings.toml, and each entry there
must match a finding; otherwise the exit status is 1. It is 3 if an SDK cannot be installed.

    python3 tests/official_sdks/run.py python npm
"""

import argparse
import fnmatch
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from pathlib import Path

CANNOT_INSTALL = 3

try:
    import tomllib
except ImportError:
    print("note: this Python is older than 3.11, which the script needs", file=sys.stderr)
    sys.exit(CANNOT_INSTALL)

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PYTHON_PACKAGE = "whop-sdk==2.6.0"
NPM_PACKAGE = "@whop/sdk@0.0.42"
# What an installer and an SDK are told of this machine: no key, no token.
VARIABLES = ["PATH", "HOME", "TMPDIR", "SYSTEMROOT", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "TEMP"]
SETTINGS = ("PIP_", "NPM_CONFIG_", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "SSL_CERT", "REQUESTS_CA")


class Mock:
    """The mock program, with the lines of its log."""

    def __init__(self, program, seed):
        command = [*program, "--port", "0", "--seed", str(seed)]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        self.urls = []
        # The further lines: `METHOD path status operation 0.8 ms`, and the notes.
        self.lines = []
        for line in self.process.stdout:
            self.urls += re.findall(r"http://[^\s;]+", line)
            if len(self.urls) == 2:
                break
        if len(self.urls) < 2:
            sys.exit("error: the mock server did not start")
        self.reader = threading.Thread(target=lambda: self.lines.extend(self.process.stdout), daemon=True)
        self.reader.start()

    def stop(self):
        self.process.terminate()
        self.process.wait()
        self.reader.join()

    def reached(self):
        """The operations of the document that had a successful response."""
        calls = (line.split() for line in self.lines if not line.startswith("note:"))
        return {words[3] for words in calls if len(words) > 3 and words[2].startswith("2")}

    def notes(self):
        return [line.strip() for line in self.lines if line.startswith("note:")]


def build_mock():
    """Builds the program of the mock and returns its path."""
    command = ["cargo", "build", "-q", "-p", "whop", "--features", "mock", "--example", "mock_server"]
    subprocess.run(command, cwd=ROOT, check=True)
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    return target / "debug" / "examples" / "mock_server"


def clean_environment():
    """The environment without what is secret or has an effect on an SDK."""
    return {name: value for name, value in os.environ.items() if name.upper() in VARIABLES or name.upper().startswith(SETTINGS)}


def run_installer(command, **options):
    """Runs a command that needs the network. Its failure says nothing about the mock."""
    try:
        subprocess.run(command, check=True, stdout=sys.stderr, env=clean_environment(), **options)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"note: the SDK cannot be installed: {error}", file=sys.stderr)
        sys.exit(CANNOT_INSTALL)


def install_python(out, source):
    """Creates a virtual environment with the SDK; returns the command that drives it."""
    environment = out / "python"
    folder, suffix = ("Scripts", ".exe") if os.name == "nt" else ("bin", "")
    interpreter = environment / folder / f"python{suffix}"
    if not interpreter.exists():
        run_installer([sys.executable, "-m", "venv", str(environment)])
    pip = [str(interpreter), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    # Nothing of a package runs while it is installed.
    pip += ["--retries", "1", "--only-binary", ":all:"]
    known = [PYTHON_PACKAGE, "--constraint", str(HERE / "constraints.txt")]
    run_installer([*pip, *([source] if source else known)])
    return [str(interpreter), str(HERE / "drive_python.py")]


def install_npm(out, source):
    """Installs the SDK without running its scripts; returns the command that drives it."""
    folder = out / "npm"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "package.json").write_text('{"private": true}\n')
    npm = shutil.which("npm") or "npm"
    packages = [source or NPM_PACKAGE, "typescript@5.9"]
    run_installer([npm, "install", "--silent", "--ignore-scripts", "--no-audit", *packages], cwd=folder)
    return ["node", str(HERE / "drive_npm.mjs"), str(folder)]


INSTALLERS = {"python": install_python, "npm": install_npm}


class Run:
    """What the runs of a driver found, each against a mock of its own with other values."""

    def __init__(self, command, program, seeds):
        self.findings, self.figures, self.notes, self.reached = [], {}, [], set()
        for seed in seeds:
            mock = Mock(program, seed)
            try:
                done = subprocess.run([*command, *mock.urls], stdout=subprocess.PIPE, text=True, check=True, env=clean_environment())
            finally:
                mock.stop()
            *findings, figures = [json.loads(line) for line in done.stdout.splitlines()]
            self.findings += [finding for finding in findings if finding not in self.findings]
            self.notes += [note for note in mock.notes() if note not in self.notes]
            self.reached |= mock.reached()
            for name, figure in figures.items():
                self.figures[name] = figure if name == "operations" else self.figures.get(name, 0) + figure


def match_findings(sdk, findings):
    """The findings that no entry lists, and the entries that list none."""
    entries = tomllib.loads((HERE / "findings.toml").read_text()).get(sdk, [])
    used = set()

    def is_listed(finding):
        matching = [
            index
            for index, entry in enumerate(entries)
            if all(fnmatch.fnmatchcase(finding[key], entry.get(key, "*")) for key in ("operation", "kind", "text"))
        ]
        used.update(matching)
        return bool(matching)

    unlisted = [finding for finding in findings if not is_listed(finding)]
    return unlisted, [entry for index, entry in enumerate(entries) if index not in used]


def print_table(rows):
    widths = [max(len(row[column]) for row in rows) for column in range(2)]
    for operation, kind, text in rows:
        print(f"{operation:{widths[0]}}  {kind:{widths[1]}}  {text}")


def check(sdk, command, program, seeds):
    """Drives an SDK and prints what was found. Whether all of it is listed."""
    run = Run(command, program, seeds)
    unlisted, unused = match_findings(sdk, run.findings)
    if unlisted:
        print_table([(finding["operation"], finding["kind"], finding["text"]) for finding in unlisted])
    for entry in unused:
        print(f"findings.toml has an entry for {sdk} that matches nothing, delete it: {entry}")
    for note in run.notes:
        print(note)
    described = json.loads((ROOT / "generated/src/description.json").read_text())["operations"]
    reached = run.reached & {operation["id"] for operation in described}
    print(
        f"{sdk}: {run.figures['operations']} operations, {run.figures['calls']} calls, "
        f"{run.figures['results']} results decoded; "
        f"{len(reached)} of the {len(described)} operations of the document responded; "
        f"{len(run.findings)} findings, {len(unlisted)} not listed"
    )
    return not unlisted and not unused


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    known = ", ".join(INSTALLERS)
    parser.add_argument("sdks", nargs="*", metavar="SDK", help=f"which SDKs, of {known} [default: all]")
    parser.add_argument("--out", type=Path, default=ROOT / "target" / "official-sdks", help="where they are installed")
    parser.add_argument("--mock", type=Path, help="the built program of the mock; without it, cargo builds it")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2], help="the seeds of the mock's values")
    parser.add_argument("--package", help="another package to install, such as a downloaded wheel, for one SDK")
    options = parser.parse_args()
    names = options.sdks or list(INSTALLERS)
    for name in names:
        if name not in INSTALLERS:
            parser.error(f"unknown SDK `{name}`; expected one of {known}")
    options.out.mkdir(parents=True, exist_ok=True)
    program = [str(options.mock or build_mock())]
    results = []
    for name in names:
        command = INSTALLERS[name](options.out.resolve(), options.package)
        results.append(check(name, command, program, options.seeds))
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()
