#!/usr/bin/env python3
"""Generates a client of each public document in documents.txt and compiles it, with warnings denied.

The documents come from npm packages, so npm and the network are needed, or `--packages DIR`, a folder with a
`node_modules`. The crates are written to `--out DIR`, one workspace, so that a second run compiles what changed only.
The last lines are a table: operations, values without a type of all values, and what went wrong. The exit status is 1
if a document was refused, a crate has a warning, or a document that must be refused was not.

    python3 tests/real_documents/run.py --out target/real-documents
"""

import argparse
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent


class Document:
    """A line of documents.txt."""

    def __init__(self, line):
        line, _, self.invalid = (part.strip() for part in line.partition(" invalid: "))
        self.package, self.path = line.split()
        stem = re.sub(r"[^a-z0-9]+", "-", f"{self.package.split('/')[-1]}-{self.path.rsplit('.', 1)[0]}".lower())
        self.name = stem.strip("-")
        self.operations = self.untyped = self.places = 0
        self.problem = ""


def read_documents(words):
    lines = (HERE / "documents.txt").read_text().splitlines()
    documents = [Document(line) for line in lines if line and not line.startswith("#")]
    return [d for d in documents if not words or any(word in f"{d.package}/{d.path}" for word in words)]


def install(packages, documents):
    """Installs the npm packages that are not there yet. None of their scripts runs."""
    names = sorted({document.package for document in documents})
    missing = [name for name in names if not (packages / "node_modules" / name).is_dir()]
    if missing:
        packages.mkdir(parents=True, exist_ok=True)
        if not (packages / "package.json").exists():
            (packages / "package.json").write_text('{"private": true}\n')
        subprocess.run(["npm", "install", "--ignore-scripts", "--no-audit", *missing], cwd=packages, check=True)


def generate(document, packages, out, xtask):
    source = packages / "node_modules" / document.package / document.path
    folder = out / document.name
    command = [*xtask, "codegen", "--report-untyped", "--spec", str(source), "--out", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    (out / f"{document.name}.log").write_text(done.stdout + done.stderr)
    if document.invalid:
        is_refused = done.returncode != 0 and document.invalid in done.stderr
        document.problem = "" if is_refused else f"not refused with `{document.invalid}`"
        return False
    if done.returncode != 0:
        errors = [line for line in done.stderr.splitlines() if line.startswith("error")]
        document.problem = f"refused: {errors[0] if errors else done.stderr.strip()[:200]}"
        return False
    counts = re.search(r"(\d+) of (\d+) values have no type", done.stdout)
    document.untyped, document.places = (int(count) for count in counts.groups())
    document.operations = int(re.search(r"(\d+) operations?,", done.stdout).group(1))
    manifest = folder / "Cargo.toml"
    text = re.sub(r"\n\[workspace\]\s*$", "\n", manifest.read_text())
    manifest.write_text(re.sub(r'(?m)^name = ".*"$', f'name = "{document.name}"', text, count=1))
    return True


def compile_crates(documents, out):
    """Compiles all crates with clippy, and notes the first warning or error of each."""
    members = "".join(f'    "{document.name}",\n' for document in documents)
    (out / "Cargo.toml").write_text(f'[workspace]\nresolver = "3"\nmembers = [\n{members}]\n')
    shutil.copy(ROOT / "Cargo.lock", out / "Cargo.lock")
    features = ["--no-default-features", "--features", "full,blocking,mock"]
    command = ["cargo", "clippy", "--workspace", "--keep-going", "--message-format", "json", *features]
    done = subprocess.run(command, cwd=out, capture_output=True, text=True, check=False)
    (out / "clippy.log").write_text(done.stderr)
    by_name = {document.name: document for document in documents}
    finished = set()
    for line in done.stdout.splitlines():
        message = json.loads(line)
        name = Path(message.get("manifest_path", "")).parent.name
        if message["reason"] == "compiler-artifact":
            finished.add(name)
        if message["reason"] == "compiler-message" and name in by_name and not by_name[name].problem:
            by_name[name].problem = message["message"]["rendered"].strip().replace("\n", " ")[:300]
    for document in documents:
        if document.name not in finished and not document.problem:
            document.problem = "not compiled; see clippy.log"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("words", nargs="*", help="only documents with one of these words in their path")
    parser.add_argument("--out", type=Path, required=True, help="the folder for the crates")
    parser.add_argument("--packages", type=Path, help="the folder with node_modules [default: OUT/packages]")
    parser.add_argument("--xtask", help="a built xtask [default: cargo run --profile optimized --package xtask]")
    parser.add_argument("--no-compile", action="store_true", help="only generate")
    arguments = parser.parse_args()
    out = arguments.out.resolve()
    out.mkdir(parents=True, exist_ok=True)
    packages = (arguments.packages or out / "packages").resolve()
    documents = read_documents(arguments.words)
    if not documents:
        sys.exit("no document has these words in its path")
    install(packages, documents)
    run = ["cargo", "run", "--quiet", "--profile", "optimized", "--package", "xtask", "--"]
    xtask = [str(Path(arguments.xtask).resolve())] if arguments.xtask else run
    generated = [document for document in documents if generate(document, packages, out, xtask)]
    if generated and not arguments.no_compile:
        compile_crates(generated, out)
    for document in documents:
        count = f"{document.untyped} of {document.places}" if document in generated else ""
        print(f"{document.package}/{document.path}: {document.operations} operations, {count} untyped. {document.problem}")
    failed = sum(bool(document.problem) for document in documents)
    print(f"{len(documents) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
