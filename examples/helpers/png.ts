/**
 * Reads and writes PNG pictures of 8 bits a channel: gray, RGB, RGBA.
 *
 * W3C, "Portable Network Graphics (PNG) Specification", 3rd edition.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { crc32, deflateSync, inflateSync } from "node:zlib";

/** Pixels, row by row, of 1, 3 or 4 channels from 0 to 255. */
export interface Pixels {
  /** The number of columns. */
  readonly width: number;
  /** The number of rows. */
  readonly height: number;
  /** The channels of each pixel. */
  readonly data: Uint8Array;
}

const SIGNATURE = [137, 80, 78, 71, 13, 10, 26, 10];
/** The channels of each colour type that is read; 1, 3 and 4 are written. */
const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 6: 4 };

/** The pixels of a file. */
export function readPng(file: Uint8Array): Pixels {
  const bytes = Buffer.from(file);
  const parts: Buffer[] = [];
  let [width, height, channels] = [0, 0, 0];
  for (let at = SIGNATURE.length; at < bytes.length;) {
    const length = bytes.readUInt32BE(at);
    const name = bytes.toString("latin1", at + 4, at + 8);
    const body = bytes.subarray(at + 8, at + 8 + length);
    if (name === "IHDR") {
      [width, height] = [body.readUInt32BE(0), body.readUInt32BE(4)];
      channels = CHANNELS[body[9]] ?? 0;
      if (channels === 0 || body[8] !== 8 || body[12] !== 0) {
        throw new Error("Cannot read this PNG: 8 bits a channel are wanted");
      }
    }
    if (name === "IDAT") parts.push(body);
    at += length + 12;
  }
  const data = inflateSync(Buffer.concat(parts));
  return { width, height, data: unfiltered(data, height, channels) };
}

/** Rows start with the number of the filter that was applied to them. */
function unfiltered(rows: Uint8Array, height: number, step: number) {
  const stride = rows.length / height - 1;
  const out = new Uint8Array(height * stride);
  for (let r = 0; r < height; r++) {
    const filter = rows[r * (stride + 1)];
    for (let k = 0; k < stride; k++) {
      const at = r * stride + k;
      const left = k < step ? 0 : out[at - step];
      const up = r === 0 ? 0 : out[at - stride];
      const corner = k < step || r === 0 ? 0 : out[at - stride - step];
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)];
      out[at] = rows[r * (stride + 1) + 1 + k] + guess[filter];
    }
  }
  return out;
}

/** The neighbour that is nearest to left + up - corner. */
function paeth(left: number, up: number, corner: number): number {
  const [a, b] = [Math.abs(up - corner), Math.abs(left - corner)];
  const c = Math.abs(left + up - 2 * corner);
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

/** A file of pixels. */
export function writePng({ width, height, data }: Pixels): Uint8Array {
  const stride = data.length / height;
  const type = [, 0, , 2, 6][stride / width] ?? 0;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, type], 8);
  const rows = Buffer.alloc(height * (stride + 1));
  for (let r = 0; r < height; r++) {
    rows.set(data.subarray(r * stride, (r + 1) * stride), r * (stride + 1) + 1);
  }
  return Buffer.concat([
    Buffer.from(SIGNATURE),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(rows, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(name: string, body: Uint8Array): Buffer {
  const inside = Buffer.concat([Buffer.from(name, "latin1"), body]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(body.length, 0);
  ends.writeUInt32BE(crc32(inside), 4);
  return Buffer.concat([ends.subarray(0, 4), inside, ends.subarray(4)]);
}

/** A picture as an address that SVG can hold. */
export function pngAddress(pixels: Pixels): string {
  const base64 = Buffer.from(writePng(pixels)).toString("base64");
  return `data:image/png;base64,${base64}`;
}
