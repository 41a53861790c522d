// Calls every operation of the official npm SDK against a mock server, with arguments made from its type declarations.
//
// `run.py` starts it with the folder in which the SDK and the compiler of TypeScript are installed. Each operation is called with
// its required arguments, with all arguments, and with each other form of an argument that has several. If the API says that a
// parameter is missing, it is added, as a user would. The SDK does not compare responses with its types, so neither does this
// program. Prints the findings as JSON, one per line, and a last line with figures.
//
//     node drive_npm.mjs FOLDER BASE_URL

import { createRequire } from "node:module";
import { join } from "node:path";

const [folder, baseURL] = process.argv.slice(2);
const require = createRequire(join(folder, "package.json"));
const ts = require("typescript");
const { Whop } = require("@whop/sdk");

// How deep optional properties of arguments are set.
const MAX_DEPTH = 5;
// How many missing parameters are added to one call.
const MAX_ADDED = 4;
const MAX_PAGES = 3;
// Cursors, which only a response has: the SDK's pages send them.
const LEFT_OUT = ["after", "before"];

const declarations = join(folder, "node_modules", "@whop", "sdk", "index.d.ts");
const program = ts.createProgram([declarations], {
  strict: true,
  skipLibCheck: true,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  target: ts.ScriptTarget.ES2022,
  types: [],
});
const checker = program.getTypeChecker();

// Makes values of types. `form` selects the variant of each union that has several, `call` is in the texts.
class Maker {
  constructor(call, full, form = 0) {
    Object.assign(this, { call, full, form, forms: 1 });
  }

  make(type, name, stack = []) {
    if (type.aliasSymbol?.name === "Uploadable") return new File(["bytes of a file"], "picture.png", { type: "image/png" });
    if (type.isLiteral()) return type.value;
    const is = (flags) => (type.flags & flags) !== 0;
    if (is(ts.TypeFlags.BooleanLike)) return type.intrinsicName !== "false";
    if (type.isUnion()) return this.makeUnion(type, name, stack);
    if (is(ts.TypeFlags.NumberLike)) return 1;
    if (is(ts.TypeFlags.Null)) return null;
    if (is(ts.TypeFlags.Any | ts.TypeFlags.Unknown)) return {};
    if (checker.isArrayType(type) || checker.isTupleType(type)) {
      return [this.make(checker.getTypeArguments(type)[0], name.replace(/s$/, ""), stack)];
    }
    if (is(ts.TypeFlags.Object) || type.isIntersection()) return this.makeObject(type, stack);
    return makeText(name, this.call);
  }

  makeUnion(type, name, stack) {
    const empty = ts.TypeFlags.Null | ts.TypeFlags.Undefined;
    const variants = type.types.filter((variant) => !(variant.flags & empty));
    if (variants.every((variant) => variant.isLiteral())) return variants[0].value;
    if (variants.every((variant) => variant.flags & ts.TypeFlags.BooleanLike)) return true;
    this.forms = Math.max(this.forms, variants.length);
    return this.make(variants[Math.min(this.form, variants.length - 1)], name, stack);
  }

  makeObject(type, stack) {
    const deep = stack.length >= MAX_DEPTH || stack.includes(type);
    const values = {};
    for (const property of checker.getPropertiesOfType(type)) {
      const isOptional = (property.flags & ts.SymbolFlags.Optional) !== 0;
      if (isOptional && (!this.full || deep)) continue;
      if (LEFT_OUT.includes(property.name)) continue;
      values[property.name] = this.make(checker.getTypeOfSymbol(property), property.name, [...stack, type]);
    }
    const index = checker.getIndexInfosOfType(type)[0];
    if (index && !(index.type.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown))) values.key = this.make(index.type, "value", [...stack, type]);
    return values;
  }
}

// A text that is plausible for a parameter of this name. Ids differ between calls, so that none was deleted before.
function makeText(name, call) {
  const texts = { email: "a@example.com", currency: "usd", country: "US", phone: "+15551234567", amount: "10.00" };
  for (const [word, text] of Object.entries(texts)) {
    if (name === word || name.endsWith(`_${word}`)) return text;
  }
  if (/(^|_)(url|uri)$/.test(name)) return "https://example.com/path";
  if (/(^|_)(at|after|before|from|to|time)$/.test(name)) return "2031-01-02T03:04:05Z";
  if (/(^|_)date$/.test(name)) return "2031-01-02";
  return `text_${call}`;
}

