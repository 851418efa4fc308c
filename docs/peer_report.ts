/**
 * What `bench/peers.ts` writes.
 *
 * @module
 */

/** Names of peers in tables. */
export const PEERS: Readonly<Record<string, string>> = {
  keops: "PyKeOps",
  torch: "PyTorch",
  numpy: "NumPy",
  jax: "jax-js",
  tfjs: "TensorFlow.js",
  c: "C loop, 1 thread",
};

/** One workload beside one peer. Ratios are medians of those of rounds. */
export interface PeerRow {
  /** The peer. */
  readonly peer: string;
  /** `"gauss"`, `"gradient"`, `"logsumexp"`, `"argmin"` or `"knn"`. */
  readonly work: string;
  /** The same in words. */
  readonly title: string;
  /** The number of points of both clouds. */
  readonly points: number;
  /** Their dimension. */
  readonly dim: number;
  /** The columns of weights. */
  readonly columns: number;
  /** Of all data. */
  readonly dtype: string;
  /** The time of allpairs. */
  readonly seconds: number;
  /** That of its first call. */
  readonly firstSeconds: number;
  /** The memory of one of its calls, in bytes. */
  readonly memory: number | null;
  /** The time of the peer. */
  readonly peerSeconds: number;
  /** That of its first call. */
  readonly peerFirstSeconds: number;
  /** The memory of one of its calls, in bytes. */
  readonly peerMemory: number | null;
  /** How many times longer the peer takes. */
  readonly ratio: number;
}

/** All of it. */
export interface PeerReport {
  /** When it was taken. */
  readonly date: string;
  /** On what. */
  readonly machine: string;
  /** The version of Deno. */
  readonly deno: string;
  /** Threads of each side, other than of C loops. */
  readonly threads: number;
  /** Of the peers. */
  readonly versions: Readonly<Record<string, string>>;
  /** What was timed. */
  readonly rows: readonly PeerRow[];
}
