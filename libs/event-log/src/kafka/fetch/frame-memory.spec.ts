import { FrameMemory } from './frame-memory';

const MB = 1024 * 1024;

describe('FrameMemory', () => {
  const memory = (): { frames: FrameMemory; use: (bytes: number) => ArrayBufferLike } => {
    const frames = new FrameMemory();
    const use = (bytes: number): ArrayBufferLike => {
      const frame = frames.take(bytes);
      expect([frame.length, frame.byteOffset]).toEqual([bytes, 0]);
      return frame.buffer;
    };
    return { frames, use };
  };

  it('uses memory that was given back again, for frames of about its size', () => {
    const { frames, use } = memory();
    const first = use(3 * MB);
    frames.giveBack(first);
    expect(use(3 * MB - 500_000)).toBe(first);
  });

  it('gives nobody memory that another one has', () => {
    const { frames, use } = memory();
    const [first, second] = [use(MB), use(MB)];
    expect(second).not.toBe(first);
    frames.giveBack(second);
    expect(use(MB)).toBe(second);
    expect([first, second]).not.toContain(use(MB));
  });

  it('lets go of memory that is too small, or far larger than what is asked for', () => {
    const { frames, use } = memory();
    const large = use(8 * MB);
    frames.giveBack(large);
    const small = use(1_000);
    expect(small).not.toBe(large);
    frames.giveBack(small);
    const other = use(8 * MB);
    expect([large, small]).not.toContain(other);
  });

  it('takes no memory back but its own', () => {
    const { frames, use } = memory();
    const foreign = Buffer.allocUnsafeSlow(MB).buffer;
    frames.giveBack(foreign);
    expect(use(MB)).not.toBe(foreign);
  });
});
