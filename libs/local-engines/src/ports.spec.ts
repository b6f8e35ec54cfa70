import { createServer } from 'node:net';
import { claimPort, freePort, LOOPBACK } from './ports';

describe('ports', () => {
  it('finds a port on which one can listen', async () => {
    const port = await freePort();
    expect(port).toBeGreaterThan(1_023);
    expect(await claimPort('kafka', port)).toBe(port);
    expect(await claimPort('kafka', 0)).toBeGreaterThan(1_023);
  });

  it('gives no port twice, and none that the system gives to connections or to who takes any', async () => {
    const ports: number[] = [];
    for (let round = 0; round < 10; round += 1)
      ports.push(...(await Promise.all(Array.from({ length: 40 }, () => freePort()))));
    expect(new Set(ports).size).toBe(400);
    expect(ports.filter((port) => port < 20_000 || port >= 32_768)).toEqual([]);
  });

  it('gives no port that was claimed, and none at all rather than one that was given', async () => {
    const claimed = 20_000;
    await claimPort('kafka', claimed).catch(() => undefined);
    const random = jest.spyOn(Math, 'random').mockReturnValueOnce(0);
    expect(await freePort()).not.toBe(claimed);
    random.mockReturnValue(0);
    await expect(freePort()).rejects.toThrow('No free port was found from 20000 to 31999');
    random.mockRestore();
  });

  it('names the port in use and the engine that wants it', async () => {
    const port = await freePort();
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(port, LOOPBACK, resolve));
    const claim = claimPort('pinot', port, "pinot's broker");
    await expect(claim).rejects.toMatchObject({ code: 'PORT_IN_USE', engine: 'pinot', port, retriable: false });
    await expect(claim).rejects.toThrow(`Port ${port}, wanted by pinot's broker, is in use by another process.`);
    await new Promise((resolve) => server.close(resolve));
  });
});
