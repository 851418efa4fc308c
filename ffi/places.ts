/**
 * Where the libraries of CUDA may be.
 *
 * @module
 */

/** Which library. */
export type LibraryKind = "cuda" | "nvrtc";

/** Something that was tried, and why it failed. */
export interface Try {
  /** What was tried. */
  readonly path: string;
  /** Why it failed. */
  readonly reason: string;
}

/** The environment variables that name a library; nothing else is tried. */
export const OVERRIDES: Readonly<Record<LibraryKind, string>> = {
  cuda: "ALLPAIRS_CUDA_LIBRARY",
  nvrtc: "ALLPAIRS_NVRTC_LIBRARY",
};

const NAMES: Readonly<
  Record<"unix" | "windows", Readonly<Record<LibraryKind, readonly string[]>>>
> = {
  unix: {
    cuda: ["libcuda.so.1", "libcuda.so"],
    nvrtc: ["libnvrtc.so.13", "libnvrtc.so.12", "libnvrtc.so.11.2"],
  },
  windows: {
    cuda: ["nvcuda.dll"],
    nvrtc: [
      "nvrtc64_130_0.dll",
      "nvrtc64_120_0.dll",
      "nvrtc64_112_0.dll",
    ],
  },
};

/** What the names and places of libraries depend on. */
export type System = Pick<typeof Deno.build, "os" | "arch">;

/**
 * The paths to try, the likeliest first.
 *
 * @param kind which library
 * @param tried is told what cannot be tried, and why
 * @param system what it is for
 */
export function candidates(
  kind: LibraryKind,
  tried: Try[],
  system: System = Deno.build,
): string[] {
  const named = variable(OVERRIDES[kind], tried);
  if (named !== undefined) return [absolute(named)];
  const windows = system.os === "windows";
  const names = NAMES[windows ? "windows" : "unix"][kind];
  const folders = windows ? windowsFolders(kind) : unixFolders(kind, system);
  const there = [...new Set(folders)].filter((folder) => {
    if (!isMissing(folder)) return true;
    tried.push({ path: folder, reason: "there is no such folder" });
    return false;
  });
  const slash = windows ? "\\" : "/";
  return [
    ...there.flatMap((f) => names.map((name) => `${f}${slash}${name}`)),
    // The loader may know more folders.
    ...names,
  ];
}

/** Under a permission for paths, a bare name means the working directory. */
function absolute(path: string): string {
  const isPath = /[\\/]/.test(path);
  const isAbsolute = /^([A-Za-z]:)?[\\/]/.test(path);
  return isPath && !isAbsolute ? `${Deno.cwd()}/${path}` : path;
}

function variable(name: string, tried?: Try[]): string | undefined {
  const { state } = Deno.permissions.querySync({ name: "env", variable: name });
  if (state === "granted") return Deno.env.get(name) || undefined;
  tried?.push({
    path: `$${name}`,
    reason: "no permission to read the environment: --allow-env",
  });
  return undefined;
}

function listOf(name: string, separator: string): string[] {
  return variable(name)?.split(separator).filter((f) => f !== "") ?? [];
}

/** The folders of a CUDA toolkit. */
function toolkits(): string[] {
  const found = [variable("CUDA_HOME"), variable("CUDA_PATH")];
  return found.flatMap((root) => root === undefined ? [] : [root]);
}

function windowsFolders(kind: LibraryKind): string[] {
  const system = `${variable("SystemRoot") ?? "C:\\Windows"}\\System32`;
  if (kind === "cuda") return [system];
  return [
    ...toolkits().flatMap((root) => [`${root}\\bin`, `${root}\\bin\\x64`]),
    ...listOf("PATH", ";").filter((f) => /cuda|nvidia|nvrtc/i.test(f)),
    ...conda((root) => [`${root}\\Library\\bin`, `${root}\\Library\\bin\\x64`]),
    ...pipFoldersOfWindows(),
    system,
  ];
}

/** Where conda puts the libraries, in the environment in use. */
function conda(folders: (root: string) => string[]): string[] {
  const root = variable("CONDA_PREFIX");
  return root === undefined ? [] : folders(root);
}

/** Where pip puts the libraries on Windows: environments, users, Python. */
function pipFoldersOfWindows(): string[] {
  const packages = [variable("VIRTUAL_ENV"), variable("CONDA_PREFIX")]
    .flatMap((root) => root === undefined ? [] : [`${root}\\Lib`]);
  const roaming = variable("APPDATA");
  const local = variable("LOCALAPPDATA");
  const versions = (folder: string, within: string) =>
    entries(folder).filter((name) => /^Python3/.test(name))
      .map((name) => `${folder}\\${name}${within}`);
  return [
    ...packages,
    ...(roaming ? versions(`${roaming}\\Python`, "") : []),
    ...(local ? versions(`${local}\\Programs\\Python`, "\\Lib") : []),
  ].map((folder) => `${folder}\\site-packages\\nvidia`)
    .flatMap((nvidia) => [
      `${nvidia}\\cu13\\bin\\x86_64`,
      `${nvidia}\\cuda_nvrtc\\bin`,
    ]);
}

function unixFolders(kind: LibraryKind, { arch }: System): string[] {
  const machine = arch === "aarch64" ? "aarch64" : "x86_64";
  const system = [
    `/usr/lib/${machine}-linux-gnu`,
    "/usr/lib64",
    "/usr/lib",
  ];
  const loader = listOf("LD_LIBRARY_PATH", ":");
  if (kind === "cuda") {
    return [
      ...loader,
      "/usr/lib/wsl/lib",
      ...system,
      "/usr/local/nvidia/lib64",
      "/run/opengl-driver/lib",
      "/usr/local/cuda/compat",
    ];
  }
  const target = machine === "aarch64" ? "sbsa-linux" : "x86_64-linux";
  return [
    ...toolkits().flatMap((root) => [
      `${root}/lib64`,
      `${root}/lib`,
      `${root}/targets/${target}/lib`,
    ]),
    ...conda((root) => [`${root}/lib`, `${root}/targets/${target}/lib`]),
    ...loader,
    "/usr/local/cuda/lib64",
    ...system,
    ...pipFolders(),
  ];
}

/** Where pip puts the libraries: it names folders by Python's version. */
function pipFolders(): string[] {
  const home = variable("HOME");
  const roots = [
    variable("VIRTUAL_ENV"),
    variable("CONDA_PREFIX"),
    home && `${home}/.local`,
    "/usr/local",
    "/usr",
  ];
  return roots.flatMap((root) => root === undefined ? [] : [`${root}/lib`])
    .flatMap((lib) =>
      entries(lib).filter((name) => /^python3/.test(name))
        .flatMap((python) => [
          `${lib}/${python}/site-packages/nvidia`,
          `${lib}/${python}/dist-packages/nvidia`,
        ])
    )
    .flatMap((nvidia) => entries(nvidia).map((name) => `${nvidia}/${name}/lib`))
    .filter((folder) =>
      entries(folder).some((name) => name.startsWith("libnvrtc.so"))
    );
}

function mayRead(path: string): boolean {
  return Deno.permissions.querySync({ name: "read", path }).state ===
    "granted";
}

function entries(folder: string): string[] {
  if (!mayRead(folder)) return [];
  try {
    return [...Deno.readDirSync(folder)].map((entry) => entry.name);
  } catch {
    return [];
  }
}

/** Whether a folder is known not to be there. */
function isMissing(folder: string): boolean {
  if (!mayRead(folder)) return false;
  try {
    return !Deno.statSync(folder).isDirectory;
  } catch {
    return true;
  }
}
