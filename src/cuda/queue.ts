/**
 * Launches that wait for their kernels to be compiled. Who waits for results
 * with `await` lets other threads compile, several kernels at once; who wants
 * them now compiles here.
 *
 * @module
 */

/** A kernel that may not be loaded yet, or what else a launch waits for. */
export interface LoadableKernel {
  /** Loads it where its code is at hand. */
  ready(): bigint | undefined;
  /** Compiles and loads it now. */
  load(): bigint;
  /** Compiles and loads it, with the compilation on another thread. */
  loadLater(): Promise<bigint>;
}

/** A launch, with what it must wait for. */
export interface Submission {
  /** What runs. */
  readonly kernel: LoadableKernel;
  /** Launches it. */
  start(handle: bigint): void;
  /** Is called when the launch was asked for, or never will be. */
  done(error?: unknown): void;
}

/** As many launches as this wait for others to compile. */
const LONGEST = 64;

/** Launches in the order that they were asked for. */
export class LaunchQueue {
  readonly #waiting: Submission[] = [];
  #turn: Promise<void> | undefined;

  /** Whether nothing waits. */
  get empty(): boolean {
    return this.#waiting.length === 0;
  }

  /** Launches now, or after the launches that came before. */
  submit(submission: Submission): void {
    if (this.empty) {
      const handle = submission.kernel.ready();
      if (handle !== undefined) return start(submission, handle);
    }
    this.#waiting.push(submission);
    // A loop that never waits must not pile up what its launches use.
    if (this.#waiting.length > LONGEST) return this.flush();
    // Whoever wants results before the next turn compiles here.
    if (this.#waiting.length === 1) {
      queueMicrotask(() => void this.flushLater());
    }
  }

  /**
   * Launches all that waits, or what does until something holds, compiling
   * here what is not compiled.
   */
  flush(until: () => boolean = () => false): void {
    while (!until()) {
      const submission = this.#waiting.shift();
      if (submission === undefined) return;
      attempt(submission, () => submission.kernel.load());
    }
  }

  /** Launches all that waits, while other threads compile. */
  async flushLater(): Promise<void> {
    while (!this.empty) await (this.#turn ??= this.#step());
  }

  /** Launches what waits now. */
  async #step(): Promise<void> {
    const batch = [...this.#waiting];
    const loading = batch.map(({ kernel }) =>
      kernel.loadLater().then(() => {}, () => {})
    );
    for (const [k, submission] of batch.entries()) {
      await loading[k];
      // It may have been launched in the meantime by who could not wait.
      if (this.#waiting[0] !== submission) continue;
      this.#waiting.shift();
      attempt(submission, () => submission.kernel.load());
    }
    this.#turn = undefined;
  }
}

function attempt(submission: Submission, load: () => bigint): void {
  let handle: bigint;
  try {
    handle = load();
  } catch (error) {
    return submission.done(error);
  }
  start(submission, handle);
}

function start(submission: Submission, handle: bigint): void {
  try {
    submission.start(handle);
  } catch (error) {
    return submission.done(error);
  }
  submission.done();
}
