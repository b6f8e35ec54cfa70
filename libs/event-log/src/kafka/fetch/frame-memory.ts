const MIN_BYTES = 64 * 1024;
const STEP_BYTES = 1024 * 1024;
/** Memory that is larger than a frame by more than this is not kept for it: what a catching up needed goes when it is over. */
const MAX_EXCESS = 16;

/**
 * Memory for the answers of one connection, used again and again. New memory for each would be the costliest part of reading a
 * log: the garbage collector starts a round whenever some 30 MB of it were asked for, several times a second.
 *
 * Memory that is never given back is merely garbage.
 */
export class FrameMemory {
  private free: Buffer[] = [];
  private readonly own = new WeakSet<ArrayBufferLike>();

  /** So many bytes of undefined content, at the start of their memory. */
  take(bytes: number): Buffer {
    const fitting = this.free.findIndex(
      ({ length }) => length >= bytes && length <= Math.max(MIN_BYTES, bytes * MAX_EXCESS),
    );
    const [memory] = fitting < 0 ? [] : this.free.splice(fitting, 1);
    // What did not fit would wait for another time like the one that has passed.
    if (!memory) this.free = [];
    return (memory ?? this.create(roundUp(bytes))).subarray(0, bytes);
  }

  /** Takes back what `take` gave, and nothing else; nobody looks at it any more. */
  giveBack(memory: ArrayBufferLike): void {
    if (this.own.has(memory)) this.free.push(Buffer.from(memory));
  }

  private create(bytes: number): Buffer {
    const memory = Buffer.allocUnsafeSlow(bytes);
    this.own.add(memory.buffer);
    return memory;
  }
}

/** Few sizes, so that memory fits the next frame too. */
function roundUp(bytes: number): number {
  if (bytes <= MIN_BYTES) return MIN_BYTES;
  return bytes <= STEP_BYTES ? 2 ** Math.ceil(Math.log2(bytes)) : Math.ceil(bytes / STEP_BYTES) * STEP_BYTES;
}
