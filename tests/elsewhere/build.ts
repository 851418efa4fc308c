/**
 * Builds the part of the library that needs no FFI as one module for Node,
 * browsers and bundlers, with its types: `deno task bundle` writes
 * out/bundle/allpairs.js, out/bundle/types/ and out/bundle/package.json.
 *
 * @module
 */

import * as esbuild from "esbuild";
import { gzipSync } from "node:zlib";
import { minify } from "terser";
import ts from "typescript";

const ROOT = new URL("../../", import.meta.url);

/** Where the bundle goes. */
export const BUNDLE: URL = new URL("out/bundle/", ROOT);

/** The module itself. */
export const MODULE: URL = new URL("allpairs.js", BUNDLE);

/** What is of use with FFI only: folders, and what keeps vectors on a GPU. */
const CUDA =
  /\/((src\/cuda|src\/kernel|ffi|kernels)\/|src\/(solve|spectral)\/(tensor_|\w*on_device\.))/;

/** Where operations and reductions tell of themselves. */
const DEFINITIONS = /\/src\/(genred|ops|optimise|reductions)\/\w+\.ts$/;

/** What the CUDA part answers where it is not there. */
const ABSENT = `import { DeviceUnavailableError } from "./src/errors.ts";
export const absent = () => {
  throw new DeviceUnavailableError(
    "Cannot use CUDA: this build of allpairs is for the CPU; run it in Deno from its sources for GPUs",
  );
};
`;

/** What is asked on the CPU, too: functions that say that there is nothing. */
const REPORTS: Readonly<Record<string, string>> = {
  cudaFacts: "() => []",
  cudaWorks: "() => false",
  cudaReport: `() => ["cuda: not part of this build, which is for the CPU"]`,
  ordinalOf: `(device) => device === "cpu" ? undefined : absent()`,
  DeviceBuffer: "class { constructor() { absent(); } }",
};

/** The names that a module exports. */
async function exportsOf(path: string): Promise<string[]> {
  const { metafile } = await esbuild.build({
    entryPoints: [path],
    bundle: true,
    format: "esm",
    write: false,
    metafile: true,
    logLevel: "error",
  });
  return Object.values(metafile.outputs).flatMap((o) => o.exports);
}

const withoutCuda: esbuild.Plugin = {
  name: "without CUDA",
  setup(build) {
    build.onResolve({ filter: /\.ts$/ }, ({ path, resolveDir, importer }) => {
      if (importer === "" || CUDA.test(importer)) return undefined;
      const target = new URL(path, `file://${resolveDir}/`).pathname;
      return CUDA.test(target)
        ? { path: target, namespace: "absent" }
        : undefined;
    });
    build.onResolve({ filter: /^absent$/ }, () => ({
      path: "absent",
      namespace: "absence",
    }));
    build.onLoad({ filter: /./, namespace: "absence" }, () => ({
      contents: ABSENT,
      resolveDir: ROOT.pathname,
    }));
    build.onLoad({ filter: /./, namespace: "absent" }, async ({ path }) => {
      const lines = (await exportsOf(path)).map((name) =>
        `export const ${name} = ${REPORTS[name] ?? "absent"};`
      );
      const first = `import { absent } from "absent";`;
      return { contents: [first, ...lines].join("\n") };
    });
  },
};

/** Whether a property is for readers and tests: nothing is computed with it. */
function told(
  name: string,
  value: ts.Expression,
  file: ts.SourceFile,
): boolean {
  if (name === "domain") {
    // Some others tell how many operands there are.
    return ts.isCallExpression(value) || (ts.isObjectLiteralExpression(value) &&
      value.properties[0]?.name?.getText(file) === "cases") ||
      (ts.isIdentifier(value) &&
        /^(UNTESTED|DOMAIN|COMPLEX|MATRIX)$/.test(value.text));
  }
  // Of operations, in words; lists of numbers are others.
  if (name === "dims") {
    return ts.isStringLiteral(value) ||
      value.getText(file).startsWith("elementwiseDims(");
  }
  return (name === "example" || name === "meaning") && !ts.isIdentifier(value);
}

/** The tests verify programs of all kinds; the bundle writes the same ones. */
const withoutChecks: esbuild.Plugin = {
  name: "without checks",
  setup(build) {
    build.onLoad({ filter: /\/src\/program\/verify\.ts$/ }, () => ({
      contents: "export const verify = () => {};",
    }));
  },
};

