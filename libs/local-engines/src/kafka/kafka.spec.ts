import { nodeSettings } from './kafka';

describe('nodeSettings', () => {
  it('binds broker and controller to loopback and lets the caller have the last word', () => {
    const settings = { 'message.max.bytes': '100' };
    expect(
      nodeSettings({ port: 9092, controllerPort: 9093, logsDir: '/data/logs', settings }).trim().split('\n'),
    ).toEqual([
      '# Added at start.',
      'node.id=1',
      'controller.quorum.voters=1@127.0.0.1:9093',
      'listeners=PLAINTEXT://127.0.0.1:9092,CONTROLLER://127.0.0.1:9093',
      'advertised.listeners=PLAINTEXT://127.0.0.1:9092',
      'log.dirs=/data/logs',
      'message.max.bytes=100',
    ]);
  });
});
