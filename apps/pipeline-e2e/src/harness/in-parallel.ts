/**
 * Runs `work` for 0 … count − 1, at most `width` at a time; to the results in the order of the numbers.
 * @throws the first error; nothing more is begun then
 */
export async function inParallel<T>(count: number, width: number, work: (i: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    try {
      for (let i = next++; i < count; i = next++) results[i] = await work(i);
    } finally {
      next = count;
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  return results;
}