/** Only the pages of the documentation need meanings and examples. */
const withoutExamples: esbuild.Plugin = {
  name: "without examples",
  setup(build) {
    build.onLoad({ filter: DEFINITIONS }, ({ path }) => {
      // There, the names are those of properties that are defined.
      if (path.endsWith("/op.ts")) return undefined;
      const text = Deno.readTextFileSync(path);
      const file = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022);
      const cuts: [number, number][] = [];
      const visit = (node: ts.Node): void => {
        if (
          ts.isCallExpression(node) &&
          node.expression.getText(file) === "primitiveOp"
        ) {
          // Its meaning and its example.
          const [, , meaning, example] = node.arguments;
          cuts.push([meaning.getStart(file) + 1, meaning.end - 1]);
          cuts.push([example.getStart(file) + 1, example.end - 1]);
        } else if (
          ts.isPropertyAssignment(node) &&
          told(node.name.getText(file), node.initializer, file)
        ) {
          const comma = text[node.end] === "," ? 1 : 0;
          cuts.push([node.getStart(file), node.end + comma]);
        } else if (
          ts.isPropertyAssignment(node) &&
          node.name.getText(file) === "domain" &&
          ts.isArrayLiteralExpression(node.initializer)
        ) {
          // How many there are is asked for, and no more.
          node.initializer.elements.filter(ts.isArrayLiteralExpression)
            .forEach((e) => cuts.push([e.getStart(file) + 1, e.end - 1]));
        } else ts.forEachChild(node, visit);
      };
      visit(file);
      const contents = cuts.reduceRight(
        (rest, [begin, end]) => rest.slice(0, begin) + rest.slice(end),
        text,
      );
      return { contents, loader: "ts" };
    });
  },
};

/** Writes the module; gives the files that it is made of. */
async function writeModule(): Promise<string[]> {
  const { metafile, outputFiles } = await esbuild.build({
    absWorkingDir: ROOT.pathname,
    entryPoints: ["mod.ts"],
    outfile: MODULE.pathname,
    bundle: true,
    write: false,
    format: "esm",
    target: "es2022",
    minify: true,
    keepNames: false,
    metafile: true,
    logLevel: "error",
    plugins: [withoutChecks, withoutCuda, withoutExamples],
  });
  // Takes another 5 % off what servers send.
  const { code } = await minify(outputFiles[0].text, {
    module: true,
    ecma: 2020,
    compress: { ecma: 2020, passes: 3 },
  });
  Deno.writeTextFileSync(MODULE, code ?? "");
  return Object.keys(metafile.inputs);
}

/** Writes the declarations of all modules that declarations refer to. */
function writeTypes(): void {
  const folder = new URL("types/", BUNDLE);
  const seen = new Set<string>();
  const visit = (url: URL): void => {
    if (seen.has(url.href)) return;
    seen.add(url.href);
    const source = Deno.readTextFileSync(url);
    const { outputText } = ts.transpileDeclaration(source, {
      fileName: url.pathname,
      compilerOptions: {
        target: ts.ScriptTarget.ES2022,
        isolatedDeclarations: true,
      },
    });
    const target = new URL(url.href.slice(ROOT.href.length), folder);
    const imports = /((?:from|import\(|import)\s*")(\.{1,2}\/[^"]+)\.ts"/g;
    for (const [, , path] of outputText.matchAll(imports)) {
      visit(new URL(`${path}.ts`, url));
    }
    Deno.mkdirSync(new URL(".", target), { recursive: true });
    // The compiler writes methods with computed names twice.
    const once = outputText.replace(
      /^\s*\[Symbol\.\w+\]: \(\) => void;\n/gm,
      "",
    );
    Deno.writeTextFileSync(
      new URL(target.href.replace(/\.ts$/, ".d.ts")),
      once.replace(imports, '$1$2.js"'),
    );
  };
  visit(new URL("mod.ts", ROOT));
}

function writePackage(): void {
  const { version, license } = JSON.parse(
    Deno.readTextFileSync(new URL("deno.json", ROOT)),
  );
  const description = {
    name: "allpairs",
    version,
    license,
    type: "module",
    sideEffects: false,
    exports: { types: "./types/mod.d.ts", default: "./allpairs.js" },
  };
  Deno.writeTextFileSync(
    new URL("package.json", BUNDLE),
    JSON.stringify(description, null, 2) + "\n",
  );
}

/** The size of a file as servers send it. */
export function gzipped(file: URL): number {
  return gzipSync(Deno.readFileSync(file), { level: 9, memLevel: 9 }).length;
}

/** Builds everything; gives the sources of the module. */
export async function build(): Promise<string[]> {
  Deno.mkdirSync(BUNDLE, { recursive: true });
  try {
    const sources = await writeModule();
    writeTypes();
    writePackage();
    return sources;
  } finally {
    await esbuild.stop();
  }
}

if (import.meta.main) {
  const sources = await build();
  const size = gzipped(MODULE);
  console.log(
    `out/bundle/allpairs.js: ${sources.length} modules, ${
      (size / 1000).toFixed(1)
    } kB gzipped`,
  );
}
