import { Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { LogUnavailableError } from '../errors';
import { EVENT_LOG, type EventLog } from '../port';
import { numbered, topicSpec } from '../testing';
import { EventLogModule } from './event-log.module';

const SETTINGS = Symbol('Settings');

@Module({ providers: [{ provide: SETTINGS, useValue: { kind: 'memory' } }], exports: [SETTINGS] })
class SettingsModule {}

describe('EventLogModule', () => {
  it('provides the log that the injected settings name, and closes it at shutdown', async () => {
    const app = await Test.createTestingModule({
      imports: [
        EventLogModule.forRootAsync({
          imports: [SettingsModule],
          inject: [SETTINGS],
          useFactory: (settings: { kind: 'memory' }) => settings,
        }),
      ],
    }).compile();
    const log = app.get<EventLog>(EVENT_LOG);
    expect(log.kind).toBe('memory');
    const producer = log.producer();
    await log.admin().ensureTopics([topicSpec('topic')]);
    await producer.append('topic', numbered(0, 1));
    await app.close();
    await expect(producer.append('topic', numbered(0, 1))).rejects.toThrow(LogUnavailableError);
  });
});
