/** Seconds during which at least one of several overlapping pieces of work was under way. */
export class Stopwatch {
  #running = 0;
  #started = 0;
  #milliseconds = 0;

  async time<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running++ === 0) this.#started = performance.now();
    try {
      return await work();
    } finally {
      if (--this.#running === 0) this.#milliseconds += performance.now() - this.#started;
    }
  }

  seconds(): number {
    const current = this.#running > 0 ? performance.now() - this.#started : 0;
    return (this.#milliseconds + current) / 1000;
  }
}
