/**
 * The names of devices.
 *
 * @module
 */

/** The name of a device. */
export type Device = "cpu" | "cuda" | `cuda:${number}`;
