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

  it('has memory for large and for small frames, whichever come in between', () => {
    const { frames, use } = memory();
    const [large, small] = [use(8 * MB), use(1_000)];
    for (const each of [large, small]) frames.giveBack(each);
    for (let round = 0; round < 100; round += 1) {
      expect(use(8 * MB)).toBe(large);
      expect(use(1_000)).toBe(small);
      for (const each of [large, small]) frames.giveBack(each);
    }
  });

  it('lets go of memory that no frame has needed for long', () => {
    const { frames, use } = memory();
    const large = use(8 * MB);
    frames.giveBack(large);
    for (let round = 0; round < 100; round += 1) {
      const small = use(1_000);
      expect(small).not.toBe(large);
      frames.giveBack(small);
    }
    expect(use(8 * MB)).not.toBe(large);
  });

  it('takes no memory back but its own', () => {
    const { frames, use } = memory();
    const foreign = Buffer.allocUnsafeSlow(MB).buffer;
    frames.giveBack(foreign);
    expect(use(MB)).not.toBe(foreign);
  });
});
