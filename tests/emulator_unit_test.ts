/**
 * Tests of the emulator itself: of the kernels that must run, and of the
 * mistakes that it must find. They need a C++ compiler and permissions:
 *
 *     deno test --allow-read --allow-write --allow-run --allow-env \
 *       --allow-ffi tests/emulator_unit_test.ts
 *
 * @module
 */

const needed: Deno.PermissionName[] = ["read", "write", "run", "env", "ffi"];

const granted = needed.every((name) =>
  Deno.permissions.querySync({ name }).state === "granted"
);

if (granted && Deno.build.os === "linux") {
  await import("./emulator/cases/kernels.ts");
  await import("./emulator/cases/faults.ts");
  await import("./emulator/cases/checked.ts");
  await import("./emulator/cases/codes.ts");
  await import("./emulator/cases/streams.ts");
  await import("./emulator/cases/compiler.ts");
  await import("./emulator/cases/instructions.ts");
  await import("./emulator/cases/memory.ts");
} else {
  Deno.test({
    name: "emulator (needs Linux and permission to run a compiler)",
    ignore: true,
    fn: () => {},
  });
}
