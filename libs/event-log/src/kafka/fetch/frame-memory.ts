const MIN_BYTES = 64 * 1024;
const STEP_BYTES = 1024 * 1024;
/** Memory is not used for frames that are smaller by more than this: what a catching up needed is not needed for them. */
const MAX_EXCESS = 16;
/** Memory that so many frames in a row had no use for is let go. */
const MAX_IDLE_FRAMES = 64;

interface Free {
  readonly memory: Buffer;
  /** Frames that had no use for it. */
  idle: number;
}

/**
 * Memory for the answers of one connection, used again and again. New memory for each would be the costliest part of reading a
 * log: the garbage collector starts a round whenever some 30 MB of it were asked for, several times a second.
 *
 * Memory that is never given back is merely garbage.
 */
export class FrameMemory {
  private free: Free[] = [];
  private readonly own = new WeakSet<ArrayBufferLike>();

  /** So many bytes of undefined content, at the start of their memory. */
  take(bytes: number): Buffer {
    const isFitting = ({ memory: { length } }: Free): boolean =>
      length >= bytes && length <= Math.max(MIN_BYTES, bytes * MAX_EXCESS);
    const fitting = this.free.find(isFitting);
    this.free = this.free.filter((each) => each !== fitting && ++each.idle < MAX_IDLE_FRAMES);
    return (fitting?.memory ?? this.create(roundUp(bytes))).subarray(0, bytes);
  }

  /** Takes back what `take` gave, and nothing else; nobody looks at it any more. */
  giveBack(memory: ArrayBufferLike): void {
    if (this.own.has(memory)) this.free.push({ memory: Buffer.from(memory), idle: 0 });
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
