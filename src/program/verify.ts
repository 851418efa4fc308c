export function verify(_: unknown): void {}