// All methods that send a request, by their name in the client.
function* listOperations(type, value, path = "") {
  for (const property of checker.getPropertiesOfType(type)) {
    const member = checker.getTypeOfSymbol(property);
    const [signature] = member.getCallSignatures();
    if (signature && path) {
      const returned = signature.getReturnType().symbol?.name;
      if (["APIPromise", "PagePromise"].includes(returned)) {
        yield { name: `${path}${property.name}`, owner: value, method: property.name, signature };
      }
    } else if (!signature && value[property.name]?._client && property.name !== "_client") {
      yield* listOperations(member, value[property.name], `${path}${property.name}.`);
    }
  }
}

const findings = new Map();
const figures = { operations: 0, calls: 0, results: 0 };
let requests = 0;
const client = new Whop({
  apiKey: "any",
  baseURL,
  maxRetries: 0,
  logLevel: "off",
  fetch: (...request) => {
    requests += 1;
    return fetch(...request);
  },
});

function report(operation, kind, text) {
  findings.set(`${operation} ${kind} ${text}`, { operation, kind, text });
}

async function readResult(promise) {
  let page = await promise;
  for (let index = 1; index < MAX_PAGES && page?.hasNextPage?.(); index += 1) page = await page.getNextPage();
  figures.results += 1;
}

// The parameter that the API says is missing, if the SDK has it and the call has not: where it belongs and its type.
function findMissing(error, parameters, values) {
  const details = error.error?.error ?? error.error;
  if (details?.code !== "parameter_missing") return undefined;
  const name = String(details.param);
  for (const [index, parameter] of parameters.entries()) {
    const type = checker.getNonNullableType(parameter.type);
    const property = checker.getPropertyOfType(type, name);
    const isObject = (type.flags & ts.TypeFlags.Object) !== 0;
    if (property && isObject && !(name in (values[index] ?? {}))) {
      return { index, name, type: checker.getNonNullableType(checker.getTypeOfSymbol(property)) };
    }
  }
  return undefined;
}

async function call({ name, owner, method }, parameters, maker) {
  const isNeeded = (parameter) => maker.full || !parameter.isOptional;
  const values = parameters.map((parameter) => {
    const type = checker.getNonNullableType(parameter.type);
    return isNeeded(parameter) ? maker.make(type, parameter.name) : undefined;
  });
  for (let attempt = 0; attempt <= MAX_ADDED; attempt += 1) {
    figures.calls += 1;
    const before = requests;
    try {
      await readResult(owner[method](...values));
      if (requests === before) report(name, "failed", "no request was sent");
      return;
    } catch (error) {
      const missing = error.status ? findMissing(error, parameters, values) : undefined;
      if (!missing) {
        const details = error.error?.error ?? error.error;
        const text = error.status ? `${error.status} ${details?.message ?? error.message}` : `${error}`;
        report(name, error.status ? "refused" : "failed", text.split("\n")[0]);
        return;
      }
      report(name, "needed", `${missing.name}: the SDK declares it as optional`);
      values[missing.index] = { ...values[missing.index], [missing.name]: maker.make(missing.type, missing.name) };
    }
  }
  report(name, "refused", "more parameters are missing");
}

const source = program.getSourceFile(declarations);
const exported = checker.getExportsOfModule(checker.getSymbolAtLocation(source));
const alias = exported.find((symbol) => symbol.name === "Whop");
const symbol = alias.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(alias) : alias;
for (const operation of listOperations(checker.getDeclaredTypeOfSymbol(symbol), client)) {
  figures.operations += 1;
  const parameters = operation.signature
    .getParameters()
    .filter((parameter) => parameter.name !== "options")
    .map((parameter) => ({
      name: parameter.name,
      type: checker.getTypeOfSymbol(parameter),
      isOptional: checker.isOptionalParameter(parameter.valueDeclaration),
    }));
  await call(operation, parameters, new Maker(figures.calls, false));
  for (let form = 0, forms = 1; form < forms; form += 1) {
    const maker = new Maker(figures.calls, true, form);
    await call(operation, parameters, maker);
    forms = Math.max(forms, maker.forms);
  }
}
for (const finding of findings.values()) console.log(JSON.stringify(finding));
console.log(JSON.stringify(figures));
